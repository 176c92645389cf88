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

/// Answers of the model, checked.
class Model {
 public:
  Model(const RowPredictor& predict, std::size_t features, const ShapOptions& options)
      : predict_(predict), features_(features), options_(options) {}

  Result<std::vector<double>> answer(std::span<const double> rows) const {
    std::vector<double> answers;
    const std::size_t step = std::max<std::size_t>(options_.rows_max, 1) * features_;
    for (std::size_t at = 0; at < rows.size(); at += step) {
      const auto part = rows.subspan(at, std::min(step, rows.size() - at));
      auto result = predict_(part, features_);
      if (!result) return result.error();
      if (result->size() != part.size() / features_)
        return input_error(fmt::format("the model answered {} rows of {}", result->size(), part.size() / features_));
      for (const double value : *result)
        if (!std::isfinite(value)) return input_error("the model answered something that is not finite");
      answers.insert(answers.end(), result->begin(), result->end());
    }
    return answers;
  }

  /// Means over groups of `group` answers, through the link.
  Result<std::vector<double>> means(std::span<const double> answers, std::size_t group) const {
    std::vector<double> result;
    for (std::size_t at = 0; at < answers.size(); at += group) {
      double sum = 0.0;
      for (std::size_t i = 0; i < group; ++i) sum += answers[at + i];
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
  rows.clear();
  const std::size_t features = instance.size();
  for (const auto& coalition : coalitions)
    for (std::size_t at = 0; at < baseline.size(); at += features)
      for (std::size_t i = 0; i < features; ++i)
        rows.push_back(coalition.present[i] != 0 ? instance[i] : baseline[at + i]);
}

}  // namespace

Result<ShapValues> kernel_shap(const RowPredictor& predict, std::span<const double> baseline,
                               std::span<const double> instances, std::size_t features, const ShapOptions& options) {
  if (auto ok = check_rows("baseline", baseline, features); !ok) return ok.error();
  if (auto ok = check_rows("instances", instances, features); !ok) return ok.error();
  const Model model(predict, features, options);
  const std::size_t baseline_rows = baseline.size() / features;
  const auto at_baseline = model.answer(baseline);
  if (!at_baseline) return at_baseline.error();
  const auto expected = model.means(*at_baseline, baseline_rows);
  if (!expected) return expected.error();
  const auto at_instances = model.answer(instances);
  if (!at_instances) return at_instances.error();
  const auto totals = model.means(*at_instances, 1);
  if (!totals) return totals.error();

  ShapValues values{.local = std::vector<double>(instances.size()), .expected_value = expected->front()};
  if (features == 1) {
    for (std::size_t i = 0; i < totals->size(); ++i) values.local[i] = (*totals)[i] - values.expected_value;
    return values;
  }
  const std::size_t samples = options.samples == 0 ? default_coalitions(features) : options.samples;
  auto regression = Regression::create(choose_coalitions(features, samples, options.seed), features);
  if (!regression) return regression.error();
  std::vector<double> rows;
  for (std::size_t i = 0; i < totals->size(); ++i) {
    mix(regression->coalitions(), baseline, instances.subspan(i * features, features), rows);
    const auto answers = model.answer(rows);
    if (!answers) return answers.error();
    auto means = model.means(*answers, baseline_rows);
    if (!means) return means.error();
    for (auto& mean : *means) mean -= values.expected_value;
    regression->solve(*means, (*totals)[i] - values.expected_value, &values.local[i * features]);
  }
  return values;
}

}  // namespace driftlab::metric
