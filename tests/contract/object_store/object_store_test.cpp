/// The contract of ports::ObjectStore, held against every implementation. Expected values are the contract's own words
/// in core/ports/object_store.hpp.

#include "core/ports/object_store.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/ports/local/folder_object_store.hpp"
#include "sim/backend/sim_object_store.hpp"
#include "sim/time/sim_clock.hpp"
#include "tests/support/complete.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab {
namespace {

using ports::ObjectRef;

const Instant kStart = from_civil(2026, 6, 1);

struct World {
  sim::SimLoop loop{{.start = kStart}};
  sim::SimClock clock{loop};
};

class InFolder : public World {
 public:
  bool create_bucket(const std::string& name) { return store.create_bucket(name).has_value(); }

 private:
  support::TemporaryFolder folder_;

 public:
  ports::FolderObjectStore store{folder_.path(), clock};
};

template <int latency_ms>
class InSimulatedS3 : public World {
 public:
  bool create_bucket(const std::string& name) {
    return service_.handle(ops::s3::CreateBucketInput{name}, clock.now()).has_value();
  }

 private:
  service::s3::S3 service_;
  backend::CallModel call_{clock, std::chrono::milliseconds{latency_ms}};

 public:
  backend::SimObjectStore store{service_, call_};
};

template <class Implementation>
class ObjectStore : public ::testing::Test {
 protected:
  ObjectStore() { EXPECT_TRUE(world.create_bucket("bucket")); }

  template <class T>
  Result<T> done(ports::Async<T> call) {
    return support::complete<T>(world.loop, std::move(call));
  }
  ports::ObjectStore& store() { return world.store; }
  static ObjectRef at(const std::string& key) { return {"bucket", key}; }

  /// The code of a call's failure, or "ok".
  template <class T>
  std::string code(ports::Async<T> call) {
    const auto result = done(std::move(call));
    return result.has_error() ? result.error().code : "ok";
  }
  void put(const std::string& key, std::string bytes) {
    EXPECT_EQ(code(store().put(at(key), make_blob(std::move(bytes)))), "ok") << key;
  }
  std::string get(const std::string& key) {
    const auto result = done(store().get(at(key)));
    return result.has_error() ? result.error().code : **result;
  }
  std::string range(const std::string& key, std::uint64_t offset, std::uint64_t count) {
    const auto result = done(store().get_range(at(key), offset, count));
    return result.has_error() ? result.error().code : *result;
  }
  std::vector<std::string> keys(const std::string& prefix) {
    const auto result = done(store().list(at(prefix)));
    std::vector<std::string> out;
    if (result.has_error()) return {result.error().code};
    for (const auto& info : *result) out.push_back(info.key);
    return out;
  }

  Implementation world;
};

struct Names {
  template <class Implementation>
  static std::string GetName(int) {
    if constexpr (std::is_same_v<Implementation, InFolder>) return "Folder";
    if constexpr (std::is_same_v<Implementation, InSimulatedS3<0>>) return "SimulatedS3";
    return "SimulatedS3WithLatency";
  }
};
using Implementations = ::testing::Types<InFolder, InSimulatedS3<0>, InSimulatedS3<40>>;
TYPED_TEST_SUITE(ObjectStore, Implementations, Names);

TYPED_TEST(ObjectStore, PutIsSeenByEveryLaterCall) {
  this->put("a/b.txt", "hello");
  EXPECT_EQ(this->get("a/b.txt"), "hello");
  EXPECT_EQ(this->range("a/b.txt", 1, 3), "ell");
  EXPECT_EQ(this->keys(""), std::vector<std::string>{"a/b.txt"});
  EXPECT_EQ(this->done(this->store().head(this->at("a/b.txt")))->size, 5u);
}

TYPED_TEST(ObjectStore, PutReplacesTheObjectWhole) {
  this->put("k", "a longer text");
  const std::string first = this->done(this->store().head(this->at("k")))->etag;
  this->put("k", "short");
  EXPECT_EQ(this->get("k"), "short");
  this->put("k", "other");  // of the same length
  const std::string third = this->done(this->store().head(this->at("k")))->etag;
  EXPECT_NE(first, third);
  EXPECT_FALSE(third.empty());
  EXPECT_EQ(this->keys("").size(), 1u);
}

TYPED_TEST(ObjectStore, KeepsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  bytes += "\r\n\n";
  this->put("bytes", bytes);
  EXPECT_EQ(this->get("bytes"), bytes);
  this->put("empty", "");
  EXPECT_EQ(this->get("empty"), "");
  EXPECT_EQ(this->code(this->store().put(this->at("null"), nullptr)), "ok");
  EXPECT_EQ(this->get("null"), "");
}

TYPED_TEST(ObjectStore, HeadTellsSizeAndTimeOfThePut) {
  this->world.loop.run_until(kStart + 90s);
  this->put("k", "12345");
  const Instant put_at = this->world.clock.now();
  this->world.loop.run_until(kStart + 1h);
  const auto info = this->done(this->store().head(this->at("k")));
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->key, "k");
  EXPECT_EQ(info->size, 5u);
  EXPECT_EQ(info->last_modified, put_at);
  const auto listed = this->done(this->store().list(this->at("")));
  ASSERT_TRUE(listed.has_value() && listed->size() == 1);
  EXPECT_EQ(listed->at(0).size, info->size);
  EXPECT_EQ(listed->at(0).etag, info->etag);
  EXPECT_EQ(listed->at(0).last_modified, info->last_modified);
}

TYPED_TEST(ObjectStore, AbsentKeyIsNotFound) {
  this->put("folder/k", "x");
  for (const char* key : {"absent", "folder", "folder/k/deeper", "folder/absent"}) {
    EXPECT_EQ(this->code(this->store().get(this->at(key))), "NoSuchKey") << key;
    EXPECT_EQ(this->code(this->store().get_range(this->at(key), 0, 1)), "NoSuchKey") << key;
    EXPECT_EQ(this->code(this->store().head(this->at(key))), "NoSuchKey") << key;
    EXPECT_EQ(this->code(this->store().open(this->at(key))), "NoSuchKey") << key;
  }
  EXPECT_EQ(this->done(this->store().get(this->at("absent"))).error().kind, ErrorKind::NotFound);
}

TYPED_TEST(ObjectStore, AbsentBucketIsNotFound) {
  for (const char* bucket : {"absent", "..", ".", "", "bucket/..", "bucket/../bucket"}) {
    const ObjectRef object(bucket, "k");
    EXPECT_EQ(this->code(this->store().put(object, make_blob("x"))), "NoSuchBucket") << bucket;
    EXPECT_EQ(this->code(this->store().get(object)), "NoSuchBucket") << bucket;
    EXPECT_EQ(this->code(this->store().get_range(object, 0, 1)), "NoSuchBucket") << bucket;
    EXPECT_EQ(this->code(this->store().head(object)), "NoSuchBucket") << bucket;
    EXPECT_EQ(this->code(this->store().open(object)), "NoSuchBucket") << bucket;
    EXPECT_EQ(this->code(this->store().list(object)), "NoSuchBucket") << bucket;
    EXPECT_EQ(this->code(this->store().remove(object)), "NoSuchBucket") << bucket;
  }
  EXPECT_EQ(this->done(this->store().get(ObjectRef("absent", "k"))).error().kind, ErrorKind::NotFound);
}

TYPED_TEST(ObjectStore, RemovedObjectIsGoneAndRemovingItAgainSucceeds) {
  this->put("a/b/c", "x");
  this->put("a/d", "y");
  EXPECT_EQ(this->code(this->store().remove(this->at("a/b/c"))), "ok");
  EXPECT_EQ(this->get("a/b/c"), "NoSuchKey");
  EXPECT_EQ(this->keys("a/"), std::vector<std::string>{"a/d"});
  EXPECT_EQ(this->code(this->store().remove(this->at("a/b/c"))), "ok");
  EXPECT_EQ(this->code(this->store().remove(this->at("never/was"))), "ok");
  this->put("a/b", "the name is free again");
  EXPECT_EQ(this->get("a/b"), "the name is free again");
}

TYPED_TEST(ObjectStore, RangeIsCutAtTheEndAndRefusedBehindIt) {
  this->put("k", "0123456789");
  EXPECT_EQ(this->range("k", 0, 10), "0123456789");
  EXPECT_EQ(this->range("k", 9, 1), "9");
  EXPECT_EQ(this->range("k", 8, 100), "89");
  EXPECT_EQ(this->range("k", 3, ~std::uint64_t{0}), "3456789");
  EXPECT_EQ(this->range("k", 10, 1), "InvalidRange");
  EXPECT_EQ(this->range("k", ~std::uint64_t{0}, 1), "InvalidRange");
  EXPECT_EQ(this->done(this->store().get_range(this->at("k"), 10, 1)).error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(this->range("k", 0, 0), "ValidationException");
  this->put("empty", "");
  EXPECT_EQ(this->range("empty", 0, 1), "InvalidRange");
}

TYPED_TEST(ObjectStore, ListsByTextOfThePrefixInByteOrder) {
  for (const char* key : {"b/2", "a", "b/10", "b.txt", "b0", "B", "b/c/d", "\xc3\xa9", "ab"}) this->put(key, key);
  using Keys = std::vector<std::string>;
  EXPECT_EQ(this->keys(""), (Keys{"B", "a", "ab", "b.txt", "b/10", "b/2", "b/c/d", "b0", "\xc3\xa9"}));
  EXPECT_EQ(this->keys("b"), (Keys{"b.txt", "b/10", "b/2", "b/c/d", "b0"}));
  EXPECT_EQ(this->keys("b/"), (Keys{"b/10", "b/2", "b/c/d"}));
  EXPECT_EQ(this->keys("b/c"), (Keys{"b/c/d"}));
  EXPECT_EQ(this->keys("b/c/d"), (Keys{"b/c/d"}));
  for (const char* prefix : {"x", "b//", "/", "b/c/d/", "../bucket/", "b/../", "./"})
    EXPECT_EQ(this->keys(prefix), Keys{}) << prefix;
}

TYPED_TEST(ObjectStore, ListsMoreThanAPage) {
  std::vector<std::string> expected;
  for (int i = 0; i < 2500; ++i) {
    expected.push_back("many/" + std::to_string(i % 7) + "/" + std::to_string(i));
    this->put(expected.back(), "");
  }
  this->put("many.txt", "not below the prefix");
  std::ranges::sort(expected);
  EXPECT_EQ(this->keys("many/"), expected);
}

TYPED_TEST(ObjectStore, ReaderStreamsWhatIsLargerThanAPiece) {
  std::string bytes;
  for (std::uint32_t i = 0; bytes.size() < 1'000'003; ++i) bytes += std::to_string(i * 2654435761U);
  this->put("large", bytes);
  auto reader = this->done(this->store().open(this->at("large")));
  ASSERT_TRUE(reader.has_value());
  std::string read;
  while (true) {
    const auto piece = this->done((*reader)->read(65'536));
    ASSERT_TRUE(piece.has_value());
    ASSERT_LE(piece->size(), 65'536u);
    if (piece->empty()) break;
    read += *piece;
  }
  EXPECT_TRUE(read == bytes);
  EXPECT_EQ(*this->done((*reader)->read(1)), "");
}

TYPED_TEST(ObjectStore, OpenReaderKeepsItsVersion) {
  this->put("k", "first version");
  auto reader = this->done(this->store().open(this->at("k")));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(*this->done((*reader)->read(5)), "first");
  this->put("k", "SECOND VERSION");
  EXPECT_EQ(*this->done((*reader)->read(4)), " ver");
  EXPECT_EQ(this->code(this->store().remove(this->at("k"))), "ok");
  EXPECT_EQ(*this->done((*reader)->read(100)), "sion");
}

TYPED_TEST(ObjectStore, RefusesKeysThatAFolderCannotHold) {
  for (const std::string& key :
       {std::string(), std::string("/k"), std::string("a/"), std::string("a//b"), std::string("."), std::string("../k"),
        std::string("a/./b"), std::string("a/.."), std::string("a\0b", 3), std::string(1025, 'k')}) {
    EXPECT_EQ(this->code(this->store().put(this->at(key), make_blob("x"))), "ValidationException") << key;
    EXPECT_EQ(this->code(this->store().get(this->at(key))), "ValidationException") << key;
    EXPECT_EQ(this->code(this->store().get_range(this->at(key), 0, 1)), "ValidationException") << key;
    EXPECT_EQ(this->code(this->store().open(this->at(key))), "ValidationException") << key;
    EXPECT_EQ(this->code(this->store().head(this->at(key))), "ValidationException") << key;
    EXPECT_EQ(this->code(this->store().remove(this->at(key))), "ValidationException") << key;
  }
  std::string longest;
  for (int i = 0; i < 5; ++i) longest += std::string(200, static_cast<char>('a' + i)) + "/";
  longest += std::string(1024 - longest.size(), 'z');
  this->put(longest, "x");
  EXPECT_EQ(this->get(longest), "x");
  this->put("..a/.b/c..", "dots inside a segment");
  EXPECT_EQ(this->get("..a/.b/c.."), "dots inside a segment");
}

TYPED_TEST(ObjectStore, PassedDeadlineFailsWithoutEffect) {
  this->put("k", "old");
  this->world.loop.run_until(kStart + 1h);
  const ports::Deadline passed = this->world.clock.now() - 1ns;
  EXPECT_EQ(this->code(this->store().put(this->at("k"), make_blob("new"), passed)), "DeadlineExceeded");
  EXPECT_EQ(this->code(this->store().get(this->at("k"), passed)), "DeadlineExceeded");
  EXPECT_EQ(this->code(this->store().get_range(this->at("k"), 0, 1, passed)), "DeadlineExceeded");
  EXPECT_EQ(this->code(this->store().open(this->at("k"), passed)), "DeadlineExceeded");
  EXPECT_EQ(this->code(this->store().head(this->at("k"), passed)), "DeadlineExceeded");
  EXPECT_EQ(this->code(this->store().list(this->at(""), passed)), "DeadlineExceeded");
  EXPECT_EQ(this->code(this->store().remove(this->at("k"), passed)), "DeadlineExceeded");
  EXPECT_EQ(this->done(this->store().get(this->at("k"), passed)).error().kind, ErrorKind::DeadlineExceeded);
  EXPECT_EQ(this->get("k"), "old");
  EXPECT_EQ(this->code(this->store().get(this->at("k"), this->world.clock.now() + 40ms)), "ok");
}

}  // namespace
}  // namespace driftlab
