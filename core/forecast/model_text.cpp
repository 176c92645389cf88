#include "core/forecast/model_text.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/hash.hpp"
#include "core/base/text.hpp"

namespace driftlab::forecast {
namespace {

constexpr std::string_view kMagic = "driftlab-forecaster ";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kChecksum = "checksum ";

std::string checksum(std::string_view text) {
  return StableHash().add(text).hex();
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

ModelWriter::ModelWriter(std::string_view algorithm) {
  text_ = fmt::format("{}{}\nalgorithm {}\n", kMagic, kVersion, algorithm);
}

void ModelWriter::put(std::string_view name, std::int64_t value) {
  fmt::format_to(std::back_inserter(text_), "{} {}\n", name, value);
}

void ModelWriter::put(std::string_view name, std::span<const double> values) {
  text_ += name;
  for (const double value : values) {
    text_ += ' ';
    append_shortest(text_, value);
  }
  text_ += '\n';
}

void ModelWriter::put_bytes(std::string_view name, std::string_view bytes) {
  put(name, static_cast<std::int64_t>(bytes.size()));
  text_ += bytes;
  text_ += '\n';
}

std::string ModelWriter::finish() {
  text_ += fmt::format("{}{}\n", kChecksum, checksum(text_));
  return std::move(text_);
}

Result<ModelReader> ModelReader::open(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return input_error("not a forecasting model of this project");
  std::string_view rest = bytes;
  const auto version = take_line(rest).substr(kMagic.size());
  if (version != kVersion)
    return input_error(fmt::format("the model has version '{}', this build reads version {}", version, kVersion));
  const auto tail = bytes.rfind(kChecksum);
  if (tail == std::string_view::npos || bytes.back() != '\n') return input_error("the model is cut off");
  const auto expected = bytes.substr(tail + kChecksum.size(), bytes.size() - tail - kChecksum.size() - 1);
  if (expected != checksum(bytes.substr(0, tail))) return input_error("the model is damaged: its checksum differs");
  ModelReader reader;
  reader.rest_ = rest.substr(0, tail - (bytes.size() - rest.size()));
  auto algorithm = reader.line("algorithm");
  if (!algorithm) return algorithm.error();
  reader.algorithm_ = *algorithm;
  return reader;
}

Result<std::string_view> ModelReader::line(std::string_view name) {
  const auto text = take_line(rest_);
  if (!text.starts_with(name) || (text.size() > name.size() && text[name.size()] != ' '))
    return input_error(fmt::format("the model lacks '{}' where it belongs", name));
  return text.substr(std::min(text.size(), name.size() + 1));
}

Result<std::int64_t> ModelReader::integer(std::string_view name, std::int64_t low, std::int64_t high) {
  auto text = line(name);
  if (!text) return text.error();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < low || value > high)
    return input_error(fmt::format("the model's '{}' is not an integer from {} to {}", name, low, high));
  return value;
}

Result<std::vector<double>> ModelReader::numbers(std::string_view name) {
  auto text = line(name);
  if (!text) return text.error();
  std::vector<double> values;
  const char* at = text->data();
  const char* const end = at + text->size();
  while (at != end) {
    double value = 0.0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc{} || !std::isfinite(value) || (next != end && *next != ' '))
      return input_error(fmt::format("the model's '{}' holds something that is not a number", name));
    values.push_back(value);
    at = next == end ? end : next + 1;
  }
  return values;
}

Result<std::string_view> ModelReader::bytes(std::string_view name) {
  auto count = integer(name, 0, INT64_MAX);
  if (!count) return count.error();
  const auto wanted = static_cast<std::size_t>(*count);
  if (rest_.size() <= wanted || rest_[wanted] != '\n')
    return input_error(fmt::format("the model's '{}' does not have {} bytes", name, wanted));
  const auto found = rest_.substr(0, wanted);
  rest_.remove_prefix(wanted + 1);
  return found;
}

Result<double> ModelReader::number(std::string_view name) {
  auto values = numbers(name);
  if (!values) return values.error();
  if (values->size() != 1) return input_error(fmt::format("the model's '{}' is not one number", name));
  return values->front();
}

}  // namespace driftlab::forecast
