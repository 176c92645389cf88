#pragma once
/// A table of text with named columns, and who belongs to a facet or has a positive label.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::monitor {

/// Where the rows of a table came from, for errors.
class RowPlaces {
 public:
  /// Rows added from now on are of this file; without one they are of the file that the caller names.
  void begin_file(std::string name) { files_.push_back(std::move(name)); }
  /// `line` counts from 1.
  void add(std::size_t line) { places_.push_back({files_.size(), line}); }
  /// "FILE:7", "line 7" without a file, "row 5" of a row that was not added.
  [[nodiscard]] std::string of(std::size_t row) const;

 private:
  struct Place {
    std::size_t files = 0;  ///< begun before it: 0 for none
    std::size_t line = 0;
  };
  std::vector<std::string> files_;
  std::vector<Place> places_;
};

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> columns;  ///< [column][row], blanks around cells dropped
  RowPlaces places;

  [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
  /// By name, else by zero-based index. Errors: InvalidInput with the nearest name.
  [[nodiscard]] Result<std::size_t> column(std::string_view name_or_index) const;
};

/// A cell in quotation marks may hold line ends. Errors: InvalidInput: no header, a row with another number of cells,
/// named by the line it begins in.
[[nodiscard]] Result<Table> read_csv_table(std::string_view csv);

/// Values of a facet or positive label: texts, or one number above which a continuous column belongs.
using Selection = std::vector<std::string>;

struct Membership {
  std::vector<bool> member;
  std::string text;  ///< "1", "a,b" or "(0.5, 0.99]": value_or_threshold in the report
};

/// Who belongs. `also` is a second column whose maximum counts too (predictions beside labels), `places` say in errors
/// which row is meant. Errors: InvalidInput: an empty cell, a threshold that is not a number, a categorical column
/// without any of the values.
[[nodiscard]] Result<Membership> membership(const std::string& name, const std::vector<std::string>& cells,
                                            const Selection& selection, const std::vector<std::string>* also = nullptr,
                                            const RowPlaces& places = {});

/// Distinct values: as numbers where all are, else by text.
[[nodiscard]] std::vector<std::string> distinct_values(const std::vector<std::string>& cells);

/// Clarify's rule.
[[nodiscard]] bool is_continuous(const std::vector<std::string>& cells, const Selection& selection);

}  // namespace driftlab::monitor
