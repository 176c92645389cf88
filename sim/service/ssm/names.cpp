#include "sim/service/ssm/names.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace driftlab::service::ssm {
namespace {

constexpr std::size_t kNameMax = 1011;
constexpr std::ptrdiff_t kLevelsMax = 15;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_' || c == '/';
}

bool has_reserved_start(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  std::string start(name.substr(0, 3));
  for (char& c : start) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return start == "aws" || start == "ssm";
}

}  // namespace

Result<> check_name(std::string_view name) {
  if (name.empty() || name.size() > kNameMax)
    return validation_error(fmt::format("Parameter name: length must be from 1 to {} characters", kNameMax));
  const bool qualified = name.front() == '/';
  if (!std::ranges::all_of(name, is_name_character) || name.back() == '/' || name.find("//") != std::string_view::npos)
    return validation_error(
        "Parameter name must not contain anything but letters, digits and the symbols . - _, with / between levels");
  if (!qualified && name.find('/') != std::string_view::npos)
    return validation_error("Parameter name must be a fully qualified name.");
  if (has_reserved_start(name))
    return validation_error("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
  if (std::ranges::count(name, '/') > kLevelsMax)
    return Error{ErrorKind::InvalidInput, "HierarchyLevelLimitExceededException",
                 "A hierarchy can have a maximum of 15 levels."};
  return {};
}

Result<> check_path(std::string_view path) {
  if (path.starts_with('/') && std::ranges::all_of(path, is_name_character) &&
      path.find("//") == std::string_view::npos)
    return {};
  return validation_error(fmt::format("The parameter path '{}' must begin with / and hold whole levels", path));
}

}  // namespace driftlab::service::ssm
