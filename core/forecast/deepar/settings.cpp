#include "core/forecast/deepar/settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::forecast::deepar {
namespace {

constexpr int kMost = 1'000'000;
constexpr std::string_view kPositive = "an integer from 1 to 1000000";

constexpr std::array<HyperparameterSpec, 19> kSpecs{{
    {"epochs", true, "", kPositive, "1", "1000", true},
    {"context_length", true, "", "an integer from 1 to 10000", "1", "200", true},
    {"mini_batch_size", false, "128", "an integer from 1 to 65536", "32", "1028", true},
    {"learning_rate", false, "1e-3", "a number above 0, at most 1", "1e-5", "1e-1"},
    {"num_cells", false, "40", "an integer from 1 to 4096", "30", "200", true},
    {"num_layers", false, "2", "an integer from 1 to 64", "1", "8", true},
    {"dropout_rate", false, "0.1", "a number from 0 to below 1", "0", "0.2"},
    {"embedding_dimension", false, "10", "an integer from 1 to 4096", "1", "50", true},
    {"time_freq", true, "", "an integer, or none, followed by M, W, D, H or min", "", ""},
    {"prediction_length", true, "", "an integer from 1 to 10000", "", ""},
    {"likelihood", false, "student-T", "gaussian, beta, negative-binomial, student-T or deterministic-L1", "", ""},
    {"cardinality", false, "auto", "auto, ignore, \"\" or a JSON list of integers above 0", "", ""},
    {"num_dynamic_feat", false, "auto", "auto, ignore, \"\" or an integer above 0", "", ""},
    {"test_quantiles", false, "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]", "a JSON list of numbers between 0 and 1",
     "", ""},
    {"num_eval_samples", false, "100", kPositive, "", ""},
    {"early_stopping_patience", false, "", kPositive, "", ""},
    {"batches_per_epoch", false, "50", kPositive, "", "", false, true},
    {"held_out_fraction", false, "0.1", "a number from 0 to 0.5", "", "", false, true},
    {"instance_sampling", false, "uniform", "uniform or scale", "", "", false, true},
}};

const HyperparameterSpec& spec(std::string_view name) {
  return *std::find_if(kSpecs.begin(), kSpecs.end(), [&](const auto& one) { return one.name == name; });
}

Error refusal(std::string_view name, std::string_view text) {
  return input_error(fmt::format("hyperparameter {}: '{}' is not {}", name, text, spec(name).valid));
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::optional<int> to_integer(std::string_view text, int low, int high) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) return std::nullopt;
  return value;
}

/// The items of a JSON list of plain values, quotes taken off; nothing when it is not one.
std::optional<std::vector<std::string_view>> list_items(std::string_view text) {
  text = trim(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
  text = trim(text.substr(1, text.size() - 2));
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto item = trim(text.substr(0, comma));
    if (item.size() >= 2 && item.front() == '"' && item.back() == '"') item = item.substr(1, item.size() - 2);
    items.push_back(item);
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
    if (trim(text).empty()) return std::nullopt;
  }
  return items;
}

/// Reads values one after the other and keeps the first error.
class Reader {
 public:
  explicit Reader(const std::map<std::string, std::string>& values) : values_(values) {}

  void read(std::string_view name, int& into, int low, int high) {
    if (const auto* text = find(name)) {
      const auto value = to_integer(trim(*text), low, high);
      if (!value) return fail(name, *text);
      into = *value;
    }
  }
  /// In [low, high], or (low, high] or [low, high) where an end is open.
  void read(std::string_view name, double& into, double low, bool low_open, double high, bool high_open) {
    if (const auto* text = find(name)) {
      const auto value = parse_double(trim(*text));
      const bool good =
          value && *value >= low && *value <= high && !(low_open && *value == low) && !(high_open && *value == high);
      if (!good) return fail(name, *text);
      into = *value;
    }
  }
  /// One of `names`, in any case; its index.
  std::size_t choice(std::string_view name, std::span<const std::string_view> names, std::size_t fallback) {
    const auto* text = find(name);
    if (!text) return fallback;
    const auto wanted = lower(trim(*text));
    for (std::size_t i = 0; i < names.size(); ++i)
      if (lower(names[i]) == wanted) return i;
    fail(name, *text);
    return fallback;
  }
  /// auto, ignore, "" or integers above 0: a list, or one number.
  void read(std::string_view name, FromData& into, bool list) {
    const auto* text = find(name);
    if (!text) return;
    const auto word = lower(trim(*text));
    if (word == "auto") return;
    into.kind = word.empty() || word == "ignore" ? FromData::Kind::Ignore : FromData::Kind::Given;
    if (into.kind == FromData::Kind::Ignore) return;
    const auto items = list ? list_items(*text) : std::optional(std::vector{trim(*text)});
    if (!items || items->empty()) return fail(name, *text);
    for (const auto item : *items) {
      const auto value = to_integer(item, 1, kMost);
      if (!value) return fail(name, *text);
      into.given.push_back(*value);
    }
  }
  void read(std::string_view name, std::vector<double>& into) {
    const auto* text = find(name);
    if (!text) return;
    const auto items = list_items(*text);
    if (!items || items->empty()) return fail(name, *text);
    into.clear();
    for (const auto item : *items) {
      const auto level = parse_double(item);
      if (!level || !(*level > 0.0 && *level < 1.0)) return fail(name, *text);
      into.push_back(*level);
    }
    std::sort(into.begin(), into.end());
    into.erase(std::unique(into.begin(), into.end()), into.end());
  }

  [[nodiscard]] const std::string* find(std::string_view name) const {
    const auto at = values_.find(std::string(name));
    return at == values_.end() ? nullptr : &at->second;
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  void fail(std::string_view name, std::string_view text) {
    if (!error_) error_ = refusal(name, text);
  }

  const std::map<std::string, std::string>& values_;
  std::optional<Error> error_;
};

Result<void> check_names(const std::map<std::string, std::string>& values) {
  std::vector<std::string> known;
  known.reserve(std::size(kSpecs));
  for (const auto& one : kSpecs) known.emplace_back(one.name);
  for (const auto& [name, value] : values)
    if (std::find(known.begin(), known.end(), name) == known.end())
      return input_error(fmt::format("unknown hyperparameter '{}'{}", name, suggestion(name, known)));
  for (const auto& one : kSpecs)
    if (one.required && values.find(std::string(one.name)) == values.end())
      return input_error(fmt::format("hyperparameter {} is required: {}", one.name, one.valid));
  return {};
}

}  // namespace

std::span<const HyperparameterSpec> hyperparameter_specs() {
  return kSpecs;
}

Result<Settings> read_settings(const std::map<std::string, std::string>& values) {
  if (auto ok = check_names(values); !ok) return ok.error();
  constexpr std::array<std::string_view, 2> kSampling{"uniform", "scale"};
  Settings s;
  Reader reader(values);
  s.time_freq = *reader.find("time_freq");
  reader.read("prediction_length", s.prediction_length, 1, 10'000);
  reader.read("context_length", s.context_length, 1, 10'000);
  reader.read("epochs", s.epochs, 1, kMost);
  reader.read("num_cells", s.num_cells, 1, 4096);
  reader.read("num_layers", s.num_layers, 1, 64);
  s.likelihood = static_cast<Likelihood>(
      reader.choice("likelihood", likelihood_names(), static_cast<std::size_t>(Likelihood::StudentT)));
  reader.read("dropout_rate", s.dropout_rate, 0.0, false, 1.0, true);
  reader.read("learning_rate", s.learning_rate, 0.0, true, 1.0, false);
  reader.read("mini_batch_size", s.mini_batch_size, 1, 65'536);
  reader.read("embedding_dimension", s.embedding_dimension, 1, 4096);
  reader.read("cardinality", s.cardinality, true);
  reader.read("num_dynamic_feat", s.num_dynamic_feat, false);
  s.test_quantiles = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  reader.read("test_quantiles", s.test_quantiles);
  reader.read("num_eval_samples", s.num_eval_samples, 1, kMost);
  if (reader.find("early_stopping_patience")) {
    s.early_stopping_patience = 1;
    reader.read("early_stopping_patience", *s.early_stopping_patience, 1, kMost);
  }
  reader.read("batches_per_epoch", s.batches_per_epoch, 1, kMost);
  reader.read("held_out_fraction", s.held_out_fraction, 0.0, false, 0.5, false);
  s.sample_by_scale = reader.choice("instance_sampling", kSampling, 0) == 1;
  if (reader.error()) return *reader.error();
  return s;
}

}  // namespace driftlab::forecast::deepar
