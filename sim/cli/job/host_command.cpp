#include "sim/cli/job/host_command.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/training.hpp"
#include "core/job/container/files.hpp"
#include "core/job/forecasting/training_container.hpp"
#include "core/model/host.hpp"
#include "sim/cli/http/http_server.hpp"
#include "sim/cli/job/container_options.hpp"

namespace driftlab::cli {
namespace {

struct Options {
  std::string prefix;
  std::string model;
  std::string address = "0.0.0.0";
  int port = 8080;
  int threads = 0;
};

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<std::unique_ptr<forecast::Forecaster>> load_model(const Options& options) {
  std::filesystem::path file = options.model;
  if (file.empty()) file = std::filesystem::path(options.prefix.empty() ? "/" : options.prefix) / "opt/ml/model";
  if (std::filesystem::is_directory(file)) file /= job::kModelFile;
  const auto bytes = job::read_whole(file);
  if (!bytes) return bytes.error();
  auto model = forecast::load(*bytes);
  if (!model) return input_error(file.string() + ": " + model.error().message);
  return model;
}

int run(Options options) {
  auto model = load_model(options);
  if (!model) return report_error(model.error(), false);
  // A container may be told to listen elsewhere.
  if (const auto port = parse_double(variable("SAGEMAKER_BIND_TO_PORT")); port && *port >= 1 && *port < 65536)
    options.port = static_cast<int>(*port);
  const std::string configuration = variable("DEEPAR_INFERENCE_CONFIG");
  const auto handler = [&](const HttpRequest& request) {
    auto answer =
        model::answer(**model, {request.method, request.target, request.content_type, request.body}, configuration);
    return HttpResponse{answer.status, std::move(answer.content_type), std::move(answer.body)};
  };
  auto server =
      HttpServer::listen({.address = options.address, .port = static_cast<std::uint16_t>(options.port)}, handler);
  if (!server) return report_error(server.error(), false);
  fmt::print("serving {} with {} steps on {}:{}\n", (*model)->algorithm(), (*model)->prediction_length(),
             options.address, (*server)->port());
  std::fflush(stdout);
  const int threads =
      options.threads > 0 ? options.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  (*server)->run(threads, true);
  fmt::print("stopped\n");
  return 0;
}

}  // namespace

RunJob declare_host(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--prefix", options->prefix, "Folder in place of the root: the model is in opt/ml/model below it")
      ->check(CLI::ExistingDirectory);
  app.add_option("--model", options->model, "Model file or its folder, instead of opt/ml/model");
  app.add_option("--address", options->address, "Address to listen on")->capture_default_str();
  app.add_option("--port", options->port, "Port to listen on; 0: any free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  app.add_option("--threads", options->threads, "Requests answered at once; 0: one a processor")
      ->check(CLI::Range(0, 1024));
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli
