#pragma once
/// The ObjectStore port on the S3 model, in-process.

#include <cstdint>

#include "core/ports/object_store.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/s3/s3.hpp"

namespace driftlab::backend {

/// Bodies are shared with the service, also by open readers, never copied. Borrows both arguments.
class SimObjectStore final : public ports::ObjectStore {
 public:
  SimObjectStore(service::s3::S3& service, CallModel& call) : service_(service), call_(call) {}

  ports::Async<> put(const ports::ObjectRef& object, Blob bytes,
                     ports::Deadline deadline = ports::kNoDeadline) override;
  ports::Async<Blob> get(const ports::ObjectRef& object, ports::Deadline deadline = ports::kNoDeadline) override;
  ports::Async<std::string> get_range(const ports::ObjectRef& object, std::uint64_t offset, std::uint64_t count,
                                      ports::Deadline deadline = ports::kNoDeadline) override;
  ports::Async<std::unique_ptr<ports::ObjectReader>> open(const ports::ObjectRef& object,
                                                          ports::Deadline deadline = ports::kNoDeadline) override;
  ports::Async<ops::s3::ObjectInfo> head(const ports::ObjectRef& object,
                                         ports::Deadline deadline = ports::kNoDeadline) override;
  ports::Async<std::vector<ops::s3::ObjectInfo>> list(const ports::ObjectRef& prefix,
                                                      ports::Deadline deadline = ports::kNoDeadline) override;
  ports::Async<> remove(const ports::ObjectRef& object, ports::Deadline deadline = ports::kNoDeadline) override;

 private:
  service::s3::S3& service_;
  CallModel& call_;
};

}  // namespace driftlab::backend
