#pragma once
/// What PutMetricData refuses, and checks of names that alarms and reads share.

#include <span>
#include <string_view>

#include "sim/service/cloudwatch/enums.hpp"

namespace driftlab::service::cloudwatch {

/// Errors: InvalidParameterValue, InvalidParameterCombination, MissingParameter; members are counted from 1. A call is
/// accepted or refused as a whole.
[[nodiscard]] Result<> validate(const api::PutMetricDataInput& request, Instant now);

/// At most 30, names 1–255 and values 1–1024 characters of ASCII. `where` leads the messages ("Dimensions").
[[nodiscard]] Result<> validate_dimensions(std::span<const api::Dimension> dimensions, std::string_view where);
/// 1–255 characters, not starting with ':'.
[[nodiscard]] Result<> validate_namespace(std::string_view metric_namespace);
/// 1–255 characters. `where` names the parameter.
[[nodiscard]] Result<> validate_metric_name(std::string_view name, std::string_view where);

}  // namespace driftlab::service::cloudwatch
