// Lines are in the form the model monitor reference prints in sections 1.3, 2.1 and 2.3; variants are made by hand.
#include "core/capture/line_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::capture {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Outcome = LineParser::Outcome;

std::string capture_line(std::string_view data, std::string_view id, std::string_view time = "2024-03-01T10:02:03Z") {
  std::string line = R"({"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","data":")";
  line.append(data).append(
      R"(","encoding":"CSV"},"endpointOutput":{"observedContentType":"text/csv","mode":"OUTPUT","data":"0.31","encoding":"CSV"}},"eventMetadata":{"eventId":")");
  line.append(id).append(R"(","inferenceTime":")").append(time).append(R"("},"eventVersion":"0"})");
  return line;
}

/// Reads `text` line by line: "id|input|seconds" of a record, else the reason.
std::vector<std::string> read_all(std::string text, LineParser& parser) {
  const std::size_t size = text.size();
  text.append(kLinePadding, '\0');
  const char* const end = text.data() + size;
  std::vector<std::string> result;
  CaptureLine line;
  for (const char* at = text.data(); at < end;) {
    const auto step = parser.read(at, end, line);
    if (step.outcome == Outcome::Record)
      result.push_back(unescape(line.event_id) + "|" + unescape(line.input.data) + "|" + format_seconds(line.time));
    if (step.outcome == Outcome::Malformed) result.push_back(parser.reason());
    at = step.next;
  }
  return result;
}

TEST(LineParser, LinesLikeAnEarlierOneAreMatchedWithoutParsing) {
  LineParser parser(LineForm::Capture);
  const auto rows = read_all(capture_line("1,2", "a") + "\n" + capture_line("", "bb") + "\r\n" +
                                 capture_line(R"(\"q\"\n\\)", "c", "2024-03-02T00:00:59Z"),
                             parser);
  EXPECT_THAT(
      rows, ElementsAre("a|1,2|2024-03-01T10:02:03Z", "bb||2024-03-01T10:02:03Z", "c|\"q\"\n\\|2024-03-02T00:00:59Z"));
  EXPECT_EQ(parser.general_lines(), 1u);
}

TEST(LineParser, KeysOfAnyLengthAndSpellingAreReadAsTheyMean) {
  const std::string row = "a|1|2024-03-01T10:02:03Z";
  const auto with = [](std::string_view old_text, std::string_view new_text) {
    std::string line = capture_line("1", "a");
    return line.replace(line.find(old_text), old_text.size(), new_text);
  };
  // 15 to 17 and 31 to 33 bytes: the ends of vectors.
  for (const std::size_t size : {1, 15, 16, 17, 31, 32, 33, 100}) {
    LineParser parser(LineForm::Capture, {.patterns = false});
    const std::string key(size, 'k');
    EXPECT_THAT(read_all(with(R"("mode":"INPUT")", "\"" + key + R"(":"INPUT")"), parser), ElementsAre(row)) << size;
  }
  for (const std::string_view key : {R"("mo\u0064e":"INPUT")", R"("m\"e":"INPUT")", "\"m\xC3\xA4\":1", R"("mode":null)",
                                     R"("mode":{"a":[1]})", R"("mode":"a text longer than two vectors of sixteen")"}) {
    LineParser parser(LineForm::Capture, {.patterns = false});
    EXPECT_THAT(read_all(with(R"("mode":"INPUT")", key), parser), ElementsAre(row)) << key;
  }
  LineParser parser(LineForm::Capture, {.patterns = false});
  EXPECT_THAT(read_all(with("eventId", R"(event\u0049d)"), parser), ElementsAre(row));
}

TEST(LineParser, AnyLayoutBecomesAPattern) {
  const std::string layout =
      R"({ "eventVersion" : "0", "more": {"n": [1, true, null]}, "eventMetadata": {"inferenceTime": "2024-03-01T10:02:03Z", "eventId": "ID"}, "captureData": {"endpointInput": {"data": "D", "encoding": "JSON"}}})";
  std::string text;
  for (const char* id : {"a", "b", "c"}) {
    std::string line = layout;
    line.replace(line.find("ID"), 2, id);
    text += line + "\n";
  }
  LineParser parser(LineForm::Capture);
  EXPECT_THAT(read_all(text, parser),
              ElementsAre("a|D|2024-03-01T10:02:03Z", "b|D|2024-03-01T10:02:03Z", "c|D|2024-03-01T10:02:03Z"));
  EXPECT_EQ(parser.general_lines(), 1u);
}

struct Spoilt {
  std::string from, to, reason;
};
class SpoiltLine : public testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltLine, IsRefusedForTheSameReasonWithAndWithoutPatterns) {
  std::string line = capture_line("DATA", "id");
  line.replace(line.find(GetParam().from), GetParam().from.size(), GetParam().to);
  const std::string text = capture_line("1", "a") + "\n" + line + "\n" + capture_line("2", "b") + "\n";
  for (const bool patterns : {true, false}) {
    LineParser parser(LineForm::Capture, {.patterns = patterns});
    const auto rows = read_all(text, parser);
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_THAT(rows[1], HasSubstr(GetParam().reason));
    EXPECT_EQ(rows[2], "b|2|2024-03-01T10:02:03Z");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Fields, SpoiltLine,
    testing::Values(Spoilt{"DATA", "a\x01z", "not JSON"}, Spoilt{"DATA", "a\tz", "not JSON"},
                    Spoilt{"DATA", "\\q", "not JSON"}, Spoilt{"DATA", "\xC3(", "not UTF-8"},
                    Spoilt{"DATA", "\xED\xA0\x80", "not UTF-8"}, Spoilt{"DATA", "\\u12", "not JSON"},
                    Spoilt{R"("id")", R"("")", "eventMetadata.eventId: empty"},
                    Spoilt{"10:02:03", "10:61:03", "eventMetadata.inferenceTime"},
                    Spoilt{"10:02:03Z", "10:02:03z", "eventMetadata.inferenceTime"},
                    Spoilt{R"("eventVersion":"0"})", R"("eventVersion":"0"},)", "not JSON"},
                    Spoilt{R"("eventVersion":"0"})", R"("eventVersion":"0")", "not JSON"},
                    Spoilt{R"("mode":"INPUT")", R"("mode":tru)", "not JSON"},
                    Spoilt{R"("mode":"INPUT")", R"("mode":-)", "not JSON"},
                    Spoilt{R"("encoding":"CSV"})", R"("encoding":"CSV","encoding":"CSV"})", "stands there twice"}));

TEST(LineParser, EscapesWeWouldNotWriteMeanTheSame) {
  LineParser parser(LineForm::Capture);
  const std::string text = capture_line("1", "a") + "\n" + capture_line(R"(\u00e9\/\u0001\ud83d\ude00)", "b") + "\n";
  EXPECT_THAT(read_all(text, parser), ElementsAre("a|1|2024-03-01T10:02:03Z", "b|é/\x01😀|2024-03-01T10:02:03Z"));
}

TEST(LineParser, KeysWithEscapesAreComparedByWhatTheyMean) {
  std::string line = capture_line("1", "a");
  line.replace(line.find("eventId"), 7, R"(\u0065ventId)");
  LineParser parser(LineForm::Capture);
  EXPECT_THAT(read_all(line, parser), ElementsAre("a|1|2024-03-01T10:02:03Z"));
}

TEST(LineParser, NullIsTheSameAsAbsent) {
  std::string line = capture_line("1", "a");
  line.insert(line.find("\"inferenceTime\""), R"("inferenceId":null,)");
  line.insert(line.find("\"endpointOutput\""), R"("batchTransformOutput":null,)");
  LineParser parser(LineForm::Capture);
  EXPECT_THAT(read_all(line, parser), ElementsAre("a|1|2024-03-01T10:02:03Z"));
}

TEST(LineParser, ManyLayoutsInOneFileAreReadAllTheSame) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 1000; ++i) {
    std::string line = capture_line(std::to_string(i), "id" + std::to_string(i));
    line.insert(1, "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",");
    text += line + "\n";
    expected.push_back("id" + std::to_string(i) + "|" + std::to_string(i) + "|2024-03-01T10:02:03Z");
  }
  LineParser parser(LineForm::Capture);
  EXPECT_EQ(read_all(text, parser), expected);
}

TEST(LineParser, DeepNestingIsRefusedNotFollowed) {
  std::string line = capture_line("1", "a");
  line.insert(1, "\"deep\":" + std::string(100000, '[') + std::string(100000, ']') + ",");
  LineParser parser(LineForm::Capture);
  EXPECT_THAT(read_all(line, parser), ElementsAre(HasSubstr("nested more than 64 deep")));
}

TEST(LineParser, LastLineThatIsCutSaysSo) {
  const std::string whole = capture_line("1", "a");
  LineParser parser(LineForm::Capture);
  EXPECT_THAT(read_all(whole + "\n" + whole.substr(0, 100), parser),
              ElementsAre("a|1|2024-03-01T10:02:03Z", HasSubstr("the file ends in this line")));
}

TEST(LineParser, MergedLineOfTheReferenceIsWrittenAsObserved) {
  // Section 2.3, batch case: no mode, no content type.
  const std::string batch =
      R"({"eventVersion":"0","groundTruthData":{"data":"1","encoding":"CSV"},"captureData":{"batchTransformOutput":{"data":"0.31","encoding":"CSV"}},"eventMetadata":{"eventId":"2f0c","inferenceTime":"2024-03-01T10:02:03Z"}})"
      "\n";
  const std::string endpoint =
      R"({"eventVersion":"0","groundTruthData":{"data":"1","encoding":"CSV"},"captureData":{"endpointInput":{"data":"5.1,0,red","encoding":"CSV","mode":"INPUT","observedContentType":"text/csv"},"endpointOutput":{"data":"0.31","encoding":"CSV","mode":"OUTPUT","observedContentType":"text/csv"}},"eventMetadata":{"eventId":"2f0c","inferenceId":"order-17","inferenceTime":"2024-03-01T10:02:03Z"}})"
      "\n";
  for (const auto& line : {batch, endpoint}) {
    std::string text = line;
    text.append(kLinePadding, '\0');
    LineParser parser(LineForm::Merged);
    RecordLine record;
    ASSERT_EQ(parser.read(text.data(), text.data() + line.size(), record).outcome, Outcome::Record);
    std::string out;
    append_merged_line(out, record.capture, record.label.data, record.label.encoding);
    EXPECT_EQ(out, line);
  }
}

/// What a parser makes of a line: its fields as a merged line has them, or why it is refused.
std::string read_as(LineForm form, std::string text, bool plain_lines) {
  LineParser parser(form, {.patterns = false, .plain_lines = plain_lines});
  const std::size_t size = text.size();
  text.append(kLinePadding, '\0');
  RecordLine record;
  std::string out;
  const char* end = text.data() + size;
  for (const char* at = text.data(); at < end;) {
    const auto step = parser.read(at, end, record);
    if (step.outcome == Outcome::Malformed) out += parser.reason() + "\n";
    if (step.outcome == Outcome::Record) {
      append_merged_line(out, record.capture, record.label.data, record.label.encoding);
      out += std::string(record.label.event_id) + format_seconds(record.capture.time);
    }
    at = step.next;
  }
  return out;
}

// The oracle is simdjson, by which the other reader goes.
TEST(LineParser, OneEditAnywhereIsReadInOneWalkAsBySimdjson) {
  const std::string capture =
      R"({"eventVersion":"0", "n":-12.5,"captureData":{"endpointInput":{"data":"1,\n2","encoding":"CSV","mode":"INPUT"}, "batchTransformOutput":{"data":"3","encoding":"JSON"}},"t":true,"u":null,"eventMetadata":{"inferenceId":"é","eventId":"a","inferenceTime":"2024-03-01T10:02:03Z"}})";
  const std::string label =
      R"({"groundTruthData":{"data":"1","encoding":"BASE64","x":false},"eventMetadata":{"eventId":"b","y":0},"z":null})";
  const std::string both = R"({"groundTruthData":{"data":"1","encoding":"CSV"},)" + capture.substr(1);
  for (const auto& [form, line] :
       {std::pair{LineForm::Capture, capture}, {LineForm::GroundTruth, label}, {LineForm::Merged, both}}) {
    EXPECT_EQ(read_as(form, line, true).substr(0, 2), "{\"") << "the line itself is a good one";
    for (std::size_t at = 0; at < line.size(); ++at)
      for (const std::string_view edit : {"", "\"", "\\", "{", "}", ":", ",", " ", "\r", "\n", "0",
                                          "1234567890123456789", ".5", "e", "n", "\xC3", "\t"})
        for (const std::size_t replaced : {0, 1}) {
          std::string edited = line;
          edited.replace(at, replaced, edit);
          ASSERT_EQ(read_as(form, edited, true), read_as(form, edited, false)) << edited;
        }
  }
}

class EveryScan : public testing::TestWithParam<JsonScan> {};

TEST_P(EveryScan, FindsTheEndWhereverItIs) {
  for (std::size_t size = 0; size < 200; ++size) {
    for (const std::string tail : {"\"", "\\\"\"", "\\n\\\\\""}) {
      std::string text = std::string(size, 'x') + tail;
      const std::size_t expected = text.size() - 1;
      text.append(kLinePadding, '\0');
      bool non_ascii = false;
      EXPECT_EQ(GetParam().string_end(text.data(), non_ascii), text.data() + expected);
      EXPECT_FALSE(non_ascii);
    }
    for (const std::string tail : {"\n\"", "\\u0041\"", "\\x\""}) {
      std::string text = std::string(size, 'x') + tail;
      text.append(kLinePadding, '\0');
      bool non_ascii = false;
      EXPECT_EQ(GetParam().string_end(text.data(), non_ascii), nullptr);
    }
    std::string text = std::string(size, 'x') + "é\"";
    text.append(kLinePadding, '\0');
    bool non_ascii = false;
    EXPECT_EQ(GetParam().string_end(text.data(), non_ascii), text.data() + size + 2);
    EXPECT_TRUE(non_ascii);
  }
}

TEST_P(EveryScan, MatchesLiteralsOfEveryLength) {
  for (std::size_t size = 1; size < 150; ++size) {
    const std::string first = std::string(size, 'a') + "\"", last = "\"" + std::string(size, 'b');
    const std::string learnt = first + "hole" + last;
    const LinePattern pattern(learnt, {std::string_view(learnt).substr(first.size(), 4)});
    const auto matched = [&](std::string text) {
      const std::size_t length = text.size();
      text.append(kLinePadding, '\0');
      HoleText hole;
      bool non_ascii = false;
      const char* end = GetParam().match(pattern, text.data(), &hole, non_ascii);
      if (end == nullptr) return std::string("no match");
      EXPECT_EQ(end, text.data() + length);
      return std::string(hole.text);
    };
    EXPECT_EQ(matched(first + "other hole" + last), "other hole");
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      std::string wrong_first = first, wrong_last = last;
      wrong_first[at] = 'z';
      wrong_last[at + 1] = 'z';
      EXPECT_EQ(matched(wrong_first + "h" + last), "no match");
      EXPECT_EQ(matched(first + "h" + wrong_last), "no match");
    }
    EXPECT_EQ(matched(first + "h" + last.substr(0, size)), "no match");
  }
}

// The length of a hole that has been the same for many lines is taken as known: what differs then must be seen still.
TEST_P(EveryScan, FindsTheEndOfHolesOfAnyLengthAfterManyOfOne) {
  const std::string learnt = "{\"id\":\"x\",\"data\":\"y\"}";
  const std::string_view view = learnt;
  const LinePattern pattern(learnt, {view.substr(7, 1), view.substr(18, 1)});
  const std::vector<std::string> contents{"",
                                          "a",
                                          "\\\"",
                                          "\\n",
                                          "é",
                                          std::string(15, 'b'),
                                          std::string(36, 'c'),
                                          std::string(64, 'd'),
                                          std::string(35, 'e') + "\\\"",
                                          std::string(130, 'f')};
  const std::vector<std::string> bad{"a\tb", "\\x", "\\u0041", std::string(34, 'g') + "\n "};
  for (const std::string& usual : contents) {
    std::vector<HoleText> holes(2);
    const auto match = [&](const std::string& id, const std::string& data) {
      std::string text = "{\"id\":\"" + id + "\",\"data\":\"" + data + "\"}";
      const std::size_t length = text.size();
      text.append(kLinePadding, '\0');
      bool non_ascii = false;
      const char* end = GetParam().match(pattern, text.data(), holes.data(), non_ascii);
      if (end == nullptr) return std::string("no match");
      EXPECT_EQ(end, text.data() + length);
      EXPECT_TRUE(non_ascii || (id + data).find('\xC3') == std::string::npos);
      return std::string(holes[0].text) + "|" + std::string(holes[1].text);
    };
    for (const std::string& other : contents) {
      for (int i = 0; i < 20; ++i) ASSERT_EQ(match(usual, usual), usual + "|" + usual);
      ASSERT_EQ(match(other, usual), other + "|" + usual);
      for (const std::string& wrong : bad) ASSERT_EQ(match(usual, wrong), "no match") << usual << " " << wrong;
      ASSERT_EQ(match(usual, other), usual + "|" + other);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OfThisMachine, EveryScan, testing::ValuesIn(all_json_scans()),
                         [](const auto& scan) { return std::string(scan.param.name); });

}  // namespace
}  // namespace driftlab::capture
