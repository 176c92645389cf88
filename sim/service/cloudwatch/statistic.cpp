#include "sim/service/cloudwatch/statistic.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "core/base/text.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using Kind = Statistic::Kind;

/// A plain decimal number without sign or exponent.
std::optional<double> parse_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  return parse_double(text);
}

std::optional<double> parse_percent(std::string_view text) {
  const auto value = parse_number(text);
  const auto point = text.find('.');
  if (!value || *value > 100.0 || (point != std::string_view::npos && text.size() - point - 1 > 10))
    return std::nullopt;
  return value;
}

std::optional<Kind> bounded_kind(std::string_view two_letters) {
  constexpr std::array<std::pair<std::string_view, Kind>, 5> kKinds = {{{"tm", Kind::TrimmedMean},
                                                                        {"wm", Kind::WinsorizedMean},
                                                                        {"tc", Kind::TrimmedCount},
                                                                        {"ts", Kind::TrimmedSum},
                                                                        {"pr", Kind::PercentileRank}}};
  for (const auto& [name, kind] : kKinds)
    if (two_letters == name) return kind;
  return std::nullopt;
}

/// "a%:b%", "x:y", with one side open; never both.
std::optional<Bounds> parse_bounds(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.size() == 1) return std::nullopt;
  Bounds bounds;
  bounds.percent = text.find('%') != std::string_view::npos;
  const auto side = [&](std::string_view part, std::optional<double>& out) {
    if (part.empty()) return true;
    if (bounds.percent) {
      if (!part.ends_with('%')) return false;
      part.remove_suffix(1);
    }
    out = bounds.percent ? parse_percent(part) : parse_number(part);
    return out.has_value();
  };
  if (!side(text.substr(0, colon), bounds.lower) || !side(text.substr(colon + 1), bounds.upper)) return std::nullopt;
  if (bounds.lower && bounds.upper && *bounds.lower > *bounds.upper) return std::nullopt;
  return bounds;
}

std::optional<Statistic> parse_bounded(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  std::string letters(text.substr(0, 2));
  std::ranges::transform(letters, letters.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  const auto kind = bounded_kind(letters);
  if (!kind) return std::nullopt;
  const std::string_view rest = text.substr(2);
  if (rest.starts_with('(') && rest.ends_with(')')) {
    const auto bounds = parse_bounds(rest.substr(1, rest.size() - 2));
    if (!bounds || (*kind == Kind::PercentileRank && bounds->percent)) return std::nullopt;
    return Statistic{*kind, 0.0, *bounds};
  }
  // The short form: tm90 is TM(:90%), and pr300 is PR(:300).
  const bool percent = *kind != Kind::PercentileRank;
  const auto upper = percent ? parse_percent(rest) : parse_number(rest);
  if (!upper) return std::nullopt;
  return Statistic{*kind, 0.0, Bounds{percent, std::nullopt, upper}};
}

}  // namespace

std::optional<Statistic> parse_basic_statistic(std::string_view text) {
  if (text == "SampleCount") return Statistic{Kind::SampleCount};
  if (text == "Sum") return Statistic{Kind::Sum};
  if (text == "Average") return Statistic{Kind::Average};
  if (text == "Minimum") return Statistic{Kind::Minimum};
  if (text == "Maximum") return Statistic{Kind::Maximum};
  return std::nullopt;
}

std::optional<Statistic> parse_extended_statistic(std::string_view text) {
  if (text == "IQM" || text == "iqm") return Statistic{Kind::TrimmedMean, 0.0, Bounds{true, 25.0, 75.0}};
  if (const auto bounded = parse_bounded(text)) return bounded;
  if (!text.starts_with('p')) return std::nullopt;
  const auto percent = parse_percent(text.substr(1));
  if (!percent) return std::nullopt;
  return Statistic{Kind::Percentile, *percent};
}

std::optional<Statistic> parse_statistic(std::string_view text) {
  const auto basic = parse_basic_statistic(text);
  return basic ? basic : parse_extended_statistic(text);
}

void Aggregate::clear(bool keep_values) {
  totals_ = {};
  keep_values_ = keep_values;
  known_ = true;
  sorted_ = false;
  values_.clear();
}

void Aggregate::add(std::span<const Slot> slots, bool high_resolution_only) {
  for (const Slot& slot : slots) {
    if (high_resolution_only && !slot.high_resolution) continue;
    totals_.merge(slot.samples.totals);
    if (keep_values_ && known_) known_ = append_values(slot.samples, values_);
  }
  sorted_ = false;
}

std::optional<double> Aggregate::value(const Statistic& statistic) {
  if (totals_.empty()) return std::nullopt;
  switch (statistic.kind) {
    case Kind::SampleCount:
      return totals_.count;
    case Kind::Sum:
      return totals_.sum;
    case Kind::Average:
      return totals_.sum / totals_.count;
    case Kind::Minimum:
      return totals_.minimum;
    case Kind::Maximum:
      return totals_.maximum;
    default:
      return distribution_value(statistic);
  }
}

std::optional<double> Aggregate::distribution_value(const Statistic& statistic) {
  if (!keep_values_ || !known_ || totals_.minimum < 0.0) return std::nullopt;
  if (!sorted_) distribution_.assign(values_);
  sorted_ = true;
  switch (statistic.kind) {
    case Kind::Percentile:
      return distribution_.percentile(statistic.percent);
    case Kind::TrimmedMean:
      return distribution_.trimmed_mean(statistic.bounds);
    case Kind::WinsorizedMean:
      return distribution_.winsorized_mean(statistic.bounds);
    case Kind::TrimmedCount:
      return distribution_.trimmed_count(statistic.bounds);
    case Kind::TrimmedSum:
      return distribution_.trimmed_sum(statistic.bounds);
    case Kind::PercentileRank:
      return distribution_.percentile_rank(statistic.bounds);
    default:
      return std::nullopt;
  }
}

}  // namespace driftlab::service::cloudwatch
