#pragma once

namespace driftlab::cli {

/// Prints scenarios/scenario.schema.json. Returns the exit code.
int print_schema();

}  // namespace driftlab::cli
