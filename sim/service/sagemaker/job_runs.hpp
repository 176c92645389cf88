#pragma once
/// The time line that processing, training and transform jobs share.
///
/// provisioning → inputs are read, the container starts → the container has answered and its work time is over →
/// outputs are written, metrics published. The maximum run time counts from the end of provisioning.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sim/service/sagemaker/context.hpp"

namespace driftlab::service::sagemaker {

struct RunEnd {
  enum class How { Completed, Failed, Stopped, TimedOut };
  How how = How::Completed;
  std::string reason;         ///< FailureReason, at most 1024 bytes
  ops::container::Exit exit;  ///< of the container, when it ran to its end
};

/// What one job does at the points of the time line. Called on the scheduler's thread.
struct RunPlan {
  std::string name;  ///< unique among the running jobs of one kind
  std::string image;
  Duration max_runtime{0};
  /// Provisioning is over and the image is known.
  std::function<void()> started;
  /// Reads the inputs. An error's message becomes the failure reason.
  std::function<Result<ops::container::Run>()> prepare;
  /// Writes the outputs of a container that exited with 0. An error fails the job.
  std::function<Result<>(const ops::container::Exit&)> deliver;
  /// Exactly once, last.
  std::function<void(RunEnd)> ended;
};

class JobRuns {
 public:
  JobRuns(const Context& context, ops::container::Kind kind, const JobTiming& timing);

  void start(RunPlan plan, Instant now);
  /// Ends a running job after the stopping time. False when there is none, or it is stopping already.
  bool stop(const std::string& name, Instant now);

 private:
  struct Active;
  using ActivePtr = std::shared_ptr<Active>;

  void begin(const ActivePtr& job);
  void exited(const ActivePtr& job, ops::container::Exit exit);
  void complete(const ActivePtr& job);
  void finish(const ActivePtr& job, RunEnd end);
  [[nodiscard]] std::string algorithm_error(const ops::container::Exit& exit) const;

  const Context& context_;
  ops::container::Kind kind_;
  JobTiming timing_;
  Rng provisioning_;
  Rng work_;
  Rng faults_;
  std::map<std::string, ActivePtr> active_;
};

}  // namespace driftlab::service::sagemaker
