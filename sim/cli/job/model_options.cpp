#include "sim/cli/job/model_options.hpp"

#include <CLI/CLI.hpp>

#include "core/model/predictor/endpoint_predictor.hpp"
#include "core/model/predictor/process_endpoint.hpp"
#include "core/model/predictor/xgboost_predictor.hpp"
#include "sim/cli/http/http_endpoint.hpp"

namespace driftlab::cli {
namespace {

std::string first_of(const std::string& first, const std::string& second, const std::string& third) {
  if (!first.empty()) return first;
  return second.empty() ? third : second;
}

}  // namespace

void add_model_options(CLI::App& app, ModelOptions& options) {
  auto* endpoint =
      app.add_option("--endpoint", options.endpoint,
                     "The model as an inference container, e.g. --endpoint http://localhost:8080/invocations");
  auto* process = app.add_option("--model-process", options.process,
                                 "The model as a shell command that answers every line with a line, flushed, e.g. "
                                 "--model-process 'python3 -u model.py'");
  auto* file = app.add_option("--model", options.file, "The model as a file of XGBoost, e.g. --model model.json");
  endpoint->excludes(process)->excludes(file);
  process->excludes(file);
  app.add_option("--content-type", options.content_type, "Of requests to the model: text/csv or application/jsonlines.")
      ->check(CLI::IsMember({"text/csv", "application/jsonlines"}));
  app.add_option("--accept", options.accept, "Of its answers: text/csv or application/jsonlines.")
      ->check(CLI::IsMember({"text/csv", "application/jsonlines"}));
  app.add_option("--rows-per-call", options.rows_per_call, "Rows of one call of an endpoint or process (default 1000).")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 24));
  app.add_option("--max-calls", options.calls, "Budget of calls of the model; 0: any number.")->capture_default_str();
  app.add_option("--timeout", options.timeout_s, "Seconds to wait for an answer.")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  app.add_option("--model-threads", options.threads, "Threads of XGBoost; 0: one a processor.")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
}

Result<std::unique_ptr<model::Predictor>> open_model(const ModelOptions& options, const ModelFormat& format) {
  if (!options.any())
    return input_error("no model is given; expected --endpoint URL, --model-process COMMAND or --model FILE");
  if (!options.file.empty()) return model::load_xgboost(options.file, options.threads);
  const auto timeout = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.timeout_s));
  auto endpoint = options.process.empty() ? connect_endpoint(options.endpoint, timeout)
                                          : model::start_process_endpoint(options.process, timeout);
  if (!endpoint) return endpoint.error();
  model::EndpointFormat settings;
  settings.endpoint_name = options.endpoint;
  settings.content_type = first_of(options.content_type, format.content_type, settings.content_type);
  settings.accept = first_of(options.accept, format.accept, settings.content_type);
  if (!format.content_template.empty()) settings.content_template = format.content_template;
  settings.attribute = format.attribute;
  settings.calls = options.calls;
  if (options.rows_per_call > 0) settings.rows_per_call = options.rows_per_call;
  return std::unique_ptr<model::Predictor>(
      std::make_unique<model::EndpointPredictor>(*std::move(endpoint), std::move(settings)));
}

}  // namespace driftlab::cli
