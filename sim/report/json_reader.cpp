#include "sim/report/json_reader.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/number_overflow.hpp"

namespace driftlab::report {
namespace {

using Json = nlohmann::ordered_json;

/// More notes than this help nobody.
constexpr std::size_t kMostNotes = 100;

const char* type_name(const Json& value) {
  return value.type_name();
}

std::string place_of(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto column = before.size() - (before.rfind('\n') + 1) + 1;
  return fmt::format("{}:{}", line, column);
}

/// The longest beginning that ends between two members or elements, closed. Empty when there is none.
std::string closed_beginning(std::string_view text) {
  std::string open;
  std::string open_at_cut;
  std::size_t cut = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_text = false;
      continue;
    }
    if (c == '"') in_text = true;
    if (c == '{' || c == '[') open += c == '{' ? '}' : ']';
    if ((c == '}' || c == ']') && !open.empty()) open.pop_back();
    if (c == ',') {
      cut = i;
      open_at_cut = open;
    }
  }
  if (cut == 0) return {};
  std::reverse(open_at_cut.begin(), open_at_cut.end());
  return std::string(text.substr(0, cut)) + open_at_cut;
}

}  // namespace

Result<JsonPtr> parse_leniently(std::string_view text, const std::string& file, std::vector<Note>& notes) {
  std::size_t fault = 0;
  try {
    auto document = std::make_shared<Json>(Json::parse(text, nullptr, true, true));
    if (!document->is_object())
      return input_error(fmt::format("{}: {}; expected an object", file, type_name(*document)));
    return JsonPtr(std::move(document));
  } catch (const Json::parse_error& error) {
    fault = error.byte > 0 ? error.byte - 1 : 0;
  } catch (const Json::out_of_range& error) {
    fault = place_of_overflow(text, error.what());
  }
  const bool ended = fault + 1 >= text.size();
  const std::string where = fmt::format("{}:{}", file, place_of(text, fault));
  const std::string what = ended ? "the file ends in the middle" : "this is no JSON";
  auto beginning = std::make_shared<Json>(Json::parse(closed_beginning(text.substr(0, fault)), nullptr, false));
  if (!beginning->is_object())
    return input_error(fmt::format("{}: {}, and nothing before it can be read", where, what));
  notes.push_back({where, what + "; what stands before is drawn"});
  return JsonPtr(std::move(beginning));
}

JsonReader::JsonReader(JsonPtr document, std::string file, std::string path, std::vector<Note>& notes)
    : document_(std::move(document)),
      here_(document_.get()),
      file_(std::move(file)),
      path_(std::move(path)),
      notes_(&notes) {}

JsonReader::JsonReader(const JsonReader& parent, const Json& here, std::string path)
    : document_(parent.document_), here_(&here), file_(parent.file_), path_(std::move(path)), notes_(parent.notes_) {}

void JsonReader::note(const std::string& text) const {
  if (notes_->size() < kMostNotes)
    notes_->push_back({file_ + ": " + path_, text});
  else if (notes_->size() == kMostNotes)
    notes_->push_back({file_, "more of this kind; not listed"});
}

void JsonReader::note_at(std::string_view member, const std::string& text) const {
  JsonReader(*this, *here_, fmt::format("{}.{}", path_, member)).note(text);
}

bool JsonReader::has(const char* name) const {
  return find(name) != nullptr;
}

const Json* JsonReader::find(const char* name) const {
  if (!here_->is_object()) return nullptr;
  const auto found = here_->find(name);
  return found == here_->end() ? nullptr : &*found;
}

const Json* JsonReader::required(const char* name, const char* expected) const {
  const Json* value = find(name);
  if (!value) note_at(name, fmt::format("missing; expected {}", expected));
  return value;
}

std::string JsonReader::text(const char* name) const {
  const Json* value = required(name, "a text");
  if (!value) return {};
  if (value->is_string()) return value->get<std::string>();
  note_at(name, fmt::format("{}; expected a text", type_name(*value)));
  return {};
}

std::string JsonReader::text_or(const char* name, const std::string& fallback) const {
  const Json* value = find(name);
  return value && !value->is_null() ? text(name) : fallback;
}

bool JsonReader::boolean(const char* name) const {
  const Json* value = required(name, "true or false");
  if (!value) return false;
  if (value->is_boolean()) return value->get<bool>();
  note_at(name, fmt::format("{}; expected true or false", type_name(*value)));
  return false;
}

std::optional<double> JsonReader::number(const char* name) const {
  const Json* value = required(name, "a number");
  if (!value) return std::nullopt;
  if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
  note_at(name, fmt::format("{}; expected a number", type_name(*value)));
  return std::nullopt;
}

std::optional<double> JsonReader::number_or_null(const char* name) const {
  const Json* value = find(name);
  return value && !value->is_null() ? number(name) : std::nullopt;
}

std::int64_t JsonReader::integer(const char* name) const {
  const auto value = number(name);
  constexpr double kMost = 9.0e15;
  if (!value) return 0;
  if (std::abs(*value) <= kMost) return std::llround(*value);
  note_at(name, fmt::format("{}; expected a whole number", *value));
  return 0;
}

std::uint64_t JsonReader::unsigned_integer(const char* name) const {
  const Json* value = required(name, "a whole number");
  if (!value) return 0;
  if (value->is_number_unsigned()) return value->get<std::uint64_t>();
  note_at(name, fmt::format("{}; expected a whole number, not negative", type_name(*value)));
  return 0;
}

std::optional<Instant> JsonReader::to_instant(const Json& value, const std::string& where) const {
  if (value.is_string()) {
    const auto at = parse_instant(value.get_ref<const std::string&>());
    if (at) return *at;
    JsonReader(*this, *here_, where).note(at.error().message);
  } else {
    JsonReader(*this, *here_, where).note(fmt::format("{}; expected an ISO 8601 instant", type_name(value)));
  }
  return std::nullopt;
}

std::optional<Instant> JsonReader::instant(const char* name) const {
  const Json* value = required(name, "an ISO 8601 instant");
  return value ? to_instant(*value, path_ + "." + name) : std::nullopt;
}

std::optional<Instant> JsonReader::instant_or_null(const char* name) const {
  const Json* value = find(name);
  return value && !value->is_null() ? instant(name) : std::nullopt;
}

std::optional<Instant> JsonReader::instant_at(std::size_t index) const {
  if (here_->is_array() && index < here_->size())
    return to_instant((*here_)[index], fmt::format("{}[{}]", path_, index));
  note(fmt::format("has no element {}", index));
  return std::nullopt;
}

std::string JsonReader::text_at(std::size_t index) const {
  if (here_->is_array() && index < here_->size() && (*here_)[index].is_string())
    return (*here_)[index].get<std::string>();
  note(fmt::format("element {} is no text", index));
  return {};
}

std::vector<std::optional<double>> JsonReader::numbers(const char* name) const {
  std::vector<std::optional<double>> values;
  const Json* array = required(name, "an array of numbers");
  if (!array) return values;
  if (!array->is_array()) {
    note_at(name, fmt::format("{}; expected an array of numbers", type_name(*array)));
    return values;
  }
  bool noted = false;
  for (const Json& item : *array) {
    const bool good = item.is_number() && std::isfinite(item.get<double>());
    values.push_back(good ? std::optional(item.get<double>()) : std::nullopt);
    if (!good && !item.is_null() && !std::exchange(noted, true))
      note_at(fmt::format("{}[{}]", name, values.size() - 1), fmt::format("{}; expected a number", type_name(item)));
  }
  return values;
}

std::vector<std::optional<Instant>> JsonReader::instants(const char* name) const {
  std::vector<std::optional<Instant>> values;
  const Json* array = required(name, "an array of instants");
  if (!array) return values;
  if (!array->is_array()) {
    note_at(name, fmt::format("{}; expected an array of instants", type_name(*array)));
    return values;
  }
  for (const Json& item : *array)
    values.push_back(to_instant(item, fmt::format("{}.{}[{}]", path_, name, values.size())));
  return values;
}

std::vector<std::string> JsonReader::texts(const char* name) const {
  std::vector<std::string> values;
  const Json* array = required(name, "an array of texts");
  if (!array) return values;
  if (array->is_array())
    for (const Json& item : *array)
      if (item.is_string()) values.push_back(item.get<std::string>());
  if (!array->is_array() || values.size() != array->size()) note_at(name, "expected an array of texts");
  return values;
}

std::string JsonReader::json_text(const char* name) const {
  const Json* value = find(name);
  if (!value || value->is_null()) return {};
  if (value->is_string()) return value->get<std::string>();
  return value->dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<JsonReader> JsonReader::object(const char* name) const {
  const Json* value = required(name, "an object");
  if (!value) return std::nullopt;
  if (value->is_object()) return JsonReader(*this, *value, path_ + "." + name);
  note_at(name, fmt::format("{}; expected an object", type_name(*value)));
  return std::nullopt;
}

std::optional<JsonReader> JsonReader::object_or_absent(const char* name) const {
  const Json* value = find(name);
  return value && !value->is_null() ? object(name) : std::nullopt;
}

void JsonReader::visit_array(const char* name, const Json& array,
                             const std::function<void(const JsonReader&)>& visit) const {
  if (!array.is_array()) {
    note_at(name, fmt::format("{}; expected an array", type_name(array)));
    return;
  }
  for (std::size_t i = 0; i < array.size(); ++i)
    visit(JsonReader(*this, array[i], fmt::format("{}.{}[{}]", path_, name, i)));
}

void JsonReader::each(const char* name, const std::function<void(const JsonReader&)>& visit) const {
  const Json* array = required(name, "an array");
  if (array) visit_array(name, *array, visit);
}

void JsonReader::each_or_absent(const char* name, const std::function<void(const JsonReader&)>& visit) const {
  const Json* array = find(name);
  if (array && !array->is_null()) visit_array(name, *array, visit);
}

std::vector<std::pair<std::string, const Json&>> JsonReader::members() const {
  std::vector<std::pair<std::string, const Json&>> list;
  if (here_->is_object())
    for (auto it = here_->begin(); it != here_->end(); ++it) list.emplace_back(it.key(), it.value());
  return list;
}

}  // namespace driftlab::report
