#pragma once
/// Fixed vocabularies of CloudWatch: units, and the enumerations as clients write them.

#include <string_view>

#include "core/base/result.hpp"
#include "core/ports/ops/cloudwatch.hpp"

namespace driftlab::service::cloudwatch {

namespace api = driftlab::ops::cloudwatch;

[[nodiscard]] bool is_unit(std::string_view unit);
/// Place of a unit in the internal order that decides which one a read without a unit returns. Only parts of that
/// order have been seen (Megabits, Terabits, Gigabits, Count, Bytes, …, Milliseconds, …, Seconds, …, None); the rest
/// is filled in here. Unknown units come last.
[[nodiscard]] int unit_rank(std::string_view unit);

/// Errors: ValidationError with the texts of the service, for codecs in front of the model.
[[nodiscard]] Result<api::TreatMissingData> parse_treat_missing_data(std::string_view text);
[[nodiscard]] Result<api::StateValue> parse_state_value(std::string_view text);

/// `Error` of code ValidationError, the word of CloudWatch's alarm calls.
[[nodiscard]] Error alarm_validation_error(std::string message);
[[nodiscard]] Error invalid_value(std::string message);        ///< InvalidParameterValue
[[nodiscard]] Error invalid_combination(std::string message);  ///< InvalidParameterCombination
[[nodiscard]] Error missing_parameter(std::string_view parameter);

}  // namespace driftlab::service::cloudwatch
