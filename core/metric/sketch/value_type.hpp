#pragma once
/// What a cell of text is: Deequ's rules, on which SageMaker's analyser infers column types.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace driftlab::metric {

/// In the order the patterns are tried.
enum class CellType : std::uint8_t { Fractional, Integral, Boolean, String };

struct Cell {
  CellType type = CellType::String;
  double value = 0.0;  ///< of a number; infinite when its text exceeds a double ("1e999")
};

/// Fractional: sign or none, one blank or none, digits, then ".digits" or [".digits"] e[sign]digits (e or E).
/// Integral: the same without the tail. Boolean: exactly true or false. All else is a String: ".5", "1.", "NaN", "inf".
[[nodiscard]] Cell read_cell(std::string_view text);

/// Bytes that must be readable behind a text for read_padded_cell.
inline constexpr std::size_t kCellPadding = 8;
/// The same, several times faster on short numbers; reads up to kCellPadding bytes behind the text.
[[nodiscard]] Cell read_padded_cell(const char* text, std::size_t size);

enum class ColumnType { Unknown, Integral, Fractional, Boolean, String };
[[nodiscard]] std::string_view to_string(ColumnType type);

/// Cells of a column by type. Merging adds.
struct TypeCounts {
  std::uint64_t missing = 0;  ///< null: no text at all
  std::uint64_t fractional = 0;
  std::uint64_t integral = 0;
  std::uint64_t boolean = 0;
  std::uint64_t string = 0;

  void add(CellType type, std::uint64_t times = 1);
  void merge(const TypeCounts& other);
  [[nodiscard]] std::uint64_t present() const { return fractional + integral + boolean + string; }
  [[nodiscard]] std::uint64_t total() const { return present() + missing; }
  /// present / total; 1 for a column without rows.
  [[nodiscard]] double completeness() const;
  /// All missing: Unknown. Any text, or truth values beside numbers: String. Only truth values: Boolean. Any fraction:
  /// Fractional. Else Integral.
  [[nodiscard]] ColumnType column_type() const;
  bool operator==(const TypeCounts&) const = default;
};

}  // namespace driftlab::metric
