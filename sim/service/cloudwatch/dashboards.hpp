#pragma once
/// Dashboards: stored bodies, and what is wrong or doubtful about one.

#include <map>
#include <string>

#include "core/base/identity.hpp"
#include "core/base/result.hpp"
#include "core/ports/ops/cloudwatch.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::cloudwatch {

namespace api = driftlab::ops::cloudwatch;

class Dashboards {
 public:
  Dashboards(const AwsIdentity& identity, Journal& journal) : identity_(identity), journal_(journal) {}

  /// Replaces the whole body. Errors: InvalidParameterValue (name), InvalidParameterInput (body; the message lists
  /// "path: fault").
  Result<api::PutDashboardOutput> put(const api::PutDashboardInput& request);
  /// Errors: ResourceNotFound.
  [[nodiscard]] Result<api::GetDashboardOutput> get(const api::GetDashboardInput& request) const;

 private:
  const AwsIdentity& identity_;
  Journal& journal_;
  std::map<std::string, std::string> bodies_;
};

}  // namespace driftlab::service::cloudwatch
