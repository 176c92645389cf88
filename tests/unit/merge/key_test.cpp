#include "core/merge/key.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace driftlab::merge {
namespace {

TEST(Key, UuidIsItsSixteenBytes) {
  // RFC 4122, appendix C: the name space id for DNS.
  const Key key = make_key("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  EXPECT_EQ(key.kind, Key::Kind::Uuid);
  EXPECT_EQ(key.high, 0xd111ad9d10b8a76bU);  // 6b a7 b8 10 9d ad 11 d1, first byte lowest
  EXPECT_EQ(key.low, 0xc830d44fc000b480U);   // 80 b4 00 c0 4f d4 30 c8
}

TEST(Key, OnlyTheUsualFormOfAUuidIsOne) {
  const std::string uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    for (const char wrong : {'g', 'A', '/', ':', '`', '_', '\x7F', '\xB0'}) {
      std::string text = uuid;
      text[i] = wrong;
      EXPECT_EQ(make_key(text).kind, Key::Kind::Long) << text;
    }
    if (uuid[i] != '-') {
      std::string text = uuid;
      text[i] = uuid[i] == '0' ? '1' : '0';
      EXPECT_EQ(make_key(text).kind, Key::Kind::Uuid);
      EXPECT_FALSE(make_key(text) == make_key(uuid)) << text;
    }
  }
}

TEST(Key, ShortIdsDifferInLengthAndBytes) {
  std::vector<Key> keys;
  for (const std::string text : {"", "a", "b", "ab", "ba", "abcdefg", "abcdefgh", "abcdefghi", "123456789012345"})
    keys.push_back(make_key(text));
  keys.push_back(make_key(std::string("a\0", 2)));
  keys.push_back(make_key(std::string("\0", 1)));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(keys[i].kind, Key::Kind::Short);
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(keys[i] == keys[j]) << i << " " << j;
  }
  EXPECT_EQ(make_key("1234567890123456").kind, Key::Kind::Long);
}

TEST(Key, HashesSpreadOverEverySixteenth) {
  // 16,000 ids that differ little: 1,000 are expected in each part, with a standard deviation of 31.
  std::vector<int> parts(16), long_parts(16);
  for (int i = 0; i < 16000; ++i) {
    ++parts[make_key("order-" + std::to_string(i)).hash() >> 60];
    ++long_parts[make_key("a much longer order number " + std::to_string(i)).hash() >> 60];
  }
  for (const auto& counts : {parts, long_parts})
    for (const int count : counts) {
      EXPECT_GT(count, 820);
      EXPECT_LT(count, 1180);
    }
}

// A table sends a hash to a slot by its highest bits.
TEST(Key, HashesOfOnePartitionSpreadOverEverySixteenthOfATable) {
  for (const std::uint64_t partitions : {2, 7, 32}) {
    std::vector<std::vector<int>> counts(partitions, std::vector<int>(16));
    for (int i = 0; i < 40000; ++i) {
      const auto hash = make_key("order-" + std::to_string(i)).hash();
      ++counts[partition_index(hash, partitions)][hash >> 60];
    }
    // The expected number is at least 78: 0.55 of it is four standard deviations away.
    const double expected = 40000.0 / 16 / static_cast<double>(partitions);
    for (const auto& of_partition : counts)
      for (const int count : of_partition) EXPECT_GT(count, expected * 0.55) << partitions;
  }
}

TEST(Key, TextHashDependsOnEveryByteAndTheLength) {
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  for (std::size_t size = 0; size < 50; ++size) {
    std::string text(size, 'x');
    seen.insert(hash_text(text, 1));
    ++texts;
    for (char& c : text) {
      c = 'y';
      seen.insert(hash_text(text, 1));
      ++texts;
      c = 'x';
    }
  }
  EXPECT_EQ(seen.size(), texts);
}

}  // namespace
}  // namespace driftlab::merge
