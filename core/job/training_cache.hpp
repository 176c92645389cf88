#pragma once
/// Trained models by what they were trained on, so that nothing is trained twice: not in a sweep, not in a second run.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/ops/container.hpp"

namespace driftlab::job {

/// What a training job leaves behind. Equal to what training again would give.
struct CachedTraining {
  std::string model;  ///< the artifact's bytes
  std::map<std::string, double> metrics;
  double work_units = 0.0;  ///< multiply-adds of the training that was saved
};

/// Identity of a training: algorithm, hyperparameters, seed, the bytes of every channel, and the sources of the
/// forecasters this program was built from. 32 hexadecimal digits.
[[nodiscard]] std::string training_key(std::string_view algorithm, const ops::container::Run& run, std::uint64_t seed);

class TrainingCache {
 public:
  TrainingCache() = default;
  TrainingCache(const TrainingCache&) = delete;
  TrainingCache& operator=(const TrainingCache&) = delete;
  virtual ~TrainingCache() = default;

  [[nodiscard]] virtual std::optional<CachedTraining> find(const std::string& key) = 0;
  /// A cache may forget; storing never fails.
  virtual void store(const std::string& key, const CachedTraining& training) = 0;
};

/// One file a training in a folder of their own. Several programs may share the folder: files appear whole, and a file
/// that is cut off, damaged or foreign counts as absent. A folder that cannot be written caches nothing.
class FolderTrainingCache final : public TrainingCache {
 public:
  /// At the start the oldest files beyond `limit_bytes` in all are removed.
  explicit FolderTrainingCache(std::filesystem::path folder, std::uint64_t limit_bytes = 512ULL << 20);
  [[nodiscard]] std::optional<CachedTraining> find(const std::string& key) override;
  void store(const std::string& key, const CachedTraining& training) override;

 private:
  [[nodiscard]] std::filesystem::path path_of(const std::string& key) const;
  void prune(std::uint64_t limit_bytes) const;

  std::filesystem::path folder_;
};

}  // namespace driftlab::job
