#pragma once
/// A predictor in a file of XGBoost.

#include <filesystem>
#include <memory>

#include "core/model/predictor/predictor.hpp"

namespace driftlab::model {

/// Whether this build has libxgboost.
[[nodiscard]] bool has_xgboost();

/// Loads a model that XGBoost saved (.json, .ubj or binary). Scores are its predictions: probabilities of a classifier,
/// one a class where it has more than two. An empty cell is a missing value; other texts are refused. `threads` of 0:
/// as many as there are processors. Errors: InvalidInput: no libxgboost in this build, not a model, other columns.
[[nodiscard]] Result<std::unique_ptr<Predictor>> load_xgboost(const std::filesystem::path& path, int threads = 0);

}  // namespace driftlab::model
