#include "core/metric/sketch/value_type.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace driftlab::metric {
namespace {

constexpr int kExactDigits = 19;  // as many fit 64 bits
constexpr int kExactPower = 22;   // 10^22 is the largest power of ten that is a double
constexpr std::uint64_t kExactInteger = std::uint64_t{1} << 53;

constexpr std::array<double, kExactPower + 1> kPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

struct Digits {
  std::uint64_t value = 0;  ///< meaningless beyond 19 digits
  int count = 0;
};

inline Digits read_digits(const char*& at, const char* end, Digits digits) {
  for (; at < end; ++at) {
    const auto digit = static_cast<unsigned>(*at) - unsigned{'0'};
    if (digit > 9) break;
    digits.value = digits.value * 10 + digit;
    ++digits.count;
  }
  return digits;
}

/// Whether a decimal text out of a double's range is too large rather than too small: by the place of its first digit
/// that is not 0.
bool is_too_large(std::string_view number, int exponent) {
  const auto point = std::min(number.find('.'), number.find_first_of("eE"));
  const auto whole = static_cast<long>(std::min(point, number.size()));
  auto first = static_cast<long>(number.find_first_not_of("0."));
  if (first > whole) --first;  // the point is no digit
  return whole - first + exponent > 0;
}

/// The slow, exact way for texts with many digits or large exponents. `number` has neither sign nor blank.
double parse_exactly(const char* number, const char* end, int exponent) {
  double value = 0.0;
  const auto [stop, error] = std::from_chars(number, end, value);
  if (error != std::errc::result_out_of_range) return value;
  const std::string_view text(number, static_cast<std::size_t>(end - number));
  return is_too_large(text, exponent) ? std::numeric_limits<double>::infinity() : 0.0;
}

/// mantissa · 10^power, correctly rounded when both are exact doubles (Clinger 1990).
double scaled(const Digits& mantissa, int power, int exponent, const char* number, const char* end) {
  if (mantissa.count > kExactDigits || mantissa.value > kExactInteger || power > kExactPower || power < -kExactPower)
    return parse_exactly(number, end, exponent);
  const auto value = static_cast<double>(mantissa.value);
  return power < 0 ? value / kPowersOfTen[static_cast<std::size_t>(-power)]
                   : value * kPowersOfTen[static_cast<std::size_t>(power)];
}

Cell word_cell(std::string_view text) {
  return {.type = text == "true" || text == "false" ? CellType::Boolean : CellType::String};
}

/// `at` stands on the e; false when no exponent follows.
bool read_exponent(const char* at, const char* end, int& exponent) {
  ++at;
  const bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) ++at;
  const Digits digits = read_digits(at, end, {});
  if (digits.count == 0 || at != end) return false;
  constexpr int kBeyondAll = 1000000;
  const int magnitude = digits.count > 6 ? kBeyondAll : static_cast<int>(digits.value);
  exponent = negative ? -magnitude : magnitude;
  return true;
}

}  // namespace

Cell read_cell(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) ++at;
  if (at < end && *at == ' ') ++at;
  const char* const number = at;
  Digits digits = read_digits(at, end, {});
  if (digits.count == 0) return word_cell(text);
  const int before_point = digits.count;
  CellType type = CellType::Integral;
  int power = 0;
  int exponent = 0;
  if (at < end && *at == '.') {
    ++at;
    digits = read_digits(at, end, digits);
    if (digits.count == before_point) return {};
    power = before_point - digits.count;
    type = CellType::Fractional;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    if (!read_exponent(at, end, exponent)) return {};
    power += exponent;
    type = CellType::Fractional;
    at = end;
  }
  if (at != end) return {};
  const double magnitude = scaled(digits, power, exponent, number, end);
  return {.type = type, .value = negative ? -magnitude : magnitude};
}

std::string_view to_string(ColumnType type) {
  switch (type) {
    case ColumnType::Unknown:
      return "Unknown";
    case ColumnType::Integral:
      return "Integral";
    case ColumnType::Fractional:
      return "Fractional";
    case ColumnType::Boolean:
      return "Boolean";
    case ColumnType::String:
      return "String";
  }
  return "Unknown";
}

void TypeCounts::add(CellType type, std::uint64_t times) {
  switch (type) {
    case CellType::Fractional:
      fractional += times;
      break;
    case CellType::Integral:
      integral += times;
      break;
    case CellType::Boolean:
      boolean += times;
      break;
    case CellType::String:
      string += times;
      break;
  }
}

void TypeCounts::merge(const TypeCounts& other) {
  missing += other.missing;
  fractional += other.fractional;
  integral += other.integral;
  boolean += other.boolean;
  string += other.string;
}

double TypeCounts::completeness() const {
  return total() == 0 ? 1.0 : static_cast<double>(present()) / static_cast<double>(total());
}

ColumnType TypeCounts::column_type() const {
  if (present() == 0) return ColumnType::Unknown;
  const bool numbers = fractional > 0 || integral > 0;
  if (string > 0 || (boolean > 0 && numbers)) return ColumnType::String;
  if (boolean > 0) return ColumnType::Boolean;
  return fractional > 0 ? ColumnType::Fractional : ColumnType::Integral;
}

}  // namespace driftlab::metric
