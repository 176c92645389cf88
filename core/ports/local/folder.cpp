#include "core/ports/local/folder.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/hash.hpp"
#include "core/ports/object_store.hpp"

namespace driftlab::ports {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPartialFolder = ".driftlab-partial";

bool is_bucket_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name.front() != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  });
}

Error no_such_key(const std::string& key) {
  return not_found("NoSuchKey", fmt::format("The specified key does not exist: {}", key));
}

Error io_error(const std::error_code& error, const fs::path& path) {
  if (error == std::errc::permission_denied || error == std::errc::operation_not_permitted)
    return Error{ErrorKind::AccessDenied, "AccessDenied", fmt::format("{}: {}", path.string(), error.message())};
  if (error == std::errc::filename_too_long)
    return validation_error(fmt::format("{}: {}", path.string(), error.message()));
  return Error{ErrorKind::Unavailable, "IoError", fmt::format("{}: {}", path.string(), error.message())};
}

Error collision(const std::string& key) {
  return Error{ErrorKind::Conflict, "KeyCollidesWithFolder",
               fmt::format("key '{}' needs a file where a folder is, or a folder where a file is; a folder on disk "
                           "cannot hold a key that is the start of another one's path",
                           key)};
}

Instant instant_of(const timespec& time) {
  return Instant{std::chrono::seconds{time.tv_sec} + Duration{time.tv_nsec}};
}

/// What stat(2) knows of a regular file; nothing when it is none.
std::optional<ops::s3::ObjectInfo> describe_file(const fs::path& path, std::string key) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  StableHash version;
  version.add(static_cast<std::uint64_t>(status.st_ino)).add(static_cast<std::uint64_t>(status.st_size));
  for (const timespec& time : {status.st_mtim, status.st_ctim})
    version.add(static_cast<std::uint64_t>(instant_of(time).time_since_epoch().count()));
  return ops::s3::ObjectInfo{.key = std::move(key),
                             .size = static_cast<std::uint64_t>(status.st_size),
                             .etag = version.hex(),
                             .content_type = "binary/octet-stream",
                             .last_modified = instant_of(status.st_mtim)};
}

/// The folder below `bucket` that holds every key with this prefix; nothing when no key can have it.
std::optional<fs::path> folder_of_prefix(const fs::path& bucket, const std::string& prefix) {
  const auto slash = prefix.rfind('/');
  if (slash == std::string::npos) return bucket;
  const std::string folder = prefix.substr(0, slash);
  if (check_object_key(folder).has_error()) return std::nullopt;
  return bucket / folder;
}

}  // namespace

Folder::~Folder() {
  std::error_code ignored;
  fs::remove(root_ / kPartialFolder, ignored);
}

Result<> Folder::create_bucket(const std::string& bucket) {
  if (!is_bucket_name(bucket))
    return Error{ErrorKind::InvalidInput, "InvalidBucketName",
                 fmt::format("'{}' is no bucket name: letters, digits, '.', '-' and '_', not '.' in front", bucket)};
  std::error_code error;
  fs::create_directories(root_ / bucket, error);
  if (error) return io_error(error, root_ / bucket);
  return {};
}

Result<fs::path> Folder::bucket_path(const std::string& bucket) const {
  std::error_code error;
  fs::path path = root_ / bucket;
  if (is_bucket_name(bucket) && fs::is_directory(path, error)) return path;
  return not_found("NoSuchBucket", fmt::format("The specified bucket does not exist: {}", bucket));
}

Result<fs::path> Folder::object_path(const std::string& bucket, const std::string& key) const {
  if (const auto legal = check_object_key(key); legal.has_error()) return legal.error();
  auto path = bucket_path(bucket);
  if (path.has_error()) return path.error();
  return *path / key;
}

Result<fs::path> Folder::existing(const std::string& bucket, const std::string& key) const {
  auto path = object_path(bucket, key);
  if (path.has_error()) return path.error();
  std::error_code error;
  if (fs::is_regular_file(*path, error)) return path;
  if (error == std::errc::permission_denied) return io_error(error, *path);
  return no_such_key(key);
}

Result<fs::path> Folder::write_aside(std::string_view bytes, Instant now) const {
  static std::atomic<std::uint64_t> count = 0;
  const fs::path folder = root_ / kPartialFolder;
  fs::path path = folder / fmt::format("{}-{}", ::getpid(), count.fetch_add(1));
  std::error_code error;
  fs::create_directory(folder, error);
  if (error) return io_error(error, folder);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) {
    fs::last_write_time(path, std::chrono::file_clock::from_sys(now), error);
    if (!error) return path;
  } else {
    error = std::make_error_code(std::errc::io_error);
  }
  std::error_code ignored;
  fs::remove(path, ignored);
  return io_error(error, path);
}

Result<> Folder::put(const std::string& bucket, const std::string& key, std::string_view bytes, Instant now) {
  const auto path = object_path(bucket, key);
  if (path.has_error()) return path.error();
  std::error_code error;
  if (fs::is_directory(*path, error)) return collision(key);
  fs::create_directories(path->parent_path(), error);
  if (error == std::errc::not_a_directory || error == std::errc::file_exists) return collision(key);
  if (error) return io_error(error, path->parent_path());
  const auto aside = write_aside(bytes, now);
  if (aside.has_error()) return aside.error();
  fs::rename(*aside, *path, error);
  if (!error) return {};
  std::error_code ignored;
  fs::remove(*aside, ignored);
  return io_error(error, *path);
}

Result<std::ifstream> Folder::open(const std::string& bucket, const std::string& key) const {
  const auto path = existing(bucket, key);
  if (path.has_error()) return path.error();
  std::ifstream file(*path, std::ios::binary);
  if (!file) return io_error(std::make_error_code(std::errc::permission_denied), *path);
  return file;
}

Result<std::string> Folder::get_range(const std::string& bucket, const std::string& key, std::uint64_t offset,
                                      std::uint64_t count) const {
  auto file = open(bucket, key);
  if (file.has_error()) return file.error();
  if (count == 0) return validation_error("a range has at least one byte");
  file->seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(file->tellg());
  if (offset >= size) return Error{ErrorKind::InvalidInput, "InvalidRange", "The requested range is not satisfiable"};
  std::string bytes(static_cast<std::size_t>(std::min(count, size - offset)), '\0');
  file->seekg(static_cast<std::streamoff>(offset));
  if (!file->read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return io_error(std::make_error_code(std::errc::io_error), root_ / bucket / key);
  return bytes;
}

Result<Blob> Folder::get(const std::string& bucket, const std::string& key) const {
  auto bytes = get_range(bucket, key, 0, std::numeric_limits<std::uint64_t>::max());
  if (bytes.has_value()) return make_blob(std::move(*bytes));
  if (bytes.error().code == "InvalidRange") return make_blob({});
  return bytes.error();
}

Result<ops::s3::ObjectInfo> Folder::head(const std::string& bucket, const std::string& key) const {
  const auto path = existing(bucket, key);
  if (path.has_error()) return path.error();
  auto info = describe_file(*path, key);
  if (!info) return no_such_key(key);
  return std::move(*info);
}

Result<std::vector<ops::s3::ObjectInfo>> Folder::list(const std::string& bucket, const std::string& prefix) const {
  const auto root = bucket_path(bucket);
  if (root.has_error()) return root.error();
  std::vector<ops::s3::ObjectInfo> found;
  const auto folder = folder_of_prefix(*root, prefix);
  std::error_code error;
  if (!folder || !fs::is_directory(*folder, error)) return found;
  auto at = fs::recursive_directory_iterator(*folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::string key = at->path().lexically_relative(*root).generic_string();
    const bool inside = key.starts_with(prefix);
    if (at->is_directory(error)) {
      if (!inside && !prefix.starts_with(key + "/")) at.disable_recursion_pending();
    } else if (inside) {
      auto info = describe_file(at->path(), std::move(key));
      if (info) found.push_back(std::move(*info));
    }
  }
  if (error) return io_error(error, *folder);
  std::ranges::sort(found, {}, &ops::s3::ObjectInfo::key);
  return found;
}

Result<> Folder::remove(const std::string& bucket, const std::string& key) {
  const auto path = existing(bucket, key);
  if (path.has_error()) {
    if (path.error().code == "NoSuchKey") return {};
    return path.error();
  }
  std::error_code error;
  fs::remove(*path, error);
  if (error) return io_error(error, *path);
  // Only empty folders can be removed so: the first that is not ends it.
  for (fs::path parent = path->parent_path(); !error && parent != root_ / bucket; parent = parent.parent_path())
    fs::remove(parent, error);
  return {};
}

}  // namespace driftlab::ports
