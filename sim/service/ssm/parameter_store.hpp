#pragma once
/// Systems Manager Parameter Store: named texts with versions.

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "core/base/identity.hpp"
#include "core/base/result.hpp"
#include "core/ports/ops/ssm.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::ssm {

struct Config {
  AwsIdentity identity = {};
};

/// threading  one thread
/// errors     ParameterNotFound (without message), ParameterVersionNotFound (NotFound); ParameterAlreadyExists
///            (Conflict); ValidationException, UnsupportedParameterType, HierarchyLevelLimitExceededException
/// source     aws-wire reference, section 9.14
class ParameterStore {
 public:
  /// `journal` takes each change; `events` the event `Parameter Store Change`, null for none. Both borrowed.
  explicit ParameterStore(Config config, Journal& journal, EventPublisher* events = nullptr)
      : config_(std::move(config)), journal_(journal), events_(events) {}

  /// Creates version 1, or the next version with `overwrite`. The latest 100 versions are kept.
  Result<ops::ssm::PutParameterOutput> handle(const ops::ssm::PutParameterInput& request, Instant now);
  Result<ops::ssm::Parameter> handle(const ops::ssm::GetParameterInput& request, Instant now) const;
  Result<ops::ssm::GetParametersOutput> handle(const ops::ssm::GetParametersInput& request, Instant now) const;
  Result<ops::ssm::GetParametersByPathOutput> handle(const ops::ssm::GetParametersByPathInput& request,
                                                     Instant now) const;
  Result<> handle(const ops::ssm::DeleteParameterInput& request, Instant now);

  /// The ARN of a parameter: no doubled slash between "parameter" and a name that begins with one.
  [[nodiscard]] std::string arn(const std::string& name) const;

 private:
  using Versions = std::deque<ops::ssm::Parameter>;

  void announce(const char* operation, const ops::ssm::Parameter& parameter, Instant now);

  Config config_;
  Journal& journal_;
  EventPublisher* events_;
  std::map<std::string, Versions, std::less<>> parameters_;
};

}  // namespace driftlab::service::ssm
