#pragma once
/// Trees asked for all mixes of two rows at once: what Kernel SHAP asks of a model, without building the rows.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/metric/attribution/kernel_shap.hpp"

namespace driftlab::model {

/// The trees of a model that XGBoost saved as JSON, with one output: reg:squarederror, binary:logistic, reg:logistic or
/// binary:logitraw over gbtree, numeric splits.
///
/// Where a split sends both rows the same way, all coalitions follow; only where they part is the set of coalitions
/// split, by the bits of the feature; then every coalition is given the value of its leaf, many at a time. Leaves are
/// added in the order of the trees in single precision, as XGBoost adds them. Cost of an instance and baseline row:
/// about coalitions × trees additions.
class TreeMixes {
 public:
  /// Nothing for models of another kind.
  [[nodiscard]] static std::optional<TreeMixes> read(std::string_view model_json);

  /// As metric::MixPredictor.
  void answer(std::span<const double> instance, std::span<const double> baseline,
              const std::vector<metric::Coalition>& coalitions, std::span<double> answers) const;
  /// The model's answer to one row.
  [[nodiscard]] double answer(std::span<const float> row) const;

 private:
  struct Node {
    int left = -1;  ///< -1: a leaf
    int right = -1;
    unsigned feature = 0;
    float value = 0.0F;  ///< threshold, or the leaf's
    bool missing_left = false;
  };
  using Tree = std::vector<Node>;

  class Walk;

  [[nodiscard]] static bool goes_left(const Node& node, float value);
  [[nodiscard]] double linked(float margin) const;

  std::vector<Tree> trees_;
  std::size_t deepest_ = 0;  ///< splits on the longest path
  float margin_ = 0.0F;
  bool sigmoid_ = false;
};

}  // namespace driftlab::model
