#pragma once
/// The saved form of a model: lines of "name value…", a version at the top and a checksum at the end.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::forecast {

class ModelWriter {
 public:
  explicit ModelWriter(std::string_view algorithm);
  void put(std::string_view name, std::int64_t value);
  void put(std::string_view name, std::span<const double> values);
  /// Any bytes, as their count and then themselves.
  void put_bytes(std::string_view name, std::string_view bytes);
  /// The text with its checksum; the writer is spent.
  [[nodiscard]] std::string finish();

 private:
  std::string text_;
};

/// Reads the names in the order they were written. Every error is InvalidInput saying what is wrong with the bytes.
class ModelReader {
 public:
  /// Checks head, version and checksum.
  [[nodiscard]] static Result<ModelReader> open(std::string_view bytes);
  [[nodiscard]] const std::string& algorithm() const { return algorithm_; }
  /// low <= value <= high.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view name, std::int64_t low, std::int64_t high);
  /// Finite numbers; any count.
  [[nodiscard]] Result<std::vector<double>> numbers(std::string_view name);
  [[nodiscard]] Result<double> number(std::string_view name);
  /// What put_bytes wrote; valid as long as the model's bytes are.
  [[nodiscard]] Result<std::string_view> bytes(std::string_view name);

 private:
  [[nodiscard]] Result<std::string_view> line(std::string_view name);

  std::string_view rest_;
  std::string algorithm_;
};

}  // namespace driftlab::forecast
