#include "core/base/identity.hpp"

#include <fmt/format.h>

namespace driftlab {

std::string AwsIdentity::arn(std::string_view service, std::string_view resource) const {
  return fmt::format("arn:aws:{}:{}:{}:{}", service, region, account, resource);
}

std::string_view arn_resource(std::string_view arn) {
  if (!arn.starts_with("arn:")) return arn;
  std::size_t position = 0;
  for (int colon = 0; colon < 5; ++colon) {
    position = arn.find(':', position);
    if (position == std::string_view::npos) return arn;
    ++position;
  }
  return arn.substr(position);
}

std::string_view arn_name(std::string_view arn) {
  const auto cut = arn.find_last_of("/:");
  return cut == std::string_view::npos ? arn : arn.substr(cut + 1);
}

}  // namespace driftlab
