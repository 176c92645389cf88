#include "sim/service/sagemaker/job_table.hpp"

namespace driftlab::service::sagemaker {

Error unknown_job(const std::string& name) {
  return unknown_object("Could not find requested job with name: " + name);
}

Error job_exists(const std::string& arn) {
  return resource_in_use(
      "Job name must be unique within an AWS account and region, and a job with this name already exists (" + arn +
      ")");
}

Error job_not_running(const std::string& kind, const std::string& status) {
  return validation_error("The request was rejected because the " + kind + " job is in status " + status + ".");
}

std::string status_after(RunEnd::How how) {
  switch (how) {
    case RunEnd::How::Completed:
      return "Completed";
    case RunEnd::How::Failed:
      return "Failed";
    case RunEnd::How::Stopped:
    case RunEnd::How::TimedOut:
      break;
  }
  return "Stopped";
}

}  // namespace driftlab::service::sagemaker
