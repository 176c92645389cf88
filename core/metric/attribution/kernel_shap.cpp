#include "core/metric/attribution/kernel_shap.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/metric/attribution/coalitions.hpp"

namespace driftlab::metric {
namespace {

Result<void> check_rows(std::string_view what, std::span<const double> rows, std::size_t features) {
  if (features == 0) return input_error("there are no features");
  if (rows.empty() || rows.size() % features != 0)
    return input_error(fmt::format("{}: {} values, not rows of {} features", what, rows.size(), features));
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!std::isfinite(rows[i]))
      return input_error(fmt::format("{}: row {}, feature {} is not finite", what, i / features, i % features));
  return {};
}

/// The least squares problem with Σφ eliminated: features but the last, relative to the last. It depends on the
/// coalitions only, so that one Cholesky factor serves every instance.
class Regression {
 public:
  static Result<Regression> create(std::vector<Coalition> coalitions, std::size_t features) {
    Regression regression(std::move(coalitions), features);
    if (!regression.factorise())
      return input_error(fmt::format("{} coalitions do not determine {} features; ask for more samples",
                                     regression.coalitions_.size(), features));
    return regression;
  }

  [[nodiscard]] const std::vector<Coalition>& coalitions() const { return coalitions_; }

  /// φ from the model's answers, both relative to the expected value.
  void solve(std::span<const double> answers, double total, double* phi) const {
    std::vector<double> right(unknowns_);
    for (std::size_t k = 0; k < coalitions_.size(); ++k) {
      const auto& coalition = coalitions_[k];
      const double last = coalition.present.back();
      const double target = coalition.weight * (answers[k] - last * total);
      for (std::size_t i = 0; i < unknowns_; ++i) right[i] += (coalition.present[i] - last) * target;
    }
    for (std::size_t i = 0; i < unknowns_; ++i) {
      for (std::size_t j = 0; j < i; ++j) right[i] -= at(i, j) * right[j];
      right[i] /= at(i, i);
    }
    for (std::size_t i = unknowns_; i-- > 0;) {
      for (std::size_t j = i + 1; j < unknowns_; ++j) right[i] -= at(j, i) * right[j];
      right[i] /= at(i, i);
    }
    double rest = total;
    for (std::size_t i = 0; i < unknowns_; ++i) {
      phi[i] = right[i];
      rest -= right[i];
    }
    phi[unknowns_] = rest;
  }

 private:
  Regression(std::vector<Coalition> coalitions, std::size_t features)
      : coalitions_(std::move(coalitions)), unknowns_(features - 1), factor_(unknowns_ * unknowns_) {}

  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return factor_[row * unknowns_ + column]; }

  bool factorise() {
    for (const auto& coalition : coalitions_) {
      const int last = coalition.present.back();
      for (std::size_t i = 0; i < unknowns_; ++i) {
        const int left = coalition.present[i] - last;
        if (left == 0) continue;
        for (std::size_t j = 0; j <= i; ++j)
          factor_[i * unknowns_ + j] += coalition.weight * (left * (coalition.present[j] - last));
      }
    }
    constexpr double kSingular = 1e-12;
    for (std::size_t i = 0; i < unknowns_; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = at(i, j);
        const double before = sum;
        for (std::size_t k = 0; k < j; ++k) sum -= at(i, k) * at(j, k);
        if (i == j && !(sum > kSingular * before)) return false;
        factor_[i * unknowns_ + j] = i == j ? std::sqrt(sum) : sum / at(j, j);
      }
    return true;
  }

  std::vector<Coalition> coalitions_;
  std::size_t unknowns_;
  std::vector<double> factor_;  ///< lower triangle
};

/// Answers of the model, checked: `outputs` numbers a row.
struct Answers {
  std::vector<double> values;
  std::size_t outputs = 0;
};

class Model {
 public:
  Model(const RowPredictor& predict, std::size_t features, const ShapOptions& options)
      : predict_(predict), features_(features), options_(options) {}

  /// `outputs` as many a row as before, or any number for 0.
  Result<Answers> answer(std::span<const double> rows, std::size_t outputs) const {
    Answers answers{.values = {}, .outputs = outputs};
    const std::size_t step = std::max<std::size_t>(options_.rows_max, 1) * features_;
    for (std::size_t at = 0; at < rows.size(); at += step) {
      const auto part = rows.subspan(at, std::min(step, rows.size() - at));
      const std::size_t count = part.size() / features_;
      auto result = predict_(part, features_);
      if (!result) return result.error();
      if (answers.outputs == 0) answers.outputs = result->size() / count;
      if (answers.outputs == 0 || result->size() != count * answers.outputs)
        return input_error(fmt::format("the model answered {} numbers for {} rows", result->size(), count));
      for (const double value : *result)
        if (!std::isfinite(value)) return input_error("the model answered something that is not finite");
      if (at == 0 && part.size() == rows.size())
        answers.values = *std::move(result);
      else
        answers.values.insert(answers.values.end(), result->begin(), result->end());
    }
    return answers;
  }

  /// Means of one output over groups of `group` rows, through the link.
  Result<std::vector<double>> means(const Answers& answers, std::size_t output, std::size_t group) const {
    std::vector<double> result;
    for (std::size_t at = output; at < answers.values.size(); at += group * answers.outputs) {
      double sum = 0.0;
      for (std::size_t i = 0; i < group; ++i) sum += answers.values[at + i * answers.outputs];
      const double mean = sum / static_cast<double>(group);
      if (options_.logit && !(mean > 0.0 && mean < 1.0))
        return input_error(fmt::format("the model answered {}; log-odds need a probability inside (0, 1)", mean));
      result.push_back(options_.logit ? std::log(mean / (1.0 - mean)) : mean);
    }
    return result;
  }

 private:
  const RowPredictor& predict_;
  std::size_t features_;
  const ShapOptions& options_;
};

/// Rows of one instance: for each coalition, each baseline row with the present features replaced.
void mix(const std::vector<Coalition>& coalitions, std::span<const double> baseline, std::span<const double> instance,
         std::vector<double>& rows) {
  const std::size_t features = instance.size();
  std::size_t next = rows.size();
  rows.resize(next + coalitions.size() * baseline.size());
  for (const auto& coalition : coalitions)
    for (std::size_t at = 0; at < baseline.size(); at += features)
      for (std::size_t i = 0; i < features; ++i)
        rows[next++] = coalition.present[i] != 0 ? instance[i] : baseline[at + i];
}

std::vector<double> mixes_of(const std::vector<Coalition>& coalitions, std::span<const double> baseline,
                             std::span<const double> instances, std::size_t features) {
  std::vector<double> rows;
  for (std::size_t at = 0; at < instances.size(); at += features)
    mix(coalitions, baseline, instances.subspan(at, features), rows);
  return rows;
}

/// The same asked of a model that makes the mixes itself.
Result<Answers> mixed(const MixPredictor& predict, const std::vector<Coalition>& coalitions,
                      std::span<const double> baseline, std::span<const double> instances, std::size_t features) {
  const std::size_t each = coalitions.size() * (baseline.size() / features);
  Answers answers{.values = std::vector<double>(instances.size() / features * each), .outputs = 1};
  for (std::size_t i = 0; i * features < instances.size(); ++i)
    predict(instances.subspan(i * features, features), baseline, coalitions,
            std::span(answers.values).subspan(i * each, each));
  for (const double value : answers.values)
    if (!std::isfinite(value)) return input_error("the model answered something that is not finite");
  return answers;
}

/// Instances whose rows go into one call, at least one.
std::size_t instances_together(std::size_t rows_each, const ShapOptions& options) {
  return std::max<std::size_t>(options.rows_max / std::max<std::size_t>(rows_each, 1), 1);
}

/// One explanation: the shares of every instance, for one output of the model.
class Explanation {
 public:
  Explanation(const Regression& regression, double expected, std::vector<double> totals, std::size_t features)
      : regression_(regression), totals_(std::move(totals)), features_(features) {
    values_.expected_value = expected;
    values_.local.resize(totals_.size() * features);
  }

  void solve(std::size_t instance, std::span<const double> means) {
    std::vector<double> relative(means.begin(), means.end());
    for (auto& mean : relative) mean -= values_.expected_value;
    regression_.solve(relative, totals_[instance] - values_.expected_value, &values_.local[instance * features_]);
  }
  ShapValues& values() { return values_; }

 private:
  const Regression& regression_;
  std::vector<double> totals_;
  std::size_t features_;
  ShapValues values_;
};

/// Expected value and the answers for the instances themselves, by output.
struct Ends {
  std::size_t outputs = 0;
  std::vector<double> expected;
  std::vector<std::vector<double>> totals;
};

Result<Ends> find_ends(const Model& model, std::span<const double> baseline, std::span<const double> instances,
                       std::size_t features) {
  const auto at_baseline = model.answer(baseline, 0);
  if (!at_baseline) return at_baseline.error();
  const auto at_instances = model.answer(instances, at_baseline->outputs);
  if (!at_instances) return at_instances.error();
  Ends ends{.outputs = at_baseline->outputs, .expected = {}, .totals = {}};
  for (std::size_t output = 0; output < ends.outputs; ++output) {
    const auto expected = model.means(*at_baseline, output, baseline.size() / features);
    if (!expected) return expected.error();
    auto totals = model.means(*at_instances, output, 1);
    if (!totals) return totals.error();
    ends.expected.push_back(expected->front());
    ends.totals.push_back(*std::move(totals));
  }
  return ends;
}

std::vector<ShapValues> of_one_feature(const Ends& ends) {
  std::vector<ShapValues> all;
  for (std::size_t output = 0; output < ends.outputs; ++output) {
    ShapValues values{.local = ends.totals[output], .expected_value = ends.expected[output]};
    for (auto& value : values.local) value -= values.expected_value;
    all.push_back(std::move(values));
  }
  return all;
}

std::size_t coalitions_asked(std::size_t features, const ShapOptions& options) {
  return options.samples == 0 ? default_coalitions(features) : options.samples;
}

}  // namespace

Result<std::vector<ShapValues>> kernel_shap_outputs(const RowPredictor& predict, std::span<const double> baseline,
                                                    std::span<const double> instances, std::size_t features,
                                                    const ShapOptions& options) {
  if (auto ok = check_rows("baseline", baseline, features); !ok) return ok.error();
  if (auto ok = check_rows("instances", instances, features); !ok) return ok.error();
  const Model model(predict, features, options);
  auto ends = find_ends(model, baseline, instances, features);
  if (!ends) return ends.error();
  if (features == 1) return of_one_feature(*ends);

  const auto regression =
      Regression::create(choose_coalitions(features, coalitions_asked(features, options), options.seed), features);
  if (!regression) return regression.error();
  const std::size_t baseline_rows = baseline.size() / features;
  const std::size_t count = instances.size() / features;
  std::vector<Explanation> explanations;
  for (std::size_t output = 0; output < ends->outputs; ++output)
    explanations.emplace_back(*regression, ends->expected[output], std::move(ends->totals[output]), features);
  const std::size_t coalitions = regression->coalitions().size();
  const std::size_t together = instances_together(coalitions * baseline_rows, options);
  for (std::size_t first = 0; first < count; first += together) {
    const std::size_t end = std::min(first + together, count);
    const auto part = instances.subspan(first * features, (end - first) * features);
    const auto answers =
        options.mixes && ends->outputs == 1
            ? mixed(options.mixes, regression->coalitions(), baseline, part, features)
            : model.answer(mixes_of(regression->coalitions(), baseline, part, features), ends->outputs);
    if (!answers) return answers.error();
    for (std::size_t output = 0; output < ends->outputs; ++output) {
      const auto means = model.means(*answers, output, baseline_rows);
      if (!means) return means.error();
      for (std::size_t i = first; i < end; ++i)
        explanations[output].solve(i, std::span(*means).subspan((i - first) * coalitions, coalitions));
    }
    if (options.progress) options.progress(static_cast<double>(end) / static_cast<double>(count));
  }
  std::vector<ShapValues> all;
  for (auto& explanation : explanations) all.push_back(std::move(explanation.values()));
  return all;
}

Result<ShapValues> kernel_shap(const RowPredictor& predict, std::span<const double> baseline,
                               std::span<const double> instances, std::size_t features, const ShapOptions& options) {
  auto all = kernel_shap_outputs(predict, baseline, instances, features, options);
  if (!all) return all.error();
  if (all->size() != 1)
    return input_error(fmt::format("the model answered {} numbers a row; expected one", all->size()));
  return std::move(all->front());
}

std::size_t kernel_shap_calls(std::size_t baseline_rows, std::size_t instance_rows, std::size_t features,
                              const ShapOptions& options) {
  const std::size_t most = std::max<std::size_t>(options.rows_max, 1);
  const auto calls = [&](std::size_t rows) { return (rows + most - 1) / most; };
  const std::size_t ends = calls(baseline_rows) + calls(instance_rows);
  if (features < 2 || options.mixes) return ends;
  const std::size_t coalitions = choose_coalitions(features, coalitions_asked(features, options), options.seed).size();
  const std::size_t each = coalitions * baseline_rows;
  const std::size_t together = instances_together(each, options);
  const std::size_t full = instance_rows / together;
  return ends + full * calls(together * each) + calls(instance_rows % together * each);
}

}  // namespace driftlab::metric
