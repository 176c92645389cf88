#include "core/forecast/deepar/trainer.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/hash.hpp"
#include "core/base/text.hpp"
#include "core/forecast/deepar/dataset.hpp"
#include "core/forecast/deepar/team.hpp"

namespace driftlab::forecast::deepar {
namespace {

constexpr double kLargestNorm = 10.0;
constexpr float kWeightDecay = 1e-8f;
constexpr int kHalvingPatience = 10;
constexpr double kSmallestRate = 5e-5;
constexpr int kMostSkipped = 10;
/// Weight of the past in the running mean of the parameters: about the last 500 updates.
constexpr double kAverage = 0.998;
/// A loss that is lower by less than this share of itself is no progress.
constexpr double kProgress = 1e-4;

/// Wider shards load each weight for more columns; narrower ones let small batches use several threads. Only the size
/// of the batch decides, so that sums do not depend on the machine.
std::size_t shard_columns(int batch) {
  return batch >= 64 ? 2 * kLanes : kLanes;
}

/// In sixteen sums side by side, for the vector units; their number is part of the order of summation.
double sum_of_squares(const std::vector<float>& values) {
  constexpr std::size_t kSums = 16;
  double sums[kSums] = {};
  std::size_t i = 0;
  for (; i + kSums <= values.size(); i += kSums)
    for (std::size_t k = 0; k < kSums; ++k) {
      const double value = static_cast<double>(values[i + k]);
      sums[k] += value * value;
    }
  for (; i < values.size(); ++i) sums[i % kSums] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  double total = 0.0;
  for (const double sum : sums) total += sum;
  return total;
}

struct BatchResult {
  double loss = 0.0;  ///< summed
  double count = 0.0;
};

class Trainer {
 public:
  Trainer(const Dataset& dataset, const Settings& settings, std::uint64_t seed, int threads)
      : dataset_(dataset),
        settings_(settings),
        seed_(seed),
        team_(threads),
        network_(shape_of(dataset, settings)),
        kernels_(best_kernels<float>()),
        parameters_(network_.size()),
        first_(network_.size(), 0.0f),
        second_(network_.size(), 0.0f),
        sum_(network_.size()),
        rate_(settings.learning_rate),
        threshold_(static_cast<std::uint32_t>(settings.dropout_rate * 65536.0)) {
    const std::size_t columns = shard_columns(settings.mini_batch_size);
    const std::size_t count = (static_cast<std::size_t>(settings.mini_batch_size) + columns - 1) / columns;
    shards_.resize(count);
    gradients_.assign(count, std::vector<float>(network_.size()));
    for (auto& shard : shards_) shard.reserve(network_.shape(), dataset.encoding().steps(), columns);
    Rng rng(seed, "deepar", "parameters");
    network_.initialise(parameters_, rng);
    averaged_ = parameters_;
  }

  Result<Training> run(const std::function<bool(const Epoch&)>& on_epoch) {
    Training training;
    std::vector<float> best;
    double lowest = 0.0;
    int since_best = 0, since_halving = 0;
    training.stop_reason = "all epochs done";
    for (int number = 0; number < settings_.epochs; ++number) {
      Epoch epoch;
      epoch.number = number;
      epoch.learning_rate = rate_;
      const bool finite = run_epoch(epoch);
      if (!finite) {
        const auto why = fmt::format(
            "training diverged in epoch {}: the loss was not finite over what is held out, or loss or gradient of {} "
            "batches in a row",
            number, kMostSkipped);
        if (best.empty()) return input_error(why);
        training.stop_reason = why;
        break;
      }
      training.epochs.push_back(epoch);
      const double loss = epoch.judged();
      if (best.empty() || loss < lowest - kProgress * std::abs(lowest)) {
        best = averaged_;
        lowest = loss;
        training.best_epoch = number;
        since_best = since_halving = 0;
      } else {
        ++since_best;
        ++since_halving;
      }
      if (on_epoch && !on_epoch(epoch)) {
        training.stop_reason = "stopped by the caller";
        break;
      }
      if (settings_.early_stopping_patience && since_best >= *settings_.early_stopping_patience) {
        training.stop_reason = fmt::format("no progress for {} epochs", since_best);
        break;
      }
      if (since_halving >= kHalvingPatience) {
        rate_ = std::max(std::min(rate_, kSmallestRate), 0.5 * rate_);
        since_halving = 0;
      }
    }
    training.model = {dataset_.encoding(), network_.shape(), dataset_.non_negative(),
                      StableHash().add(seed_).add("paths").value(), std::move(best)};
    return training;
  }

 private:
  static Shape shape_of(const Dataset& dataset, const Settings& settings) {
    const Encoding& encoding = dataset.encoding();
    Shape shape;
    shape.lags = encoding.lags.size();
    shape.covariates = encoding.covariates();
    shape.cardinality = encoding.cardinality;
    shape.embedding = encoding.cardinality.empty() ? 0 : static_cast<std::size_t>(settings.embedding_dimension);
    shape.layers = static_cast<std::size_t>(settings.num_layers);
    shape.cells = static_cast<std::size_t>(settings.num_cells);
    shape.likelihood = settings.likelihood;
    return shape;
  }

  /// False when training diverged.
  bool run_epoch(Epoch& epoch) {
    double loss = 0.0, count = 0.0;
    for (int batch = 0; batch < settings_.batches_per_epoch; ++batch) {
      const BatchResult result = run_batch(epoch.number, batch);
      if (std::isfinite(result.loss) && update(result)) {
        loss += result.loss;
        count += result.count;
        skipped_in_row_ = 0;
      } else {
        ++epoch.skipped_batches;
        if (++skipped_in_row_ >= kMostSkipped) return false;
      }
    }
    epoch.loss = count > 0.0 ? loss / count : 0.0;
    epoch.has_held_out = !dataset_.held_out().empty();
    if (epoch.has_held_out) epoch.held_out_loss = held_out_loss();
    epoch.work = work_;
    return std::isfinite(epoch.judged());
  }

  BatchResult run_batch(int epoch, int batch) {
    const auto key = static_cast<std::uint32_t>(StableHash()
                                                    .add(seed_)
                                                    .add(static_cast<std::uint64_t>(epoch))
                                                    .add(static_cast<std::uint64_t>(batch))
                                                    .add("zoneout")
                                                    .value());
    team_.run(shards_.size(), [&](std::size_t s) {
      auto& shard = shards_[s];
      for (std::size_t column = 0; column < shard.columns; ++column) {
        const std::size_t slot = s * shard.columns + column;
        if (slot < static_cast<std::size_t>(settings_.mini_batch_size)) {
          const Instance instance = dataset_.instance(seed_, epoch, batch, static_cast<int>(slot));
          fill_instance(dataset_.series(instance.series), instance.cut, dataset_.encoding(), false, shard, column);
        } else {
          fill_nothing(dataset_.encoding(), shard, column);
        }
      }
      const Zoneout zoneout{threshold_, key, static_cast<std::uint32_t>(s * shard.columns)};
      network_.forward(parameters_.data(), shard, zoneout, true);
      std::fill(gradients_[s].begin(), gradients_[s].end(), 0.0f);
      network_.backward(parameters_.data(), shard, zoneout, gradients_[s].data());
    });
    work_ += network_.training_work() *
             static_cast<double>(shards_.size() * shards_.front().columns * shards_.front().steps);
    return totals(shards_);
  }

  static BatchResult totals(const std::vector<Shard<float>>& shards) {
    BatchResult result;
    for (const auto& shard : shards) {
      for (const double loss : shard.loss) result.loss += loss;
      for (const double weight : shard.weight) result.count += weight;
    }
    return result;
  }

  /// False, without a change, when the gradient is not finite or nothing was observed.
  bool update(const BatchResult& batch) {
    sum_ = gradients_[0];
    for (std::size_t s = 1; s < gradients_.size(); ++s)
      for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += gradients_[s][i];
    const double squares = sum_of_squares(sum_);
    if (!std::isfinite(squares) || batch.count <= 0.0) return false;
    const double mean = 1.0 / batch.count;
    const double norm = std::sqrt(squares) * mean;
    const double factor = norm > kLargestNorm ? mean * kLargestNorm / (norm + 1e-6) : mean;
    first_power_ *= 0.9;
    second_power_ *= 0.999;
    AdamStep<float> step;
    step.count = sum_.size();
    step.parameters = parameters_.data();
    step.gradient = sum_.data();
    step.first = first_.data();
    step.second = second_.data();
    step.factor = static_cast<float>(factor);
    step.rate = static_cast<float>(rate_ / (1.0 - first_power_));
    step.second_factor = static_cast<float>(1.0 / (1.0 - second_power_));
    step.decay = kWeightDecay;
    kernels_.adam(step);
    average();
    return true;
  }

  /// The first updates count less far back, so that the initial values are soon forgotten.
  void average() {
    updates_ += 1.0;
    const auto keep = static_cast<float>(std::min(kAverage, (updates_ - 1.0) / (updates_ + 9.0)));
    for (std::size_t i = 0; i < averaged_.size(); ++i)
      averaged_[i] = keep * averaged_[i] + (1.0f - keep) * parameters_[i];
  }

  double held_out_loss() {
    const auto& windows = dataset_.held_out();
    const std::size_t columns = shards_.front().columns;
    const std::size_t blocks = (windows.size() + columns - 1) / columns;
    std::vector<BatchResult> results(blocks);
    for (std::size_t begin = 0; begin < blocks; begin += shards_.size()) {
      const std::size_t count = std::min(shards_.size(), blocks - begin);
      team_.run(count, [&](std::size_t s) {
        auto& shard = shards_[s];
        for (std::size_t column = 0; column < columns; ++column) {
          const std::size_t at = (begin + s) * columns + column;
          if (at < windows.size())
            fill_instance(dataset_.series(windows[at].series), windows[at].cut, dataset_.encoding(), true, shard,
                          column);
          else
            fill_nothing(dataset_.encoding(), shard, column);
        }
        network_.forward(averaged_.data(), shard, {}, false);
        for (const double loss : shard.loss) results[begin + s].loss += loss;
        for (const double weight : shard.weight) results[begin + s].count += weight;
      });
    }
    work_ += network_.forward_work() * static_cast<double>(blocks * columns * shards_.front().steps);
    BatchResult total;
    for (const auto& result : results) {
      total.loss += result.loss;
      total.count += result.count;
    }
    return total.count > 0.0 ? total.loss / total.count : 0.0;
  }

  const Dataset& dataset_;
  const Settings& settings_;
  std::uint64_t seed_;
  Team team_;
  Network<float> network_;
  const Kernels<float>& kernels_;
  std::vector<float> averaged_;  ///< running mean of the parameters over the last updates: what is judged and kept
  std::vector<float> parameters_, first_, second_, sum_;
  std::vector<Shard<float>> shards_;
  std::vector<std::vector<float>> gradients_;
  double rate_;
  std::uint32_t threshold_;
  double updates_ = 0.0;
  double first_power_ = 1.0, second_power_ = 1.0;
  int skipped_in_row_ = 0;
  double work_ = 0.0;
};

}  // namespace

Result<Training> train_network(std::span<const Series> series, const Settings& settings, std::uint64_t seed,
                               int threads, const std::function<bool(const Epoch&)>& on_epoch) {
  auto dataset = Dataset::create(series, settings);
  if (!dataset) return dataset.error();
  return Trainer(*dataset, settings, seed, threads).run(on_epoch);
}

}  // namespace driftlab::forecast::deepar
