#pragma once
/// What a job finds under an input URI, and where its output files go.

#include <string>
#include <vector>

#include "core/ports/ops/container.hpp"
#include "sim/service/sagemaker/context.hpp"

namespace driftlab::service::sagemaker {

/// The files of an input: the object that `uri` names, or all objects in the folder it names. Paths are relative to
/// it, ascending. Errors: ValidationException with SageMaker's text for an input without objects.
[[nodiscard]] Result<std::vector<ops::container::File>> read_input(const Context& context, const std::string& uri,
                                                                   const std::string& role_arn);
/// Whether any object lies under `uri`.
[[nodiscard]] bool has_objects(const Context& context, const std::string& uri);

/// Writes every file of output `name` below `uri`. Errors: those of ObjectAccess::put.
Result<> write_output(const Context& context, const ops::container::Exit& exit, const std::string& name,
                      const std::string& uri);

}  // namespace driftlab::service::sagemaker
