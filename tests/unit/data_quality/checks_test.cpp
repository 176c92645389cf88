/// Every check, passing and failing, with the text the service prints where that is public.

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "core/monitor/profile/exit_message.hpp"
#include "tests/unit/data_quality/fixture.hpp"

namespace driftlab::monitor {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using metric::ColumnType;
using Violations = std::vector<DataQualityViolation>;

struct Case {
  Constraints constraints;
  std::optional<Statistics> baseline;
  CheckOptions options;

  CheckResult check(const std::string& csv, bool header = true) const {
    const auto dataset = profile_of(csv, constraints, header);
    CheckOptions with_position = options;
    with_position.by_position = !header;
    return check_dataset(dataset, statistics_of(dataset), constraints, baseline, with_position);
  }
  Violations violations(const std::string& csv, bool header = true) const { return check(csv, header).violations; }
};

Case with_feature(FeatureConstraints feature) {
  Case result;
  result.constraints.features.push_back(std::move(feature));
  return result;
}

/// A baseline from its data, as a job makes it.
Case from_baseline(const std::string& csv) {
  const auto made = data_quality_baseline(profile_of(csv), CategoricalDriftMethod::LInfinity);
  return {.constraints = made.constraints, .baseline = made.statistics, .options = {}};
}

// 1970 of 1977 is the share that printed as 99.64592817400101 in a real run.
TEST(DataTypeCheck, PublishedText) {
  const auto ints = with_feature({.name = "x", .type = ColumnType::Integral});
  EXPECT_THAT(ints.violations(column("x", {{"1", 1970}, {"0.5", 7}})),
              ElementsAre(DataQualityViolation{
                  "x", "data_type_check",
                  "Data type match requirement is not met. Expected data type: Integral, Expected match: 100.0%. "
                  "Observed: Only 99.64592817400101% of data is Integral."}));
  EXPECT_THAT(ints.violations(column("x", {{"1", 1977}})), IsEmpty());
}

TEST(DataTypeCheck, ThresholdIsInclusiveAndNullsDoNotCount) {
  auto ints = with_feature({.name = "x", .type = ColumnType::Integral});
  ints.constraints.config.datatype_check_threshold = 0.75;
  EXPECT_THAT(ints.violations("x,y\n1,\n1,\n1,\nz,\n,a\n,a\n"),
              Not(Contains(testing::Field(&DataQualityViolation::check, "data_type_check"))));
  EXPECT_THAT(ints.violations(column("x", {{"1", 2}, {"z", 1}})), SizeIs(1));
  EXPECT_THAT(with_feature({.name = "x", .type = ColumnType::Integral}).violations("x,y\n,1\n,2\n"),
              ElementsAre(testing::Field(&DataQualityViolation::check, "extra_column_check")))
      << "a column of nulls has no type to violate";
}

TEST(DataTypeCheck, FractionalStringAndUnknown) {
  const auto fractional = with_feature({.name = "x", .type = ColumnType::Fractional});
  EXPECT_THAT(fractional.violations(column("x", {{"1", 5}, {"0.5", 5}})), IsEmpty());
  EXPECT_THAT(fractional.violations(column("x", {{"0.5", 9}, {"NaN", 1}})), SizeIs(1)) << "NaN is a text";
  auto strict = fractional;
  strict.options.integral_is_fractional = false;
  EXPECT_THAT(strict.violations(column("x", {{"1", 5}, {"0.5", 5}}))[0].description,
              HasSubstr("Expected data type: Fractional, Expected match: 100.0%. Observed: Only 50.0%"));
  EXPECT_THAT(with_feature({.name = "x", .type = ColumnType::String}).violations(column("x", {{"1", 2}})), IsEmpty());
  EXPECT_THAT(with_feature({.name = "x", .type = ColumnType::Unknown}).violations(column("x", {{"1", 2}})), IsEmpty());
}

TEST(CompletenessCheck, BelowTheConstraintOnly) {
  const auto three_quarters = with_feature({.name = "x", .completeness = 0.75});
  const std::string quarter_missing = "x,y\n1,a\n1,a\n1,a\n,a\n";
  auto exact = three_quarters;
  exact.constraints.features.push_back({.name = "y"});
  EXPECT_THAT(exact.violations(quarter_missing), IsEmpty());
  exact.constraints.features[0].completeness = 0.76;
  EXPECT_THAT(exact.violations(quarter_missing),
              ElementsAre(DataQualityViolation{"x", "completeness_check",
                                               "Value: 0.75 does not meet the constraint requirement! "}));
}

TEST(CategoricalValuesCheck, ShareOutsideTheDomain) {
  auto plans = with_feature({.name = "x", .domains = std::vector<std::string>{"gold", "basic"}});
  EXPECT_THAT(plans.violations(column("x", {{"gold", 3}, {"basic", 1}})), IsEmpty());
  EXPECT_THAT(plans.violations(column("x", {{"gold", 3}, {"trial", 1}})),
              ElementsAre(DataQualityViolation{"x", "categorical_values_check",
                                               "Value: 0.75 does not meet the constraint requirement!"}));
  plans.constraints.config.domain_content_threshold = 0.75;
  EXPECT_THAT(plans.violations(column("x", {{"gold", 3}, {"trial", 1}})), IsEmpty());
}

TEST(CategoricalValuesCheck, WorksAmongThousandsOfValues) {
  const auto plans = with_feature({.name = "x", .domains = std::vector<std::string>{"7", "8"}});
  std::vector<std::pair<std::string, int>> cells;
  for (int i = 0; i < 4000; ++i) cells.emplace_back(std::to_string(i), 1);
  EXPECT_THAT(plans.violations(column("x", cells))[0].description,
              "Value: 5.0E-4 does not meet the constraint requirement!");
}

TEST(ColumnChecks, CountsOfColumns) {
  const auto base = from_baseline("a,b,c\n1,2,3\n1,2,3\n");
  EXPECT_THAT(base.violations("a,b,c\n1,2,3\n"), IsEmpty());
  EXPECT_THAT(base.violations("a,b\n1,2\n"),
              ElementsAre(DataQualityViolation{
                  "Missing columns", "missing_column_check",
                  "There are missing columns in current dataset. Number of columns in current dataset: 2, Number of "
                  "columns in baseline constraints: 3"}));
  EXPECT_THAT(base.violations("a,b,c,d\n1,2,3,4\n"),
              ElementsAre(DataQualityViolation{
                  "Extra columns", "extra_column_check",
                  "There are extra columns in current dataset. Number of columns in current dataset: 4, Number of "
                  "columns in baseline constraints: 3"}));
  EXPECT_THAT(base.check("a,b\n1,2\n").notes, Contains(HasSubstr("Column 'c' of the baseline constraints")));
}

TEST(ColumnChecks, ARenamedColumnDoesNotPass) {
  const auto base = from_baseline("age,plan\n41,x\n");
  EXPECT_THAT(base.violations("Age,plan\n41,x\n"),
              ElementsAre(DataQualityViolation{"age", "missing_column_check",
                                               "Column 'age' of the baseline constraints is not in the current "
                                               "dataset; 'Age' is there and has no constraints"}));
}

TEST(ColumnChecks, LiveDataWithoutHeaderGoesByPosition) {
  const auto base = from_baseline("a,b\n1,x\n2,x\n1,x\n");
  EXPECT_THAT(base.violations("1,x\n2,x\n", /*header=*/false), IsEmpty());
  EXPECT_THAT(base.violations("0.5,x\n", false), SizeIs(1));
  EXPECT_EQ(base.violations("0.5,x\n", false)[0].feature_name, "a");
}

/// `count` numbers from `from` on, one apart.
std::string numbers(int from, int count) {
  std::string csv = "x\n";
  for (int i = 0; i < count; ++i) csv += std::to_string(from + i) + "\n";
  return csv;
}

// 0…999 against 500…1499: F differs by 0.5 everywhere in between; the correction at (1000, 1000) is 0.080498.
TEST(DriftCheck, NumericRobustAndSimple) {
  auto base = from_baseline(numbers(0, 1000));
  EXPECT_THAT(base.violations(numbers(0, 1000)), IsEmpty());
  const auto robust = base.check(numbers(500, 1000));
  EXPECT_NEAR(robust.drift.at("x"), 0.5 - 0.0804984, 1e-7);
  ASSERT_THAT(robust.violations, SizeIs(1));
  EXPECT_EQ(robust.violations[0].check, "baseline_drift_check");
  EXPECT_THAT(robust.violations[0].description,
              testing::MatchesRegex("Baseline drift distance: 0\\.41950[0-9]+ exceeds threshold: 0\\.1"));
  base.constraints.config.comparison_method = ComparisonMethod::Simple;
  EXPECT_EQ(base.check(numbers(500, 1000)).drift.at("x"), 0.5);
  base.constraints.config.comparison_threshold = 0.5;
  EXPECT_THAT(base.violations(numbers(500, 1000)), IsEmpty()) << "equality passes";
}

TEST(DriftCheck, CanBeSwitchedOff) {
  auto base = from_baseline(numbers(0, 1000));
  base.constraints.config.perform_comparison = false;
  EXPECT_THAT(base.check(numbers(500, 1000)).drift, IsEmpty());
  base.constraints.config.perform_comparison = true;
  base.constraints.config.evaluate_constraints = false;
  const auto metric_only = base.check(numbers(500, 1000));
  EXPECT_THAT(metric_only.violations, IsEmpty());
  EXPECT_THAT(metric_only.drift, SizeIs(1)) << "the metric is published all the same";
  Case without = base;
  without.constraints.config.evaluate_constraints = true;
  without.baseline.reset();
  EXPECT_THAT(without.violations(numbers(500, 1000)), IsEmpty());
}

// A column of zeros and ones, baseline 10 % ones, now 90 %: Deequ's map has two entries on both sides, and sees
// nothing.
TEST(DriftCheck, DiscreteColumnsAreJudgedAsDeequDoes) {
  const auto before = column("x", {{"0", 900}, {"1", 100}});
  const auto after = column("x", {{"0", 100}, {"1", 900}});
  auto base = from_baseline(before);
  EXPECT_THAT(base.violations(after), IsEmpty());
  base.options.equal_items = metric::EqualItems::Add;
  EXPECT_NEAR(base.check(after).drift.at("x"), 0.8 - 0.0804984, 1e-7);
  EXPECT_THAT(base.violations(after), SizeIs(1));
}

// Shares 0.5 / 0.5 against 0.8 / 0.2 of 1000 each: a gap of 0.3 less 0.080498.
TEST(DriftCheck, Categorical) {
  auto base = from_baseline(column("x", {{"a", 500}, {"b", 500}}));
  const auto drifted = column("x", {{"a", 800}, {"b", 200}});
  EXPECT_THAT(base.violations(column("x", {{"a", 510}, {"b", 490}})), IsEmpty());
  EXPECT_NEAR(base.check(drifted).drift.at("x"), 0.3 - 0.0804984, 1e-7);
  EXPECT_THAT(base.violations(drifted), SizeIs(1));
  base.constraints.config.categorical_comparison_threshold = 0.25;
  EXPECT_THAT(base.violations(drifted), IsEmpty());
}

// (510 - 500)² / 500 · 2 = 0.4 with one degree of freedom: p = erfc(√0.2) = 0.527; 800 : 200 gives p of about 0.
TEST(DriftCheck, ChiSquared) {
  auto base = from_baseline(column("x", {{"a", 500}, {"b", 500}}));
  base.constraints.config.categorical_drift_method = CategoricalDriftMethod::ChiSquared;
  const auto same = base.check(column("x", {{"a", 510}, {"b", 490}}));
  EXPECT_NEAR(same.drift.at("x"), 0.52708925686554, 1e-12);
  EXPECT_THAT(same.violations, IsEmpty());
  EXPECT_THAT(base.violations(column("x", {{"a", 800}, {"b", 200}})), SizeIs(1));
  const auto too_few = base.check(column("x", {{"a", 5}, {"b", 5}}));
  EXPECT_THAT(too_few.drift, IsEmpty());
  EXPECT_THAT(too_few.notes, Contains(HasSubstr("too few categories")));
}

TEST(DriftCheck, SaysWhatItCouldNotCompare) {
  const auto base = from_baseline(numbers(0, 100));
  EXPECT_THAT(base.check(column("x", {{"a", 9}})).notes,
              Contains(HasSubstr("column 'x' is String now and was Integral: no distance between them")));
  const auto fractional = base.check(column("x", {{"1e999", 3}}));
  EXPECT_THAT(fractional.notes, Contains(HasSubstr("has no finite numbers")));
}

TEST(NonNegativeCheck, OnlyWhenAskedFor) {
  auto base = from_baseline(numbers(0, 100));
  base.constraints.config.perform_comparison = false;
  EXPECT_TRUE(*base.constraints.features[0].is_non_negative);
  EXPECT_THAT(base.violations(numbers(-3, 100)), IsEmpty());
  base.options.check_non_negative = true;
  EXPECT_THAT(base.violations(numbers(-3, 100)),
              ElementsAre(DataQualityViolation{"x", "is_non_negative_check",
                                               "Value: -3.0 does not meet the constraint requirement!"}));
  EXPECT_THAT(base.violations(numbers(0, 100)), IsEmpty());
}

TEST(Overrides, SwitchOneFeatureOff) {
  auto ints = with_feature({.name = "x", .type = ColumnType::Integral});
  ints.constraints.features[0].evaluate_constraints = false;
  EXPECT_THAT(ints.violations(column("x", {{"z", 3}})), IsEmpty());
  ints.constraints.config.evaluate_constraints = false;
  ints.constraints.features[0].evaluate_constraints = true;
  EXPECT_THAT(ints.violations(column("x", {{"z", 3}})), SizeIs(1));
}

TEST(ExitMessage, OfTheService) {
  EXPECT_EQ(exit_message(0), "Completed: Job completed successfully with no violations.");
  EXPECT_EQ(exit_message(60), "CompletedWithViolations: Job completed successfully with 60 violations.");
}

TEST(DataQualityRun, MetricsByFeature) {
  const auto base = from_baseline(numbers(0, 1000));
  const auto dataset = profile_of("x\n1\n4\n1.5\n\n", base.constraints);
  const auto run = run_data_quality(dataset, base.constraints, base.baseline, {});
  const auto value = [&](const std::string& name) {
    const auto found =
        std::find_if(run.metrics.begin(), run.metrics.end(), [&](const auto& metric) { return metric.name == name; });
    return found == run.metrics.end() ? std::nullopt : found->value;
  };
  EXPECT_EQ(run.metrics[0], (FeatureMetric{"feature_data_x", "x", {}, FeatureMetric::Set{3.0, 6.5, 1.0, 4.0}}));
  EXPECT_EQ(value("feature_non_null_x"), 3.0);
  EXPECT_EQ(value("feature_null_x"), 0.0);
  EXPECT_EQ(value("feature_completeness_x"), 1.0);
  EXPECT_EQ(value("feature_estimated_unique_values_x"), 3.0);
  EXPECT_EQ(value("feature_integral_counts_x"), 2.0);
  EXPECT_EQ(value("feature_fractional_counts_x"), 1.0);
  EXPECT_EQ(value("feature_baseline_drift_x"), run.checks.drift.at("x"));
  auto silent = base.constraints;
  silent.config.emit_metrics = false;
  EXPECT_THAT(run_data_quality(dataset, silent, base.baseline, {}).metrics, IsEmpty());
  silent.features[0].emit_metrics = true;
  EXPECT_THAT(run_data_quality(dataset, silent, base.baseline, {}).metrics, SizeIs(run.metrics.size()));
}

}  // namespace
}  // namespace driftlab::monitor
