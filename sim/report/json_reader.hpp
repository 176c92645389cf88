#pragma once
/// Reading JSON that may be cut off, edited or from another version: every fault becomes a note with its place, and
/// the rest is read. For this folder only.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "sim/report/run_result.hpp"

namespace driftlab::report {

using JsonPtr = std::shared_ptr<const nlohmann::ordered_json>;

/// The text as JSON. Where it is no JSON, what stands before the fault is closed and read, and the fault is noted with
/// line and column. Errors: InvalidInput when nothing before the fault makes an object.
[[nodiscard]] Result<JsonPtr> parse_leniently(std::string_view text, const std::string& file, std::vector<Note>& notes);

/// A place in a document. Notes name it as "file: $.path".
class JsonReader {
 public:
  JsonReader(JsonPtr document, std::string file, std::string path, std::vector<Note>& notes);

  void note(const std::string& text) const;
  void note_at(std::string_view member, const std::string& text) const;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const nlohmann::ordered_json& json() const { return *here_; }
  [[nodiscard]] bool has(const char* name) const;

  /// Missing or of another type: noted, and the zero of the type. `_or` takes absence as the given value,
  /// `_or_null` takes null and absence as nothing.
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::string text_or(const char* name, const std::string& fallback) const;
  [[nodiscard]] bool boolean(const char* name) const;
  [[nodiscard]] std::optional<double> number(const char* name) const;
  [[nodiscard]] std::optional<double> number_or_null(const char* name) const;
  [[nodiscard]] std::int64_t integer(const char* name) const;
  [[nodiscard]] std::uint64_t unsigned_integer(const char* name) const;
  [[nodiscard]] std::optional<Instant> instant(const char* name) const;
  [[nodiscard]] std::optional<Instant> instant_or_null(const char* name) const;
  /// Elements of the array this is.
  [[nodiscard]] std::optional<Instant> instant_at(std::size_t index) const;
  [[nodiscard]] std::string text_at(std::size_t index) const;
  /// Elements that are null or of another type are nothing; the latter are noted, once.
  [[nodiscard]] std::vector<std::optional<double>> numbers(const char* name) const;
  [[nodiscard]] std::vector<std::optional<Instant>> instants(const char* name) const;
  [[nodiscard]] std::vector<std::string> texts(const char* name) const;
  /// The member as compact JSON text; a text as it is; "" when null or absent.
  [[nodiscard]] std::string json_text(const char* name) const;

  [[nodiscard]] std::optional<JsonReader> object(const char* name) const;
  [[nodiscard]] std::optional<JsonReader> object_or_absent(const char* name) const;
  void each(const char* name, const std::function<void(const JsonReader&)>& visit) const;
  void each_or_absent(const char* name, const std::function<void(const JsonReader&)>& visit) const;
  /// Of the object this is; empty otherwise.
  [[nodiscard]] std::vector<std::pair<std::string, const nlohmann::ordered_json&>> members() const;

 private:
  JsonReader(const JsonReader& parent, const nlohmann::ordered_json& here, std::string path);
  [[nodiscard]] const nlohmann::ordered_json* find(const char* name) const;
  [[nodiscard]] const nlohmann::ordered_json* required(const char* name, const char* expected) const;
  [[nodiscard]] std::optional<Instant> to_instant(const nlohmann::ordered_json& value, const std::string& where) const;
  void visit_array(const char* name, const nlohmann::ordered_json& array,
                   const std::function<void(const JsonReader&)>& visit) const;

  JsonPtr document_;
  const nlohmann::ordered_json* here_;
  std::string file_;
  std::string path_;
  std::vector<Note>* notes_;
};

}  // namespace driftlab::report
