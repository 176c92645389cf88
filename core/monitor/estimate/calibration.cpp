#include "core/monitor/estimate/calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::size_t kBins = 10;
constexpr std::array<std::string_view, 3> kNames{"none", "isotonic", "binned"};

/// A stretch of distinct scores with one value.
struct Stretch {
  double first = 0.0;
  double last = 0.0;
  double positives = 0.0;
  double rows = 0.0;
  [[nodiscard]] double value() const { return positives / rows; }
  void merge(const Stretch& next) {
    last = next.last;
    positives += next.positives;
    rows += next.rows;
  }
};

/// Distinct scores ascending.
std::vector<Stretch> distinct(std::span<const double> scores, std::span<const std::uint8_t> labels) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  std::vector<Stretch> stretches;
  for (const std::size_t i : order) {
    const Stretch row{scores[i], scores[i], static_cast<double>(labels[i]), 1.0};
    if (!stretches.empty() && stretches.back().last == scores[i])
      stretches.back().merge(row);
    else
      stretches.push_back(row);
  }
  return stretches;
}

std::vector<Stretch> pool_adjacent_violators(const std::vector<Stretch>& distinct_scores) {
  std::vector<Stretch> pooled;
  for (Stretch next : distinct_scores) {
    while (!pooled.empty() && pooled.back().value() >= next.value()) {
      Stretch before = pooled.back();
      pooled.pop_back();
      before.merge(next);
      next = before;
    }
    pooled.push_back(next);
  }
  return pooled;
}

std::vector<Stretch> bins_of(const std::vector<Stretch>& distinct_scores, std::size_t rows) {
  std::vector<Stretch> bins;
  double seen = 0.0;
  const double size = static_cast<double>(rows) / static_cast<double>(kBins);
  double full = 0.0;  // rows at which the bin being filled is full
  for (const Stretch& next : distinct_scores) {
    if (bins.empty() || seen >= full) {
      bins.push_back(next);
      full = (std::floor(seen / size) + 1.0) * size;
    } else {
      bins.back().merge(next);
    }
    seen += next.rows;
  }
  return bins;
}

}  // namespace

Result<Calibration> Calibration::fit(CalibrationMethod method, std::span<const double> scores,
                                     std::span<const std::uint8_t> labels) {
  if (scores.size() != labels.size())
    return input_error(fmt::format("{} scores, {} labels", scores.size(), labels.size()));
  if (scores.empty()) return input_error("no rows to calibrate on");
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!std::isfinite(scores[i])) return input_error(fmt::format("row {}: the score is not finite", i));
    if (labels[i] > 1) return input_error(fmt::format("row {}: label {}; expected 0 or 1", i, labels[i]));
  }
  Calibration calibration;
  calibration.method_ = method;
  calibration.rows_ = scores.size();
  const auto add = [&](double score, double probability) {
    calibration.scores_.push_back(score);
    calibration.probabilities_.push_back(probability);
  };
  if (method == CalibrationMethod::Isotonic) {
    for (const Stretch& stretch : pool_adjacent_violators(distinct(scores, labels))) {
      add(stretch.first, stretch.value());
      if (stretch.last != stretch.first) add(stretch.last, stretch.value());
    }
  } else if (method == CalibrationMethod::Binned) {
    for (const Stretch& bin : bins_of(distinct(scores, labels), scores.size())) add(bin.last, bin.value());
  }
  return calibration;
}

double Calibration::operator()(double score) const {
  if (method_ == CalibrationMethod::None) return std::clamp(score, 0.0, 1.0);
  const auto at = std::lower_bound(scores_.begin(), scores_.end(), score);
  if (at == scores_.end()) return probabilities_.back();
  const auto place = static_cast<std::size_t>(at - scores_.begin());
  if (method_ == CalibrationMethod::Binned || place == 0 || *at == score) return probabilities_[place];
  const double share = (score - scores_[place - 1]) / (scores_[place] - scores_[place - 1]);
  return probabilities_[place - 1] + share * (probabilities_[place] - probabilities_[place - 1]);
}

std::string Calibration::write() const {
  const ordered_json root = {{"version", kVersion},
                             {"method", kNames[static_cast<std::size_t>(method_)]},
                             {"rows", rows_},
                             {"scores", scores_},
                             {"probabilities", probabilities_}};
  return root.dump(2) + "\n";
}

Result<Calibration> Calibration::read(std::string_view json, const std::string& file) {
  const JsonReader read(json, file);
  ordered_json root;
  if (const auto parsed = read.parse(root); !parsed) return parsed.error();
  if (!root.is_object()) return read.wrong("", root, "an object");
  const auto version = read.number(root, "", "version");
  if (!version) return version.error();
  if (*version != static_cast<double>(kVersion))
    return read.error("/version", fmt::format("version is not {}", kVersion));
  const auto name = read.text(root, "", "method");
  if (!name) return name.error();
  const auto method = read_calibration_method(name->value_or(""));
  if (!method) return read.error("/method", method.error().message);
  Calibration calibration;
  calibration.method_ = *method;
  const auto rows = read.number(root, "", "rows");
  if (!rows) return rows.error();
  calibration.rows_ = static_cast<std::size_t>(std::clamp(rows->value_or(0.0), 0.0, 1e15));
  for (const auto& [key, values] :
       {std::pair("scores", &calibration.scores_), std::pair("probabilities", &calibration.probabilities_)}) {
    const std::string at = std::string("/") + key;
    const auto list = root.find(key);
    if (list == root.end() || !list->is_array()) return read.missing(at, "an array of numbers");
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string here = fmt::format("{}/{}", at, i);
      if (!(*list)[i].is_number()) return read.wrong(here, (*list)[i], "a number");
      values->push_back((*list)[i].get<double>());
      const bool ascends = values->size() == 1 || key != std::string_view("scores") || (*values)[i] > (*values)[i - 1];
      if (!ascends) return read.wrong(here, (*list)[i], "scores that ascend");
      if (key == std::string_view("probabilities") && !(values->back() >= 0.0 && values->back() <= 1.0))
        return read.wrong(here, (*list)[i], "a number from 0 to 1");
    }
  }
  if (calibration.scores_.size() != calibration.probabilities_.size())
    return read.error("/probabilities", "expected as many as there are scores");
  if (*method != CalibrationMethod::None && calibration.scores_.empty())
    return read.missing("/scores/0", "at least one score");
  return calibration;
}

Result<CalibrationMethod> read_calibration_method(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<CalibrationMethod>(i);
  const std::vector<std::string> names(kNames.begin(), kNames.end());
  return input_error(fmt::format("method is '{}'; expected none, isotonic or binned{}", name, suggestion(name, names)));
}

}  // namespace driftlab::monitor
