#pragma once
/// Reading a JSON file edited by hand: every complaint names file, line, field and what was expected. Internal to the
/// files of this folder.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"

namespace driftlab::monitor {

class JsonReader {
 public:
  /// `text` must outlive the reader.
  JsonReader(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  /// Parses into `root`. Errors: InvalidInput with the line at which the text stops being JSON.
  [[nodiscard]] Result<> parse(nlohmann::ordered_json& root) const;

  /// "FILE:LINE: field is VALUE; expected WHAT".
  [[nodiscard]] Error wrong(const std::string& pointer, const nlohmann::ordered_json& value,
                            std::string_view expected) const;
  /// "FILE:LINE: field is missing; expected WHAT": the line of what should hold it.
  [[nodiscard]] Error missing(const std::string& pointer, std::string_view expected) const;
  [[nodiscard]] Error error(const std::string& pointer, std::string_view message) const;

  /// The first key that is not known, as an error when it is nearly a known one; others are added to `unknown`.
  [[nodiscard]] std::optional<Error> check_keys(const nlohmann::ordered_json& object, const std::string& pointer,
                                                const std::vector<std::string>& known,
                                                std::vector<std::string>& unknown) const;

  /// Members. Nothing when absent or null. Errors: `wrong`.
  [[nodiscard]] Result<std::optional<double>> number(const nlohmann::ordered_json& object, const std::string& pointer,
                                                     const char* key) const;
  /// In [0, 1].
  [[nodiscard]] Result<std::optional<double>> share(const nlohmann::ordered_json& object, const std::string& pointer,
                                                    const char* key) const;
  [[nodiscard]] Result<std::optional<bool>> boolean(const nlohmann::ordered_json& object, const std::string& pointer,
                                                    const char* key) const;
  [[nodiscard]] Result<std::optional<std::string>> text(const nlohmann::ordered_json& object,
                                                        const std::string& pointer, const char* key) const;
  /// Enabled or Disabled.
  [[nodiscard]] Result<std::optional<bool>> enabled(const nlohmann::ordered_json& object, const std::string& pointer,
                                                    const char* key) const;

 private:
  std::string_view text_;
  std::string file_;
};

}  // namespace driftlab::monitor
