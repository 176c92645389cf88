#pragma once
/// What the pipeline executor needs from whoever runs the API calls behind its steps.

#include <functional>
#include <string>

#include "core/base/blob.hpp"
#include "core/base/result.hpp"

namespace driftlab::service {

/// Starts the API call behind a pipeline step and reports its end.
struct StepStart {
  std::string type;
  std::string job_name;
  std::string arguments;  ///< JSON text, references resolved
  std::string execution_arn;
};

struct StepEnd {
  bool succeeded = true;
  std::string failure_reason;
  std::string describe;  ///< JSON text of the Describe… response, AWS member names
  std::string arn;
  bool retriable = false;
};

class StepRunner {
 public:
  virtual ~StepRunner() = default;
  /// Types: Processing, Training, Tuning, Transform, Model, RegisterModel. An error = the call itself was refused.
  /// `done` is called once, on the scheduler's thread, never inside this call; never after an error.
  virtual Result<> start(const StepStart& step, std::function<void(StepEnd)> done) = 0;
  /// Asks a running job to stop; its `done` follows. Unknown and ended jobs are left alone.
  virtual void stop(const std::string& job_name) = 0;
  /// Bytes of a file that a finished processing step wrote: for property files.
  virtual Result<Blob> read(const std::string& s3_uri) = 0;
};

}  // namespace driftlab::service
