#include "sim/cli/schema_command.hpp"

#include <cstdio>

#include "sim/scenario/file/load.hpp"
#include "sim/scenario/system/description.hpp"

namespace driftlab::cli {

int print_schema() {
  const auto description = scenario::full_description(scenario::system_description());
  const std::string text = scenario::schema_document(description, "https://driftlab.invalid/scenario.schema.json");
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace driftlab::cli
