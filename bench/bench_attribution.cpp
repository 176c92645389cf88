/// Kernel SHAP of an XGBoost model. The model is trained here from fixed seeds; with DRIFTLAB_PEER_DIR set, model and
/// rows are written there, so that bench/peers/attribution_peer.py explains the same ones.

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <xgboost/c_api.h>

#include "core/base/check.hpp"
#include "core/base/rng.hpp"
#include "core/metric/attribution/kernel_shap.hpp"
#include "core/model/predictor/xgboost_predictor.hpp"

namespace {

using namespace driftlab;

constexpr std::size_t kFeatures = 20;
constexpr std::size_t kTrainingRows = 5000;
constexpr std::size_t kRows = 1000;
constexpr int kTrees = 100;

void must(int code) {
  if (code != 0) check_failed("XGBoost", __FILE__, __LINE__, XGBGetLastError());
}

std::vector<float> normal_rows(std::size_t rows, const char* purpose) {
  Rng rng(1, "bench", purpose);
  std::vector<float> values(rows * kFeatures);
  for (auto& value : values) value = static_cast<float>(rng.normal());
  return values;
}

/// 2·x0 + x1 − x2·x3 + a fifth of the rest, and noise, above zero.
std::vector<float> labels_of(const std::vector<float>& rows) {
  Rng rng(1, "bench", "attribution-noise");
  std::vector<float> labels;
  for (std::size_t at = 0; at < rows.size(); at += kFeatures) {
    double score = 2.0 * rows[at] + rows[at + 1] - rows[at + 2] * rows[at + 3] + 0.3 * rng.normal();
    for (std::size_t i = 4; i < kFeatures; ++i) score += 0.2 * rows[at + i];
    labels.push_back(score > 0.0 ? 1.0F : 0.0F);
  }
  return labels;
}

std::filesystem::path folder() {
  const char* peer = std::getenv("DRIFTLAB_PEER_DIR");
  return peer != nullptr ? std::filesystem::path(peer) : std::filesystem::temp_directory_path();
}

void write_rows(const std::string& name, const std::vector<float>& values) {
  std::ofstream(folder() / name, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
}

/// 100 trees of depth 6.
std::filesystem::path trained_model() {
  const auto rows = normal_rows(kTrainingRows, "attribution-training");
  const auto labels = labels_of(rows);
  DMatrixHandle matrix = nullptr;
  must(XGDMatrixCreateFromMat(rows.data(), kTrainingRows, kFeatures, std::nanf(""), &matrix));
  must(XGDMatrixSetFloatInfo(matrix, "label", labels.data(), labels.size()));
  BoosterHandle booster = nullptr;
  must(XGBoosterCreate(&matrix, 1, &booster));
  for (const auto& [key, value] : {std::array{"objective", "binary:logistic"}, std::array{"max_depth", "6"},
                                   std::array{"eta", "0.1"}, std::array{"nthread", "1"}, std::array{"verbosity", "0"}})
    must(XGBoosterSetParam(booster, key, value));
  for (int round = 0; round < kTrees; ++round) must(XGBoosterUpdateOneIter(booster, round, matrix));
  auto path = folder() / "driftlab_attribution_model.json";
  must(XGBoosterSaveModel(booster, path.c_str()));
  must(XGBoosterFree(booster));
  must(XGDMatrixFree(matrix));
  write_rows("driftlab_attribution_rows.f32", normal_rows(kRows, "attribution-rows"));
  write_rows("driftlab_attribution_baseline.f32", normal_rows(100, "attribution-baseline"));
  return path;
}

std::vector<double> doubles(const std::vector<float>& values, std::size_t rows) {
  return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rows * kFeatures)};
}

/// Argument: baseline rows. One thread.
void kernel_shap_xgboost(benchmark::State& state) {
  static const auto path = trained_model();
  const auto loaded = model::load_xgboost(path, 1);
  const auto baseline = doubles(normal_rows(100, "attribution-baseline"), static_cast<std::size_t>(state.range(0)));
  const auto rows = doubles(normal_rows(kRows, "attribution-rows"), static_cast<std::size_t>(state.range(1)));
  const std::vector<std::vector<std::string>> texts(kFeatures);
  const metric::RowPredictor predict = [&](std::span<const double> values, std::size_t) {
    return (*loaded)->scores({.values = values, .texts = texts});
  };
  metric::ShapOptions options;
  options.mixes = (*loaded)->mixes({.values = rows, .texts = texts});
  DRIFTLAB_CHECK(options.mixes != nullptr, "the trees answer as the library does");
  double checksum = 0.0;
  for (auto _ : state) {
    const auto values = metric::kernel_shap(predict, baseline, rows, kFeatures, options).value();
    for (const double value : values.local) checksum += std::abs(value);
  }
  benchmark::DoNotOptimize(checksum);
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(kernel_shap_xgboost)->Args({1, 1000})->Args({10, 200})->Args({100, 20})->Unit(benchmark::kMillisecond);

}  // namespace
