#pragma once
/// What a SageMaker inference container answers, free of any HTTP library.

#include <string>
#include <string_view>

#include "core/forecast/forecaster.hpp"

namespace driftlab::model {

struct HostRequest {
  std::string_view method;        ///< "POST"
  std::string_view target;        ///< "/invocations"; a query behind it is not read
  std::string_view content_type;  ///< may be empty; parameters behind ';' are not read
  std::string_view body;
};

struct HostResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

/// GET /ping: 200 and no body. GET /execution-parameters: what batch transform asks for. POST /invocations: a DeepAR
/// request (application/json, or no type), or series one a line (application/jsonlines), answered one prediction a line
/// under `configuration`, the text of DEEPAR_INFERENCE_CONFIG. What is wrong comes back as {"error": …} with 400 (the
/// request), 404 (path), 405 (method), 415 (content type).
[[nodiscard]] HostResponse answer(const forecast::Forecaster& model, const HostRequest& request,
                                  std::string_view configuration);

}  // namespace driftlab::model
