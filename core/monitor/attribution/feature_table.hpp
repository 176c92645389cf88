#pragma once
/// Features as numbers: columns of numbers as they are, columns of texts by the number of the text.

#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::monitor {

/// A cell; an empty one is missing.
using CellRows = std::vector<std::vector<std::string>>;  ///< [row][column]

/// What the numbers of a column mean: empty where they are numbers, else the texts they count from 0.
using ColumnTexts = std::vector<std::vector<std::string>>;

/// Gives columns their meaning from all rows that will be mixed, so that one table of texts serves them all.
class FeatureCoding {
 public:
  /// A column whose every cell is a finite number is one of numbers. Rows have `columns` cells.
  FeatureCoding(std::size_t columns, std::span<const CellRows* const> tables);

  [[nodiscard]] const ColumnTexts& texts() const { return texts_; }
  [[nodiscard]] bool is_number(std::size_t column) const { return texts_[column].empty(); }
  /// Row by row. The rows must have been among the tables.
  [[nodiscard]] std::vector<double> encode(const CellRows& rows) const;

 private:
  ColumnTexts texts_;  ///< sorted
};

/// A cell as text: a number in its shortest form, or the text it stands for.
[[nodiscard]] std::string cell_text(double value, const std::vector<std::string>& texts);

}  // namespace driftlab::monitor
