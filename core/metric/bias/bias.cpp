#include "core/metric/bias/bias.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace driftlab::metric {
namespace {

double to_double(std::uint64_t count) {
  return static_cast<double>(count);
}

/// 0/0 is 0; anything else over 0 is infinite.
double ratio(double numerator, double denominator) {
  if (denominator != 0.0) return numerator / denominator;
  if (numerator == 0.0) return 0.0;
  return std::copysign(std::numeric_limits<double>::infinity(), numerator);
}

double ratio(std::uint64_t numerator, std::uint64_t denominator) {
  return ratio(to_double(numerator), to_double(denominator));
}

/// Two infinities of one sign are alike.
double difference(double left, double right) {
  return std::isinf(left) && left == right ? 0.0 : left - right;
}

/// Shares of the unfavourable and the favourable outcome; only outcomes that both facets have are there.
struct Outcomes {
  std::array<double, 2> rest{};
  std::array<double, 2> facet{};
  std::size_t count = 0;
};

Outcomes common_outcomes(const BiasScore& score) {
  const auto& a = score.rest();
  const auto& d = score.facet();
  Outcomes outcomes;
  const auto take = [&](std::uint64_t rest, std::uint64_t facet) {
    if (rest == 0 || facet == 0) return;
    outcomes.rest[outcomes.count] = ratio(rest, a.rows());
    outcomes.facet[outcomes.count] = ratio(facet, d.rows());
    ++outcomes.count;
  };
  take(a.negatives(), d.negatives());
  take(a.positives(), d.positives());
  return outcomes;
}

double kullback_leibler(const std::array<double, 2>& p, const std::array<double, 2>& q, std::size_t count) {
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) sum += p[i] * std::log(p[i] / q[i]);
  return sum;
}

double jensen_shannon(const Outcomes& outcomes) {
  std::array<double, 2> middle{};
  for (std::size_t i = 0; i < outcomes.count; ++i) middle[i] = 0.5 * (outcomes.rest[i] + outcomes.facet[i]);
  return 0.5 * (kullback_leibler(outcomes.rest, middle, outcomes.count) +
                kullback_leibler(outcomes.facet, middle, outcomes.count));
}

double norm_l2(const Outcomes& outcomes) {
  double sum = 0.0;
  for (std::size_t i = 0; i < outcomes.count; ++i) {
    const double gap = outcomes.rest[i] - outcomes.facet[i];
    sum += gap * gap;
  }
  return std::sqrt(sum);
}

double total_variation(const Outcomes& outcomes) {
  double sum = 0.0;
  for (std::size_t i = 0; i < outcomes.count; ++i) sum += std::abs(outcomes.rest[i] - outcomes.facet[i]);
  return 0.5 * sum;
}

double largest_gap(const Outcomes& outcomes) {
  double largest = 0.0;
  for (std::size_t i = 0; i < outcomes.count; ++i)
    largest = std::max(largest, std::abs(outcomes.rest[i] - outcomes.facet[i]));
  return largest;
}

/// Demographic disparity within each group, weighted by the groups' sizes.
Result<double> conditional_disparity(const std::map<std::string, GroupCounts, std::less<>>& groups) {
  if (groups.empty()) return input_error("no group variable is given");
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  double weighted = 0.0;
  for (const auto& [name, group] : groups) {
    accepted += group.accepted;
    rejected += group.rejected;
    const double share_rejected = group.rejected == 0 ? 0.0 : ratio(group.facet_rejected, group.rejected);
    const double share_accepted = group.accepted == 0 ? 0.0 : ratio(group.facet_accepted, group.accepted);
    weighted += to_double(group.accepted + group.rejected) * (share_rejected - share_accepted);
  }
  if (accepted == 0) return input_error("no row has the favourable outcome");
  if (rejected == 0) return input_error("every row has the favourable outcome");
  return weighted / to_double(accepted + rejected);
}

/// Benefits b = ŷ − y + 1 are 0 (false negative), 1 or 2 (false positive).
Result<double> generalized_entropy(const BinaryCounts& a, const BinaryCounts& d) {
  const double n = to_double(a.rows() + d.rows());
  const double none = to_double(a.false_negatives + d.false_negatives);
  const double twice = to_double(a.false_positives + d.false_positives);
  const double once = n - none - twice;
  const double mean = (once + 2.0 * twice) / n;
  if (mean == 0.0) return input_error("the mean benefit is 0: every row is a false negative");
  const double one = 1.0 / mean;
  const double two = 2.0 / mean;
  return (once * (one * one - 1.0) + twice * (two * two - 1.0) - none) / (2.0 * n);
}

class Report {
 public:
  Report(const BiasScore& score, bool post_training) : post_training_(post_training) {
    if (score.facet().rows() == 0) failure_ = input_error("no row is in the facet");
    if (score.rest().rows() == 0) failure_ = input_error("every row is in the facet");
  }

  template <class Compute>
  void add(std::string_view name, const Compute& compute) {
    const auto& names = bias_metric_names();
    const auto entry = std::find_if(names.begin(), names.end(), [&](const auto& candidate) {
      return candidate.name == name && candidate.post_training == post_training_;
    });
    Result<double> value = failure_ ? Result<double>(*failure_) : Result<double>(compute());
    metrics_.push_back({std::string(name), std::string(entry->description), std::move(value)});
  }

  std::vector<BiasMetric> take() { return std::move(metrics_); }

 private:
  bool post_training_;
  std::optional<Error> failure_;
  std::vector<BiasMetric> metrics_;
};

void count(std::map<std::string, GroupCounts, std::less<>>& groups, std::string_view name, bool in_facet, bool accepted,
           std::uint64_t rows) {
  auto group = groups.find(name);
  if (group == groups.end()) group = groups.emplace(std::string(name), GroupCounts{}).first;
  (accepted ? group->second.accepted : group->second.rejected) += rows;
  if (in_facet) (accepted ? group->second.facet_accepted : group->second.facet_rejected) += rows;
}

void merge_groups(std::map<std::string, GroupCounts, std::less<>>& into,
                  const std::map<std::string, GroupCounts, std::less<>>& from) {
  for (const auto& [name, group] : from) {
    auto& total = into[name];
    total.accepted += group.accepted;
    total.rejected += group.rejected;
    total.facet_accepted += group.facet_accepted;
    total.facet_rejected += group.facet_rejected;
  }
}

}  // namespace

void BiasScore::add(const BiasRow& row, std::uint64_t rows) {
  auto& counts = row.in_facet ? facet_ : rest_;
  const bool predicted = row.predicted.value_or(false);
  (row.label ? (predicted ? counts.true_positives : counts.false_negatives)
             : (predicted ? counts.false_positives : counts.true_negatives)) += rows;
  if (!row.group) return;
  count(by_label_, *row.group, row.in_facet, row.label, rows);
  if (row.predicted) count(by_prediction_, *row.group, row.in_facet, predicted, rows);
}

void BiasScore::merge(const BiasScore& other) {
  rest_.merge(other.rest_);
  facet_.merge(other.facet_);
  merge_groups(by_label_, other.by_label_);
  merge_groups(by_prediction_, other.by_prediction_);
}

std::vector<BiasMetric> pre_training_bias(const BiasScore& score) {
  const auto& a = score.rest();
  const auto& d = score.facet();
  const double n_a = to_double(a.rows());
  const double n_d = to_double(d.rows());
  const auto outcomes = common_outcomes(score);
  Report report(score, false);
  report.add("CDDL", [&] { return conditional_disparity(score.labels_by_group()); });
  report.add("CI", [&] { return (n_a - n_d) / (n_a + n_d); });
  report.add("DPL", [&] { return ratio(a.positives(), a.rows()) - ratio(d.positives(), d.rows()); });
  report.add("JS", [&] { return jensen_shannon(outcomes); });
  report.add("KL", [&] { return kullback_leibler(outcomes.rest, outcomes.facet, outcomes.count); });
  report.add("KS", [&] { return largest_gap(outcomes); });
  report.add("LP", [&] { return norm_l2(outcomes); });
  report.add("TVD", [&] { return total_variation(outcomes); });
  return report.take();
}

std::vector<BiasMetric> post_training_bias(const BiasScore& score, Result<double> flip_test) {
  const auto& a = score.rest();
  const auto& d = score.facet();
  const double accepted_a = ratio(a.predicted_positives(), a.rows());
  const double accepted_d = ratio(d.predicted_positives(), d.rows());
  const auto gap = [](std::uint64_t left, std::uint64_t left_of, std::uint64_t right, std::uint64_t right_of) {
    return difference(ratio(left, left_of), ratio(right, right_of));
  };
  Report report(score, true);
  report.add("AD", [&] {
    return gap(a.true_positives + a.true_negatives, a.rows(), d.true_positives + d.true_negatives, d.rows());
  });
  report.add("CDDPL", [&] { return conditional_disparity(score.predictions_by_group()); });
  report.add("DAR",
             [&] { return gap(a.true_positives, a.predicted_positives(), d.true_positives, d.predicted_positives()); });
  report.add("DCA",
             [&] { return gap(a.positives(), a.predicted_positives(), d.positives(), d.predicted_positives()); });
  report.add("DCR",
             [&] { return gap(d.negatives(), d.predicted_negatives(), a.negatives(), a.predicted_negatives()); });
  report.add("DI", [&] { return ratio(accepted_d, accepted_a); });
  report.add("DPPL", [&] { return accepted_a - accepted_d; });
  report.add("DRR",
             [&] { return gap(d.true_negatives, d.predicted_negatives(), a.true_negatives, a.predicted_negatives()); });
  report.add("FT", [&] { return flip_test; });
  report.add("GE", [&] { return generalized_entropy(a, d); });
  report.add("RD", [&] { return gap(a.true_positives, a.positives(), d.true_positives, d.positives()); });
  report.add("SD", [&] { return gap(d.true_negatives, d.negatives(), a.true_negatives, a.negatives()); });
  report.add("TE", [&] { return gap(d.false_negatives, d.false_positives, a.false_negatives, a.false_positives); });
  return report.take();
}

const std::vector<BiasMetricName>& bias_metric_names() {
  // "Liebler" is the service's spelling.
  static const std::vector<BiasMetricName> kNames{
      {"CDDL", "Conditional Demographic Disparity in Labels (CDDL)", false},
      {"CI", "Class Imbalance (CI)", false},
      {"DPL", "Difference in Positive Proportions in Labels (DPL)", false},
      {"JS", "Jensen-Shannon Divergence (JS)", false},
      {"KL", "Kullback-Liebler Divergence (KL)", false},
      {"KS", "Kolmogorov-Smirnov Distance (KS)", false},
      {"LP", "L-p Norm (LP)", false},
      {"TVD", "Total Variation Distance (TVD)", false},
      {"AD", "Accuracy Difference (AD)", true},
      {"CDDPL", "Conditional Demographic Disparity in Predicted Labels (CDDPL)", true},
      {"DAR", "Difference in Acceptance Rates (DAR)", true},
      {"DCA", "Difference in Conditional Acceptance (DCA)", true},
      {"DCR", "Difference in Conditional Rejection (DCR)", true},
      {"DI", "Disparate Impact (DI)", true},
      {"DPPL", "Difference in Positive Proportions in Predicted Labels (DPPL)", true},
      {"DRR", "Difference in Rejection Rates (DRR)", true},
      {"FT", "Flip Test (FT)", true},
      {"GE", "Generalized Entropy (GE)", true},
      {"RD", "Recall Difference (RD)", true},
      {"SD", "Specificity Difference (SD)", true},
      {"TE", "Treatment Equality (TE)", true},
  };
  return kNames;
}

}  // namespace driftlab::metric
