#include "sim/service/events/pattern.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace driftlab::service::events {
namespace {

using Elements = EventFields::Elements;

Scalar to_scalar(const nlohmann::ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  return nullptr;
}

/// Two leaves fit together unless they lie in different elements of one array.
bool consistent(const Elements& chosen, const Elements& elements) {
  for (const auto& [array, index] : elements)
    for (const auto& [other_array, other_index] : chosen)
      if (array == other_array && index != other_index) return false;
  return true;
}

/// Whether each of `choices` can take one of its candidates so that all fit together, and with `chosen`.
bool can_agree(std::span<const std::vector<const Elements*>> choices, Elements& chosen) {
  if (choices.empty()) return true;
  for (const Elements* candidate : choices.front()) {
    if (!consistent(chosen, *candidate)) continue;
    const auto depth = chosen.size();
    chosen.insert(chosen.end(), candidate->begin(), candidate->end());
    const bool agreed = can_agree(choices.subspan(1), chosen);
    chosen.resize(depth);
    if (agreed) return true;
  }
  return false;
}

bool any_matches(const std::vector<Matcher>& any_of, const Scalar& leaf) {
  return std::any_of(any_of.begin(), any_of.end(), [&](const Matcher& m) { return matches(m, leaf); });
}

bool allows_absence(const std::vector<Matcher>& any_of) {
  return std::any_of(any_of.begin(), any_of.end(), [](const Matcher& m) {
    const auto* simple = std::get_if<SimpleMatcher>(&m);
    const auto* exists = simple == nullptr ? nullptr : std::get_if<Exists>(simple);
    return exists != nullptr && !exists->wanted;
  });
}

}  // namespace

EventFields::EventFields(const nlohmann::ordered_json& event) {
  Elements elements;
  collect("", event, elements);
}

void EventFields::collect(const std::string& path, const nlohmann::ordered_json& value, Elements& elements) {
  if (value.is_object()) {
    for (const auto& [name, member] : value.items())
      collect(path.empty() ? name : fmt::format("{}.{}", path, name), member, elements);
  } else if (value.is_array()) {
    const std::uint32_t array = arrays_++;
    std::uint32_t index = 0;
    for (const auto& element : value) {
      // Only objects and arrays can hold several fields that must agree on their element.
      const bool structured = element.is_structured();
      if (structured) elements.emplace_back(array, index);
      collect(path, element, elements);
      if (structured) elements.pop_back();
      ++index;
    }
  } else {
    leaves_[path].push_back({to_scalar(value), elements});
  }
}

std::span<const EventFields::Leaf> EventFields::at(std::string_view path) const {
  const auto found = leaves_.find(path);
  if (found == leaves_.end()) return {};
  return found->second;
}

/// For each condition, the elements that can satisfy it: empty means that it holds whatever the others choose.
/// False when a condition cannot be satisfied at all.
bool Pattern::candidates(const Condition& condition, const EventFields& event, std::vector<const Elements*>& out) {
  const auto leaves = event.at(condition.path);
  if (leaves.empty()) return allows_absence(*condition.any_of);
  for (const auto& leaf : leaves) {
    if (!out.empty() && *out.back() == leaf.elements) continue;
    if (!any_matches(*condition.any_of, leaf.value)) continue;
    if (leaf.elements.empty()) {
      out.clear();
      return true;
    }
    out.push_back(&leaf.elements);
  }
  return !out.empty();
}

bool Pattern::matches(const EventFields& event) const {
  return std::any_of(any_of_.begin(), any_of_.end(), [&](const Conjunction& conjunction) {
    std::vector<std::vector<const Elements*>> choices;
    for (const auto& condition : conjunction) {
      std::vector<const Elements*> found;
      if (!candidates(condition, event, found)) return false;
      if (!found.empty()) choices.push_back(std::move(found));
    }
    Elements chosen;
    return can_agree(choices, chosen);
  });
}

}  // namespace driftlab::service::events
