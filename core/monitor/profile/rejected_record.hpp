#pragma once
/// A record that could not be used: what a monitor keeps of it, and a job writes to its quarantine.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace driftlab::monitor {

/// It counts nowhere else.
struct RejectedRecord {
  std::string file;
  std::uint64_t line = 0;    ///< 1-based, of its first line
  std::uint64_t offset = 0;  ///< of its first byte in the file
  std::string reason;
  bool operator==(const RejectedRecord&) const = default;
};

/// Counts rejected records and keeps the first ones word for word.
class RejectedRecords {
 public:
  static constexpr std::size_t kMaxKept = 10000;
  void add(RejectedRecord record) {
    ++count_;
    if (kept_.size() < kMaxKept) kept_.push_back(std::move(record));
  }
  [[nodiscard]] const std::vector<RejectedRecord>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::vector<RejectedRecord> kept_;
  std::uint64_t count_ = 0;
};

}  // namespace driftlab::monitor
