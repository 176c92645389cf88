// Lines are in the form the model monitor reference prints in sections 1.3, 2.1 and 2.3.
#include "core/capture/codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::capture {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kCaptureLine =
    R"({"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","data":"5.1,0,red","encoding":"CSV"},"endpointOutput":{"observedContentType":"text/csv; charset=utf-8","mode":"OUTPUT","data":"0.31","encoding":"CSV"}},"eventMetadata":{"eventId":"2f0c","inferenceId":"order-17","inferenceTime":"2024-03-01T10:02:03Z"},"eventVersion":"0"})"
    "\n";
const std::string kLabelLine =
    R"({"groundTruthData":{"data":"1","encoding":"CSV"},"eventMetadata":{"eventId":"order-17"},"eventVersion":"0"})"
    "\n";
const std::string kMergedLine =
    R"({"eventVersion":"0","groundTruthData":{"data":"1","encoding":"CSV"},"captureData":{"endpointInput":{"data":"5.1,0,red","encoding":"CSV","mode":"INPUT","observedContentType":"text/csv"},"endpointOutput":{"data":"0.31","encoding":"CSV","mode":"OUTPUT","observedContentType":"text/csv; charset=utf-8"}},"eventMetadata":{"eventId":"2f0c","inferenceId":"order-17","inferenceTime":"2024-03-01T10:02:03Z"}})"
    "\n";

template <class Record>
std::string line_of(const Record& record) {
  std::string out;
  append_line(out, record);
  return out;
}

CaptureRecord documented_capture() {
  return {.input = Payload{"5.1,0,red", Encoding::Csv, "text/csv"},
          .output = Payload{"0.31", Encoding::Csv, "text/csv; charset=utf-8"},
          .metadata = {.event_id = "2f0c",
                       .inference_id = "order-17",
                       .inference_time = from_civil(2024, 3, 1, 10, 2, 3),
                       .custom_attributes = {}}};
}

TEST(CaptureCodec, ReadsAndWritesTheDocumentedLine) {
  const auto parsed = read_captures(kCaptureLine);
  EXPECT_THAT(parsed.rejected, IsEmpty());
  EXPECT_THAT(parsed.records, ElementsAre(documented_capture()));
  EXPECT_THAT(parsed.lines, ElementsAre(1u));
  EXPECT_EQ(line_of(documented_capture()), kCaptureLine);
}

TEST(CaptureCodec, ReadsAndWritesTheDocumentedLabel) {
  const auto parsed = read_ground_truths(kLabelLine);
  const GroundTruthRecord expected{.data = "1", .encoding = Encoding::Csv, .event_id = "order-17"};
  EXPECT_THAT(parsed.records, ElementsAre(expected));
  EXPECT_EQ(line_of(expected), kLabelLine);
}

TEST(CaptureCodec, ReadsAndWritesTheObservedMergeLine) {
  const auto parsed = read_merged(kMergedLine);
  const MergedRecord expected{.capture = documented_capture(), .label = "1", .label_encoding = Encoding::Csv};
  EXPECT_THAT(parsed.records, ElementsAre(expected));
  EXPECT_EQ(line_of(expected), kMergedLine);
}

TEST(CaptureCodec, KeyIsTheInferenceIdElseTheEventId) {
  auto metadata = documented_capture().metadata;
  EXPECT_EQ(metadata.key(), "order-17");
  metadata.inference_id.clear();
  EXPECT_EQ(metadata.key(), "2f0c");
}

TEST(CaptureCodec, SideThatWasNotCapturedIsAbsent) {
  auto record = documented_capture();
  record.input.reset();
  record.metadata.inference_id.clear();
  const auto line = line_of(record);
  EXPECT_THAT(line, testing::Not(HasSubstr("endpointInput")));
  EXPECT_THAT(line, testing::Not(HasSubstr("inferenceId")));
  EXPECT_THAT(read_captures(line).records, ElementsAre(record));
}

TEST(CaptureCodec, PayloadTextSurvivesEscaping) {
  auto record = documented_capture();
  record.input = Payload{"{\"a\":\"\\\\ü€\"}\r\n\t\x01", Encoding::Json, "application/json"};
  record.metadata.custom_attributes = {"trace=1", "say \"hi\""};
  const auto line = line_of(record);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_THAT(line, HasSubstr(R"({\"a\":\"\\\\ü€\"}\r\n\t\u0001)"));
  EXPECT_THAT(read_captures(line).records, ElementsAre(record));
}

TEST(CaptureCodec, CustomAttributesMayBeOneText) {
  std::string line = kCaptureLine;
  line.replace(line.find("\"inferenceId\""), 0, R"("customAttributes":"c=1",)");
  EXPECT_THAT(read_captures(line).records.at(0).metadata.custom_attributes, ElementsAre("c=1"));
}

TEST(CaptureCodec, ExtraKeysAreTolerated) {
  const auto parsed = read_ground_truths(
      R"({"groundTruthData":{"data":"1","encoding":"JSON"},"eventMetadata":{"eventId":"x","inferenceTime":"2024-03-01T10:02:03Z"},"more":[1,{"a":2}]})");
  EXPECT_THAT(parsed.rejected, IsEmpty());
  EXPECT_EQ(parsed.records.at(0).encoding, Encoding::Json);
}

TEST(CaptureCodec, MalformedLinesAreReportedBesideTheGoodOnes) {
  const std::string text = "\xEF\xBB\xBF" + kLabelLine + "not json\n\n" + R"({"groundTruthData":{"data":1}})" + "\r\n" +
                           kLabelLine.substr(0, 40) + "\n" + kLabelLine;
  const auto parsed = read_ground_truths(text);
  EXPECT_EQ(parsed.records.size(), 2u);
  EXPECT_THAT(parsed.lines, ElementsAre(1u, 6u));
  ASSERT_EQ(parsed.rejected.size(), 3u);
  EXPECT_EQ(parsed.rejected[0].line, 2u);
  EXPECT_EQ(parsed.rejected[0].offset, 3 + kLabelLine.size());
  EXPECT_EQ(parsed.rejected[0].reason, "not a JSON object");
  EXPECT_EQ(parsed.rejected[1].line, 4u);
  EXPECT_EQ(parsed.rejected[1].reason, "groundTruthData.data: a text is required");
  EXPECT_EQ(parsed.rejected[2].line, 5u);
}

struct BadLine {
  std::string from, to, reason;
};

class MalformedCapture : public testing::TestWithParam<BadLine> {};

TEST_P(MalformedCapture, SaysWhichFieldIsWrong) {
  std::string line = kCaptureLine;
  const auto at = line.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  line.replace(at, GetParam().from.size(), GetParam().to);
  const auto parsed = read_captures(line);
  EXPECT_THAT(parsed.records, IsEmpty());
  ASSERT_EQ(parsed.rejected.size(), 1u);
  EXPECT_THAT(parsed.rejected[0].reason, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, MalformedCapture,
    testing::Values(BadLine{R"("encoding":"CSV")", R"("encoding":"XML")", "captureData.endpointInput.encoding: 'XML'"},
                    BadLine{R"("data":"0.31")", R"("data":0.31)", "captureData.endpointOutput.data"},
                    BadLine{R"("captureData")", R"("capture")", "captureData: missing"},
                    BadLine{R"("eventId":"2f0c")", R"("id":"2f0c")", "eventMetadata.eventId"},
                    BadLine{"2024-03-01T10:02:03Z", "yesterday", "eventMetadata.inferenceTime"},
                    BadLine{R"("inferenceId":"order-17")", R"("inferenceId":17)", "eventMetadata.inferenceId"},
                    BadLine{R"("eventVersion":"0")", R"("eventVersion":"1")", "eventVersion: '1'"},
                    BadLine{R"("eventVersion":"0"})", R"("eventVersion":"0"}])", "not JSON"}));

TEST(CaptureCodec, RecordWithoutAnySideIsRejected) {
  const auto parsed =
      read_captures(R"({"captureData":{},"eventMetadata":{"eventId":"a","inferenceTime":"2024-03-01T10:02:03Z"}})");
  ASSERT_EQ(parsed.rejected.size(), 1u);
  EXPECT_EQ(parsed.rejected[0].reason, "captureData: neither endpointInput nor endpointOutput");
}

}  // namespace
}  // namespace driftlab::capture
