#pragma once
/// AWS CodePipeline: pipelines of stages and actions, their executions, manual approvals.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/identity.hpp"
#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "core/ports/ops/codepipeline.hpp"
#include "sim/service/codepipeline/structure.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::codepipeline {

namespace api = ops::codepipeline;

struct Config {
  AwsIdentity identity = {};
  std::uint64_t seed = 0;
  Duration source_time = std::chrono::seconds{5};
  Duration approval_timeout = std::chrono::hours{24 * 7};  ///< AWS: 7 days
};

/// Told when a manual approval begins to wait: where a simulated person comes in.
class ApprovalListener {
 public:
  virtual ~ApprovalListener() = default;
  virtual void approval_needed(const std::string& pipeline, const std::string& stage, const std::string& action,
                               const std::string& token, const std::string& custom_data) = 0;
};

/// Executions by the rules of stage locks: in SUPERSEDED mode one execution waits before a locked stage and a newer one
/// takes its place; in QUEUED mode all wait in order. Actions of one run order run together; a failure lets the running
/// ones end and starts no other. Events of source aws.codepipeline for pipelines, stages and actions.
class CodePipeline {
 public:
  CodePipeline(Scheduler& scheduler, ActionHost& actions, EventPublisher& events, Journal& journal, Config config);
  CodePipeline(const CodePipeline&) = delete;
  CodePipeline& operator=(const CodePipeline&) = delete;

  void set_approval_listener(ApprovalListener* listener) { listener_ = listener; }

  /// Creating starts a first execution unless told otherwise. Errors: ValidationException, PipelineNameInUseException.
  Result<> handle(const api::CreatePipelineInput& request, Instant now);
  /// Errors: PipelineNotFoundException.
  Result<api::StartPipelineExecutionOutput> handle(const api::StartPipelineExecutionInput& request, Instant now);
  [[nodiscard]] Result<api::GetPipelineStateOutput> handle(const api::GetPipelineStateInput& request,
                                                           Instant now) const;
  [[nodiscard]] Result<api::ListPipelineExecutionsOutput> handle(const api::ListPipelineExecutionsInput& request,
                                                                 Instant now) const;
  /// Errors: PipelineNotFoundException, StageNotFoundException, ActionNotFoundException, InvalidApprovalTokenException,
  /// ApprovalAlreadyCompletedException, ValidationException.
  Result<api::PutApprovalResultOutput> handle(const api::PutApprovalResultInput& request, Instant now);
  /// Errors: PipelineExecutionNotStoppableException, DuplicatedStopRequestException.
  Result<> handle(const api::StopPipelineExecutionInput& request, Instant now);
  /// Errors: NotLatestPipelineExecutionException, StageNotRetryableException.
  Result<> handle(const api::RetryStageExecutionInput& request, Instant now);
  Result<> handle(const api::SetStageTransitionInput& request, Instant now);

 private:
  struct Execution {
    api::ExecutionSummary summary;
    std::map<std::string, std::string> variables;  ///< "namespace.name"
    bool stopping = false;
  };
  struct ActionRun {
    api::ActionState state;
    TimerId timer = 0;  ///< source delay or approval timeout
  };
  struct Stage {
    std::string status;
    std::string execution;  ///< inside, or last
    bool locked = false;
    bool enabled = true;
    std::deque<std::string> waiting;  ///< at most one in SUPERSEDED mode
    std::vector<ActionRun> runs;      ///< as the definition's actions
  };
  struct Pipeline {
    PipelineDefinition definition;
    std::vector<Stage> stages;
    std::map<std::string, Execution> executions;
    std::vector<std::string> order;             ///< executions by start
    std::map<std::string, std::string> tokens;  ///< client request token to execution
  };

  Result<Pipeline*> find(const std::string& name);
  Result<std::size_t> find_stage(const Pipeline& pipeline, const std::string& name) const;
  Execution& execution(Pipeline& pipeline, const std::string& id) { return pipeline.executions.at(id); }

  void enter(Pipeline& pipeline, std::size_t stage, const std::string& id);
  void begin_stage(Pipeline& pipeline, std::size_t stage, const std::string& id);
  void admit(Pipeline& pipeline, std::size_t stage);
  void start_group(Pipeline& pipeline, std::size_t stage, int run_order);
  void start_action(Pipeline& pipeline, std::size_t stage, std::size_t action);
  void start_approval(Pipeline& pipeline, std::size_t stage, std::size_t action);
  void end_action(const std::string& pipeline, std::size_t stage, std::size_t action, const std::string& run_id,
                  const ActionReply& reply);
  void advance(Pipeline& pipeline, std::size_t stage);
  void end_stage(Pipeline& pipeline, std::size_t stage, const std::string& status);
  void end_execution(Pipeline& pipeline, Execution& run, const std::string& status);
  void abandon_actions(Pipeline& pipeline, std::size_t stage);
  std::map<std::string, std::string> resolve(const Execution& run, std::map<std::string, std::string> values) const;

  void note_execution(const Pipeline& pipeline, const Execution& run, const std::string& state);
  void note_stage(const Pipeline& pipeline, std::size_t stage, const std::string& state);
  void note_action(const Pipeline& pipeline, std::size_t stage, std::size_t action, const std::string& state);
  void publish(const Pipeline& pipeline, const std::string& detail_type, const std::string& detail);

  Scheduler& scheduler_;
  ActionHost& actions_;
  EventPublisher& events_;
  Journal& journal_;
  Config config_;
  Rng ids_;
  ApprovalListener* listener_ = nullptr;
  std::map<std::string, std::unique_ptr<Pipeline>> pipelines_;
};

}  // namespace driftlab::service::codepipeline
