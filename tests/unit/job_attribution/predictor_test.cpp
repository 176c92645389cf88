// Predictors against a shell's loops, our own HTTP server and a one-split model that XGBoost 1.7.6 wrote.
#include <array>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/job/container/files.hpp"
#include "core/model/predictor/endpoint_predictor.hpp"
#include "core/model/predictor/process_endpoint.hpp"
#include "core/model/predictor/xgboost_predictor.hpp"
#include "sim/cli/http/http_endpoint.hpp"
#include "sim/cli/http/http_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Texts = std::vector<std::vector<std::string>>;

const std::vector<double> kValues{0.25, 0, 3, 1};
const Texts kTexts{{}, {"a \"b\", c", "7"}};

PredictorRows rows() {
  return {.values = kValues, .texts = kTexts};
}

TEST(EndpointPredictor, SendsWhatTheCellsWere) {
  EXPECT_EQ(request_body(rows(), {}), "0.25,\"a \"\"b\"\", c\"\n3,7\n");
  EXPECT_EQ(request_body(rows(), {.content_type = "application/jsonlines"}),
            "{\"features\":[0.25,\"a \\\"b\\\", c\"]}\n{\"features\":[3,7]}\n");
  EXPECT_EQ(request_body(rows(), {.content_type = "application/jsonlines", .content_template = "$features"}),
            "[0.25,\"a \\\"b\\\", c\"]\n[3,7]\n");
}

TEST(EndpointPredictor, ReadsTheAnswersOfContainers) {
  EXPECT_THAT(answer_cells("0.1\n0.2\n", 2, {}).value(), ElementsAre("0.1", "0.2"));
  EXPECT_THAT(answer_cells("0.1,0.2", 2, {}).value(), ElementsAre("0.1", "0.2"));
  EXPECT_THAT(answer_cells("0.1,0.9\n0.2,0.8\n", 2, {}).value(), ElementsAre("0.1", "0.9", "0.2", "0.8"));
  EXPECT_THAT(answer_cells("yes,0.9\nno,0.8\n", 2, {.attribute = "1"}).value(), ElementsAre("0.9", "0.8"));
  const EndpointFormat json{.accept = "application/jsonlines", .attribute = "p"};
  EXPECT_THAT(answer_cells("{\"p\":[0.1,0.9]}\n{\"p\":[0.2,0.8]}\n", 2, json).value(),
              ElementsAre("0.1", "0.9", "0.2", "0.8"));
  EXPECT_THAT(answer_cells("0.1\n", 2, {}).error().message, HasSubstr("1 lines for 2 rows; it begins with '0.1'"));
  EXPECT_THAT(answer_cells("{\"q\":1}", 1, json).error().message, HasSubstr("there is no 'p'"));
  EXPECT_THAT(answer_cells("", 1, {}).error().message, HasSubstr("0 lines for 1 rows"));
}

std::unique_ptr<Predictor> process(const std::string& command, EndpointFormat format = {},
                                   Duration timeout = std::chrono::seconds{60}) {
  return std::make_unique<EndpointPredictor>(start_process_endpoint(command, timeout).value(), std::move(format));
}

TEST(ProcessEndpoint, AnswersALineALine) {
  // More than the buffers of a socket, in and out.
  std::vector<double> values(200'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 1000);
  const Texts texts{{}, {}};
  const auto model = process("while IFS=, read -r a b; do echo $((a + 2 * b)); done", {.rows_per_call = 70'000});
  for (int again = 0; again < 2; ++again) {
    const auto answers = model->scores({.values = values, .texts = texts}).value();
    ASSERT_EQ(answers.size(), 100'000u);
    EXPECT_EQ(answers.front(), 2.0);
    EXPECT_EQ(answers[50'249], 498 + 2 * 499.0);
  }
  EXPECT_THAT(process("while read -r line; do echo yes; done")->labels(rows()).value(), ElementsAre("yes", "yes"));
}

TEST(ProcessEndpoint, SaysHowItFailed) {
  EXPECT_THAT(process("read line; echo 1; exit 3")->scores(rows()).error().message,
              HasSubstr("ended with code 3 after 1 of 2 lines"));
  EXPECT_THAT(process("echo 1; echo x; cat > /dev/null")->scores(rows()).error().message,
              HasSubstr("answered 'x'; expected a number"));
  EXPECT_THAT(process("sleep 60", {}, std::chrono::milliseconds{50})->scores(rows()).error().message,
              HasSubstr("after 0 of 2 lines; it must answer every line with a line and flush it"));
  EXPECT_THAT(
      process("while read -r line; do echo 1; done", {.rows_per_call = 1, .calls = 1})->scores(rows()).error().message,
      HasSubstr("the budget of 1 calls"));
}

TEST(ProcessEndpoint, EndsWhatTheCommandStarted) {
  // All that runs inherits the writing end of a pipe: when nothing runs any more, the pipe ends.
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  EXPECT_FALSE(process("sleep 30; echo 1", {}, std::chrono::milliseconds{50})->scores(rows()));
  ::close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0) << "end of the pipe at once, not after 30 s";
  ::close(ends[0]);
}

TEST(HttpEndpoint, AsksAnInferenceContainer) {
  cli::HttpRequest seen;
  auto server = cli::HttpServer::listen({.address = "127.0.0.1", .port = 0}, [&](const cli::HttpRequest& request) {
                  seen = request;
                  if (request.body.starts_with("3")) return cli::HttpResponse{400, "text/plain", "no threes"};
                  return cli::HttpResponse{200, "text/csv", "0.5\n"};
                }).value();
  std::thread serving([&] { server->run(1, false); });
  const auto url = "http://127.0.0.1:" + std::to_string(server->port());
  EndpointPredictor model(cli::connect_endpoint(url).value(), {.rows_per_call = 1});
  const std::vector<double> one{0.25, 1};
  for (int again = 0; again < 2; ++again)
    EXPECT_THAT(model.scores({.values = one, .texts = kTexts}).value(), ElementsAre(0.5));
  EXPECT_EQ(seen.method + seen.target + seen.content_type + seen.body, "POST/invocationstext/csv0.25,7\n");
  EXPECT_THAT(model.scores(rows()).error().message, HasSubstr("/invocations answered 400: no threes"));
  server->stop();
  serving.join();
  EXPECT_EQ(model.scores(rows()).error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(cli::connect_endpoint("https://x/").error().message, HasSubstr("expected http://HOST:PORT"));
  EXPECT_FALSE(cli::connect_endpoint("localhost:80"));
  EXPECT_FALSE(cli::connect_endpoint("http://:80/"));
}

/// x0 < 0.5 answers 1, else 3; a missing x0 goes left.
constexpr const char* kStump =
    R"({"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":{"model":{)"
    R"("gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1","size_leaf_vector":"0"},"tree_info":[0],"trees":[{)"
    R"("base_weights":[2E0,1E0,3E0],"categories":[],"categories_nodes":[],"categories_segments":[],)"
    R"("categories_sizes":[],"default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],"loss_changes":[4E0,0E0,0E0],)"
    R"("parents":[2147483647,0,0],"right_children":[2,-1,-1],"split_conditions":[5E-1,1E0,3E0],)"
    R"("split_indices":[0,0,0],"split_type":[0,0,0],"sum_hessian":[4E0,2E0,2E0],"tree_param":{"num_deleted":"0",)"
    R"("num_feature":"2","num_nodes":"3","size_leaf_vector":"0"}}]},"name":"gbtree"},"learner_model_param":{)"
    R"("base_score":"0E0","boost_from_average":"0","num_class":"0","num_feature":"2","num_target":"1"},)"
    R"("objective":{"name":"reg:squarederror","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[1,7,6]})";

TEST(XgboostPredictor, AnswersAsItsModelOrSaysWhyNot) {
  const support::TemporaryFolder folder;
  const auto path = folder.path() / "stump.json";
  job::write_whole(path, kStump).value();
  const auto model = load_xgboost(path, 1);
  if (!has_xgboost()) {
    EXPECT_THAT(model.error().message, HasSubstr("built without XGBoost"));
    return;
  }
  const std::vector<double> values{0, 7, 1, 7, 2, 7};
  const Texts texts{{"", "0.25", "0.75"}, {}};
  EXPECT_THAT((*model)->scores({.values = values, .texts = texts}).value(), ElementsAre(1, 1, 3));
  EXPECT_THAT((*model)->labels({.values = values, .texts = texts}).value(), ElementsAre("1", "1", "3"));
  const Texts one{{}};
  EXPECT_THAT((*model)->scores({.values = values, .texts = one}).error().message,
              HasSubstr("the model has 2 features, the dataset 1"));
  EXPECT_THAT((*model)->scores(rows()).error().message, HasSubstr("is not a number"));
  job::write_whole(path, "{}").value();
  EXPECT_THAT(load_xgboost(path).error().message, HasSubstr("not a model of XGBoost"));
  EXPECT_FALSE(load_xgboost(folder.path() / "nowhere.json"));
}

}  // namespace
}  // namespace driftlab::model
