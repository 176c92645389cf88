#pragma once
/// Descriptions: one statement of each field of a struct drives reading it, its errors, writing it back and its JSON
/// Schema. The default of a field is the initializer of the struct's member: written once, in the struct.
///
///   const Description<Season> kSeason = [] {
///     Description<Season> d{"season", "A harmonic."};
///     d.required("amplitude", &Season::amplitude, number({.min = 0, .max = 1}), "Fraction of the level.");
///     d.field("phase", &Season::phase, duration(), "When the peak falls.");
///     return d;
///   }();

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario/schema/node.hpp"
#include "sim/scenario/schema/type.hpp"

namespace driftlab::scenario {

/// One field of an object, its type erased.
struct FieldDescription {
  std::string name;
  std::string doc;
  bool required = false;
  std::string expected;
  std::function<void(const Node&, const std::string& path, Problems&, void* object)> read;
  /// Nothing for an absent optional.
  std::function<std::optional<Node>(const void* object)> write;
  std::function<Node(SchemaForm)> schema;
};

/// The member that tells one alternative of a variant from the others: `"kind": "step"`.
struct Tag {
  std::string name;
  std::string value;
};

/// The fields of an object, without its C++ type.
class ObjectDescription {
 public:
  ObjectDescription(std::string title, std::string doc) : title_(std::move(title)), doc_(std::move(doc)) {}

  /// Reads every member, reporting unknown keys, bad values and missing ones. `tag` is a member read already.
  void read(const Node& node, const std::string& path, Problems& problems, void* object,
            const Tag* tag = nullptr) const;
  /// All fields with their values; absent optionals are left out.
  [[nodiscard]] Node write(const void* object, const Tag* tag = nullptr) const;
  /// JSON Schema of the object; `defaults` is where default values are taken from.
  [[nodiscard]] Node schema(SchemaForm form, const void* defaults, const Tag* tag = nullptr) const;

  [[nodiscard]] const std::string& title() const { return title_; }
  [[nodiscard]] const std::string& doc() const { return doc_; }
  [[nodiscard]] const std::vector<FieldDescription>& fields() const { return fields_; }
  [[nodiscard]] bool composable() const { return composable_; }

 protected:
  void add(FieldDescription field);

  std::string title_;
  std::string doc_;
  std::vector<FieldDescription> fields_;
  bool composable_ = false;
};

/// The description of struct T.
template <class T>
class Description : public ObjectDescription {
 public:
  /// `prototype` holds the defaults.
  Description(std::string title, std::string doc, T prototype = T{})
      : ObjectDescription(std::move(title), std::move(doc)), prototype_(std::move(prototype)) {}

  /// A field that may be left out; it then keeps its value in the prototype.
  template <class M, class Base>
  Description& field(std::string name, M Base::*member, TypePtr<M> type, std::string doc) {
    add(make_field(std::move(name), member, std::move(type), std::move(doc), false));
    return *this;
  }
  template <class M, class Base>
  Description& required(std::string name, M Base::*member, TypePtr<M> type, std::string doc) {
    add(make_field(std::move(name), member, std::move(type), std::move(doc), true));
    return *this;
  }
  /// The fields of a base class of T, as they are.
  template <class Base>
  Description& include(const Description<Base>& base) {
    for (FieldDescription field : base.fields()) {
      field.read = [inner = field.read](const Node& node, const std::string& path, Problems& problems, void* object) {
        inner(node, path, problems, static_cast<Base*>(static_cast<T*>(object)));
      };
      field.write = [inner = field.write](const void* object) {
        return inner(static_cast<const Base*>(static_cast<const T*>(object)));
      };
      add(std::move(field));
    }
    return *this;
  }
  /// The fields of a struct that T holds as a member, written beside T's own.
  template <class M, class Base>
  Description& flatten(M Base::*member, const Description<M>& part) {
    for (FieldDescription field : part.fields()) {
      field.read = [inner = field.read, member](const Node& node, const std::string& path, Problems& problems,
                                                void* object) {
        inner(node, path, problems, &(static_cast<T*>(object)->*member));
      };
      field.write = [inner = field.write, member](const void* object) {
        return inner(&(static_cast<const T*>(object)->*member));
      };
      add(std::move(field));
    }
    return *this;
  }
  /// Allows "use": a file to lay this object on (compose.hpp does it before reading).
  Description& allow_use() {
    composable_ = true;
    return *this;
  }

  [[nodiscard]] const T& prototype() const { return prototype_; }
  /// Reads into a copy of the prototype.
  [[nodiscard]] T read(const Node& node, const std::string& path, Problems& problems, const Tag* tag = nullptr) const {
    T object = prototype_;
    ObjectDescription::read(node, path, problems, &object, tag);
    return object;
  }

 private:
  template <class M, class Base>
  FieldDescription make_field(std::string name, M Base::*member, TypePtr<M> type, std::string doc, bool required) {
    FieldDescription field;
    field.name = std::move(name);
    field.doc = std::move(doc);
    field.required = required;
    field.expected = type->expected();
    field.read = [type, member](const Node& node, const std::string& path, Problems& problems, void* object) {
      type->read(node, path, problems, static_cast<T*>(object)->*member);
    };
    field.write = [type, member](const void* object) { return type->write(static_cast<const T*>(object)->*member); };
    field.schema = [type](SchemaForm form) { return type->schema(form); };
    return field;
  }

  T prototype_;
};

[[nodiscard]] std::string schema_text(Node schema, const std::string& id);
/// "$schema" (draft 2020-12), "$id" and the schema of `description`, as indented JSON text.
template <class T>
[[nodiscard]] std::string schema_document(const Description<T>& description, const std::string& id) {
  return schema_text(description.schema(SchemaForm::Whole, &description.prototype()), id);
}

}  // namespace driftlab::scenario
