#include "sim/service/cloudwatch/enums.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

namespace driftlab::service::cloudwatch {
namespace {

constexpr std::array<std::string_view, 27> kUnitsInOrder = {"Megabits",
                                                            "Terabits",
                                                            "Gigabits",
                                                            "Count",
                                                            "Bytes",
                                                            "Kilobytes",
                                                            "Megabytes",
                                                            "Gigabytes",
                                                            "Terabytes",
                                                            "Bits",
                                                            "Kilobits",
                                                            "Percent",
                                                            "Microseconds",
                                                            "Milliseconds",
                                                            "Bytes/Second",
                                                            "Kilobytes/Second",
                                                            "Megabytes/Second",
                                                            "Gigabytes/Second",
                                                            "Terabytes/Second",
                                                            "Bits/Second",
                                                            "Kilobits/Second",
                                                            "Megabits/Second",
                                                            "Gigabits/Second",
                                                            "Terabits/Second",
                                                            "Count/Second",
                                                            "Seconds",
                                                            "None"};

}  // namespace

int unit_rank(std::string_view unit) {
  return static_cast<int>(std::ranges::find(kUnitsInOrder, unit) - kUnitsInOrder.begin());
}

bool is_unit(std::string_view unit) {
  return std::ranges::find(kUnitsInOrder, unit) != kUnitsInOrder.end();
}

Result<api::TreatMissingData> parse_treat_missing_data(std::string_view text) {
  using enum api::TreatMissingData;
  for (const auto value : {Breaching, NotBreaching, Ignore, Missing})
    if (text == api::to_string(value)) return value;
  return alarm_validation_error(
      fmt::format("The value {} is not supported for TreatMissingData parameter. Supported values are [breaching, "
                  "notBreaching, ignore, missing].",
                  text));
}

Result<api::StateValue> parse_state_value(std::string_view text) {
  using enum api::StateValue;
  for (const auto value : {InsufficientData, Alarm, Ok})
    if (text == api::to_string(value)) return value;
  return alarm_validation_error(
      fmt::format("1 validation error detected: Value '{}' at 'stateValue' failed to satisfy constraint: Member must "
                  "satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
                  text));
}

Error alarm_validation_error(std::string message) {
  return Error{ErrorKind::InvalidInput, "ValidationError", std::move(message)};
}

Error invalid_value(std::string message) {
  return Error{ErrorKind::InvalidInput, "InvalidParameterValue", std::move(message)};
}

Error invalid_combination(std::string message) {
  return Error{ErrorKind::InvalidInput, "InvalidParameterCombination", std::move(message)};
}

Error missing_parameter(std::string_view parameter) {
  return Error{ErrorKind::InvalidInput, "MissingParameter", fmt::format("The parameter {} is required.", parameter)};
}

}  // namespace driftlab::service::cloudwatch
