#include "core/capture/hour_folder.hpp"

namespace driftlab::capture {
namespace {

constexpr std::string_view kShape = "dddd/dd/dd/dd";

int digits(std::string_view text) {
  int value = 0;
  for (const char c : text) value = 10 * value + (c - '0');
  return value;
}

bool is_hour_folder(std::string_view name, std::size_t at) {
  if (at > 0 && name[at - 1] != '/') return false;
  if (at + kShape.size() < name.size() && name[at + kShape.size()] != '/') return false;
  const auto text = name.substr(at, kShape.size());
  for (std::size_t i = 0; i < kShape.size(); ++i)
    if (kShape[i] == '/' ? text[i] != '/' : text[i] < '0' || text[i] > '9') return false;
  const int year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
  // The years that 64 bits of nanoseconds hold.
  return year >= 1678 && year <= 2261 && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
         digits(text.substr(11, 2)) <= 23;
}

}  // namespace

std::string_view hour_folder_of(std::string_view name) {
  if (name.size() < kShape.size()) return {};
  for (std::size_t at = name.size() - kShape.size() + 1; at-- > 0;)
    if (is_hour_folder(name, at)) return name.substr(at, kShape.size());
  return {};
}

std::optional<Instant> begin_of_hour(std::string_view folder) {
  if (folder.size() != kShape.size()) return std::nullopt;
  return from_civil(digits(folder.substr(0, 4)), static_cast<unsigned>(digits(folder.substr(5, 2))),
                    static_cast<unsigned>(digits(folder.substr(8, 2))), digits(folder.substr(11, 2)));
}

}  // namespace driftlab::capture
