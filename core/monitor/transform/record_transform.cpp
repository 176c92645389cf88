#include "core/monitor/transform/record_transform.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

/// An expression that is one column, whatever its name holds.
Result<Expression> column_expression(std::string_view name) {
  std::string escaped = "`";
  for (const char c : name) escaped += c == '`' ? "``" : std::string(1, c);
  return Expression::parse(escaped + "`");
}

/// "a.b.0" for the pointer "/a/b/0": the name that flattening gives the value.
std::string flattened(std::string_view pointer) {
  std::string name;
  for (std::size_t i = 1; i < pointer.size(); ++i) {
    const bool escape = pointer[i] == '~' && i + 1 < pointer.size();
    if (escape)
      name += pointer[++i] == '1' ? '/' : '~';
    else
      name += pointer[i] == '/' ? '.' : pointer[i];
  }
  return name;
}

Result<Expression> parse_at(const JsonReader& read, const std::string& pointer, const std::string& text) {
  auto expression = Expression::parse(text);
  if (!expression) return read.error(pointer, fmt::format("expression {}", expression.error().message));
  return expression;
}

Result<RecordTransform::Column> read_column(const JsonReader& read, const ordered_json& json, const std::string& at,
                                            std::vector<std::string>& ignored) {
  if (!json.is_object()) return read.wrong(at, json, "an object with a name");
  if (const auto error = read.check_keys(json, at, {"name", "from", "expression"}, ignored)) return *error;
  const auto name = read.text(json, at, "name");
  if (!name) return name.error();
  if (!*name || (*name)->empty()) return read.missing(at + "/name", "the name of the column");
  const auto from = read.text(json, at, "from");
  if (!from) return from.error();
  const auto text = read.text(json, at, "expression");
  if (!text) return text.error();
  if (*from && *text) return read.error(at, "from and expression exclude each other");
  if (*from && !(*from)->starts_with('/'))
    return read.wrong(at + "/from", **from, "a JSON pointer such as /customer/plan");
  auto value =
      *text ? parse_at(read, at + "/expression", **text) : column_expression(*from ? flattened(**from) : **name);
  if (!value) return value.error();
  return RecordTransform::Column{.name = **name, .value = *std::move(value)};
}

}  // namespace

Result<RecordTransform> read_record_transform(std::string_view json, const std::string& file) {
  const JsonReader read(json, file);
  ordered_json root;
  if (const auto parsed = read.parse(root); !parsed) return parsed.error();
  if (!root.is_object()) return read.wrong("", root, "an object with columns or drop_if");
  std::vector<std::string> unknown;
  if (const auto error = read.check_keys(root, "", {"columns", "keep_others", "drop_if"}, unknown)) return *error;
  RecordTransform transform;
  if (const auto columns = root.find("columns"); columns != root.end()) {
    if (!columns->is_array() || columns->empty()) return read.wrong("/columns", *columns, "an array of columns");
    for (std::size_t i = 0; i < columns->size(); ++i) {
      const std::string at = fmt::format("/columns/{}", i);
      auto column = read_column(read, (*columns)[i], at, unknown);
      if (!column) return column.error();
      for (const auto& before : transform.columns)
        if (before.name == column->name)
          return read.error(at + "/name", fmt::format("'{}' occurs twice", column->name));
      transform.columns.push_back(*std::move(column));
    }
  }
  const auto keep = read.boolean(root, "", "keep_others");
  if (!keep) return keep.error();
  transform.keep_others = keep->value_or(transform.columns.empty());
  const auto drop = read.text(root, "", "drop_if");
  if (!drop) return drop.error();
  if (*drop) {
    auto expression = parse_at(read, "/drop_if", **drop);
    if (!expression) return expression.error();
    transform.drop_if = *std::move(expression);
  }
  if (!unknown.empty()) return input_error(unknown.front());
  return transform;
}

TransformedSource::TransformedSource(std::unique_ptr<RowSource> source, RecordTransform transform)
    : source_(std::move(source)), transform_(std::move(transform)) {
  for (const auto& column : transform_.columns) {
    names_.push_back(column.name);
    places_.emplace_back(column.value.columns().size());
  }
  if (transform_.drop_if) drop_places_.resize(transform_.drop_if->columns().size());
}

void TransformedSource::resolve() {
  const auto& columns = source_->column_names();
  for (; seen_columns_ < columns.size(); ++seen_columns_) {
    const std::string& name = columns[seen_columns_];
    const auto found = [&](const Expression& expression, Places& places) {
      const auto& used = expression.columns();
      const auto at = std::find(used.begin(), used.end(), name);
      if (at != used.end()) places[static_cast<std::size_t>(at - used.begin())] = seen_columns_;
    };
    for (std::size_t i = 0; i < transform_.columns.size(); ++i) found(transform_.columns[i].value, places_[i]);
    if (transform_.drop_if) found(*transform_.drop_if, drop_places_);
    if (!transform_.keep_others || std::find(names_.begin(), names_.end(), name) != names_.end()) continue;
    others_.push_back(seen_columns_);
    names_.push_back(name);
  }
}

Result<> TransformedSource::check_resolved() const {
  const auto check = [&](const Expression& expression, const Places& places, std::string_view what) -> Result<> {
    for (std::size_t i = 0; i < places.size(); ++i)
      if (!places[i])
        return input_error(fmt::format("record transform: {} uses column '{}', which is in no record{}", what,
                                       expression.columns()[i],
                                       suggestion(expression.columns()[i], source_->column_names())));
    return {};
  };
  for (std::size_t i = 0; i < transform_.columns.size(); ++i)
    if (auto good = check(transform_.columns[i].value, places_[i], transform_.columns[i].name); !good) return good;
  if (!transform_.drop_if) return {};
  return check(*transform_.drop_if, drop_places_, "drop_if");
}

Result<bool> TransformedSource::next(RowBlock& block) {
  while (block.rows == 0) {
    input_.clear();
    const auto more = source_->next(input_);
    if (!more) return more.error();
    resolve();
    if (!*more) {
      if (const auto good = check_resolved(); !good) return good.error();
      return false;
    }
    block.bytes_read += input_.bytes_read;
    block.columns = names_.size();
    for (std::size_t row = 0; row < input_.rows; ++row) {
      if (transform_.drop_if && evaluate(*transform_.drop_if, drop_places_, input_, row).is_true()) {
        ++dropped_;
        continue;
      }
      for (std::size_t i = 0; i < transform_.columns.size(); ++i)
        append(block, evaluate(transform_.columns[i].value, places_[i], input_, row));
      for (const std::size_t other : others_) {
        const CellRef cell = other < input_.columns ? input_.cells[row * input_.columns + other] : CellRef{};
        append(block,
               cell.size == CellRef::kMissing ? Value() : Value::of_text(input_.text.substr(cell.offset, cell.size)));
      }
      ++block.rows;
    }
  }
  block.text.append(kCellPadding, '\0');
  return true;
}

Value TransformedSource::evaluate(const Expression& expression, const Places& places, const RowBlock& from,
                                  std::size_t row) {
  values_.clear();
  for (const auto& place : places) {
    const bool there = place && *place < from.columns;
    const CellRef cell = there ? from.cells[row * from.columns + *place] : CellRef{};
    values_.push_back(cell.size == CellRef::kMissing ? Value()
                                                     : Value::of_text(from.text.substr(cell.offset, cell.size)));
  }
  return expression.evaluate(values_);
}

void TransformedSource::append(RowBlock& to, const Value& value) const {
  const auto cell = value.to_cell();
  if (!cell) {
    to.cells.push_back({});
    return;
  }
  to.cells.push_back(
      {.offset = static_cast<std::uint32_t>(to.text.size()), .size = static_cast<std::uint32_t>(cell->size())});
  to.text += *cell;
}

}  // namespace driftlab::monitor
