#include "core/forecast/training.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/model/forecast_server.hpp"

namespace driftlab::job {

Task transform(const JobContext&, const Run& run) {
  if (!run.model) co_return failed(input_error("the transform job was given no model"));
  const auto model = forecast::load(*run.model);
  if (!model) co_return failed(model.error());
  const auto configuration = run.environment.find("DEEPAR_INFERENCE_CONFIG");
  Exit exit;
  for (const auto& mount : run.inputs) {
    for (const auto& file : mount.files) {
      auto lines = model::answer_batch(
          **model, *file.bytes, configuration == run.environment.end() ? std::string_view() : configuration->second);
      if (!lines) co_return failed(lines.error());
      add_file(exit, run.outputs.empty() ? "output" : run.outputs.front().name, file.path, std::move(*lines));
    }
  }
  co_return exit;
}

}  // namespace driftlab::job
