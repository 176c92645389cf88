#include "core/forecast/hyperparameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"

namespace driftlab::forecast {
namespace {

/// DeepAR's names without a meaning for a linear or naive forecaster. `context_length` is among them: these
/// algorithms look back by `lags` and `season`.
const std::array<std::string, 16> kIgnored{"cardinality",
                                           "context_length",
                                           "dropout_rate",
                                           "epochs",
                                           "early_stopping_patience",
                                           "embedding_dimension",
                                           "learning_rate",
                                           "likelihood",
                                           "mini_batch_size",
                                           "num_cells",
                                           "num_dynamic_feat",
                                           "num_eval_samples",
                                           "num_layers",
                                           "batches_per_epoch",
                                           "held_out_fraction",
                                           "instance_sampling"};

std::string_view trim(std::string_view text, std::string_view characters) {
  const auto first = text.find_first_not_of(characters);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(characters) - first + 1);
}

Result<int> to_integer(const std::string& name, const std::string& text, int low, int high) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high)
    return input_error(fmt::format("hyperparameter {}: '{}' is not an integer from {} to {}", name, text, low, high));
  return value;
}

}  // namespace

Result<Hyperparameters> Hyperparameters::create(const std::map<std::string, std::string>& values,
                                                std::span<const std::string> own) {
  std::vector<std::string> known(own.begin(), own.end());
  known.insert(known.end(), kIgnored.begin(), kIgnored.end());
  for (const auto& [name, value] : values)
    if (std::find(known.begin(), known.end(), name) == known.end())
      return input_error(fmt::format("unknown hyperparameter '{}'{}", name, suggestion(name, known)));
  Hyperparameters result;
  result.values_ = values;
  return result;
}

const std::string* Hyperparameters::find(const std::string& name) const {
  const auto at = values_.find(name);
  return at == values_.end() ? nullptr : &at->second;
}

Result<int> Hyperparameters::integer(const std::string& name, int fallback, int low, int high) const {
  const auto* text = find(name);
  return text ? to_integer(name, *text, low, high) : Result<int>(fallback);
}

Result<int> Hyperparameters::required_integer(const std::string& name, int low, int high) const {
  const auto* text = find(name);
  if (!text) return input_error(fmt::format("hyperparameter {} is required", name));
  return to_integer(name, *text, low, high);
}

Result<std::string> Hyperparameters::choice(const std::string& name, std::span<const std::string> options) const {
  const auto* text = find(name);
  if (!text) return options.front();
  if (std::find(options.begin(), options.end(), *text) != options.end()) return *text;
  return input_error(fmt::format("hyperparameter {}: '{}' is not one of {}{}", name, *text, fmt::join(options, ", "),
                                 suggestion(*text, options)));
}

Result<std::vector<double>> Hyperparameters::levels(const std::string& name, std::vector<double> fallback) const {
  const auto* text = find(name);
  if (!text) return fallback;
  const auto fail = [&] {
    return input_error(
        fmt::format("hyperparameter {}: '{}' is not a JSON list of numbers between 0 and 1", name, *text));
  };
  auto body = trim(*text, " \t\r\n");
  if (body.size() < 2 || body.front() != '[' || body.back() != ']') return fail();
  body = body.substr(1, body.size() - 2);
  std::vector<double> levels;
  for (;;) {
    const auto comma = body.find(',');
    // Quoted numbers are read too: the inference configuration spells the same list with strings.
    const auto level = parse_double(trim(body.substr(0, comma), " \t\r\n\""));
    if (!level || !(*level > 0.0 && *level < 1.0)) return fail();
    levels.push_back(*level);
    if (comma == std::string_view::npos) break;
    body.remove_prefix(comma + 1);
  }
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

Result<void> Hyperparameters::check_freq(Duration freq) const {
  const auto* text = find("time_freq");
  return text ? check_time_freq(*text, freq) : Result<void>();
}

Result<void> check_time_freq(const std::string& time_freq, Duration freq) {
  auto wanted = parse_time_freq(time_freq);
  if (!wanted) return wanted.error();
  if (*wanted != freq)
    return input_error(fmt::format("hyperparameter time_freq: '{}' is not the frequency of the data, {}", time_freq,
                                   format_duration(freq)));
  return {};
}

}  // namespace driftlab::forecast
