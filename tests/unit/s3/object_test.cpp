/// Buckets and objects. Codes and texts: section 8 of the wire reference.

#include <gtest/gtest.h>

#include "sim/service/s3/etag.hpp"
#include "sim/service/s3/s3.hpp"

namespace driftlab::service::s3 {
namespace {

using namespace ops::s3;

const Instant kNow = from_civil(2026, 3, 2, 12, 31, 5);

class Objects : public ::testing::Test {
 protected:
  Objects() { EXPECT_TRUE(s3.handle(CreateBucketInput{"bucket"}, kNow).has_value()); }

  Result<PutObjectOutput> put(const std::string& key, Blob body) {
    return s3.handle(PutObjectInput{.bucket = "bucket", .key = key, .body = std::move(body)}, kNow);
  }
  Result<GetObjectOutput> get(const std::string& key, std::optional<ByteRange> range = {}) {
    return s3.handle(GetObjectInput{.bucket = "bucket", .key = key, .range = range}, kNow);
  }
  template <class T>
  static std::string code(const Result<T>& result) {
    return result.has_error() ? result.error().code : "ok";
  }

  S3 s3;
};

TEST_F(Objects, GetReturnsTheBytesThatWerePutWithoutCopying) {
  const Blob body = make_blob("hello");
  ASSERT_EQ(code(put("a b/é+.txt", body)), "ok");
  const auto got = get("a b/é+.txt");
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->body.get(), body.get());
  EXPECT_EQ(got->info.size, 5u);
  EXPECT_EQ(got->info.key, "a b/é+.txt");
  EXPECT_EQ(got->info.last_modified, kNow);
  EXPECT_EQ(got->info.content_type, "binary/octet-stream");
}

// MD5 of "hello" is in section 8.3 of the reference; those of "" and "abc" in RFC 1321, A.5.
TEST_F(Objects, EtagIsTheMd5OfTheBody) {
  EXPECT_EQ(put("k", make_blob("hello"))->etag, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(get("k")->info.etag, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
}

TEST_F(Objects, EtagIsLeftOutWhenNotWantedAndThereWhenAskedForLater) {
  const auto answer =
      s3.handle(PutObjectInput{.bucket = "bucket", .key = "k", .body = make_blob("abc"), .with_etag = false}, kNow);
  EXPECT_EQ(answer->etag, "");
  EXPECT_EQ(s3.handle(ListObjectsV2Input{.bucket = "bucket", .with_etags = false}, kNow)->contents[0].etag, "");
  EXPECT_EQ(s3.handle(HeadObjectInput{"bucket", "k"}, kNow)->etag, "900150983cd24fb0d6963f7d28e17f72");
  ASSERT_EQ(code(put("k", make_blob("hello"))), "ok");
  EXPECT_EQ(s3.handle(HeadObjectInput{"bucket", "k"}, kNow)->etag, "5d41402abc4b2a76b9719d911017c592");
}

TEST_F(Objects, RangesAreInclusiveAndCutAtTheEnd) {
  ASSERT_EQ(code(put("k", make_blob("0123456789"))), "ok");
  EXPECT_EQ(*get("k", ByteRange{2, 4})->body, "234");
  EXPECT_EQ(*get("k", ByteRange{7, {}})->body, "789");
  EXPECT_EQ(*get("k", ByteRange{8, 99})->body, "89");
  EXPECT_EQ(*get("k", ByteRange{9, 9})->body, "9");
  EXPECT_EQ(*get("k", ByteRange{5, 4})->body, "0123456789");
  EXPECT_EQ(get("k", ByteRange{2, 4})->info.size, 10u);
  EXPECT_EQ(code(get("k", ByteRange{10, {}})), "InvalidRange");
  ASSERT_EQ(code(put("empty", make_blob(""))), "ok");
  EXPECT_EQ(code(get("empty", ByteRange{0, 0})), "InvalidRange");
  EXPECT_EQ(*get("empty")->body, "");
}

TEST_F(Objects, AbsentThingsAreNamedAsS3NamesThem) {
  const auto absent = get("nowhere");
  ASSERT_TRUE(absent.has_error());
  EXPECT_EQ(absent.error(), (Error{ErrorKind::NotFound, "NoSuchKey", "The specified key does not exist."}));
  EXPECT_EQ(code(s3.handle(HeadObjectInput{"bucket", "nowhere"}, kNow)), "NoSuchKey");
  EXPECT_EQ(code(s3.handle(DeleteObjectInput{"bucket", "nowhere"}, kNow)), "ok");
  EXPECT_EQ(code(s3.handle(GetObjectInput{.bucket = "other", .key = "k"}, kNow)), "NoSuchBucket");
  EXPECT_EQ(code(s3.handle(PutObjectInput{.bucket = "other", .key = "k", .body = make_blob("")}, kNow)),
            "NoSuchBucket");
  EXPECT_EQ(code(s3.handle(DeleteObjectInput{"other", "k"}, kNow)), "NoSuchBucket");
  EXPECT_EQ(code(s3.handle(ListObjectsV2Input{.bucket = "other"}, kNow)), "NoSuchBucket");
  EXPECT_EQ(code(s3.handle(HeadBucketInput{"other"}, kNow)), "NoSuchBucket");
}

TEST_F(Objects, DeleteIsSeenAtOnce) {
  ASSERT_EQ(code(put("k", make_blob("x"))), "ok");
  ASSERT_EQ(code(s3.handle(DeleteObjectInput{"bucket", "k"}, kNow)), "ok");
  EXPECT_EQ(code(get("k")), "NoSuchKey");
  EXPECT_TRUE(s3.handle(ListObjectsV2Input{.bucket = "bucket"}, kNow)->contents.empty());
}

TEST_F(Objects, KeysHaveOneTo1024BytesOfUtf8) {
  EXPECT_EQ(code(put(std::string(1024, 'k'), make_blob(""))), "ok");
  EXPECT_EQ(code(put(std::string(1025, 'k'), make_blob(""))), "KeyTooLongError");
  EXPECT_EQ(code(get(std::string(1025, 'k'))), "KeyTooLongError");
  EXPECT_EQ(code(put("", make_blob(""))), "InvalidArgument");
  EXPECT_EQ(code(put("/../\xf0\x9f\x98\x80", make_blob(""))), "ok");  // any character, dots and slashes too
  EXPECT_EQ(code(put("\xc0\xaf", make_blob(""))), "InvalidURI");      // overlong '/'
  EXPECT_EQ(code(put("\xed\xa0\x80", make_blob(""))), "InvalidURI");  // half of a surrogate pair
  EXPECT_EQ(code(put("cut \xe2\x82", make_blob(""))), "InvalidURI");
}

TEST_F(Objects, MetadataAndContentTypeComeBackOnReads) {
  const PutObjectInput request{.bucket = "bucket",
                               .key = "k",
                               .body = make_blob("x"),
                               .content_type = "text/csv",
                               .metadata = {{"origin", "test"}}};
  ASSERT_EQ(code(s3.handle(request, kNow)), "ok");
  EXPECT_EQ(get("k")->info.metadata, request.metadata);
  EXPECT_EQ(s3.handle(HeadObjectInput{"bucket", "k"}, kNow)->content_type, "text/csv");
  PutObjectInput too_much = request;
  too_much.metadata["blob"] = std::string(2048, 'm');
  EXPECT_EQ(code(s3.handle(too_much, kNow)), "MetadataTooLarge");
}

TEST_F(Objects, CopySharesTheBodyAndNeedsAChangeOntoItself) {
  const Blob body = make_blob("hello");
  ASSERT_EQ(code(put("from", body)), "ok");
  CopyObjectInput request{.source_bucket = "bucket", .source_key = "from", .bucket = "bucket", .key = "to"};
  const auto copied = s3.handle(request, kNow + 1s);
  ASSERT_TRUE(copied.has_value());
  EXPECT_EQ(copied->etag, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(get("to")->body.get(), body.get());
  EXPECT_EQ(get("to")->info.last_modified, kNow + 1s);
  request.key = "from";
  EXPECT_EQ(code(s3.handle(request, kNow)), "InvalidRequest");
  request.replace_metadata = true;
  request.content_type = "text/plain";
  EXPECT_EQ(code(s3.handle(request, kNow)), "ok");
  EXPECT_EQ(get("from")->info.content_type, "text/plain");
  request.source_key = "nowhere";
  EXPECT_EQ(code(s3.handle(request, kNow)), "NoSuchKey");
}

TEST_F(Objects, OwnBucketCannotBeCreatedTwiceExceptInUsEast1) {
  EXPECT_EQ(code(s3.handle(CreateBucketInput{"bucket"}, kNow)), "BucketAlreadyOwnedByYou");
  S3 virginia(Config{.identity = {.region = "us-east-1"}});
  EXPECT_EQ(code(virginia.handle(CreateBucketInput{"bucket"}, kNow)), "ok");
  EXPECT_EQ(code(virginia.handle(CreateBucketInput{"bucket"}, kNow)), "ok");
}

TEST_F(Objects, BucketNamesFollowTheRules) {
  for (const char* legal : {"abc", "my.bucket-1", "0-9", "1.2.3.4.5"})
    EXPECT_EQ(code(s3.handle(CreateBucketInput{legal}, kNow)), "ok") << legal;
  const std::string long_name(64, 'a');
  for (const char* illegal : {"ab", "Bucket", "my_bucket", "-abc", "abc-", "a..b", "192.168.5.4", "xn--abc",
                              "abc-s3alias", long_name.c_str(), ""})
    EXPECT_EQ(code(s3.handle(CreateBucketInput{illegal}, kNow)), "InvalidBucketName") << illegal;
  EXPECT_EQ(code(s3.handle(CreateBucketInput{std::string(63, 'a')}, kNow)), "ok");
}

TEST_F(Objects, OnlyAnEmptyBucketCanBeDeleted) {
  ASSERT_EQ(code(put("k", make_blob("x"))), "ok");
  EXPECT_EQ(code(s3.handle(DeleteBucketInput{"bucket"}, kNow)), "BucketNotEmpty");
  ASSERT_EQ(code(s3.handle(DeleteObjectInput{"bucket", "k"}, kNow)), "ok");
  EXPECT_EQ(code(s3.handle(DeleteBucketInput{"bucket"}, kNow)), "ok");
  EXPECT_EQ(code(s3.handle(DeleteBucketInput{"bucket"}, kNow)), "NoSuchBucket");
  EXPECT_TRUE(s3.handle(ListBucketsInput{}, kNow)->buckets.empty());
}

TEST_F(Objects, BucketsAreListedByName) {
  ASSERT_EQ(code(s3.handle(CreateBucketInput{"another"}, kNow + 1h)), "ok");
  const auto listed = s3.handle(ListBucketsInput{}, kNow + 2h)->buckets;
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].name, "another");
  EXPECT_EQ(listed[0].created, kNow + 1h);
  EXPECT_EQ(listed[1].name, "bucket");
}

}  // namespace
}  // namespace driftlab::service::s3
