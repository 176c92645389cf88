#pragma once
/// Types made of types: optional, list, map, enumeration, text forms, objects, variants.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/check.hpp"
#include "sim/scenario/schema/description.hpp"
#include "sim/scenario/schema/type.hpp"

namespace driftlab::scenario {

namespace detail {

[[nodiscard]] std::string expected_one_of(const std::vector<std::string>& names);
/// Reads a text out of `names`; its place there, or nothing and a problem.
[[nodiscard]] std::optional<std::size_t> read_name(const Node& node, const std::string& path, Problems& problems,
                                                   const std::vector<std::string>& names);
[[nodiscard]] Node names_schema(const std::vector<std::string>& names);
[[nodiscard]] bool require_kind(const Node& node, NodeKind kind, const std::string& expected, const std::string& path,
                                Problems& problems);
[[nodiscard]] Node list_schema(Node item, std::size_t min_size);
[[nodiscard]] Node map_schema(Node value);
[[nodiscard]] Node pattern_schema(const std::string& pattern);
/// "oneOf" when everything is required, else "anyOf": parts of overrides may fit several.
[[nodiscard]] Node alternatives_schema(std::vector<Node> alternatives, SchemaForm form);
/// An object that may be laid on a used file: either whole, or "use" and some overrides.
[[nodiscard]] Node composable_schema(Node whole, Node partial);
/// The alternative whose name is the value of member `tag`; reports a missing or unknown one.
[[nodiscard]] std::optional<std::size_t> choose_by_tag(const Node& node, const std::string& tag,
                                                       const std::vector<std::string>& names, const std::string& path,
                                                       Problems& problems);
/// The alternative whose name is a member of the object; reports none or several.
[[nodiscard]] std::optional<std::size_t> choose_by_key(const Node& node, const std::vector<std::string>& names,
                                                       const std::string& path, Problems& problems);
[[nodiscard]] std::string item_path(const std::string& path, std::size_t index);
[[nodiscard]] std::string member_path(const std::string& path, const std::string& key);

}  // namespace detail

// --- integers -------------------------------------------------------------------------------------------------------

template <class I>
class IntegerAs final : public Type<I> {
 public:
  IntegerAs(std::int64_t min, std::int64_t max) : inner_(integer64(min, max)) {}
  void read(const Node& node, const std::string& path, Problems& problems, I& out) const override {
    auto value = static_cast<std::int64_t>(out);
    inner_->read(node, path, problems, value);
    out = static_cast<I>(value);
  }
  std::optional<Node> write(const I& value) const override { return inner_->write(static_cast<std::int64_t>(value)); }
  Node schema(SchemaForm form) const override { return inner_->schema(form); }
  std::string expected() const override { return inner_->expected(); }

 private:
  TypePtr<std::int64_t> inner_;
};

/// An integer in [min, max], which the member type I must be able to hold.
template <class I>
[[nodiscard]] TypePtr<I> integer(std::int64_t min, std::int64_t max) {
  return std::make_shared<IntegerAs<I>>(min, max);
}

// --- enumerations ---------------------------------------------------------------------------------------------------

template <class E>
class ChoiceType final : public Type<E> {
 public:
  explicit ChoiceType(std::vector<std::pair<std::string, E>> values) {
    for (auto& [name, value] : values) {
      names_.push_back(std::move(name));
      values_.push_back(value);
    }
  }
  void read(const Node& node, const std::string& path, Problems& problems, E& out) const override {
    if (const auto place = detail::read_name(node, path, problems, names_)) out = values_[*place];
  }
  std::optional<Node> write(const E& value) const override {
    const auto found = std::find(values_.begin(), values_.end(), value);
    DRIFTLAB_CHECK(found != values_.end(), "an enumerator without a name");
    return text_node(names_[static_cast<std::size_t>(found - values_.begin())]);
  }
  Node schema(SchemaForm) const override { return detail::names_schema(names_); }
  std::string expected() const override { return detail::expected_one_of(names_); }

 private:
  std::vector<std::string> names_;
  std::vector<E> values_;
};

/// An enumerator by its name in the file.
template <class E>
[[nodiscard]] TypePtr<E> choice(std::vector<std::pair<std::string, E>> values) {
  return std::make_shared<ChoiceType<E>>(std::move(values));
}

// --- texts with a form ----------------------------------------------------------------------------------------------

template <class M>
class FormedText final : public Type<M> {
 public:
  explicit FormedText(TextForm<M> form) : form_(std::move(form)) {}
  void read(const Node& node, const std::string& path, Problems& problems, M& out) const override {
    if (!detail::require_kind(node, NodeKind::Text, form_.expected, path, problems)) return;
    auto parsed = form_.parse(node.text);
    if (parsed) {
      out = std::move(*parsed);
    } else {
      report(problems, node.origin, path, "expected " + form_.expected + ", found " + describe_found(node));
    }
  }
  std::optional<Node> write(const M& value) const override { return text_node(form_.format(value)); }
  Node schema(SchemaForm) const override { return detail::pattern_schema(form_.pattern); }
  std::string expected() const override { return form_.expected; }

 private:
  TextForm<M> form_;
};

template <class M>
[[nodiscard]] TypePtr<M> formed_text(TextForm<M> form) {
  return std::make_shared<FormedText<M>>(std::move(form));
}

// --- optional, list, map --------------------------------------------------------------------------------------------

template <class M>
class OptionalType final : public Type<std::optional<M>> {
 public:
  OptionalType(TypePtr<M> inner, M initial) : inner_(std::move(inner)), initial_(std::move(initial)) {}
  void read(const Node& node, const std::string& path, Problems& problems, std::optional<M>& out) const override {
    M value = initial_;
    inner_->read(node, path, problems, value);
    out = std::move(value);
  }
  std::optional<Node> write(const std::optional<M>& value) const override {
    return value ? inner_->write(*value) : std::nullopt;
  }
  Node schema(SchemaForm form) const override { return inner_->schema(form); }
  std::string expected() const override { return inner_->expected(); }

 private:
  TypePtr<M> inner_;
  M initial_;
};

/// A field that has no value unless it is written.
template <class M>
[[nodiscard]] TypePtr<std::optional<M>> optional(TypePtr<M> inner, M initial = M{}) {
  return std::make_shared<OptionalType<M>>(std::move(inner), std::move(initial));
}

template <class M>
class ListType final : public Type<std::vector<M>> {
 public:
  ListType(TypePtr<M> item, std::size_t min_size) : item_(std::move(item)), min_size_(min_size) {}
  void read(const Node& node, const std::string& path, Problems& problems, std::vector<M>& out) const override {
    if (!detail::require_kind(node, NodeKind::List, expected(), path, problems)) return;
    if (node.items.size() < min_size_) {
      report(
          problems, node.origin, path,
          "expected at least " + std::to_string(min_size_) + " element(s), found " + std::to_string(node.items.size()));
    }
    out.clear();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      M value{};
      item_->read(node.items[i], detail::item_path(path, i), problems, value);
      out.push_back(std::move(value));
    }
  }
  std::optional<Node> write(const std::vector<M>& values) const override {
    std::vector<Node> items;
    for (const auto& value : values) items.push_back(item_->write(value).value_or(null_node()));
    return list_node(std::move(items));
  }
  Node schema(SchemaForm) const override {
    // A list in an override replaces the whole list, so its elements are whole.
    return detail::list_schema(item_->schema(SchemaForm::Whole), min_size_);
  }
  std::string expected() const override { return "a list"; }

 private:
  TypePtr<M> item_;
  std::size_t min_size_;
};

template <class M>
[[nodiscard]] TypePtr<std::vector<M>> list(TypePtr<M> item, std::size_t min_size = 0) {
  return std::make_shared<ListType<M>>(std::move(item), min_size);
}

template <class M>
class MapType final : public Type<std::map<std::string, M>> {
 public:
  explicit MapType(TypePtr<M> value) : value_(std::move(value)) {}
  void read(const Node& node, const std::string& path, Problems& problems,
            std::map<std::string, M>& out) const override {
    if (!detail::require_kind(node, NodeKind::Object, expected(), path, problems)) return;
    out.clear();
    for (const auto& member : node.members) {
      value_->read(member.value, detail::member_path(path, member.key), problems, out[member.key]);
    }
  }
  std::optional<Node> write(const std::map<std::string, M>& values) const override {
    Node node = object_node();
    for (const auto& [key, value] : values) {
      if (auto written = value_->write(value)) node.set(key, std::move(*written));
    }
    return node;
  }
  Node schema(SchemaForm form) const override { return detail::map_schema(value_->schema(form)); }
  std::string expected() const override { return "an object"; }

 private:
  TypePtr<M> value_;
};

/// An object whose keys are free: `map(text())`, `map(number())`.
template <class M>
[[nodiscard]] TypePtr<std::map<std::string, M>> map(TypePtr<M> value) {
  return std::make_shared<MapType<M>>(std::move(value));
}

// --- objects --------------------------------------------------------------------------------------------------------

template <class T>
class ObjectType final : public Type<T> {
 public:
  explicit ObjectType(Description<T> description) : description_(std::move(description)) {}
  void read(const Node& node, const std::string& path, Problems& problems, T& out) const override {
    out = description_.read(node, path, problems);
  }
  std::optional<Node> write(const T& value) const override { return description_.write(&value); }
  Node schema(SchemaForm form) const override {
    Node node = description_.schema(form, &description_.prototype());
    if (!description_.composable() || form == SchemaForm::Partial) return node;
    return detail::composable_schema(std::move(node),
                                     description_.schema(SchemaForm::Partial, &description_.prototype()));
  }
  std::string expected() const override { return "an object"; }

 private:
  Description<T> description_;
};

template <class T>
[[nodiscard]] TypePtr<T> object(Description<T> description) {
  return std::make_shared<ObjectType<T>>(std::move(description));
}

// --- variants -------------------------------------------------------------------------------------------------------

/// One alternative of a variant V, its type erased.
template <class V>
struct Alternative {
  std::string name;
  std::function<V(const Node&, const std::string& path, Problems&, const Tag*)> read;
  /// Nothing when the variant holds another alternative.
  std::function<std::optional<Node>(const V&, const Tag*)> write;
  std::function<Node(SchemaForm, const Tag*)> schema;
};

/// `holds` tells apart alternatives of the same C++ type.
template <class V, class A>
[[nodiscard]] Alternative<V> alternative(std::string_view name, Description<A> description,
                                         std::function<bool(const A&)> holds = {}) {
  auto shared = std::make_shared<const Description<A>>(std::move(description));
  Alternative<V> result;
  result.name = name;
  result.read = [shared](const Node& node, const std::string& path, Problems& problems, const Tag* tag) -> V {
    return shared->read(node, path, problems, tag);
  };
  result.write = [shared, holds](const V& value, const Tag* tag) -> std::optional<Node> {
    const A* held = std::get_if<A>(&value);
    if (held == nullptr || (holds && !holds(*held))) return std::nullopt;
    return shared->write(held, tag);
  };
  result.schema = [shared](SchemaForm form, const Tag* tag) { return shared->schema(form, &shared->prototype(), tag); };
  return result;
}

template <class V>
class VariantType final : public Type<V> {
 public:
  /// `tag` empty: the alternative is the one whose name is a key of the object.
  VariantType(std::string tag, std::vector<Alternative<V>> alternatives)
      : tag_(std::move(tag)), alternatives_(std::move(alternatives)) {
    for (const auto& alternative : alternatives_) names_.push_back(alternative.name);
  }
  void read(const Node& node, const std::string& path, Problems& problems, V& out) const override {
    if (!detail::require_kind(node, NodeKind::Object, expected(), path, problems)) return;
    const auto chosen = tag_.empty() ? detail::choose_by_key(node, names_, path, problems)
                                     : detail::choose_by_tag(node, tag_, names_, path, problems);
    if (!chosen) return;
    const Tag tag{tag_, names_[*chosen]};
    out = alternatives_[*chosen].read(node, path, problems, tag_.empty() ? nullptr : &tag);
  }
  std::optional<Node> write(const V& value) const override {
    for (const auto& alternative : alternatives_) {
      const Tag tag{tag_, alternative.name};
      if (auto node = alternative.write(value, tag_.empty() ? nullptr : &tag)) return node;
    }
    DRIFTLAB_CHECK(false, "a variant without a described alternative");
    return std::nullopt;
  }
  Node schema(SchemaForm form) const override {
    std::vector<Node> schemas;
    for (const auto& alternative : alternatives_) {
      const Tag tag{tag_, alternative.name};
      schemas.push_back(alternative.schema(form, tag_.empty() ? nullptr : &tag));
    }
    return detail::alternatives_schema(std::move(schemas), form);
  }
  std::string expected() const override {
    return tag_.empty() ? "an object with " + detail::expected_one_of(names_) : "an object with '" + tag_ + "'";
  }

 private:
  std::string tag_;
  std::vector<Alternative<V>> alternatives_;
  std::vector<std::string> names_;
};

/// An object whose member `tag` names the alternative: `{"kind": "step", …}`.
template <class V>
[[nodiscard]] TypePtr<V> variant_by(std::string tag, std::vector<Alternative<V>> alternatives) {
  return std::make_shared<VariantType<V>>(std::move(tag), std::move(alternatives));
}
/// An object that is told by which of the names it has as a key: `{"alarm": …}`, `{"metric": …}`.
template <class V>
[[nodiscard]] TypePtr<V> variant_by_key(std::vector<Alternative<V>> alternatives) {
  return std::make_shared<VariantType<V>>("", std::move(alternatives));
}

// --- shorthands -----------------------------------------------------------------------------------------------------

template <class M, class S>
class ShorthandType final : public Type<M> {
 public:
  ShorthandType(TypePtr<S> brief, std::function<M(S)> expand, TypePtr<M> full)
      : brief_(std::move(brief)), expand_(std::move(expand)), full_(std::move(full)) {}
  void read(const Node& node, const std::string& path, Problems& problems, M& out) const override {
    if (node.kind == NodeKind::Object) {
      full_->read(node, path, problems, out);
      return;
    }
    Problems own;
    S value{};
    brief_->read(node, path, own, value);
    if (own.empty()) {
      out = expand_(std::move(value));
    } else {
      report(problems, node.origin, path, "expected " + expected() + ", found " + describe_found(node));
    }
  }
  std::optional<Node> write(const M& value) const override { return full_->write(value); }
  Node schema(SchemaForm form) const override {
    return detail::alternatives_schema({brief_->schema(form), full_->schema(form)}, form);
  }
  std::string expected() const override { return brief_->expected() + " or " + full_->expected(); }

 private:
  TypePtr<S> brief_;
  std::function<M(S)> expand_;
  TypePtr<M> full_;
};

/// Either an object as `full` reads it, or a plain value S that stands for the commonest one.
template <class M, class S>
[[nodiscard]] TypePtr<M> shorthand(TypePtr<S> brief, std::function<M(S)> expand, TypePtr<M> full) {
  return std::make_shared<ShorthandType<M, S>>(std::move(brief), std::move(expand), std::move(full));
}

}  // namespace driftlab::scenario
