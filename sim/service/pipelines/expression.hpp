#pragma once
/// References and functions inside step arguments: `Get`, `Std:Join`, `Std:JsonGet`.

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/base/blob.hpp"
#include "core/base/result.hpp"

namespace driftlab::service::pipelines {

/// The target of a `Get`.
struct Reference {
  enum class Kind { Parameter, Property, PropertyFile, Execution };
  Kind kind = Kind::Parameter;
  std::string name;  ///< of the parameter, the step or the execution variable
  std::string path;  ///< Property: path into the step's description; PropertyFile: the file's name
};

/// Reads `Parameters.X`, `Steps.S.Path`, `Steps.S.PropertyFiles.F` or `Execution.X`. Errors: InvalidInput.
[[nodiscard]] Result<Reference> parse_reference(std::string_view text);

/// Whether the value is a reference or function rather than data: an object whose one member is `Get` or `Std:…`.
[[nodiscard]] bool is_expression(const nlohmann::json& value);

using ReferenceVisitor = std::function<Result<>(const Reference& reference, const std::string& at)>;

/// Checks the form of every expression inside `value` and shows each reference to `visit`, in the order of the text.
/// `at` is the JSON path of `value`. A property file is only allowed inside Std:JsonGet.
[[nodiscard]] Result<> visit_references(const nlohmann::json& value, const std::string& at,
                                        const ReferenceVisitor& visit);

/// What references mean while a step starts. Errors fail the step.
class Bindings {
 public:
  virtual ~Bindings() = default;
  [[nodiscard]] virtual Result<nlohmann::json> parameter(const std::string& name) const = 0;
  [[nodiscard]] virtual Result<nlohmann::json> execution(const std::string& variable) const = 0;
  [[nodiscard]] virtual Result<nlohmann::json> property(const std::string& step, const std::string& path) const = 0;
  [[nodiscard]] virtual Result<std::string> property_file_uri(const std::string& step,
                                                              const std::string& file) const = 0;
  [[nodiscard]] virtual Result<Blob> read(const std::string& s3_uri) const = 0;
};

/// A success holding `value`. json converts to and from anything, so that a plain return would be ambiguous.
[[nodiscard]] Result<nlohmann::json> resolved_to(nlohmann::json value);

/// A copy of `value` with every expression replaced by its result.
[[nodiscard]] Result<nlohmann::json> resolve(const nlohmann::json& value, const Bindings& bindings);
/// The same for a value that must end up as one text, number or truth value; given as text.
[[nodiscard]] Result<std::string> resolve_text(const nlohmann::json& value, const Bindings& bindings);

}  // namespace driftlab::service::pipelines
