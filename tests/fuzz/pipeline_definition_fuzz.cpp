/// Any text is read without harm, and a definition that is accepted can be resolved and decided.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/base/check.hpp"
#include "sim/service/pipelines/condition.hpp"
#include "sim/service/pipelines/definition.hpp"
#include "sim/service/pipelines/expression.hpp"
#include "sim/service/pipelines/parameters.hpp"
#include "sim/service/pipelines/quality_check.hpp"
#include "sim/service/pipelines/step_cache.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::service::pipelines;
using nlohmann::json;

/// Answers every reference: with the text of the name, and with a small file.
class AnyBindings : public Bindings {
 public:
  [[nodiscard]] Result<json> parameter(const std::string& name) const override { return resolved_to(name); }
  [[nodiscard]] Result<json> execution(const std::string& name) const override { return resolved_to(name); }
  [[nodiscard]] Result<json> property(const std::string&, const std::string& path) const override {
    return resolved_to(path.size() % 2 == 0 ? json(path) : json::array({path}));
  }
  [[nodiscard]] Result<std::string> property_file_uri(const std::string& step, const std::string&) const override {
    return step;
  }
  [[nodiscard]] Result<Blob> read(const std::string&) const override { return make_blob(R"({"a":{"b":[1,"x"]}})"); }
};

void use(const Step& step, std::size_t step_count) {
  const AnyBindings bindings;
  for (const std::size_t needed : step.dependencies) DRIFTLAB_CHECK(needed < step_count, "dependencies exist");
  static_cast<void>(evaluate_all(step.conditions, bindings));
  if (step.arguments == nullptr) return;
  const auto arguments = resolve(*step.arguments, bindings);
  if (!arguments) return;
  if (step.type != StepType::QualityCheck) {
    static_cast<void>(cache_key(step.type, *arguments, nullptr));
    return;
  }
  const auto check = resolve_quality_check(step, *arguments, bindings);
  if (check) static_cast<void>(processing_request(*check, *arguments));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto definition = parse_definition(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!definition) {
    DRIFTLAB_CHECK(!definition.error().message.empty(), "a refusal says why");
    return 0;
  }
  static_cast<void>(bind_parameters(*definition, {}));
  for (const auto& step : definition->steps) use(step, definition->steps.size());
  return 0;
}
