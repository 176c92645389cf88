#pragma once
/// What a SageMaker container is given and what it leaves behind: the contract between whoever starts a job (a service
/// model, or `driftlab job` on local folders) and the job function in core/job.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/blob.hpp"
#include "core/base/time.hpp"
#include "core/ports/ops/cloudwatch.hpp"

namespace driftlab::ops::container {

enum class Kind { Processing, Training, Transform };

struct File {
  std::string path;  ///< relative to the mount, '/' between folders
  Blob bytes;
};

/// An input as of the job's start, or a place for an output.
struct Mount {
  std::string name;        ///< InputName, ChannelName or OutputName
  std::string local_path;  ///< "/opt/ml/processing/input"
  std::string s3_uri;
  std::vector<File> files = {};  ///< inputs only, ascending by path
};

struct Run {
  Kind kind = Kind::Processing;
  std::string job_name;
  std::string job_arn;
  std::string image;
  std::vector<std::string> entrypoint = {};
  std::vector<std::string> arguments = {};
  std::map<std::string, std::string> environment = {};
  std::map<std::string, std::string> hyperparameters = {};
  std::vector<Mount> inputs = {};
  std::vector<Mount> outputs = {};
  Blob model = {};  ///< the model artifact of a transform job
  std::string instance_type;
  int instance_count = 1;
};

struct Exit {
  int code = 0;
  /// The text of /opt/ml/output/message or, when the code is not 0, of /opt/ml/output/failure.
  std::string message;
  /// Files by output name. A training job's artifact is the only file of output "model".
  std::map<std::string, std::vector<File>> outputs;
  /// Training metrics, as the metric definitions would find them in the log.
  std::map<std::string, double> final_metrics;
  /// What the job wrote to /opt/ml/output/metrics/cloudwatch, with the namespace it belongs to.
  std::vector<cloudwatch::PutMetricDataInput> metrics;
  /// Virtual time that the work takes by the job's own model of it; absent = the service's configured run time.
  std::optional<Duration> work = {};
};

}  // namespace driftlab::ops::container
