#include "core/forecast/training.hpp"

#include <array>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/linear.hpp"
#include "core/forecast/model_text.hpp"
#include "core/forecast/seasonal_naive.hpp"

namespace driftlab::forecast {
namespace {

const std::array<std::string, 2> kAlgorithms{"linear", "seasonal-naive"};

Error unknown_algorithm(std::string_view name) {
  return input_error(fmt::format("unknown forecasting algorithm '{}'{}", name, suggestion(name, kAlgorithms)));
}

}  // namespace

std::span<const std::string> algorithms() {
  return kAlgorithms;
}

Result<TrainedModel> train(std::string_view algorithm, const TrainingInput& input) {
  if (algorithm == "linear") return train_linear(input);
  if (algorithm == "seasonal-naive") return train_seasonal_naive(input);
  return unknown_algorithm(algorithm);
}

Result<std::unique_ptr<Forecaster>> load(std::string_view bytes) {
  auto reader = ModelReader::open(bytes);
  if (!reader) return reader.error();
  if (reader->algorithm() == "linear") return load_linear(*reader);
  if (reader->algorithm() == "seasonal-naive") return load_seasonal_naive(*reader);
  return unknown_algorithm(reader->algorithm());
}

}  // namespace driftlab::forecast
