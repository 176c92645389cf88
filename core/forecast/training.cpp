#include "core/forecast/training.hpp"

#include <array>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar_forecaster.hpp"
#include "core/forecast/ets.hpp"
#include "core/forecast/linear.hpp"
#include "core/forecast/model_text.hpp"
#include "core/forecast/seasonal_naive.hpp"
#include "core/forecast/theta.hpp"

namespace driftlab::forecast {
namespace {

struct Algorithm {
  std::string_view name;
  Result<TrainedModel> (*train)(const TrainingInput&);
  Result<std::unique_ptr<Forecaster>> (*load)(ModelReader&);
};

constexpr std::array<Algorithm, 5> kTable{{{"deepar", train_deepar, load_deepar},
                                           {"ets", train_ets, load_ets},
                                           {"linear", train_linear, load_linear},
                                           {"seasonal-naive", train_seasonal_naive, load_seasonal_naive},
                                           {"theta", train_theta, load_theta}}};
const std::array<std::string, 5> kAlgorithms{"deepar", "ets", "linear", "seasonal-naive", "theta"};

Error unknown_algorithm(std::string_view name) {
  return input_error(fmt::format("unknown forecasting algorithm '{}'{}", name, suggestion(name, kAlgorithms)));
}

}  // namespace

std::span<const std::string> algorithms() {
  return kAlgorithms;
}

Result<TrainedModel> train(std::string_view algorithm, const TrainingInput& input) {
  for (const auto& known : kTable)
    if (known.name == algorithm) return known.train(input);
  return unknown_algorithm(algorithm);
}

Result<std::unique_ptr<Forecaster>> load(std::string_view bytes) {
  auto reader = ModelReader::open(bytes);
  if (!reader) return reader.error();
  for (const auto& known : kTable)
    if (known.name == reader->algorithm()) return known.load(*reader);
  return unknown_algorithm(reader->algorithm());
}

}  // namespace driftlab::forecast
