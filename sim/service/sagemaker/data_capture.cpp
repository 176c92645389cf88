#include "sim/service/sagemaker/data_capture.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "core/base/json_string.hpp"

namespace driftlab::service::sagemaker {
namespace {

constexpr Duration kRotation = std::chrono::seconds{60};

/// "Text/CSV; charset=utf-8" → "text/csv".
std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  std::string type(content_type);
  for (char& c : type)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return type;
}

bool lists(const std::vector<std::string>& types, const std::string& type) {
  return std::any_of(types.begin(), types.end(), [&](const std::string& listed) { return media_type(listed) == type; });
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8U | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) text += j <= count ? kAlphabet[group >> (18U - 6U * j) & 0x3FU] : '=';
  }
  return text;
}

/// By hand: bodies are long, and a JSON library would copy and scan them several times over.
void append_side(std::string& out, const ops::sagemaker::DataCaptureConfig& config, std::string_view mode,
                 const std::string& content_type, const Blob& body) {
  const std::string encoding = capture_encoding(config, content_type);
  out += R"({"observedContentType":)";
  append_json_string(out, content_type);
  out += R"(,"mode":)";
  append_json_string(out, mode);
  out += R"(,"data":)";
  append_json_string(out, encoding == "BASE64" ? base64(*body) : *body);
  out += R"(,"encoding":)";
  append_json_string(out, encoding);
  out += '}';
}

/// "20-48-871-<uuid>.jsonl".
std::string file_name(Instant first, const std::string& uuid) {
  const auto civil = to_civil(first);
  std::array<char, 16> stamp{};
  std::snprintf(stamp.data(), stamp.size(), "%02d-%02d-%03d-", civil.minute, civil.second, civil.millisecond);
  return stamp.data() + uuid + ".jsonl";
}

}  // namespace

std::string capture_encoding(const ops::sagemaker::DataCaptureConfig& config, const std::string& content_type) {
  const std::string type = media_type(content_type);
  if (lists(config.csv_content_types, type)) return "CSV";
  if (lists(config.json_content_types, type)) return "JSON";
  return "BASE64";
}

DataCapture::DataCapture(const Context& context)
    : context_(context),
      sampling_(context.stream("capture.sampling")),
      event_ids_(context.stream("capture.event-id")),
      file_ids_(context.stream("capture.file-name")) {}

void DataCapture::record(const ops::sagemaker::DataCaptureConfig& config, const CapturedCall& call, Instant now) {
  if (!config.enable_capture) return;
  if (!sampling_.bernoulli(config.initial_sampling_percentage / 100.0)) return;
  const std::string prefix =
      config.destination_s3_uri + "/" + call.request.endpoint_name + "/" + call.response.invoked_production_variant;
  append_line(open_file(prefix, now).lines, config, call, now);
}

void DataCapture::append_line(std::string& out, const ops::sagemaker::DataCaptureConfig& config,
                              const CapturedCall& call, Instant now) {
  out += R"({"captureData":{)";
  if (config.capture_input) {
    out += R"("endpointInput":)";
    append_side(out, config, "INPUT", call.request.content_type, call.request.body);
  }
  if (config.capture_output) {
    out += config.capture_input ? R"(,"endpointOutput":)" : R"("endpointOutput":)";
    append_side(out, config, "OUTPUT", call.response.content_type, call.response.body);
  }
  out += R"(},"eventMetadata":{"eventId":)";
  append_json_string(out, event_ids_.uuid());
  if (!call.request.inference_id.empty()) {
    out += R"(,"inferenceId":)";
    append_json_string(out, call.request.inference_id);
  }
  out += R"(,"inferenceTime":)";
  append_json_string(out, format_seconds(now));
  if (!call.request.custom_attributes.empty()) {
    out += R"(,"customAttributes":[)";
    append_json_string(out, call.request.custom_attributes);
    out += ']';
  }
  out += R"(},"eventVersion":"0"})";
  out += '\n';
}

DataCapture::File& DataCapture::open_file(const std::string& prefix, Instant now) {
  if (const auto found = files_.find(prefix); found != files_.end()) {
    if (now < found->second.closes_at) return found->second;
    close(prefix);  // a record at the closing instant belongs to the next file
  }
  File& file = files_[prefix];
  file.uri = prefix + "/" + hour_folder(now) + "/" + file_name(now, file_ids_.uuid());
  file.closes_at = std::min(now + kRotation, floor_to(now, std::chrono::hours{1}) + std::chrono::hours{1});
  file.timer =
      context_.hosts.scheduler.at(file.closes_at, "sagemaker: capture file closes", [this, prefix] { close(prefix); });
  return file;
}

void DataCapture::close(const std::string& prefix) {
  const auto found = files_.find(prefix);
  if (found == files_.end()) return;
  context_.hosts.scheduler.cancel(found->second.timer);
  File file = std::move(found->second);
  files_.erase(found);
  if (const auto put = context_.hosts.objects.put(file.uri, make_blob(std::move(file.lines))); !put)
    context_.record_status("DataCaptureFailed", file.uri, "Failed", driftlab::describe(put.error()));
}

}  // namespace driftlab::service::sagemaker
