#pragma once
/// The ObjectStore port on a folder on disk: one sub-folder a bucket.

#include <cstdint>

#include "core/ports/clock.hpp"
#include "core/ports/local/folder.hpp"
#include "core/ports/object_store.hpp"

namespace driftlab::ports {

/// threading  one thread; other programs may read and write the folder meanwhile
/// blocking   every call completes without suspending; it blocks while the disk works
/// errors     ObjectStore's, and KeyCollidesWithFolder (Conflict), AccessDenied, IoError (Unavailable)
class FolderObjectStore final : public ObjectStore {
 public:
  /// `clock` dates objects and judges deadlines. Borrowed.
  FolderObjectStore(std::filesystem::path root, const Clock& clock) : folder_(std::move(root)), clock_(clock) {}

  /// Makes the sub-folder; succeeds when it is there. Errors: InvalidBucketName.
  [[nodiscard]] Result<> create_bucket(const std::string& bucket) { return folder_.create_bucket(bucket); }

  Async<> put(const ObjectRef& object, Blob bytes, Deadline deadline = kNoDeadline) override;
  Async<Blob> get(const ObjectRef& object, Deadline deadline = kNoDeadline) override;
  Async<std::string> get_range(const ObjectRef& object, std::uint64_t offset, std::uint64_t count,
                               Deadline deadline = kNoDeadline) override;
  Async<std::unique_ptr<ObjectReader>> open(const ObjectRef& object, Deadline deadline = kNoDeadline) override;
  Async<ops::s3::ObjectInfo> head(const ObjectRef& object, Deadline deadline = kNoDeadline) override;
  Async<std::vector<ops::s3::ObjectInfo>> list(const ObjectRef& prefix, Deadline deadline = kNoDeadline) override;
  Async<> remove(const ObjectRef& object, Deadline deadline = kNoDeadline) override;

 private:
  [[nodiscard]] Result<> check_deadline(Deadline deadline) const;

  Folder folder_;
  const Clock& clock_;
};

}  // namespace driftlab::ports
