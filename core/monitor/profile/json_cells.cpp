#include "core/monitor/profile/json_cells.hpp"

#include <fmt/format.h>
#include <simdjson.h>

namespace driftlab::monitor {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kMaxDepth = 16;

std::string_view trimmed(std::string_view token) {
  const auto end = token.find_last_not_of(" \t\r\n");
  return token.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

/// Walks one document. Names are built in one buffer that grows and shrinks with the depth.
class Walker {
 public:
  explicit Walker(NamedRows& row) : row_(row) {}

  Result<> object(ondemand::object object, int depth) {
    if (depth > kMaxDepth) return input_error(fmt::format("nested deeper than {} levels", kMaxDepth));
    for (auto field : object) {
      std::string_view key;
      ondemand::value value;
      if (field.unescaped_key().get(key) != simdjson::SUCCESS) return broken(field.error());
      const std::size_t before = extend(key);
      if (const auto error = field.value().get(value); error != simdjson::SUCCESS) return broken(error);
      if (auto added = any(value, depth); !added) return added;
      name_.resize(before);
    }
    return {};
  }

  Result<> array(ondemand::array array, int depth) {
    if (depth > kMaxDepth) return input_error(fmt::format("nested deeper than {} levels", kMaxDepth));
    std::size_t index = 0;
    for (auto element : array) {
      ondemand::value value;
      if (const auto error = element.get(value); error != simdjson::SUCCESS) return broken(error);
      const std::size_t before = extend(std::to_string(index++));
      if (auto added = any(value, depth); !added) return added;
      name_.resize(before);
    }
    return {};
  }

  static Result<> broken(simdjson::error_code error) {
    return input_error(fmt::format("not a JSON object: {}", simdjson::error_message(error)));
  }

 private:
  std::size_t extend(std::string_view part) {
    const std::size_t before = name_.size();
    if (before > 0) name_ += '.';
    name_ += part;
    return before;
  }

  Result<> any(ondemand::value value, int depth) {
    ondemand::json_type type;
    if (const auto error = value.type().get(type); error != simdjson::SUCCESS) return broken(error);
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object nested;
        if (const auto error = value.get_object().get(nested); error != simdjson::SUCCESS) return broken(error);
        return object(nested, depth + 1);
      }
      case ondemand::json_type::array: {
        ondemand::array nested;
        if (const auto error = value.get_array().get(nested); error != simdjson::SUCCESS) return broken(error);
        return array(nested, depth + 1);
      }
      case ondemand::json_type::string: {
        std::string_view text;
        if (const auto error = value.get_string().get(text); error != simdjson::SUCCESS) return broken(error);
        return row_.add(name_, text);
      }
      case ondemand::json_type::number:
        return number(value);
      case ondemand::json_type::boolean: {
        bool truth = false;
        if (const auto error = value.get_bool().get(truth); error != simdjson::SUCCESS) return broken(error);
        return row_.add(name_, truth ? "true" : "false");
      }
      case ondemand::json_type::null: {
        bool null = false;
        if (const auto error = value.is_null().get(null); error != simdjson::SUCCESS) return broken(error);
        return null ? row_.add_missing(name_) : broken(simdjson::N_ATOM_ERROR);
      }
    }
    return broken(simdjson::TAPE_ERROR);
  }

  Result<> number(ondemand::value value) {
    // Whole numbers beyond 64 bits and fractions too large for a double are numbers all the same: their text counts.
    const std::string_view token = trimmed(value.raw_json_token());
    double read = 0.0;
    if (const auto error = value.get_double().get(read); error != simdjson::SUCCESS && error != simdjson::NUMBER_ERROR)
      return broken(error);
    const std::string_view digits = token.substr(token.starts_with('-') ? 1 : 0);
    if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
      return broken(simdjson::NUMBER_ERROR);
    const metric::CellType type = metric::read_cell(token).type;
    if (type != metric::CellType::Integral && type != metric::CellType::Fractional)
      return broken(simdjson::NUMBER_ERROR);
    return row_.add(name_, token);
  }

  NamedRows& row_;
  std::string name_;
};

}  // namespace

Result<> add_json_cells(NamedRows& row, std::string_view json) {
  static_assert(simdjson::SIMDJSON_PADDING <= 64);
  thread_local ondemand::parser parser;
  ondemand::document document;
  const simdjson::padded_string_view padded(json, json.size() + simdjson::SIMDJSON_PADDING);
  if (const auto error = parser.iterate(padded).get(document); error != simdjson::SUCCESS) return Walker::broken(error);
  ondemand::object object;
  if (const auto error = document.get_object().get(object); error != simdjson::SUCCESS) return Walker::broken(error);
  Walker walker(row);
  if (auto added = walker.object(object, 1); !added) return added;
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return input_error("not a JSON object: text behind it");
  return {};
}

}  // namespace driftlab::monitor
