#pragma once
/// SageMaker DeepAR's hyperparameters: names, defaults, ranges, and what they mean here.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/deepar/likelihood.hpp"

namespace driftlab::forecast::deepar {

/// One row of SageMaker's table. Values are text in the service's own spelling.
struct HyperparameterSpec {
  std::string_view name;
  bool required = false;
  std::string_view fallback;     ///< "" when there is none
  std::string_view valid;        ///< as an error message says it: "an integer above 0"
  std::string_view tunable_low;  ///< range automatic tuning takes by default; "" when it is not tunable
  std::string_view tunable_high;
  bool tunable_integer = false;
  bool ours = false;  ///< not SageMaker's: see the README of this folder
};

/// All names, the tunable ones first in the order of their impact as the developer guide gives it.
[[nodiscard]] std::span<const HyperparameterSpec> hyperparameter_specs();

/// How many of something the data have: as many as they have, none, or as given (and the data must agree).
struct FromData {
  enum class Kind { Auto, Ignore, Given } kind = Kind::Auto;
  std::vector<int> given;
};

struct Settings {
  std::string time_freq;  ///< unread here: the series carry their frequency
  int prediction_length = 1;
  int context_length = 1;
  int epochs = 1;
  int num_cells = 40;
  int num_layers = 2;
  Likelihood likelihood = Likelihood::StudentT;
  double dropout_rate = 0.1;
  double learning_rate = 1e-3;
  int mini_batch_size = 128;
  int embedding_dimension = 10;
  FromData cardinality;
  FromData num_dynamic_feat;
  std::vector<double> test_quantiles;
  int num_eval_samples = 100;
  std::optional<int> early_stopping_patience;
  // Ours.
  int batches_per_epoch = 50;
  double held_out_fraction = 0.1;
  bool sample_by_scale = false;
};

/// Every mistake is an InvalidInput naming the hyperparameter, its range and the text given; an unknown name comes with
/// the nearest known one, a missing required name with its meaning.
[[nodiscard]] Result<Settings> read_settings(const std::map<std::string, std::string>& values);

}  // namespace driftlab::forecast::deepar
