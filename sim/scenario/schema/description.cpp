#include "sim/scenario/schema/description.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "sim/scenario/schema/combinators.hpp"

namespace driftlab::scenario {
namespace {

const char* const kUseDoc =
    "File to lay this object on, looked for beside the file that names it and then in the scenarios folder.";

Node use_schema() {
  Node node = object_node();
  node.set("description", text_node(kUseDoc));
  node.set("type", text_node("string"));
  node.set("minLength", integer_node(1));
  return node;
}

}  // namespace

void ObjectDescription::add(FieldDescription field) {
  for (const auto& present : fields_) DRIFTLAB_CHECK(present.name != field.name, "a field is described twice");
  fields_.push_back(std::move(field));
}

void ObjectDescription::read(const Node& node, const std::string& path, Problems& problems, void* object,
                             const Tag* tag) const {
  if (!detail::require_kind(node, NodeKind::Object, "an object", path, problems)) return;
  for (const auto& member : node.members) {
    if (tag != nullptr && member.key == tag->name) continue;
    const auto field = std::find_if(fields_.begin(), fields_.end(),
                                    [&](const FieldDescription& one) { return one.name == member.key; });
    const std::string member_path = detail::member_path(path, member.key);
    if (field != fields_.end()) {
      field->read(member.value, member_path, problems, object);
      continue;
    }
    std::vector<std::string> names;
    for (const auto& one : fields_) names.push_back(one.name);
    const std::string hint = suggestion(member.key, names);
    report(problems, member.origin, member_path,
           "unknown key" + (hint.empty() ? fmt::format("; expected one of {}", fmt::join(names, ", ")) : hint));
  }
  if (node.incomplete) return;
  for (const auto& field : fields_) {
    if (!field.required || node.find(field.name) != nullptr) continue;
    report(problems, node.origin, path, fmt::format("missing '{}': expected {}", field.name, field.expected));
  }
}

Node ObjectDescription::write(const void* object, const Tag* tag) const {
  Node node = object_node();
  if (tag != nullptr) node.set(tag->name, text_node(tag->value));
  for (const auto& field : fields_) {
    if (auto value = field.write(object)) node.set(field.name, std::move(*value));
  }
  return node;
}

Node ObjectDescription::schema(SchemaForm form, const void* defaults, const Tag* tag) const {
  Node properties = object_node();
  std::vector<Node> required;
  // A used file is laid under objects marked for it, and only there, so only there "use" is a property.
  const bool uses = form == SchemaForm::Partial && composable_;
  if (uses) {
    properties.set("use", use_schema());
    required.push_back(text_node("use"));
  }
  if (tag != nullptr) {
    Node constant = object_node();
    constant.set("const", text_node(tag->value));
    properties.set(tag->name, std::move(constant));
    if (form == SchemaForm::Whole) required.push_back(text_node(tag->name));
  }
  for (const auto& field : fields_) {
    Node property = object_node();
    property.set("description", text_node(field.doc));
    Node value_schema = field.schema(form);
    value_schema.erase("description");  // what the field is for says more than what its type is
    for (auto& member : value_schema.members) property.set(std::move(member.key), std::move(member.value));
    if (!field.required && form == SchemaForm::Whole) {
      if (auto value = field.write(defaults)) property.set("default", std::move(*value));
    }
    if (field.required && form == SchemaForm::Whole) required.push_back(text_node(field.name));
    properties.set(field.name, std::move(property));
  }
  Node node = object_node();
  node.set("title", text_node(title_));
  node.set("description", text_node(doc_));
  node.set("type", text_node("object"));
  node.set("properties", std::move(properties));
  if (!required.empty()) node.set("required", list_node(std::move(required)));
  node.set("additionalProperties", boolean_node(false));
  return node;
}

std::string schema_text(Node schema, const std::string& id) {
  Node document = object_node();
  document.set("$schema", text_node("https://json-schema.org/draft/2020-12/schema"));
  document.set("$id", text_node(id));
  for (auto& member : schema.members) document.set(std::move(member.key), std::move(member.value));
  return to_json(document, 2) + "\n";
}

}  // namespace driftlab::scenario
