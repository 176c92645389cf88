#pragma once
/// Options of jobs that ask a model: where it is, and how much of it may be asked.

#include <cstddef>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "core/model/predictor/predictor.hpp"

namespace CLI {
class App;
}

namespace driftlab::cli {

struct ModelOptions {
  std::string endpoint;
  std::string process;
  std::string file;
  std::string content_type;
  std::string accept;
  std::size_t rows_per_call = 0;  ///< 0: 1,000 of an endpoint
  std::size_t calls = 10'000;
  double timeout_s = 60.0;
  int threads = 0;

  [[nodiscard]] bool any() const { return !endpoint.empty() || !process.empty() || !file.empty(); }
};

/// Adds --endpoint, --model-process, --model, --content-type, --accept, --rows-per-call, --max-calls, --timeout.
void add_model_options(CLI::App& app, ModelOptions& options);

/// How the job's own configuration asks the model; empty texts leave it to the options, then to text/csv.
struct ModelFormat {
  std::string content_type;
  std::string accept;
  std::string content_template;
  std::string attribute;  ///< of the answer
};

/// Errors: InvalidInput: none or several of the three, what cannot be opened.
[[nodiscard]] Result<std::unique_ptr<model::Predictor>> open_model(const ModelOptions& options,
                                                                   const ModelFormat& format);

}  // namespace driftlab::cli
