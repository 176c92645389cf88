#include "sim/service/featurestore/feature_store.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::service::featurestore {
namespace {

using namespace ops::featurestore;

constexpr std::size_t kNameMax = 64;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Letters and digits, with "-" and "_" between: names of groups and of features.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

Error no_group(const std::string& name) {
  return not_found("ResourceNotFound", fmt::format("Resource Not Found: Amazon SageMaker can't find a FeatureGroup "
                                                   "with name {}",
                                                   name));
}

Result<> check_definition(const CreateFeatureGroupInput& request) {
  if (!is_name(request.name)) return validation_error(fmt::format("'{}' is no name of a feature group", request.name));
  std::set<std::string_view> seen;
  std::vector<std::string_view> names = {request.record_identifier, request.event_time};
  names.insert(names.end(), request.features.begin(), request.features.end());
  for (const std::string_view name : names) {
    if (!is_name(name)) return validation_error(fmt::format("'{}' is no name of a feature", name));
    if (!seen.insert(name).second) return validation_error(fmt::format("feature '{}' is defined twice", name));
  }
  return {};
}

/// Rows [begin, end) of a column, or the rows listed.
struct Selection {
  FeatureGroup::Range range;
  bool whole = true;
  std::vector<std::size_t> rows;

  template <class T, class Convert>
  [[nodiscard]] auto take(const std::vector<T>& from, Convert convert) const {
    std::vector<decltype(convert(from[0]))> out;
    out.reserve(whole ? range.end - range.begin : rows.size());
    if (whole) {
      for (std::size_t row = range.begin; row < range.end; ++row) out.push_back(convert(from[row]));
    } else {
      for (const std::size_t row : rows) out.push_back(convert(from[row]));
    }
    return out;
  }
};

Selection select(const FeatureGroup& records, const QueryInput& request, Instant now) {
  Selection selection{
      .range = records.between(request.from.value_or(Instant::min()), request.to.value_or(Instant::max())),
      .whole = records.all_visible(now),
      .rows = {}};
  FeatureGroup::Range& range = selection.range;
  const std::size_t count = request.newest.value_or(std::numeric_limits<std::size_t>::max());
  if (selection.whole)
    range.begin = range.end - std::min(count, range.end - range.begin);
  else
    selection.rows = records.visible(range, now, count);
  return selection;
}

}  // namespace

Result<> FeatureStore::handle(const CreateFeatureGroupInput& request, Instant) {
  if (auto legal = check_definition(request); legal.has_error()) return legal;
  if (groups_.contains(request.name))
    return Error{ErrorKind::Conflict, "ResourceInUse",
                 fmt::format("Resource Already Exists: FeatureGroup with name {} already exists. Choose a different "
                             "name.",
                             request.name)};
  groups_.emplace(request.name, Group{.definition = request, .records = FeatureGroup(request.features.size())});
  const nlohmann::ordered_json detail{{"arn", config_.identity.arn("sagemaker", "feature-group/" + request.name)},
                                      {"record_identifier", request.record_identifier},
                                      {"event_time", request.event_time},
                                      {"features", request.features}};
  journal_.record("featurestore", "CreateFeatureGroup", request.name, detail.dump());
  return {};
}

Result<> FeatureStore::handle(const PutRecordInput& request, Instant now) {
  const auto found = groups_.find(request.feature_group);
  if (found == groups_.end()) return no_group(request.feature_group);
  Group& group = found->second;
  if (request.record_identifier.empty()) return validation_error("the record identifier has no value");
  if (request.values.size() != group.definition.features.size())
    return validation_error(fmt::format("feature group {} has {} features, the record {} values", request.feature_group,
                                        group.definition.features.size(), request.values.size()));
  group.records.insert(request.record_identifier, request.event_time, request.values, now);
  return {};
}

Result<std::vector<FeatureStore::Column>> FeatureStore::choose_columns(const CreateFeatureGroupInput& definition,
                                                                       const std::vector<std::string>& features) {
  std::vector<Column> columns;
  const std::vector<std::string>& wanted = features.empty() ? definition.features : features;
  for (const std::string& name : wanted) {
    const auto at = std::ranges::find(definition.features, name);
    if (at != definition.features.end()) {
      columns.push_back({name, static_cast<std::size_t>(at - definition.features.begin())});
    } else if (name == definition.event_time) {
      columns.push_back({name, kEventTime});
    } else if (name == definition.record_identifier) {
      return validation_error(fmt::format("feature '{}' identifies records and is not a number", name));
    } else {
      return validation_error(fmt::format("feature group {} has no feature '{}'{}", definition.name, name,
                                          suggestion(name, definition.features)));
    }
  }
  return columns;
}

Result<QueryOutput> FeatureStore::handle(const QueryInput& request, Instant now) const {
  const auto found = groups_.find(request.feature_group);
  if (found == groups_.end()) return no_group(request.feature_group);
  const auto& [definition, records] = found->second;
  const auto columns = choose_columns(definition, request.features);
  if (columns.has_error()) return columns.error();
  const Selection selection = select(records, request, now);
  const auto as_is = [](auto value) { return value; };
  QueryOutput out;
  out.event_times = selection.take(records.event_times(), as_is);
  out.write_times = selection.take(records.write_times(), as_is);
  for (const Column& column : *columns) {
    out.columns[column.name] = column.index == kEventTime ? selection.take(records.event_times(), epoch_seconds)
                                                          : selection.take(records.column(column.index), as_is);
  }
  return out;
}

}  // namespace driftlab::service::featurestore
