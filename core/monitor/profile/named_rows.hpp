#pragma once
/// Puts rows of named cells into blocks, for sources whose records name their columns.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::monitor {

/// Columns appear in the order in which the records first name them.
class NamedRows {
 public:
  static constexpr std::size_t kMaxColumns = 10000;

  /// Begins a row; what an earlier one left unfinished is dropped.
  void begin();
  /// A cell of the row. Errors: a name that occurs twice in the row, more than kMaxColumns names.
  Result<> add(std::string_view name, std::string_view text);
  /// The same with a null.
  Result<> add_missing(std::string_view name);
  /// Appends the row. False when it names a column that the block, not empty, does not have: finish the block, then
  /// call again with an empty one.
  bool end(RowBlock& block);
  /// Takes back the columns that a row which is not to be used brought along: those from `count` on.
  void forget_columns_from(std::size_t count);
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// A block is full enough to be handed on.
  [[nodiscard]] static bool is_full(const RowBlock& block) { return block.cells.size() >= 65536; }
  /// To be called before a block is handed on.
  static void finish(RowBlock& block) { block.text.append(kCellPadding, '\0'); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  Result<std::size_t> column(std::string_view name);

  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> places_;
  std::string text_;            ///< of the row
  std::vector<CellRef> cells_;  ///< of the row, offsets into text_
  std::vector<bool> named_;     ///< by the row
  std::size_t expected_ = 0;    ///< records of one program have their keys in one order
};

}  // namespace driftlab::monitor
