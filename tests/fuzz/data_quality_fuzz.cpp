/// Any bytes as a dataset and as the files of a baseline: nothing crashes, no record is lost, what is written is read
/// back.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/check.hpp"
#include "core/monitor/data_quality/data_quality.hpp"
#include "core/monitor/profile/csv_source.hpp"
#include "core/monitor/profile/json_source.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::monitor;

const std::filesystem::path& data_path() {
  static const std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("driftlab_fuzz_{}", ::getpid());
  return path;
}

void check_profile(RowSource& source) {
  const auto dataset = profile_dataset(source, {.threads = 1});
  if (!dataset) {
    DRIFTLAB_CHECK(!dataset.error().message.empty(), "a refusal says why");
    return;
  }
  for (const auto& column : dataset->columns)
    DRIFTLAB_CHECK(column.profile.types().total() == dataset->rows, "every row has every cell");
  const auto baseline = data_quality_baseline(*dataset, CategoricalDriftMethod::LInfinity);
  // Texts that are not UTF-8 cannot come back; readers let none through.
  const auto statistics = read_statistics(baseline.statistics_json, "statistics.json");
  DRIFTLAB_CHECK(statistics.has_value() && statistics->features.size() == dataset->columns.size(), "statistics");
  const auto constraints = read_constraints_file(baseline.constraints_json, "constraints.json");
  DRIFTLAB_CHECK(constraints.has_value(), "constraints come back");
  static_cast<void>(run_data_quality(*dataset, *constraints, *statistics, {}));
}

}  // namespace

/// The first byte says what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      static_cast<void>(read_statistics(text, "s"));
      return 0;
    case 1:
      static_cast<void>(read_constraints_file(text, "c"));
      return 0;
    default:
      break;
  }
  std::ofstream(data_path(), std::ios::binary | std::ios::trunc) << text;
  if (data[0] % 5 == 2) {
    JsonLinesSource source({data_path()});
    check_profile(source);
  } else {
    // Small blocks, so that records lie across their ends.
    CsvSource source({data_path()}, {.header = data[0] % 5 == 3, .block_bytes = 1U + data[0] / 5U});
    check_profile(source);
  }
  return 0;
}
