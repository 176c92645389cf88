#pragma once
/// Objects in a folder on disk: the blocking half of FolderObjectStore, without coroutines.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/blob.hpp"
#include "core/base/result.hpp"
#include "core/ports/ops/s3.hpp"

namespace driftlab::ports {

/// root/<bucket>/<key>. Contract and errors: ObjectStore; more of them: KeyCollidesWithFolder (Conflict), AccessDenied,
/// IoError (Unavailable) with the system's text.
class Folder {
 public:
  /// The root must exist, or be creatable by the first `create_bucket`.
  explicit Folder(std::filesystem::path root) : root_(std::move(root)) {}
  /// Removes the place for partial files when it is empty.
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// Succeeds when it exists. Errors: InvalidBucketName (not letters, digits, '.', '-', '_', or begins with '.').
  [[nodiscard]] Result<> create_bucket(const std::string& bucket);
  [[nodiscard]] Result<> put(const std::string& bucket, const std::string& key, std::string_view bytes, Instant now);
  [[nodiscard]] Result<std::string> get_range(const std::string& bucket, const std::string& key, std::uint64_t offset,
                                              std::uint64_t count) const;
  [[nodiscard]] Result<Blob> get(const std::string& bucket, const std::string& key) const;
  /// Holds the version it opened, also when that is replaced or removed.
  [[nodiscard]] Result<std::ifstream> open(const std::string& bucket, const std::string& key) const;
  [[nodiscard]] Result<ops::s3::ObjectInfo> head(const std::string& bucket, const std::string& key) const;
  [[nodiscard]] Result<std::vector<ops::s3::ObjectInfo>> list(const std::string& bucket,
                                                              const std::string& prefix) const;
  [[nodiscard]] Result<> remove(const std::string& bucket, const std::string& key);

 private:
  [[nodiscard]] Result<std::filesystem::path> bucket_path(const std::string& bucket) const;
  /// Where the object is or would be; the bucket exists and the key is legal.
  [[nodiscard]] Result<std::filesystem::path> object_path(const std::string& bucket, const std::string& key) const;
  /// The same, of an object that is there.
  [[nodiscard]] Result<std::filesystem::path> existing(const std::string& bucket, const std::string& key) const;
  [[nodiscard]] Result<std::filesystem::path> write_aside(std::string_view bytes, Instant now) const;

  std::filesystem::path root_;
};

}  // namespace driftlab::ports
