// The program itself as SageMaker's containers: `driftlab job train` on folders, then `driftlab job host` over HTTP
// with the requests the monitored system's predictor and batch transform send (sections 1.2 and 1.3 of the forecasting
// reference).
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/check.hpp"
#include "core/job/container/files.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using nlohmann::json;
using testing::HasSubstr;

/// A child process with its standard output, ended with the test.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    const char* const program = std::getenv("DRIFTLAB_PROGRAM");
    DRIFTLAB_CHECK(program != nullptr, "DRIFTLAB_PROGRAM names the program");
    arguments.insert(arguments.begin(), program);
    int pipe_ends[2];
    DRIFTLAB_CHECK(::pipe(pipe_ends) == 0, "a pipe");
    child_ = ::fork();
    DRIFTLAB_CHECK(child_ >= 0, "a process");
    if (child_ == 0) {
      ::dup2(pipe_ends[1], STDOUT_FILENO);
      ::close(pipe_ends[0]);
      ::close(pipe_ends[1]);
      ::unsetenv("SAGEMAKER_BIND_TO_PORT");
      ::setenv("DEEPAR_INFERENCE_CONFIG", R"({"num_samples":50,"output_types":["quantiles"],"quantiles":["0.5"]})", 1);
      std::vector<char*> words;
      for (auto& word : arguments) words.push_back(word.data());
      words.push_back(nullptr);
      ::execv(words[0], words.data());
      ::_exit(127);
    }
    ::close(pipe_ends[1]);
    output_ = pipe_ends[0];
  }
  ~Program() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      (void)wait();
    }
    ::close(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The next line without its end; what is left at the end of the output.
  std::string line() {
    std::string text;
    for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  std::string rest() {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(output_, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    return text;
  }
  void send(int signal) const { ::kill(child_, signal); }
  int wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

 private:
  pid_t child_ = 0;
  int output_ = -1;
};

struct Answer {
  unsigned status = 0;
  std::string body;
};

class Connection {
 public:
  explicit Connection(const std::string& port) : stream_(context_) {
    asio::ip::tcp::resolver resolver(context_);
    stream_.connect(resolver.resolve("127.0.0.1", port));
  }
  Answer call(http::verb verb, const std::string& target, const std::string& body = "",
              const std::string& type = "application/json") {
    http::request<http::string_body> request(verb, target, 11);
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::content_type, type);
    request.body() = body;
    request.prepare_payload();
    http::write(stream_, request);
    http::response<http::string_body> response;
    http::read(stream_, buffer_, response);
    return {response.result_int(), response.body()};
  }
  /// Bytes as they are; what comes back until the server closes.
  std::string raw(const std::string& bytes) {
    asio::write(stream_, asio::buffer(bytes));
    std::string text;
    beast::error_code ended;
    asio::read(stream_, asio::dynamic_buffer(text), ended);
    return text;
  }

 private:
  asio::io_context context_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
};

std::string series_text(int points) {
  std::string text = R"({"start":"2026-06-01 00:00:00","target":[)";
  for (int t = 0; t < points; ++t) text += (t > 0 ? "," : "") + std::to_string(20 + t * 7 % 11);
  return text + "]}";
}

class ForecastingContainer : public testing::Test {
 protected:
  void train() {
    const auto put = [&](const std::string& path, const std::string& bytes) {
      job::write_whole(folder_.path() / "opt/ml" / path, bytes).value();
    };
    put("input/config/hyperparameters.json",
        R"({"time_freq":"1min","prediction_length":"5","context_length":"5","epochs":"2","likelihood":"student-T",)"
        R"("test_quantiles":"[0.05,0.5,0.95]"})");
    put("input/data/train/train.json", series_text(400) + "\n");
    put("input/data/test/validation.json", series_text(390) + "\n" + series_text(395) + "\n");
    Program trainer({"job", "train", "--prefix", folder_.path().string(), "--algorithm", "linear"});
    log_ = trainer.rest();
    ASSERT_EQ(trainer.wait(), 0) << log_;
  }

  support::TemporaryFolder folder_;
  std::string log_;
};

TEST_F(ForecastingContainer, TrainsThenServesThenStops) {
  train();
  EXPECT_THAT(log_, HasSubstr("#quality_metric: host=algo-1, test mean_wQuantileLoss <loss>="));
  Program host({"job", "host", "--prefix", folder_.path().string(), "--address", "127.0.0.1", "--port", "0"});
  const std::string greeting = host.line();
  ASSERT_THAT(greeting, HasSubstr("serving linear with 5 steps on 127.0.0.1:"));
  Connection connection(greeting.substr(greeting.rfind(':') + 1));
  EXPECT_EQ(connection.call(http::verb::get, "/ping").status, 200u);

  // The predictor of the monitored system: all points before the newest five, three quantiles and the mean.
  const auto answer = connection.call(
      http::verb::post, "/invocations",
      R"({"instances":[)" + series_text(300) +
          R"(],"configuration":{"num_samples":100,"output_types":["mean","quantiles"],"quantiles":["0.05","0.5","0.95"]}})");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto prediction = json::parse(answer.body).at("predictions").at(0);
  EXPECT_EQ(prediction.at("mean").size(), 5u);
  for (int k = 0; k < 5; ++k) {
    const auto at = [&](const char* level) {
      return prediction.at("quantiles").at(level).at(static_cast<std::size_t>(k)).get<double>();
    };
    EXPECT_LE(at("0.05"), at("0.5"));
    EXPECT_LE(at("0.5"), at("0.95"));
    // The series repeats every 11 points, which twelve lags show.
    EXPECT_NEAR(at("0.5"), 20 + (300 + k) * 7 % 11, 0.5);
  }
  // Batch transform: lines in, lines out, configured by the environment.
  const auto lines = connection.call(http::verb::post, "/invocations",
                                     series_text(200) + "\n" + series_text(201) + "\n", "application/jsonlines");
  ASSERT_EQ(lines.status, 200u);
  EXPECT_EQ(std::count(lines.body.begin(), lines.body.end(), '\n'), 2);
  EXPECT_EQ(json::parse(lines.body.substr(0, lines.body.find('\n'))).at("quantiles").size(), 1u);
  const auto wrong = connection.call(http::verb::post, "/invocations", "{\"instances\":[]}");
  EXPECT_EQ(wrong.status, 400u);
  EXPECT_THAT(wrong.body, HasSubstr("instances: at least one is needed"));
  EXPECT_EQ(connection.call(http::verb::get, "/pong").status, 404u);

  host.send(SIGTERM);
  EXPECT_EQ(host.wait(), 0) << "an idle connection does not keep it";
  EXPECT_EQ(host.rest(), "stopped\n");
}

TEST_F(ForecastingContainer, HttpThatIsNoneIsAnswered) {
  train();
  Program host({"job", "host", "--model", (folder_.path() / "opt/ml/model").string(), "--address", "127.0.0.1",
                "--port", "0", "--threads", "2"});
  const std::string greeting = host.line();
  const std::string port = greeting.substr(greeting.rfind(':') + 1);
  EXPECT_THAT(Connection(port).raw("nonsense\r\n\r\n"), HasSubstr("400 Bad Request"));
  EXPECT_THAT(Connection(port).raw("POST /invocations HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"),
              HasSubstr("413 Payload Too Large"));
  EXPECT_EQ(Connection(port).call(http::verb::get, "/ping").status, 200u);
  host.send(SIGINT);
  EXPECT_EQ(host.wait(), 0);
}

TEST_F(ForecastingContainer, FailuresHaveAnExitCodeAndAFile) {
  Program trainer({"job", "train", "--prefix", folder_.path().string()});
  EXPECT_THAT(trainer.rest(), HasSubstr("ClientError: "));
  EXPECT_EQ(trainer.wait(), 2);
  EXPECT_THAT(job::read_whole(folder_.path() / "opt/ml/output/failure").value(), HasSubstr("hyperparameters.json"));
  Program host({"job", "host", "--prefix", folder_.path().string(), "--port", "0"});
  EXPECT_EQ(host.wait(), 2) << "there is no model";
}

}  // namespace
}  // namespace driftlab
