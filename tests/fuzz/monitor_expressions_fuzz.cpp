/// Any text as an expression and as the files of the monitors that read them: nothing crashes, a refusal says why, and
/// what is accepted can be evaluated.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/check.hpp"
#include "core/monitor/custom_metric/custom_metric.hpp"
#include "core/monitor/estimate/calibration.hpp"
#include "core/monitor/series/series_files.hpp"
#include "core/monitor/transform/metric_expression.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::monitor;

template <class T>
void check_refusal(const Result<T>& result) {
  if (!result) DRIFTLAB_CHECK(!result.error().message.empty(), "a refusal says why");
}

void check_metric(std::string_view text) {
  auto expression = MetricExpression::parse(text);
  check_refusal(expression);
  if (!expression) return;
  auto part = *expression;
  for (const Value& cell :
       {Value(), Value::of(-1.5), Value::of_text("2"), Value::of_text("x"), Value::of_truth(true)}) {
    const std::vector<Value> row(expression->columns().size(), cell);
    expression->add(row);
    part.add(row);
  }
  expression->merge(part);
  static_cast<void>(expression->value());
  DRIFTLAB_CHECK(expression->rows() == 10, "every row is counted");
}

void check_row(std::string_view text) {
  const auto expression = Expression::parse(text);
  check_refusal(expression);
  if (!expression) return;
  const std::vector<Value> row(expression->columns().size(), Value::of_text("3"));
  static_cast<void>(expression->evaluate(row));
}

void check_files(std::string_view text) {
  check_refusal(read_custom_metrics(text, "metrics.json"));
  check_refusal(read_custom_constraints(text, "constraints.json", {"m"}));
  const auto constraints = read_series_constraints(text, "constraints.json");
  check_refusal(constraints);
  if (constraints)
    DRIFTLAB_CHECK(read_series_constraints(write_series_constraints(*constraints), "again").has_value(),
                   "constraints come back");
  check_refusal(read_residual_sketches(text, "residual_sketches.json"));
  const auto calibration = Calibration::read(text, "calibration.json");
  check_refusal(calibration);
  if (!calibration) return;
  for (const double score : {-1.0, 0.0, 0.3, 1.0, 2.0}) {
    const double probability = (*calibration)(score);
    DRIFTLAB_CHECK(probability >= 0.0 && probability <= 1.0, "a probability");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_metric(text);
  check_row(text);
  check_files(text);
  return 0;
}
