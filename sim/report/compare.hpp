#pragma once
/// Two runs beside each other: what differs, the largest difference first.

#include <array>
#include <string>
#include <vector>

#include "sim/report/run_result.hpp"

namespace driftlab::report {

struct ComparedRow {
  std::string label;
  std::string a;
  std::string b;
  std::string change;   ///< "÷ 12", "− 3", "the same"
  double weight = 0.0;  ///< how much they differ: |ln| of their ratio, one added to either side
};

struct Comparison {
  std::array<std::string, 2> names;  ///< scenario names; with the seed where they are the same
  std::vector<ComparedRow> rows;     ///< by descending weight
  std::vector<std::string> story;    ///< a sentence each
  std::vector<Note> notes;           ///< why the two may not be comparable: other world, other length, other program
};

[[nodiscard]] Comparison compare(const RunResult& a, const RunResult& b);

/// The same for a terminal or a log: story, then the table.
[[nodiscard]] std::string compare_text(const Comparison& comparison);

}  // namespace driftlab::report
