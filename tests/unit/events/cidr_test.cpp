// Addresses and blocks, worked by hand from the notations of RFC 4632 and RFC 4291.
#include "sim/service/events/cidr.hpp"

#include <gtest/gtest.h>

namespace driftlab::service::events {
namespace {

TEST(ParseIp, ReadsQuads) {
  const auto address = parse_ip("10.0.200.7");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->length, 4U);
  EXPECT_EQ(address->bytes[2], 200);
  for (const auto* bad : {"", "10.0.0", "10.0.0.256", "10.0.0.0.0", "10.0.0.x", "10.0.0.-1", "1000.0.0.1"})
    EXPECT_FALSE(parse_ip(bad)) << bad;
}

TEST(ParseIp, ReadsColonGroups) {
  const auto address = parse_ip("2001:db8::ff00:42");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->length, 16U);
  EXPECT_EQ(address->bytes[0], 0x20);
  EXPECT_EQ(address->bytes[3], 0xb8);
  EXPECT_EQ(address->bytes[12], 0xff);
  EXPECT_EQ(address->bytes[15], 0x42);
  EXPECT_TRUE(parse_ip("::"));
  EXPECT_TRUE(parse_ip("1:2:3:4:5:6:7:8"));
  for (const auto* bad : {"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "1:2:3:4:5:6:7::8", "g::"})
    EXPECT_FALSE(parse_ip(bad)) << bad;
}

TEST(CidrBlocks, CompareTheirBitsOnly) {
  const auto block = Cidr::parse("192.168.4.0/22");  // 192.168.4.0 to 192.168.7.255
  ASSERT_TRUE(block);
  EXPECT_TRUE(block->contains("192.168.4.0"));
  EXPECT_TRUE(block->contains("192.168.7.255"));
  EXPECT_FALSE(block->contains("192.168.8.0"));
  EXPECT_FALSE(block->contains("192.168.3.255"));
}

TEST(CidrBlocks, WholeAndSingle) {
  EXPECT_TRUE(Cidr::parse("0.0.0.0/0")->contains("255.1.2.3"));
  EXPECT_FALSE(Cidr::parse("0.0.0.0/0")->contains("::1"));
  EXPECT_TRUE(Cidr::parse("10.1.2.3/32")->contains("10.1.2.3"));
  EXPECT_FALSE(Cidr::parse("10.1.2.3/32")->contains("10.1.2.2"));
  EXPECT_TRUE(Cidr::parse("::1/128")->contains("0:0:0:0:0:0:0:1"));
}

}  // namespace
}  // namespace driftlab::service::events
