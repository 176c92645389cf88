// Expected texts: RFC 8259, section 7, and for bytes that are not UTF-8 the table "U+FFFD for truncated and ill-formed
// sequences" of Unicode 15, section 3.9 (tables 3-8 to 3-11).
#include "core/base/json_string.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/rng.hpp"

namespace driftlab {
namespace {

std::string json_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, EscapesWhatMustBe) {
  EXPECT_EQ(json_text(""), R"("")");
  EXPECT_EQ(json_text("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(json_text("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json_text(std::string_view("\0\x01\x0b\x1f\x7f", 5)), "\"\\u0000\\u0001\\u000b\\u001f\x7f\"");
}

TEST(JsonString, KeepsUtf8) {
  const std::string text = "Gebühr ≤ 3 € 𝄞 \uFFFF";
  EXPECT_EQ(json_text(text), '"' + text + '"');
}

TEST(JsonString, ReplacesEachMaximalPartThatIsNotUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  // Table 3-8: every byte of overlong forms for itself.
  EXPECT_EQ(json_text("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"),
            '"' + bad + bad + bad + bad + bad + bad + bad + bad + "A\"");
  // Table 3-9: surrogates.
  EXPECT_EQ(json_text("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"),
            '"' + bad + bad + bad + bad + bad + bad + bad + bad + "A\"");
  // Table 3-10: beyond U+10FFFF, and other bytes that lead nothing.
  EXPECT_EQ(json_text("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"),
            '"' + bad + bad + bad + bad + bad + "A" + bad + bad + "B\"");
  // Table 3-11: truncated sequences are one each.
  EXPECT_EQ(json_text("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), '"' + bad + bad + bad + bad + "A\"");
  // Cut off by the end of the text.
  EXPECT_EQ(json_text("x\xF0\x9D\x84"), "\"x" + bad + '"');
}

TEST(JsonString, AgreesWithAJsonLibrary) {
  Rng rng(11, "test", "json strings");
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    const auto length = static_cast<std::size_t>(rng.uniform(0, 40));
    // Mostly plain text, so that runs of eight bytes and their ends are met.
    while (text.size() < length) {
      const double kind = rng.uniform(0, 1);
      if (kind < 0.9)
        text += static_cast<char>(rng.uniform(0x20, 0x7F));
      else if (kind < 0.95)
        text += static_cast<char>(rng.uniform(0, 0x20));
      else
        text += "é";
    }
    ASSERT_EQ(json_text(text), nlohmann::json(text).dump()) << "round " << round;
  }
}

TEST(JsonString, RandomBytesMakeAValidText) {
  Rng rng(12, "test", "json strings");
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    const auto length = static_cast<std::size_t>(rng.uniform(0, 24));
    while (text.size() < length) text += static_cast<char>(static_cast<unsigned char>(rng.uniform(0, 256)));
    ASSERT_FALSE(nlohmann::json::parse(json_text(text), nullptr, false).is_discarded()) << "round " << round;
  }
}

}  // namespace
}  // namespace driftlab
