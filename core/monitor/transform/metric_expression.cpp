#include "core/monitor/transform/metric_expression.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/monitor/transform/expression_node.hpp"

namespace driftlab::monitor {
namespace {

/// The smallest value whose rank reaches the level.
double quantile(const metric::KllSketch& sketch, double level) {
  const auto ranks = metric::kll_ranks(sketch);
  const double wanted = level * static_cast<double>(ranks.total());
  const auto at =
      std::lower_bound(ranks.cumulative.begin(), ranks.cumulative.end(), wanted,
                       [](std::uint64_t rank, double rank_wanted) { return static_cast<double>(rank) < rank_wanted; });
  const auto place = static_cast<std::size_t>(at - ranks.cumulative.begin());
  return ranks.values[std::min(place, ranks.values.size() - 1)];
}

}  // namespace

Result<MetricExpression> MetricExpression::parse(std::string_view text) {
  auto parsed = parse_expression(text, /*aggregates=*/true);
  if (!parsed) return parsed.error();
  MetricExpression expression;
  expression.text_ = text;
  expression.root_ = std::move(parsed->root);
  expression.columns_ = std::move(parsed->columns);
  expression.places_ = std::move(parsed->column_places);
  expression.aggregates_ = std::move(parsed->aggregates);
  if (expression.aggregates_.empty())
    return input_error(fmt::format("'{}': expected an aggregate such as mean(x) somewhere", text));
  expression.states_.resize(expression.aggregates_.size());
  return expression;
}

Error MetricExpression::missing_column(std::size_t column, std::span<const std::string> available) const {
  return input_error(fmt::format("'{}', column {}: there is no column '{}'{}", text_, places_[column], columns_[column],
                                 suggestion(columns_[column], available)));
}

void MetricExpression::add(std::span<const Value> columns) {
  ++rows_;
  for (std::size_t i = 0; i < aggregates_.size(); ++i) {
    const auto& node = *aggregates_[i];
    if (node.arguments.empty()) continue;
    State& state = states_[i];
    const Value value = evaluate_node(*node.arguments.front(), columns);
    if (value.kind == Value::Kind::Missing) continue;
    ++state.present;
    if (node.name == "rate") state.times += value.is_true() ? 1 : 0;
    if (node.name == "rate" || node.name == "count") continue;
    const auto number = number_of(value);
    if (!number || !std::isfinite(*number)) continue;
    if (node.name == "quantile")
      state.sketch.add(*number);
    else
      state.moments.add(std::span(&*number, 1));
  }
}

void MetricExpression::merge(const MetricExpression& other) {
  DRIFTLAB_CHECK(text_ == other.text_, "states of one expression are merged");
  rows_ += other.rows_;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    states_[i].moments.merge(other.states_[i].moments);
    states_[i].sketch.merge(other.states_[i].sketch);
    states_[i].present += other.states_[i].present;
    states_[i].times += other.states_[i].times;
  }
}

std::optional<double> MetricExpression::value() const {
  std::vector<Value> aggregates;
  for (std::size_t i = 0; i < aggregates_.size(); ++i) aggregates.push_back(aggregate(i));
  return number_of(evaluate_node(*root_, {}, aggregates));
}

Value MetricExpression::aggregate(std::size_t index) const {
  const auto& node = *aggregates_[index];
  const State& state = states_[index];
  const auto counted = [](std::uint64_t count) { return Value::of(static_cast<double>(count)); };
  if (node.name == "count") return counted(node.arguments.empty() ? rows_ : state.present);
  if (node.name == "rate") {
    if (state.present == 0) return {};
    return Value::of(static_cast<double>(state.times) / static_cast<double>(state.present));
  }
  if (node.name == "quantile") {
    if (state.sketch.count() == 0) return {};
    return Value::of(quantile(state.sketch, *number_of(node.arguments[1]->constant)));
  }
  const metric::Moments& moments = state.moments;
  if (node.name == "sum") return Value::of(moments.sum());
  if (moments.count() == 0) return {};
  if (node.name == "mean") return Value::of(moments.mean());
  if (node.name == "std_dev") return Value::of(moments.standard_deviation());
  return Value::of(node.name == "minimum" ? moments.min() : moments.max());
}

}  // namespace driftlab::monitor
