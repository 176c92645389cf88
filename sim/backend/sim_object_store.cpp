#include "sim/backend/sim_object_store.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace driftlab::backend {
namespace {

using namespace ops::s3;
using ports::Async;
using ports::Deadline;
using ports::ObjectReader;
using ports::ObjectRef;

class BlobReader final : public ObjectReader {
 public:
  explicit BlobReader(Blob body) : body_(std::move(body)) {}

  Async<std::string> read(std::size_t bytes_max) override {
    std::string piece = body_->substr(at_, bytes_max);
    at_ += piece.size();
    co_return piece;
  }

 private:
  Blob body_;
  std::size_t at_ = 0;
};

GetObjectInput whole(const ObjectRef& object) {
  return {.bucket = object.bucket(), .key = object.key(), .with_etag = false};
}

/// The last byte of [offset, offset + count), held within 64 bits.
std::uint64_t last_byte(std::uint64_t offset, std::uint64_t count) {
  return offset + std::min(count - 1, std::numeric_limits<std::uint64_t>::max() - offset);
}

}  // namespace

Async<> SimObjectStore::put(const ObjectRef& object, Blob bytes, Deadline deadline) {
  if (const auto legal = ports::check_object_key(object.key()); legal.has_error()) co_return legal.error();
  PutObjectInput request{.bucket = object.bucket(), .key = object.key(), .body = std::move(bytes)};
  request.with_etag = false;
  const auto answer = co_await call_service<PutObjectOutput>(call_, service_, request, deadline);
  if (answer.has_error()) co_return answer.error();
  co_return Result<>();
}

Async<Blob> SimObjectStore::get(const ObjectRef& object, Deadline deadline) {
  if (const auto legal = ports::check_object_key(object.key()); legal.has_error()) co_return legal.error();
  const GetObjectInput request = whole(object);
  const auto answer = co_await call_service<GetObjectOutput>(call_, service_, request, deadline);
  if (answer.has_error()) co_return answer.error();
  co_return answer->body;
}

Async<std::string> SimObjectStore::get_range(const ObjectRef& object, std::uint64_t offset, std::uint64_t count,
                                             Deadline deadline) {
  if (const auto legal = ports::check_object_key(object.key()); legal.has_error()) co_return legal.error();
  if (count == 0) co_return validation_error("a range has at least one byte");
  GetObjectInput request = whole(object);
  request.range = ByteRange{offset, last_byte(offset, count)};
  const auto answer = co_await call_service<GetObjectOutput>(call_, service_, request, deadline);
  if (answer.has_error()) co_return answer.error();
  co_return *answer->body;
}

Async<std::unique_ptr<ObjectReader>> SimObjectStore::open(const ObjectRef& object, Deadline deadline) {
  const auto body = co_await get(object, deadline);
  if (body.has_error()) co_return body.error();
  co_return std::make_unique<BlobReader>(*body);
}

Async<ObjectInfo> SimObjectStore::head(const ObjectRef& object, Deadline deadline) {
  if (const auto legal = ports::check_object_key(object.key()); legal.has_error()) co_return legal.error();
  const HeadObjectInput request{.bucket = object.bucket(), .key = object.key()};
  co_return co_await call_service<ObjectInfo>(call_, service_, request, deadline);
}

Async<std::vector<ObjectInfo>> SimObjectStore::list(const ObjectRef& prefix, Deadline deadline) {
  ListObjectsV2Input request{.bucket = prefix.bucket(), .prefix = prefix.key()};
  std::vector<ObjectInfo> all;
  while (true) {
    auto page = co_await call_service<ListObjectsV2Output>(call_, service_, request, deadline);
    if (page.has_error()) co_return page.error();
    std::ranges::move(page->contents, std::back_inserter(all));
    if (!page->is_truncated) co_return all;
    request.continuation_token = page->next_continuation_token;
  }
}

Async<> SimObjectStore::remove(const ObjectRef& object, Deadline deadline) {
  if (const auto legal = ports::check_object_key(object.key()); legal.has_error()) co_return legal.error();
  const DeleteObjectInput request{.bucket = object.bucket(), .key = object.key()};
  co_return co_await call_service<void>(call_, service_, request, deadline);
}

}  // namespace driftlab::backend
