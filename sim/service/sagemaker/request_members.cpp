#include "sim/service/sagemaker/request_members.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace driftlab::service::sagemaker {
namespace {

const nlohmann::json kEmptyObject = nlohmann::json::object();

bool is_scalar(const nlohmann::json& value) {
  return value.is_string() || value.is_number() || value.is_boolean();
}

std::string scalar_text(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

RequestMembers::RequestMembers(const nlohmann::json& object, std::string path, std::vector<std::string>& problems)
    : object_(&object), path_(std::move(path)), problems_(&problems) {
  if (object.is_object()) return;
  problems_->push_back((path_.empty() ? std::string("The request") : path_) + " must be an object");
  object_ = &kEmptyObject;
}

void RequestMembers::complain(const std::string& name, const std::string& what) {
  problems_->push_back((path_.empty() ? name : path_ + "." + name) + " " + what);
}

const nlohmann::json* RequestMembers::find(const char* name, bool required) {
  asked_.insert(name);
  const auto found = object_->find(name);
  if (found != object_->end() && !found->is_null()) return &*found;
  if (required) complain(name, "is missing");
  return nullptr;
}

bool RequestMembers::has(const char* name) const {
  return object_->contains(name);
}

std::string RequestMembers::text(const char* name, bool required) {
  const auto* value = find(name, required);
  if (value == nullptr) return {};
  if (is_scalar(*value)) return scalar_text(*value);
  complain(name, "must be a text");
  return {};
}

int RequestMembers::integer(const char* name, int otherwise) {
  const auto* value = find(name, false);
  if (value == nullptr) return otherwise;
  if (value->is_number_integer()) return value->get<int>();
  complain(name, "must be an integer");
  return otherwise;
}

std::vector<std::string> RequestMembers::texts(const char* name) {
  std::vector<std::string> list;
  const auto* value = find(name, false);
  if (value == nullptr) return list;
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_scalar)) {
    complain(name, "must be a list of texts");
    return list;
  }
  for (const auto& item : *value) list.push_back(scalar_text(item));
  return list;
}

std::map<std::string, std::string> RequestMembers::text_map(const char* name) {
  std::map<std::string, std::string> map;
  const auto* value = find(name, false);
  if (value == nullptr) return map;
  if (!value->is_object() || !std::all_of(value->begin(), value->end(), is_scalar)) {
    complain(name, "must be an object of texts");
    return map;
  }
  for (const auto& [key, item] : value->items()) map[key] = scalar_text(item);
  return map;
}

RequestMembers RequestMembers::object(const char* name, bool required) {
  const auto* value = find(name, required);
  return {value == nullptr ? kEmptyObject : *value, path_.empty() ? name : path_ + "." + name, *problems_};
}

std::vector<RequestMembers> RequestMembers::objects(const char* name) {
  std::vector<RequestMembers> list;
  const auto* value = find(name, false);
  if (value == nullptr) return list;
  if (!value->is_array()) {
    complain(name, "must be a list");
    return list;
  }
  const std::string path = path_.empty() ? name : path_ + "." + name;
  for (std::size_t i = 0; i < value->size(); ++i)
    list.emplace_back((*value)[i], path + "[" + std::to_string(i) + "]", *problems_);
  return list;
}

void RequestMembers::only(const char* name, std::initializer_list<const char*> values) {
  const std::string value = text(name);
  if (value.empty()) return;
  if (std::any_of(values.begin(), values.end(), [&](const char* allowed) { return value == allowed; })) return;
  complain(name, "'" + value + "' is not supported");
}

void RequestMembers::ignore(std::initializer_list<const char*> names) {
  asked_.insert(names.begin(), names.end());
}

void RequestMembers::done() {
  for (const auto& [key, value] : object_->items())
    if (!asked_.contains(key)) complain(key, "is not a known member");
}

}  // namespace driftlab::service::sagemaker
