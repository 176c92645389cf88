#include "core/ports/local/folder_object_store.hpp"

#include <utility>

namespace driftlab::ports {
namespace {

class FileReader final : public ObjectReader {
 public:
  explicit FileReader(std::ifstream file) : file_(std::move(file)) {}

  Async<std::string> read(std::size_t bytes_max) override {
    std::string piece(bytes_max, '\0');
    file_.read(piece.data(), static_cast<std::streamsize>(bytes_max));
    piece.resize(static_cast<std::size_t>(file_.gcount()));
    if (file_.bad()) co_return Error{ErrorKind::Unavailable, "IoError", "reading the file failed"};
    co_return piece;
  }

 private:
  std::ifstream file_;
};

}  // namespace

Result<> FolderObjectStore::check_deadline(Deadline deadline) const {
  if (clock_.now() <= deadline) return {};
  return Error{ErrorKind::DeadlineExceeded, "DeadlineExceeded", "the deadline passed first"};
}

Async<> FolderObjectStore::put(const ObjectRef& object, Blob bytes, Deadline deadline) {
  if (const auto in_time = check_deadline(deadline); in_time.has_error()) co_return in_time.error();
  const std::string_view content = bytes ? std::string_view(*bytes) : std::string_view();
  co_return folder_.put(object.bucket(), object.key(), content, clock_.now());
}

Async<Blob> FolderObjectStore::get(const ObjectRef& object, Deadline deadline) {
  if (const auto in_time = check_deadline(deadline); in_time.has_error()) co_return in_time.error();
  co_return folder_.get(object.bucket(), object.key());
}

Async<std::string> FolderObjectStore::get_range(const ObjectRef& object, std::uint64_t offset, std::uint64_t count,
                                                Deadline deadline) {
  if (const auto in_time = check_deadline(deadline); in_time.has_error()) co_return in_time.error();
  co_return folder_.get_range(object.bucket(), object.key(), offset, count);
}

Async<std::unique_ptr<ObjectReader>> FolderObjectStore::open(const ObjectRef& object, Deadline deadline) {
  if (const auto in_time = check_deadline(deadline); in_time.has_error()) co_return in_time.error();
  auto file = folder_.open(object.bucket(), object.key());
  if (file.has_error()) co_return file.error();
  co_return std::make_unique<FileReader>(std::move(*file));
}

Async<ops::s3::ObjectInfo> FolderObjectStore::head(const ObjectRef& object, Deadline deadline) {
  if (const auto in_time = check_deadline(deadline); in_time.has_error()) co_return in_time.error();
  co_return folder_.head(object.bucket(), object.key());
}

Async<std::vector<ops::s3::ObjectInfo>> FolderObjectStore::list(const ObjectRef& prefix, Deadline deadline) {
  if (const auto in_time = check_deadline(deadline); in_time.has_error()) co_return in_time.error();
  co_return folder_.list(prefix.bucket(), prefix.key());
}

Async<> FolderObjectStore::remove(const ObjectRef& object, Deadline deadline) {
  if (const auto in_time = check_deadline(deadline); in_time.has_error()) co_return in_time.error();
  co_return folder_.remove(object.bucket(), object.key());
}

}  // namespace driftlab::ports
