#pragma once
/// A declared transform of records, in place of the service's preprocessing scripts.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/profile/row_block.hpp"
#include "core/monitor/transform/expression.hpp"

namespace driftlab::monitor {

/// {"columns": [{"name": "age"}, {"name": "plan", "from": "/customer/plan"}, {"name": "ratio", "expression": "a / b"}],
///  "keep_others": false, "drop_if": "plan == 'test'"}
///
/// Every column comes from the column of the same name, from a JSON pointer into the record, or from an expression over
/// its columns. Without "columns" all are kept. Rows for which `drop_if` is true are left out.
struct RecordTransform {
  struct Column {
    std::string name;
    Expression value;
  };
  std::vector<Column> columns;
  bool keep_others = false;  ///< behind them, all other columns of the record
  std::optional<Expression> drop_if;
};

/// Errors: InvalidInput with file, line, field and expectation.
[[nodiscard]] Result<RecordTransform> read_record_transform(std::string_view json, const std::string& file);

/// Rows of a source, transformed. Errors besides the source's: a column used that is in no record.
class TransformedSource : public RowSource {
 public:
  TransformedSource(std::unique_ptr<RowSource> source, RecordTransform transform);

  Result<bool> next(RowBlock& block) override;
  [[nodiscard]] const std::vector<std::string>& column_names() const override { return names_; }
  [[nodiscard]] const std::vector<RejectedRecord>& rejected() const override { return source_->rejected(); }
  [[nodiscard]] std::uint64_t rejected_count() const override { return source_->rejected_count(); }
  /// With a transform columns have names, unless it keeps all of them.
  [[nodiscard]] bool columns_are_positions() const override {
    return transform_.columns.empty() && source_->columns_are_positions();
  }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  /// Where an expression's columns are in the source; nothing for one that no record had so far.
  using Places = std::vector<std::optional<std::size_t>>;

  void resolve();
  Result<> check_resolved() const;
  Value evaluate(const Expression& expression, const Places& places, const RowBlock& from, std::size_t row);
  void append(RowBlock& to, const Value& value) const;

  std::unique_ptr<RowSource> source_;
  RecordTransform transform_;
  RowBlock input_;
  std::vector<std::string> names_;
  std::vector<Places> places_;
  Places drop_places_;
  std::vector<std::size_t> others_;  ///< columns of the source that are kept as they are
  std::size_t seen_columns_ = 0;
  std::uint64_t dropped_ = 0;
  std::vector<Value> values_;
};

}  // namespace driftlab::monitor
