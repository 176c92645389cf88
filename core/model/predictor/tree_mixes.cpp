#include "core/model/predictor/tree_mixes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/metric/attribution/coalitions.hpp"
#include "core/model/predictor/leaf_sums.hpp"

namespace driftlab::model {
namespace {

using nlohmann::json;
using Word = std::uint64_t;
constexpr std::size_t kBits = 64;

/// Sets of coalitions, a word for 64 of them; one set for each feature: those in which it is present.
class PresenceSets {
 public:
  PresenceSets(const std::vector<metric::Coalition>& coalitions, std::size_t features)
      : words_((coalitions.size() + kBits - 1) / kBits), sets_(features * words_), all_(words_) {
    for (std::size_t c = 0; c < coalitions.size(); ++c) {
      const Word bit = Word{1} << (c % kBits);
      all_[c / kBits] |= bit;
      for (std::size_t feature = 0; feature < features; ++feature)
        if (coalitions[c].present[feature] != 0) sets_[feature * words_ + c / kBits] |= bit;
    }
  }

  [[nodiscard]] std::size_t words() const { return words_; }
  [[nodiscard]] const Word* of(std::size_t feature) const { return &sets_[feature * words_]; }
  [[nodiscard]] const Word* all() const { return all_.data(); }

 private:
  std::size_t words_;
  std::vector<Word> sets_;
  std::vector<Word> all_;
};

/// The two subsets of a set of coalitions: in which a feature is present, and not. False for none.
bool intersect(const Word* set, const Word* present, bool wanted, std::size_t words, Word* out) {
  Word any = 0;
  const Word flipped = wanted ? 0 : ~Word{0};
  for (std::size_t i = 0; i < words; ++i) {
    out[i] = set[i] & (present[i] ^ flipped);
    any |= out[i];
  }
  return any != 0;
}

/// The leaves that coalitions end in, numbered as they are met.
class MetLeaves {
 public:
  explicit MetLeaves(std::size_t words) : words_(words) {}

  void clear() {
    values_.clear();
    planes_ = 0;
  }
  void meet(const Word* coalitions, float value) {
    const std::size_t number = values_.size();
    values_.push_back(value);
    for (std::size_t plane = 0; number >> plane != 0; ++plane) {
      if (plane == planes_) {
        bits_.resize(std::max(bits_.size(), ++planes_ * words_));
        std::fill_n(&bits_[plane * words_], words_, Word{0});
      }
      if ((number >> plane & 1U) == 0) continue;
      Word* bits = &bits_[plane * words_];
      for (std::size_t i = 0; i < words_; ++i) bits[i] |= coalitions[i];
    }
  }
  void add_to(float* margins) {
    values_.resize(std::size_t{1} << planes_);
    add_leaves({.words = bits_.data(), .count = planes_, .stride = words_}, values_, margins);
  }

 private:
  std::size_t words_;
  std::size_t planes_ = 0;
  std::vector<Word> bits_;
  std::vector<float> values_;
};

/// Levels below a node; nothing when nodes form no tree or name features that are not there.
template <class Tree>
std::optional<std::size_t> depth_of(const Tree& tree, std::size_t features) {
  constexpr std::size_t kDeepest = 512;
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, 0}};
  std::size_t deepest = 0;
  std::size_t visited = 0;
  while (!open.empty()) {
    const auto [at, depth] = open.back();
    open.pop_back();
    if (at >= tree.size() || depth > kDeepest || ++visited > tree.size()) return std::nullopt;
    deepest = std::max(deepest, depth);
    if (tree[at].left < 0) continue;
    if (tree[at].right < 0 || tree[at].feature >= features) return std::nullopt;
    open.emplace_back(static_cast<std::size_t>(tree[at].left), depth + 1);
    open.emplace_back(static_cast<std::size_t>(tree[at].right), depth + 1);
  }
  return deepest;
}

std::optional<float> number_in(const json& object, const char* key) {
  if (!object.contains(key) || !object[key].is_string()) return std::nullopt;
  const auto value = parse_double(object[key].get<std::string>());
  return value ? std::optional(static_cast<float>(*value)) : std::nullopt;
}

}  // namespace

std::optional<TreeMixes> TreeMixes::read(std::string_view model_json) {
  try {
    const auto root = json::parse(model_json);
    const auto& learner = root.at("learner");
    const auto& parameters = learner.at("learner_model_param");
    const auto objective = learner.at("objective").at("name").get<std::string>();
    const bool logistic = objective == "binary:logistic" || objective == "reg:logistic";
    const bool plain = objective == "reg:squarederror" || objective == "binary:logitraw";
    const auto base = number_in(parameters, "base_score");
    const auto features = number_in(parameters, "num_feature");
    const auto& booster = learner.at("gradient_booster");
    if ((!logistic && !plain) || !base || !features || *features < 0 || booster.at("name") != "gbtree" ||
        parameters.value("num_class", "0") != "0" || parameters.value("num_target", "1") != "1")
      return std::nullopt;
    TreeMixes mixes;
    mixes.sigmoid_ = logistic;
    mixes.margin_ = logistic || objective == "binary:logitraw" ? -std::log(1.0F / *base - 1.0F) : *base;
    for (const auto& tree : booster.at("model").at("trees")) {
      if (!tree.at("categories").empty()) return std::nullopt;
      const auto& left = tree.at("left_children");
      if (left.size() >> LeafPlanes::kMost != 0) return std::nullopt;
      Tree nodes(left.size());
      for (std::size_t i = 0; i < nodes.size(); ++i)
        nodes[i] = {.left = left.at(i).get<int>(),
                    .right = tree.at("right_children").at(i).get<int>(),
                    .feature = tree.at("split_indices").at(i).get<unsigned>(),
                    .value = tree.at("split_conditions").at(i).get<float>(),
                    .missing_left = tree.at("default_left").at(i).get<int>() != 0};
      const auto depth = depth_of(nodes, static_cast<std::size_t>(*features));
      if (!depth) return std::nullopt;
      mixes.deepest_ = std::max(mixes.deepest_, *depth);
      mixes.trees_.push_back(std::move(nodes));
    }
    return mixes;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

bool TreeMixes::goes_left(const Node& node, float value) {
  return std::isnan(value) ? node.missing_left : value < node.value;
}

double TreeMixes::linked(float margin) const {
  return static_cast<double>(sigmoid_ ? 1.0F / (std::exp(-margin) + 1.0F) : margin);
}

double TreeMixes::answer(std::span<const float> row) const {
  float margin = margin_;
  for (const Tree& tree : trees_) {
    std::size_t at = 0;
    while (tree[at].left >= 0)
      at = static_cast<std::size_t>(goes_left(tree[at], row[tree[at].feature]) ? tree[at].left : tree[at].right);
    margin += tree[at].value;
  }
  return linked(margin);
}

/// Goes down a tree with all coalitions at once.
class TreeMixes::Walk {
 public:
  Walk(const PresenceSets& presence, std::size_t deepest)
      : presence_(presence), leaves_(presence.words()), sets_((deepest + 1) * presence.words()) {}

  /// Adds the tree's answers for rows that have `with`'s values where a feature is present, else `without`'s.
  void add(const Tree& tree, const float* with, const float* without, float* margins) {
    leaves_.clear();
    descend(tree, 0, with, without, presence_.all(), 0);
    leaves_.add_to(margins);
  }

 private:
  void descend(const Tree& tree, std::size_t at, const float* with, const float* without, const Word* set,
               std::size_t depth) {
    for (;;) {
      const Node& node = tree[at];
      if (node.left < 0) return leaves_.meet(set, node.value);
      const bool left_with = goes_left(node, with[node.feature]);
      const bool left_without = goes_left(node, without[node.feature]);
      if (left_with == left_without) {
        at = static_cast<std::size_t>(left_with ? node.left : node.right);
        continue;
      }
      Word* part = &sets_[depth * presence_.words()];
      for (const bool present : {true, false}) {
        const bool left = present ? left_with : left_without;
        if (intersect(set, presence_.of(node.feature), present, presence_.words(), part))
          descend(tree, static_cast<std::size_t>(left ? node.left : node.right), with, without, part, depth + 1);
      }
      return;
    }
  }

  const PresenceSets& presence_;
  MetLeaves leaves_;
  std::vector<Word> sets_;  ///< of the split at each depth, for one side after the other
};

void TreeMixes::answer(std::span<const double> instance, std::span<const double> baseline,
                       const std::vector<metric::Coalition>& coalitions, std::span<double> answers) const {
  // Answers of a coalition lie together, those of eight baseline rows in one line of the cache.
  constexpr std::size_t kTogether = 8;
  const std::size_t features = instance.size();
  const std::size_t baseline_rows = baseline.size() / features;
  const PresenceSets presence(coalitions, features);
  const std::size_t width = presence.words() * kBits;
  const std::vector<float> with(instance.begin(), instance.end());
  const std::vector<float> without(baseline.begin(), baseline.end());
  Walk walk(presence, deepest_);
  std::vector<float> margins;
  for (std::size_t first = 0; first < baseline_rows; first += kTogether) {
    const std::size_t end = std::min(first + kTogether, baseline_rows);
    margins.assign((end - first) * width, margin_);
    for (std::size_t b = first; b < end; ++b)
      for (const Tree& tree : trees_)
        walk.add(tree, with.data(), &without[b * features], &margins[(b - first) * width]);
    for (std::size_t c = 0; c < coalitions.size(); ++c)
      for (std::size_t b = first; b < end; ++b)
        answers[c * baseline_rows + b] = linked(margins[(b - first) * width + c]);
  }
}

}  // namespace driftlab::model
