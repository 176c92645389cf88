#include "core/base/hash.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace driftlab {
namespace {

// FNV-1a of "", "a", "foobar" is published (cbf29ce484222325, af63dc4c8601ec8c, 85944171f73967e8); the values here are
// those after the finalizer of MurmurHash3, from a separate implementation in another language.
TEST(StableHash, RecordedValues) {
  EXPECT_EQ(stable_hash(""), 0xefd01f60ba992926ULL);
  EXPECT_EQ(stable_hash("a"), 0x82a2a958a9bece5bULL);
  EXPECT_EQ(stable_hash("foobar"), 0x2c22194922d1672bULL);
  EXPECT_EQ(StableHash{}.add(1.5).value(), 0x8917082983728293ULL);
  EXPECT_EQ(StableHash{}.add(std::uint64_t{0x0102030405060708}).value(), 0x4ce83454b8ce0827ULL);
}

TEST(StableHash, IntegersAreHashedLittleEndFirst) {
  EXPECT_EQ(StableHash{}.add(std::uint64_t{0x0102030405060708}).value(),
            stable_hash("\x08\x07\x06\x05\x04\x03\x02\x01"));
}

TEST(StableHash, PiecesAddUpToTheWhole) {
  EXPECT_EQ(StableHash{}.add("foo").add("bar").value(), stable_hash("foobar"));
}

TEST(StableHash, EqualNumbersHashAlike) {
  EXPECT_EQ(StableHash{}.add(-0.0).value(), StableHash{}.add(0.0).value());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(StableHash{}.add(nan).value(), StableHash{}.add(-nan).value());
  EXPECT_NE(StableHash{}.add(1.0).value(), StableHash{}.add(-1.0).value());
}

TEST(StableHash, HexHasSixteenDigits) {
  EXPECT_EQ(StableHash{}.add("foobar").hex(), "2c22194922d1672b");
  EXPECT_EQ(StableHash{}.add(1.5).hex(), "8917082983728293");
}

// Leading zeros are kept; the key was found by search in the separate implementation.
TEST(StableHash, HexKeepsLeadingZeros) {
  EXPECT_EQ(StableHash{}.add("k9").hex(), "00113d9f3d2158cf");
}

}  // namespace
}  // namespace driftlab
