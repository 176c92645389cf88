#pragma once
/// Account, region and ARNs.

#include <string>
#include <string_view>

namespace driftlab {

/// Whose resources these are. The defaults are AWS's documentation account.
struct AwsIdentity {
  std::string account = "123456789012";
  std::string region = "eu-west-1";

  /// "arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE".
  [[nodiscard]] std::string arn(std::string_view service, std::string_view resource) const;
};

/// The part of an ARN after the account, or the whole text when it is not an ARN.
[[nodiscard]] std::string_view arn_resource(std::string_view arn);
/// What follows the last '/' or ':' of an ARN or name: the name of the thing.
[[nodiscard]] std::string_view arn_name(std::string_view arn);

}  // namespace driftlab
