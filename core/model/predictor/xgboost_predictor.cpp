#include "core/model/predictor/xgboost_predictor.hpp"

#include <fmt/format.h>

#ifdef DRIFTLAB_XGBOOST
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <xgboost/c_api.h>

#include "core/base/text.hpp"
#include "core/model/predictor/tree_mixes.hpp"
#endif

namespace driftlab::model {

#ifdef DRIFTLAB_XGBOOST
namespace {

constexpr const char* kPlain = R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,)"
                               R"("strict_shape":true,"cache_id":0,"missing":NaN})";

constexpr std::size_t kRowsChecked = 1000;
constexpr double kTolerance = 1e-6;  // a few units in the last place of single precision

/// The library's message without its stack of calls.
std::string last_error() {
  std::string_view text = XGBGetLastError();
  return std::string(text.substr(0, text.find("\nStack trace")));
}

class XgboostPredictor final : public Predictor {
 public:
  explicit XgboostPredictor(BoosterHandle booster) : booster_(booster) {}
  ~XgboostPredictor() override { XGBoosterFree(booster_); }

  Result<std::vector<double>> scores(const PredictorRows& rows) override {
    if (auto ok = check_columns(rows); !ok) return ok.error();
    if (auto ok = fill(rows); !ok) return ok.error();
    const auto array = fmt::format(R"({{"data":[{},true],"shape":[{},{}],"typestr":"<f4","version":3}})",
                                   reinterpret_cast<std::uintptr_t>(values_.data()), rows.rows(), rows.columns());
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* answers = nullptr;
    if (XGBoosterPredictFromDense(booster_, array.c_str(), kPlain, nullptr, &shape, &dimensions, &answers) != 0)
      return input_error("XGBoost: " + last_error());
    std::size_t count = 1;
    for (bst_ulong i = 0; i < dimensions; ++i) count *= shape[i];
    return std::vector<double>(answers, answers + count);
  }

  /// The score itself, or the number of the class with the largest.
  Result<std::vector<std::string>> labels(const PredictorRows& rows) override {
    const auto found = scores(rows);
    if (!found) return found.error();
    const std::size_t count = rows.rows();
    const std::size_t classes = count == 0 ? 1 : std::max<std::size_t>(found->size() / count, 1);
    std::vector<std::string> labels;
    for (std::size_t at = 0; at < found->size(); at += classes) {
      std::size_t best = 0;
      for (std::size_t i = 1; i < classes; ++i)
        if ((*found)[at + i] > (*found)[at + best]) best = i;
      labels.push_back(classes == 1 ? shortest((*found)[at]) : fmt::format("{}", best));
    }
    return labels;
  }

  /// The trees themselves, once they are seen to answer as the library does.
  metric::MixPredictor mixes(const PredictorRows& rows) override {
    for (const auto& texts : rows.texts)
      if (!texts.empty()) return {};
    const char* json = nullptr;
    bst_ulong size = 0;
    if (XGBoosterSaveModelToBuffer(booster_, R"({"format":"json"})", &size, &json) != 0) return {};
    auto trees = TreeMixes::read({json, size});
    if (!trees) return {};
    const std::size_t checked = std::min<std::size_t>(rows.rows(), kRowsChecked);
    const auto library = scores({.values = rows.values.subspan(0, checked * rows.columns()), .texts = rows.texts});
    if (!library || library->size() != checked) return {};
    for (std::size_t row = 0; row < checked; ++row) {
      const double ours = trees->answer(std::span<const float>(values_).subspan(row * rows.columns(), rows.columns()));
      if (!(std::abs(ours - (*library)[row]) <= kTolerance * std::max(1.0, std::abs(ours)))) return {};
    }
    return [trees = *std::move(trees)](std::span<const double> instance, std::span<const double> baseline,
                                       const std::vector<metric::Coalition>& coalitions, std::span<double> answers) {
      trees.answer(instance, baseline, coalitions, answers);
    };
  }

  [[nodiscard]] std::size_t rows_per_call() const override { return 65'536; }

 private:
  [[nodiscard]] Result<> check_columns(const PredictorRows& rows) const {
    bst_ulong features = 0;
    if (XGBoosterGetNumFeature(booster_, &features) != 0) return input_error("XGBoost: " + last_error());
    if (features == rows.columns()) return {};
    return input_error(fmt::format("the model has {} features, the dataset {}", features, rows.columns()));
  }

  Result<> fill(const PredictorRows& rows) {
    std::vector<std::vector<float>> numbers(rows.columns());  // of the texts of each column
    for (std::size_t column = 0; column < rows.columns(); ++column)
      for (const auto& text : rows.texts[column]) {
        const auto number = text.empty() ? std::numeric_limits<double>::quiet_NaN() : parse_double(text);
        if (!number)
          return input_error(
              fmt::format("feature {}: '{}' is not a number, and the model takes numbers only", column, text));
        numbers[column].push_back(static_cast<float>(*number));
      }
    values_.resize(rows.values.size());
    for (std::size_t at = 0, column = 0; at < values_.size();
         ++at, column = column + 1 == rows.columns() ? 0 : column + 1)
      values_[at] = numbers[column].empty() ? static_cast<float>(rows.values[at])
                                            : numbers[column][static_cast<std::size_t>(rows.values[at])];
    return {};
  }

  BoosterHandle booster_;
  std::vector<float> values_;
};

}  // namespace

bool has_xgboost() {
  return true;
}

Result<std::unique_ptr<Predictor>> load_xgboost(const std::filesystem::path& path, int threads) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    return not_found("NoSuchPath", fmt::format("{} is not a file", path.string()));
  BoosterHandle booster = nullptr;
  if (XGBoosterCreate(nullptr, 0, &booster) != 0) return input_error("XGBoost: " + last_error());
  auto predictor = std::make_unique<XgboostPredictor>(booster);
  if (XGBoosterLoadModel(booster, path.c_str()) != 0)
    return input_error(fmt::format("{}: not a model of XGBoost: {}", path.string(), last_error()));
  if (XGBoosterSetParam(booster, "nthread", fmt::format("{}", threads).c_str()) != 0)
    return input_error("XGBoost: " + last_error());
  return std::unique_ptr<Predictor>(std::move(predictor));
}

#else

bool has_xgboost() {
  return false;
}

Result<std::unique_ptr<Predictor>> load_xgboost(const std::filesystem::path& path, int /*threads*/) {
  return input_error(fmt::format(
      "{}: this program was built without XGBoost (package libxgboost-dev); serve the model by a process or an "
      "endpoint instead",
      path.string()));
}

#endif

}  // namespace driftlab::model
