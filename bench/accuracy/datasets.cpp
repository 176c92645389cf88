#include "bench/accuracy/datasets.hpp"

#include <array>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::accuracy {
namespace {

using forecast::Series;
using Rows = std::vector<std::vector<std::string>>;

std::string unquoted(std::string field) {
  while (!field.empty() && (field.back() == '\r' || field.back() == ' ')) field.pop_back();
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') return field.substr(1, field.size() - 2);
  return field;
}

Result<Rows> read_csv(const std::string& path, bool header) {
  std::ifstream file(path);
  if (!file) return not_found("NotFound", path + ": cannot be read");
  Rows rows;
  std::string line;
  if (header) std::getline(file, line);
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(unquoted(std::move(field)));
    rows.push_back(std::move(fields));
  }
  return rows;
}

Result<std::vector<double>> column(const Rows& rows, std::size_t index, double factor = 1.0) {
  std::vector<double> values;
  for (const auto& row : rows) {
    const auto value = index < row.size() ? parse_double(row[index]) : std::nullopt;
    if (!value) return input_error(fmt::format("row {}: column {} is not a number", values.size() + 1, index + 1));
    values.push_back(*value * factor);
  }
  return values;
}

/// One column of a file as the only series of a case.
struct Single {
  const char* file;
  bool header;
  std::size_t column;
  double factor;
  std::size_t last;  ///< newest values taken; 0: all
  Instant start;
  Duration freq;
};

Result<Dataset> load_single(const std::string& folder, const Single& what, Dataset into) {
  auto rows = read_csv(folder + "/" + what.file, what.header);
  if (!rows) return rows.error();
  auto values = column(*rows, what.column, what.factor);
  if (!values) return input_error(fmt::format("{}: {}", what.file, values.error().message));
  if (what.last > 0 && values->size() > what.last)
    values->erase(values->begin(), values->end() - static_cast<std::ptrdiff_t>(what.last));
  into.series.push_back({what.start, what.freq, *std::move(values), {}, {}});
  return into;
}

/// Columns `first` … `last` as one series each, at most `rows` rows.
Result<Dataset> load_columns(const std::string& folder, const Single& what, std::size_t last, std::size_t most,
                             Dataset into) {
  auto rows = read_csv(folder + "/" + what.file, what.header);
  if (!rows) return rows.error();
  if (most > 0 && rows->size() > most) rows->resize(most);
  for (std::size_t index = what.column; index <= last; ++index) {
    auto values = column(*rows, index);
    if (!values) return input_error(fmt::format("{}: {}", what.file, values.error().message));
    const auto category = static_cast<int>(index - what.column);
    into.series.push_back({what.start, what.freq, *std::move(values), {category}, {}});
  }
  return into;
}

Result<Dataset> load_m4(const std::string& folder, Dataset into) {
  auto train = read_csv(folder + "/m4_hourly/Hourly-train.csv", true);
  if (!train) return train.error();
  auto test = read_csv(folder + "/m4_hourly/Hourly-test.csv", true);
  if (!test) return test.error();
  if (train->size() != test->size()) return input_error("m4_hourly: train and test have different numbers of rows");
  for (std::size_t i = 0; i < train->size(); ++i) {
    Series series{from_civil(1750, 1, 1), 1h, {}, {static_cast<int>(i)}, {}};
    for (const auto* part : {&(*train)[i], &(*test)[i]})
      for (std::size_t j = 1; j < part->size(); ++j)
        if (const auto value = parse_double((*part)[j])) series.target.push_back(*value);
    into.series.push_back(std::move(series));
  }
  return into;
}

Result<Dataset> load_segments(const std::string& folder, Dataset into) {
  auto rows = read_csv(folder + "/eth_gas_minute/eth_gas_1min.csv", true);
  if (!rows) return rows.error();
  std::string segment;
  for (const auto& row : *rows) {
    if (row.size() < 3) return input_error("eth_gas_1min.csv: segment, minute, price expected");
    const auto value = parse_double(row[2]);
    const auto at = parse_instant(row[1]);
    if (!value || !at) return input_error("eth_gas_1min.csv: segment, minute, price expected");
    if (row[0] != segment) into.series.push_back({*at, 1min, {}, {}, {}});
    segment = row[0];
    into.series.back().target.push_back(*value);
  }
  return into;
}

using Loader = std::function<Result<Dataset>(const std::string&)>;

const std::map<std::string, Loader, std::less<>>& loaders() {
  static const auto fees = [](const std::string& folder, Dataset into) {
    return load_single(folder, {"eth_block_fees/eth_fee_5block.csv", true, 3, 1.0, 0, from_civil(2022, 1, 13), 1min},
                       std::move(into));
  };
  static const auto transformer = [](const std::string& folder, Dataset into) {
    return load_columns(folder, {"etth1/ETTh1.csv", true, 1, 1.0, 0, from_civil(2016, 7, 1), 1h}, 7, 0,
                        std::move(into));
  };
  static const std::map<std::string, Loader, std::less<>> kLoaders{
      {"eth_fee5_h30",
       [](const std::string& f) {
         return fees(f, {"eth_fee5", "1min", {}, 30, 20, 1});
       }},
      {"eth_fee5_h5",
       [](const std::string& f) {
         return fees(f, {"eth_fee5", "1min", {}, 5, 120, 1});
       }},
      {"eth_hourly",
       [](const std::string& f) {
         return load_single(f, {"eth_gas_hourly/average_gas.csv", true, 2, 1.0, 0, from_civil(2022, 4, 26, 13), 1h},
                            {"eth_hourly", "1H", {}, 30, 20, 24});
       }},
      {"eth_daily",
       [](const std::string& f) {
         return load_single(
             f, {"eth_gas_daily/gas_prices.csv", true, 2, 1e-9, 2200, from_civil(2019, 11, 15), std::chrono::days{1}},
             {"eth_daily", "1D", {}, 30, 12, 7});
       }},
      {"taxi",
       [](const std::string& f) {
         return load_single(f, {"nab/realKnownCause/nyc_taxi.csv", true, 1, 1.0, 0, from_civil(2014, 7, 1), 30min},
                            {"taxi", "30min", {}, 30, 20, 48});
       }},
      {"exchange",
       [](const std::string& f) {
         return load_columns(
             f, {"exchange_rate/exchange_rate.txt", false, 0, 1.0, 0, from_civil(1990, 1, 1), std::chrono::days{1}}, 7,
             6221, {"exchange", "1D", {}, 30, 5, 5});
       }},
      {"etth1",
       [](const std::string& f) {
         return transformer(f, {"etth1", "1H", {}, 30, 20, 24});
       }},
      {"etth1_h48",
       [](const std::string& f) {
         return transformer(f, {"etth1", "1H", {}, 48, 20, 24});
       }},
      {"m4_hourly",
       [](const std::string& f) {
         return load_m4(f, {"m4_hourly", "1H", {}, 48, 1, 24});
       }},
      {"eth_1min",
       [](const std::string& f) {
         return load_segments(f, {"eth_1min", "1min", {}, 5, 6, 1});
       }},
  };
  return kLoaders;
}

}  // namespace

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (const auto& [name, loader] : loaders()) names.push_back(name);
  return names;
}

Result<Dataset> load_dataset(const std::string& folder, std::string_view name) {
  const auto found = loaders().find(name);
  if (found == loaders().end()) return input_error(fmt::format("no dataset '{}'", name));
  return found->second(folder);
}

}  // namespace driftlab::accuracy
