#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/monitor/series/forecast_source.hpp"
#include "core/monitor/series/table_lines.hpp"

namespace driftlab::monitor {
namespace {

constexpr double kMedian = 0.5;

struct QuantileColumn {
  double level = 0.0;
  std::size_t column = 0;
};

/// Columns of the current layout.
struct Places {
  std::optional<std::size_t> item, timestamp, horizon, actual, mean, seasonal_error;
  std::vector<QuantileColumn> quantiles;  ///< by level
};

/// A row read, before it is known which forecast it belongs to.
struct Row {
  std::string item;
  std::size_t horizon = 0;
  std::vector<double> quantiles;
  std::optional<double> mean;
  double actual = std::numeric_limits<double>::quiet_NaN();
  std::optional<double> seasonal_error;
  std::vector<double> levels;
};

class ForecastTable : public ForecastSource {
 public:
  ForecastTable(std::vector<std::filesystem::path> files, ForecastReading reading)
      : rows_(std::move(files)), reading_(std::move(reading)) {}

  Result<bool> next(ForecastAndTruth& forecast) override {
    if (!waiting_) {
      auto more = read_row();
      if (!more || !*more) return more;
    }
    begin(forecast);
    while (forecast.actual.size() < kMaxSteps) {
      auto more = read_row();
      if (!more) return more;
      if (!*more || !continues(forecast)) return true;
      append(forecast);
    }
    return true;
  }

  [[nodiscard]] RejectedRecord where() const override { return begun_; }
  [[nodiscard]] RejectedRecords& rejected() override { return rejected_; }
  [[nodiscard]] std::uint64_t lines() const override { return lines_ + rejected_.count(); }
  [[nodiscard]] std::uint64_t take_bytes_read() override { return rows_.take_bytes_read(); }

 private:
  static constexpr std::size_t kMaxSteps = 4096;

  void begin(ForecastAndTruth& forecast) {
    forecast = {};
    forecast.item = row_.item;
    forecast.first_step = row_.horizon;
    forecast.levels = row_.levels;
    forecast.quantiles.resize(row_.levels.size());
    forecast.seasonal_error = row_.seasonal_error;
    begun_ = row_where_;
    append(forecast);
  }

  void append(ForecastAndTruth& forecast) {
    for (std::size_t i = 0; i < row_.quantiles.size(); ++i) forecast.quantiles[i].push_back(row_.quantiles[i]);
    if (row_.mean) forecast.mean.push_back(*row_.mean);
    forecast.actual.push_back(row_.actual);
    waiting_ = false;
  }

  [[nodiscard]] bool continues(const ForecastAndTruth& forecast) const {
    const bool step_fits =
        forecast.first_step == 0 ? row_.horizon == 0 : row_.horizon == forecast.first_step + forecast.actual.size();
    return step_fits && row_.item == forecast.item && row_.seasonal_error == forecast.seasonal_error &&
           row_.mean.has_value() == !forecast.mean.empty() && row_.levels == forecast.levels;
  }

  /// Reads the next row that is of use into `row_`, which then waits.
  Result<bool> read_row() {
    for (;;) {
      auto more = rows_.next(rejected_);
      if (!more || !*more) {
        waiting_ = false;
        return more;
      }
      if (std::exchange(layout_, rows_.layout()) != rows_.layout())
        if (const auto found = find_places(); !found) return found.error();
      row_where_ = rows_.where();
      const auto used = take_row();
      if (used && !*used) {
        ++lines_;
        continue;
      }
      if (used) {
        ++lines_;
        waiting_ = true;
        return true;
      }
      RejectedRecord record = row_where_;
      record.reason = used.error().message;
      rejected_.add(std::move(record));
    }
  }

  Result<> find_places() {
    const auto& names = rows_.names();
    const SeriesColumns& columns = reading_.columns;
    places_ = {};
    if (auto ok = place(places_.item, columns.item, usual_item_names(), "item"); !ok) return ok;
    if (auto ok = place(places_.timestamp, columns.timestamp, usual_timestamp_names(), "timestamp"); !ok) return ok;
    if (auto ok = place(places_.horizon, columns.horizon, {"horizon", "step"}, "horizon"); !ok) return ok;
    if (auto ok = place(places_.mean, columns.mean, {"mean", "prediction_mean", "prediction"}, "mean"); !ok) return ok;
    if (!reading_.truth)
      if (auto ok = place(places_.actual, columns.actual, usual_actual_names(), "actual value"); !ok) return ok;
    places_.seasonal_error = find_column(names, "", {"seasonal_error"});
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto is = [&](const std::optional<std::size_t>& role) { return role == i; };
      if (is(places_.item) || is(places_.timestamp) || is(places_.horizon) || is(places_.actual) || is(places_.mean))
        continue;
      if (const auto level = level_of_name(names[i])) places_.quantiles.push_back({*level, i});
    }
    std::sort(places_.quantiles.begin(), places_.quantiles.end(),
              [](const auto& a, const auto& b) { return a.level < b.level; });
    return check_places();
  }

  Result<> place(std::optional<std::size_t>& into, const std::string& wanted, const std::vector<std::string>& usual,
                 const char* what) {
    into = find_column(rows_.names(), wanted, usual);
    if (into || wanted.empty()) return {};
    return at_row(fmt::format("there is no column '{}' for the {}{}", wanted, what, suggestion(wanted, rows_.names())));
  }

  Result<> check_places() const {
    const auto& quantiles = places_.quantiles;
    if (quantiles.empty() && !places_.mean)
      return at_row(
          "no column holds a quantile (0.1, q0.1, p10) or the mean; name the mean with --inference-attribute");
    for (std::size_t i = 1; i < quantiles.size(); ++i)
      if (quantiles[i - 1].level == quantiles[i].level)
        return at_row(fmt::format("columns '{}' and '{}' hold the same quantile",
                                  rows_.names()[quantiles[i - 1].column], rows_.names()[quantiles[i].column]));
    if (!reading_.truth && !places_.actual)
      return at_row(
          "no column holds the actual value; name it with --ground-truth-attribute, or give --ground-truth-source");
    if (reading_.truth && !places_.timestamp)
      return at_row("no column holds the timestamp that ground truth is found by; name it with --timestamp-attribute");
    if ((reading_.start || reading_.end) && !places_.timestamp)
      return at_row(
          "no column holds the timestamp that start_time and end_time speak of; name it with "
          "--timestamp-attribute");
    return {};
  }

  [[nodiscard]] Error at_row(const std::string& message) const {
    const auto at = rows_.where();
    return input_error(fmt::format("{}:{}: {}", at.file, at.line, message));
  }

  /// Fills `row_`; false for a row outside the window. Errors: why the row cannot be used.
  Result<bool> take_row() {
    const auto& cells = rows_.cells();
    row_.item = places_.item ? cells[*places_.item].word() : std::string();
    std::optional<Instant> at;
    if (places_.timestamp && (reading_.truth || reading_.start || reading_.end)) {
      const auto parsed = parse_instant(cells[*places_.timestamp].word());
      if (!parsed) return input_error(fmt::format("{}: {}", name(*places_.timestamp), parsed.error().message));
      at = *parsed;
      if ((reading_.start && *at < *reading_.start) || (reading_.end && *at >= *reading_.end)) return false;
    }
    if (const auto read = take_horizon(); !read) return read.error();
    if (const auto read = take_forecast(); !read) return read.error();
    if (reading_.truth) {
      row_.actual = reading_.truth->find(row_.item, *at);
      return true;
    }
    const auto actual = cells[*places_.actual].value();
    if (!actual) return not_number(*places_.actual);
    row_.actual = *actual;
    return true;
  }

  Result<> take_horizon() {
    row_.horizon = 0;
    if (!places_.horizon) return {};
    const auto step = rows_.cells()[*places_.horizon].value();
    if (!step || !(*step >= 1.0 && *step <= 1e6) || *step != std::floor(*step))
      return input_error(fmt::format("{} is '{}'; expected a step from 1", name(*places_.horizon),
                                     rows_.cells()[*places_.horizon].word()));
    row_.horizon = static_cast<std::size_t>(*step);
    return {};
  }

  Result<> take_forecast() {
    const auto& cells = rows_.cells();
    row_.levels.clear();
    row_.quantiles.clear();
    row_.mean.reset();
    row_.seasonal_error.reset();
    for (const auto& [level, column] : places_.quantiles) {
      const auto value = cells[column].value();
      if (!value || !std::isfinite(*value)) return not_number(column);
      row_.levels.push_back(level);
      row_.quantiles.push_back(*value);
    }
    if (places_.mean) {
      const auto value = cells[*places_.mean].value();
      if (!value || !std::isfinite(*value)) return not_number(*places_.mean);
      row_.mean = *value;
    }
    if (places_.seasonal_error) {
      const auto value = cells[*places_.seasonal_error].value();
      if (!value || *value < 0.0) return not_number(*places_.seasonal_error);
      if (std::isfinite(*value)) row_.seasonal_error = *value;
    }
    if (row_.levels.empty()) {
      row_.levels = {kMedian};
      row_.quantiles = {*row_.mean};
    }
    return {};
  }

  [[nodiscard]] Error not_number(std::size_t column) const {
    const auto& cell = rows_.cells()[column];
    return input_error(fmt::format("{} is {}; expected a number", name(column),
                                   cell.is_missing() ? "missing" : "'" + cell.word() + "'"));
  }

  [[nodiscard]] const std::string& name(std::size_t column) const { return rows_.names()[column]; }

  TableLines rows_;
  ForecastReading reading_;
  RejectedRecords rejected_;
  Places places_;
  std::size_t layout_ = 0;
  Row row_;
  RejectedRecord row_where_;
  RejectedRecord begun_;
  bool waiting_ = false;  ///< `row_` belongs to the next forecast
  std::uint64_t lines_ = 0;
};

}  // namespace

std::optional<double> level_of_name(std::string_view name) {
  bool percent = false;
  for (const std::string_view prefix : {"quantiles.", "quantile_", "quantile", "q_", "q", "p_", "p", "P"})
    if (name.starts_with(prefix) && name.size() > prefix.size()) {
      name.remove_prefix(prefix.size());
      percent = true;
      break;
    }
  const auto number = parse_double(name);
  if (!number) return std::nullopt;
  const double level = percent && *number >= 1.0 ? *number / 100.0 : *number;
  if (!(level > 0.0 && level < 1.0)) return std::nullopt;
  return level;
}

std::unique_ptr<ForecastSource> open_forecast_table(std::vector<std::filesystem::path> files, ForecastReading reading) {
  return std::make_unique<ForecastTable>(std::move(files), std::move(reading));
}

}  // namespace driftlab::monitor
