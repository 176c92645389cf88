/// ListObjectsV2. Rules: section 8.3 of the wire reference; expected pages worked out by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/service/s3/s3.hpp"

namespace driftlab::service::s3 {
namespace {

using namespace ops::s3;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Instant kNow{};

class Listing : public ::testing::Test {
 protected:
  Listing() {
    EXPECT_TRUE(s3.handle(CreateBucketInput{"bucket"}, kNow).has_value());
    for (const char* key : {"a", "b/1", "b/2", "b/c/3", "b0", "c", "\xc3\xa9", "B"}) {
      const PutObjectInput request{.bucket = "bucket", .key = key, .body = make_blob(key)};
      EXPECT_TRUE(s3.handle(request, kNow).has_value());
    }
  }
  ListObjectsV2Output list(ListObjectsV2Input request) {
    request.bucket = "bucket";
    const auto page = s3.handle(request, kNow);
    EXPECT_TRUE(page.has_value());
    return *page;
  }
  static std::vector<std::string> keys(const ListObjectsV2Output& page) {
    std::vector<std::string> out;
    for (const auto& object : page.contents) out.push_back(object.key);
    return out;
  }
  /// Every page in a row: keys and, in brackets, common prefixes; '|' between pages.
  std::string pages(ListObjectsV2Input request) {
    std::string text;
    while (true) {
      const auto page = list(request);
      for (const auto& key : keys(page)) text += key + " ";
      for (const auto& prefix : page.common_prefixes) text += "[" + prefix + "] ";
      if (!page.is_truncated) return text;
      EXPECT_FALSE(page.next_continuation_token.empty());
      text += "| ";
      request.continuation_token = page.next_continuation_token;
    }
  }
  S3 s3;
};

TEST_F(Listing, IsInByteOrder) {
  const auto page = list({});
  EXPECT_THAT(keys(page), ElementsAre("B", "a", "b/1", "b/2", "b/c/3", "b0", "c", "\xc3\xa9"));
  EXPECT_FALSE(page.is_truncated);
  EXPECT_EQ(page.next_continuation_token, "");
  EXPECT_EQ(page.contents[2].size, 3u);
}

TEST_F(Listing, PrefixSelectsTextNotFolders) {
  EXPECT_THAT(keys(list({.prefix = "b"})), ElementsAre("b/1", "b/2", "b/c/3", "b0"));
  EXPECT_THAT(keys(list({.prefix = "b/"})), ElementsAre("b/1", "b/2", "b/c/3"));
  EXPECT_THAT(keys(list({.prefix = "b/2"})), ElementsAre("b/2"));
  EXPECT_THAT(keys(list({.prefix = "x"})), IsEmpty());
}

TEST_F(Listing, DelimiterRollsUpBehindThePrefix) {
  const auto top = list({.delimiter = "/"});
  EXPECT_THAT(keys(top), ElementsAre("B", "a", "b0", "c", "\xc3\xa9"));
  EXPECT_THAT(top.common_prefixes, ElementsAre("b/"));
  const auto inner = list({.prefix = "b/", .delimiter = "/"});
  EXPECT_THAT(keys(inner), ElementsAre("b/1", "b/2"));
  EXPECT_THAT(inner.common_prefixes, ElementsAre("b/c/"));
}

TEST_F(Listing, PagesCoverEverythingOnce) {
  EXPECT_EQ(pages({.max_keys = 3}), "B a b/1 | b/2 b/c/3 b0 | c \xc3\xa9 ");
  EXPECT_EQ(pages({.max_keys = 4}), "B a b/1 b/2 | b/c/3 b0 c \xc3\xa9 ");  // a full last page is not truncated
}

TEST_F(Listing, CommonPrefixesCountAndAreNotRepeatedOnTheNextPage) {
  EXPECT_EQ(pages({.delimiter = "/", .max_keys = 3}), "B a [b/] | b0 c \xc3\xa9 ");
  EXPECT_EQ(pages({.delimiter = "/", .max_keys = 1}), "B | a | [b/] | b0 | c | \xc3\xa9 ");
}

TEST_F(Listing, StartAfterIsExclusiveAndATokenOverridesIt) {
  EXPECT_THAT(keys(list({.start_after = "b/2"})), ElementsAre("b/c/3", "b0", "c", "\xc3\xa9"));
  EXPECT_THAT(keys(list({.prefix = "b/", .start_after = "a"})), ElementsAre("b/1", "b/2", "b/c/3"));
  EXPECT_THAT(keys(list({.prefix = "b/", .start_after = "z"})), IsEmpty());
  const std::string token = list({.max_keys = 1}).next_continuation_token;
  EXPECT_THAT(keys(list({.start_after = "c", .continuation_token = token, .max_keys = 1})), ElementsAre("a"));
}

TEST_F(Listing, ZeroKeysGiveAnEmptyCompletePage) {
  const auto page = list({.max_keys = 0});
  EXPECT_THAT(keys(page), IsEmpty());
  EXPECT_FALSE(page.is_truncated);
}

TEST_F(Listing, RefusesForeignTokensAndNegativeSizes) {
  for (const char* token : {"x", "k", "k6", "kzz", "q61"}) {
    const auto page = s3.handle(ListObjectsV2Input{.bucket = "bucket", .continuation_token = token}, kNow);
    ASSERT_TRUE(page.has_error()) << token;
    EXPECT_EQ(page.error().code, "InvalidArgument");
  }
  EXPECT_EQ(s3.handle(ListObjectsV2Input{.bucket = "bucket", .max_keys = -1}, kNow).error().code, "InvalidArgument");
}

TEST_F(Listing, APageHoldsAtMostAThousand) {
  for (int i = 0; i < 1001; ++i) {
    const PutObjectInput request{.bucket = "bucket", .key = "many/" + std::to_string(i), .body = make_blob("")};
    ASSERT_TRUE(s3.handle(request, kNow).has_value());
  }
  const auto page = list({.prefix = "many/", .max_keys = 5000});
  EXPECT_EQ(page.contents.size(), 1000u);
  EXPECT_TRUE(page.is_truncated);
}

}  // namespace
}  // namespace driftlab::service::s3
