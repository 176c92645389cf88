#include "sim/report/run_record.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace driftlab::report {

std::string pack_numbers(const std::vector<double>& values, int digits) {
  std::string text;
  text.reserve(values.size() * 8);
  char word[40];
  for (const double value : values) {
    if (!text.empty()) text += ' ';
    if (!std::isfinite(value)) {
      text += '-';
      continue;
    }
    const auto end = digits > 0 ? std::to_chars(word, word + sizeof word, value, std::chars_format::general, digits)
                                : std::to_chars(word, word + sizeof word, value);
    text.append(word, end.ptr);
  }
  return text;
}

std::optional<std::vector<double>> unpack_numbers(std::string_view text, std::size_t& bad) {
  std::vector<double> values;
  values.reserve(text.size() / 6 + 1);
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end;
    if (word == "-") {
      values.push_back(std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    double value = 0.0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
    if (read.ec != std::errc() || read.ptr != word.data() + word.size() || !std::isfinite(value)) {
      bad = values.size();
      return std::nullopt;
    }
    values.push_back(value);
  }
  return values;
}

}  // namespace driftlab::report
