#pragma once
/// Data capture: which invocations of an endpoint are recorded, in which form, and in which S3 objects.

#include <map>
#include <optional>
#include <string>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/context.hpp"

namespace driftlab::service::sagemaker {

struct CapturedCall {
  const ops::sagemaker::InvokeEndpointInput& request;
  const ops::sagemaker::InvokeEndpointOutput& response;
};

/// One file at a time for each destination, endpoint and variant:
/// `<destination>/<endpoint>/<variant>/yyyy/mm/dd/hh/<mm>-<ss>-<SSS>-<uuid4>.jsonl`, named after its first record.
/// A file closes 60 s after its first record or at the change of the hour, and becomes visible then.
class DataCapture {
 public:
  explicit DataCapture(const Context& context);

  /// Records the call if capture is on and the sampling coin says so.
  void record(const ops::sagemaker::DataCaptureConfig& config, const CapturedCall& call, Instant now);

 private:
  struct File {
    std::string uri;
    std::string lines;
    Instant closes_at{};
    TimerId timer = 0;
  };

  void append_line(std::string& out, const ops::sagemaker::DataCaptureConfig& config, const CapturedCall& call,
                   Instant now);
  File& open_file(const std::string& prefix, Instant now);
  void close(const std::string& prefix);

  const Context& context_;
  Rng sampling_;
  Rng event_ids_;
  Rng file_ids_;
  std::map<std::string, File> files_;  ///< by prefix
};

/// `CSV`, `JSON` or `BASE64`: the list that holds the media type, its parameters and the case of letters left aside.
[[nodiscard]] std::string capture_encoding(const ops::sagemaker::DataCaptureConfig& config,
                                           const std::string& content_type);

}  // namespace driftlab::service::sagemaker
