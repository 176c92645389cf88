#pragma once
/// Files of a container: what it reads, and what it leaves behind for SageMaker to collect.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/ports/ops/cloudwatch.hpp"

namespace driftlab::job {

/// The file itself, or every regular file below a folder, ascending by path; names that begin with '.' or '_' are left
/// out, as Spark does. Errors: NotFound; "Job inputs had no data" for a folder without files.
[[nodiscard]] Result<std::vector<std::filesystem::path>> input_files(const std::filesystem::path& source);

/// Bytes of all the files together; those that are gone count nothing.
[[nodiscard]] std::uint64_t size_of_files(std::span<const std::filesystem::path> files);

/// Told how many more bytes were read.
using TellRead = std::function<void(std::uint64_t)>;
/// Adds up what was read of the files and tells `progress` the share, at most the whole: gzip holds more than its size.
/// Nothing is told where `progress` is empty.
[[nodiscard]] TellRead progress_of_reading(std::span<const std::filesystem::path> files,
                                           std::function<void(double)> progress);

/// ".csv" of "a.csv" and of "a.csv.gz": what says the format of a data file.
[[nodiscard]] std::string data_extension(const std::filesystem::path& file);

/// Gzip is decompressed. Errors: NotFound, IoError with the system's text, InvalidInput for damaged gzip data.
[[nodiscard]] Result<std::string> read_whole(const std::filesystem::path& path);
/// The same without a byte order mark. Errors: InvalidInput for UTF-16 too.
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& path);
/// Replaces the file, making its folders. Errors: IoError.
[[nodiscard]] Result<> write_whole(const std::filesystem::path& path, std::string_view bytes);

/// One JSON line a value, as containers hand metrics to CloudWatch. Values that are not finite are left out: CloudWatch
/// refuses them.
[[nodiscard]] std::string metric_lines(std::span<const ops::cloudwatch::MetricDatum> metrics, Instant now);

struct ContainerResult {
  std::vector<std::pair<std::string, std::string>> files;  ///< name and bytes, into output_path
  std::string message;                                     ///< "Completed: …", "CompletedWithViolations: …"
  std::vector<ops::cloudwatch::MetricDatum> metrics;
};

/// Writes files, message (at most 1,024 bytes, as ExitMessage) and, when publishing is on, metrics. Errors: IoError.
[[nodiscard]] Result<> write_result(const ContainerEnvironment& environment, const ContainerResult& result,
                                    Instant now);

}  // namespace driftlab::job
