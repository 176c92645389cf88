#pragma once
/// A table of text with named columns, and who belongs to a facet or has a positive label.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::monitor {

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> columns;  ///< [column][row], blanks around cells dropped

  [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
  /// By name, else by zero-based index. Errors: InvalidInput with the nearest name.
  [[nodiscard]] Result<std::size_t> column(std::string_view name_or_index) const;
};

/// Errors: InvalidInput: no header, a row with another number of cells, named by its line.
[[nodiscard]] Result<Table> read_csv_table(std::string_view csv);

/// Values of a facet or positive label: texts, or one number above which a continuous column belongs.
using Selection = std::vector<std::string>;

struct Membership {
  std::vector<bool> member;
  std::string text;  ///< "1", "a,b" or "(0.5, 0.99]": value_or_threshold in the report
};

/// Who belongs. `also` is a second column whose maximum counts too (predictions beside labels). Errors: InvalidInput:
/// an empty cell, a threshold that is not a number, a categorical column without any of the values.
[[nodiscard]] Result<Membership> membership(const std::string& name, const std::vector<std::string>& cells,
                                            const Selection& selection, const std::vector<std::string>* also = nullptr);

/// Distinct values: as numbers where all are, else by text.
[[nodiscard]] std::vector<std::string> distinct_values(const std::vector<std::string>& cells);

/// Clarify's rule.
[[nodiscard]] bool is_continuous(const std::vector<std::string>& cells, const Selection& selection);

}  // namespace driftlab::monitor
