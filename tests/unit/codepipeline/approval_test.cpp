/// Manual approvals: section 13.3 of the reference on CloudWatch, EventBridge, Lambda and CodePipeline; the forgotten
/// one is its ready-made test 8.

#include "tests/unit/codepipeline/fixture.hpp"

namespace driftlab::service::codepipeline {
namespace {

using Strings = std::vector<std::string>;

class Approval : public CodePipelineTest {
 public:
  Approval() {
    create(pipeline_json({{"Approve", {"?Person"}}, {"Deploy", {"Endpoint"}}}));
    first = start();
    pass(5s);
  }
  std::string answer(bool approved, const std::string& token) {
    const auto result = pipelines.handle(
        api::PutApprovalResultInput{"build", "Approve", "Person", token, approved, "looks fine"}, scheduler.now());
    return result ? "ok" : result.error().code;
  }
  std::string token() { return stage(1).actions.at(0).token; }

  std::string first;
};

TEST_F(Approval, WaitsWithATokenUntilApproved) {
  EXPECT_EQ(stage(1).actions[0].status, "InProgress");
  EXPECT_FALSE(token().empty());
  pass(24h);
  EXPECT_TRUE(actions.calls.empty());
  EXPECT_EQ(answer(true, token()), "ok");
  EXPECT_EQ(stage(1).actions[0].status, "Succeeded");
  EXPECT_EQ(stage(1).actions[0].summary, "looks fine");
  EXPECT_EQ(action_names(), Strings{"Endpoint"});
}

TEST_F(Approval, RejectionFailsTheExecution) {
  EXPECT_EQ(answer(false, token()), "ok");
  EXPECT_EQ(stage(1).actions[0].status, "Failed");
  EXPECT_EQ(statuses(), Strings{"Failed"});
  EXPECT_TRUE(actions.calls.empty());
}

TEST_F(Approval, ForgottenFailsAfterSevenDaysAndLetsTheWaitingOneIn) {
  const std::string second = start();
  const Instant began = kStart + 5s;
  scheduler.run_until(began + 7 * 24h - 1ms);
  EXPECT_EQ(statuses(), (Strings{"InProgress", "InProgress"}));
  EXPECT_EQ(stage(1).inbound_execution_id, second);
  scheduler.run_until(began + 7 * 24h);
  EXPECT_EQ(statuses(), (Strings{"Failed", "InProgress"}));
  EXPECT_EQ(stage(1).execution_id, second);
  EXPECT_EQ(stage(1).actions[0].status, "InProgress");
  EXPECT_EQ(answer(true, token()), "ok");
  EXPECT_EQ(actions.calls.at(0).execution_id, second);
}

TEST_F(Approval, TheTimeoutOfTheActionCounts) {
  CodePipeline other{scheduler, actions, events, journal, {}};
  std::string json = pipeline_json({{"Approve", {"?Person"}}});
  json.insert(json.find(R"("runOrder":1,"actionTypeId":{"owner":"AWS","version":"1","category":"Approval")"),
              R"("timeoutInMinutes":30,)");
  ASSERT_TRUE(other.handle(api::CreatePipelineInput{json}, scheduler.now()));
  pass(5s + 30min);
  EXPECT_EQ(other.handle(api::ListPipelineExecutionsInput{"build"}, kStart)->executions.at(0).status, "Failed");
}

TEST_F(Approval, AnswersToNoWaitingApprovalAreErrors) {
  EXPECT_EQ(answer(true, "another"), "InvalidApprovalTokenException");
  const std::string used = token();
  EXPECT_EQ(answer(true, used), "ok");
  EXPECT_EQ(answer(true, used), "ApprovalAlreadyCompletedException");
  EXPECT_EQ(answer(false, used), "ApprovalAlreadyCompletedException");
  const auto code = [&](api::PutApprovalResultInput request) {
    return pipelines.handle(request, scheduler.now()).error().code;
  };
  EXPECT_EQ(code({"bild", "Approve", "Person", used, true}), "PipelineNotFoundException");
  EXPECT_EQ(code({"build", "Aprove", "Person", used, true}), "StageNotFoundException");
  EXPECT_EQ(code({"build", "Approve", "Persn", used, true}), "ActionNotFoundException");
  EXPECT_EQ(code({"build", "Approve", "Person", used, true, std::string(513, 'x')}), "ValidationException");
}

TEST_F(Approval, StoppingEndsItAndItsToken) {
  const std::string old = token();
  ASSERT_TRUE(pipelines.handle(
      api::StopPipelineExecutionInput{.pipeline_name = "build", .pipeline_execution_id = first}, scheduler.now()));
  EXPECT_EQ(statuses(), Strings{"Stopped"});
  EXPECT_EQ(stage(1).actions[0].status, "Abandoned");
  EXPECT_EQ(token(), "") << "only a waiting approval shows a token";
  EXPECT_EQ(answer(true, old), "ApprovalAlreadyCompletedException");
}

struct Listener final : ApprovalListener {
  std::vector<std::string> told;
  void approval_needed(const std::string& pipeline, const std::string& stage, const std::string& action,
                       const std::string& token, const std::string&) override {
    told = {pipeline, stage, action, token};
  }
};

TEST_F(Approval, TellsWhoeverListens) {
  Listener listener;
  pipelines.set_approval_listener(&listener);
  EXPECT_EQ(answer(false, token()), "ok");
  (void)start();
  pass(5s);
  EXPECT_EQ(listener.told, (Strings{"build", "Approve", "Person", token()}));
}

}  // namespace
}  // namespace driftlab::service::codepipeline
