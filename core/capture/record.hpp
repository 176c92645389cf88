#pragma once
/// What an endpoint captured, what came to be known later, and the two joined.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::capture {

enum class Encoding { Csv, Json, Base64 };
[[nodiscard]] std::string_view to_string(Encoding encoding);  ///< "CSV", "JSON", "BASE64"

/// One side of an invocation.
struct Payload {
  std::string data;  ///< verbatim for CSV and JSON, base64 text otherwise
  Encoding encoding = Encoding::Csv;
  std::string content_type;  ///< the header exactly as seen
  bool operator==(const Payload&) const = default;
};

struct EventMetadata {
  std::string event_id;
  std::string inference_id;  ///< empty when the caller gave none
  Instant inference_time;    ///< whole seconds, as the format has it
  std::vector<std::string> custom_attributes;
  bool operator==(const EventMetadata&) const = default;

  /// What ground truth is matched on: the inference id, else the event id.
  [[nodiscard]] const std::string& key() const { return inference_id.empty() ? event_id : inference_id; }
};

/// One invocation. A side that capture was not set to keep is absent.
struct CaptureRecord {
  std::optional<Payload> input;
  std::optional<Payload> output;
  bool batch_transform = false;  ///< the output is a row of a batch transform: no mode, no content type
  EventMetadata metadata;
  bool operator==(const CaptureRecord&) const = default;
};

/// A label. The identifier is always called eventId, even where it is compared with an inference id.
struct GroundTruthRecord {
  std::string data;
  Encoding encoding = Encoding::Csv;
  std::string event_id;
  bool operator==(const GroundTruthRecord&) const = default;
};

/// A line of merge output.
struct MergedRecord {
  CaptureRecord capture;
  std::string label;
  Encoding label_encoding = Encoding::Csv;
  bool operator==(const MergedRecord&) const = default;
};

}  // namespace driftlab::capture
