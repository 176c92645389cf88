#pragma once
/// Reading a container's environment and inputs, with errors that name what is wrong.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/job/container/files.hpp"
#include "core/ports/ops/container.hpp"

namespace driftlab::job {

/// The settings of one container: its environment, and for a training job its hyperparameters.
class Settings {
 public:
  explicit Settings(const std::map<std::string, std::string>& values) : values_(values) {}
  [[nodiscard]] Result<std::string> text(const std::string& name) const;
  [[nodiscard]] std::string text_or(const std::string& name, std::string_view fallback) const;
  /// A whole number in [min, max].
  [[nodiscard]] Result<int> integer(const std::string& name, int min, int max) const;
  [[nodiscard]] Result<int> integer_or(const std::string& name, int fallback, int min, int max) const;
  [[nodiscard]] Result<double> number_or(const std::string& name, double fallback) const;
  [[nodiscard]] bool has(const std::string& name) const;

 private:
  const std::map<std::string, std::string>& values_;
};

/// Everything a mount's files hold, one after the other. Errors: NotFound when there is no such input or it is empty.
[[nodiscard]] Result<std::string> read_input(const ops::container::Run& run, std::string_view name);
/// The mount, or null.
[[nodiscard]] const ops::container::Mount* find_input(const ops::container::Run& run, std::string_view name);

/// Exit code 1 with the error as message.
[[nodiscard]] ops::container::Exit failed(const Error& error);

/// Adds a file to an output.
void add_file(ops::container::Exit& exit, const std::string& output, std::string path, std::string bytes);

/// The files go to the run's output, the metrics, where they are published, to `metric_namespace`.
[[nodiscard]] ops::container::Exit exit_with(const ops::container::Run& run, const ContainerEnvironment& environment,
                                             ContainerResult result, const char* metric_namespace);

}  // namespace driftlab::job
