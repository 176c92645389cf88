#include "core/job/training_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace driftlab::job {
namespace {

constexpr double kUnknownVcpus = 4.0;
constexpr double kWorkUnitsPerVcpuSecond = 1e9;
constexpr std::array<std::pair<std::string_view, double>, 3> kNamedSizes{
    {{"medium", 2.0}, {"large", 2.0}, {"xlarge", 4.0}}};

}  // namespace

double vcpus(std::string_view instance_type) {
  const auto dot = instance_type.rfind('.');
  const std::string_view size = dot == std::string_view::npos ? instance_type : instance_type.substr(dot + 1);
  for (const auto& [name, count] : kNamedSizes)
    if (size == name) return count;
  // "12xlarge": twelve times the four of an xlarge.
  int multiple = 0;
  const auto [rest, error] = std::from_chars(size.data(), size.data() + size.size(), multiple);
  if (error != std::errc{} || multiple < 1 || std::string_view(rest, size.data() + size.size()) != "xlarge")
    return kUnknownVcpus;
  return 4.0 * multiple;
}

Duration training_time(std::string_view instance_type, int instance_count, double work_units) {
  const double rate = vcpus(instance_type) * kWorkUnitsPerVcpuSecond * std::max(instance_count, 1);
  return std::chrono::seconds{90} + from_seconds(work_units / rate);
}

}  // namespace driftlab::job
