#pragma once
/// How a pipeline runs the API call behind one of its steps.

#include <functional>
#include <string>

#include "core/base/blob.hpp"
#include "core/base/result.hpp"

namespace driftlab::service {

/// A step to start. `arguments` is the JSON text of the API request, references resolved, without the job's name.
struct StepStart {
  std::string type;
  std::string job_name;
  std::string arguments;
  std::string execution_arn;
};

/// How it ended. `describe` is the JSON text of the Describe… response in AWS's member names.
struct StepEnd {
  bool succeeded = true;
  std::string failure_reason;
  std::string describe;
  std::string arn;
  bool retriable = false;
};

/// Starts the API call behind a pipeline step and reports its end.
class StepRunner {
 public:
  virtual ~StepRunner() = default;
  /// Types: Processing, Training, Transform, Model, RegisterModel. An error means the call itself was refused.
  virtual Result<> start(const StepStart& step, std::function<void(StepEnd)> done) = 0;
  virtual void stop(const std::string& job_name) = 0;
  /// Bytes of a file that a finished processing step wrote: for property files.
  virtual Result<Blob> read(const std::string& s3_uri) = 0;
};

}  // namespace driftlab::service
