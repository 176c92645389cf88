/// Any bytes as what people hand to the model-quality, bias and attribution monitors: configurations, constraints,
/// baselines, payloads. Nothing crashes or hangs, a refusal says why, what is accepted keeps its promises.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.hpp"
#include "core/model/predictor/endpoint_predictor.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/attribution/attribution_files.hpp"
#include "core/monitor/attribution/baseline_rows.hpp"
#include "core/monitor/bias/bias_files.hpp"
#include "core/monitor/quality_files.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::monitor;

template <class T>
bool accepted(const Result<T>& result) {
  if (!result) DRIFTLAB_CHECK(!result.error().message.empty(), "a refusal says why");
  return result.has_value();
}

void check_bias_settings(std::string_view text) {
  const auto settings = read_bias_settings(text);
  if (!accepted(settings)) return;
  DRIFTLAB_CHECK(!settings->positive.empty() || !settings->facets.empty() || !settings->label.empty(), "settings");
  const Table table{.header = {"a", "b", "c"},
                    .columns = {{"1", "0", "1", "0"}, {"x", "y", "x", "x"}, {"0.5", "1.5", "2", "3"}}};
  static_cast<void>(accepted(bias_report(table, *settings)));
}

void check_bias_baseline(std::string_view text) {
  BiasReport live{.label = "l", .label_value = "1", .rows = 2, .facets = {}};
  live.facets.push_back({.facet = "f", .value = "1", .pre_training = {}, .post_training = {}});
  live.facets[0].pre_training.push_back({.name = "CI", .description = "d", .value = 0.5});
  const auto violations = find_bias_violations(live, text);
  if (accepted(violations)) DRIFTLAB_CHECK(violations->size() <= 1, "one live metric");
}

void check_constraints(std::string_view text, ProblemType problem) {
  const auto constraints = read_constraints(problem, text);
  if (!accepted(constraints)) return;
  const auto again = read_constraints(problem, constraints_json(problem, *constraints));
  DRIFTLAB_CHECK(again.has_value() && again->size() == constraints->size(), "what is written is read");
  for (std::size_t i = 0; i < again->size(); ++i)
    DRIFTLAB_CHECK((*again)[i].threshold == (*constraints)[i].threshold, "the same threshold");
}

void check_attribution_settings(std::string_view text) {
  const auto settings = read_attribution_settings(text, "config");
  if (!accepted(settings)) return;
  DRIFTLAB_CHECK(settings->baseline.clusters >= 1 && settings->baseline.clusters <= kMaxClusters, "clusters");
  for (const auto& row : settings->baseline.rows)
    DRIFTLAB_CHECK(row.size() == settings->baseline.rows.front().size(), "rows of one length");
}

void check_attribution_baseline(std::string_view text) {
  AttributionReport live{.features = {"a", "b"}, .rows = 1, .baseline_rows = 1, .calls = 1, .labels = {}};
  live.labels.push_back({.label = "label0", .global = {1, 2}, .expected_value = 0, .local = {1, 2}});
  const auto drift = find_attribution_drift(live, text, "baseline", 0.9);
  if (!accepted(drift)) return;
  DRIFTLAB_CHECK(drift->size() == 1, "one label");
  DRIFTLAB_CHECK(drift->front().violates == (drift->front().ndcg < 0.9), "the rule");
}

/// The attribute is the first line.
void check_payload(std::string_view text) {
  const auto end = std::min(text.find('\n'), text.size());
  const std::string attribute(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  for (const auto encoding : {capture::Encoding::Csv, capture::Encoding::Json, capture::Encoding::Base64}) {
    const auto texts = texts_at(text, encoding, attribute);
    const auto numbers = numbers_at(text, encoding, attribute);
    if (accepted(numbers) && accepted(texts))
      DRIFTLAB_CHECK(numbers->size() == texts->size(), "numbers are texts that are numbers");
  }
  static_cast<void>(accepted(feature_rows_at(text, {"a", "b"}, attribute)));
  for (const char* accept : {"text/csv", "application/jsonlines"}) {
    model::EndpointFormat format;
    format.accept = accept;
    format.attribute = attribute;
    const auto cells = model::answer_cells(text, 2, format);
    if (accepted(cells)) DRIFTLAB_CHECK(!cells->empty() && cells->size() % 2 == 0, "as many cells for each row");
  }
}

}  // namespace

/// The first byte says what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr std::array kProblems{ProblemType::Regression, ProblemType::BinaryClassification,
                                 ProblemType::MulticlassClassification};
  switch (data[0] % 8) {
    case 0:
      check_bias_settings(text);
      break;
    case 1:
      check_bias_baseline(text);
      break;
    case 2:
    case 3:
    case 4:
      check_constraints(text, kProblems[data[0] % 8U - 2]);
      break;
    case 5:
      check_attribution_settings(text);
      break;
    case 6:
      check_attribution_baseline(text);
      break;
    default:
      check_payload(text);
  }
  return 0;
}
