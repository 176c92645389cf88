#pragma once
/// A model as something that answers rows of features.

#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/attribution/kernel_shap.hpp"

namespace driftlab::model {

/// Row by row. A value is the cell itself in a column whose `texts` are empty, else the number of one of them.
struct PredictorRows {
  std::span<const double> values;
  std::span<const std::vector<std::string>> texts;  ///< one a column

  [[nodiscard]] std::size_t columns() const { return texts.size(); }
  [[nodiscard]] std::size_t rows() const { return texts.empty() ? 0 : values.size() / texts.size(); }
};

class Predictor {
 public:
  Predictor() = default;
  Predictor(const Predictor&) = delete;
  Predictor& operator=(const Predictor&) = delete;
  virtual ~Predictor() = default;

  /// One number a row, or as many for each. Errors: what the model refused, or answered that is no number.
  virtual Result<std::vector<double>> scores(const PredictorRows& rows) = 0;
  /// One answer a row as text, such as a predicted label.
  virtual Result<std::vector<std::string>> labels(const PredictorRows& rows) = 0;
  /// A quicker way to the scores of mixes of rows such as these, where the model has one; else nothing.
  virtual metric::MixPredictor mixes(const PredictorRows& /*rows*/) { return {}; }
  /// Rows that one call takes.
  [[nodiscard]] virtual std::size_t rows_per_call() const = 0;
};

}  // namespace driftlab::model
