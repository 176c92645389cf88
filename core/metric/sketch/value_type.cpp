#include "core/metric/sketch/value_type.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>

namespace driftlab::metric {
namespace {

constexpr int kExactDigits = 19;  // as many fit 64 bits
constexpr int kExactPower = 22;   // 10^22 is the largest power of ten that is a double
constexpr std::uint64_t kExactInteger = std::uint64_t{1} << 53;

constexpr std::array<double, kExactPower + 1> kPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

constexpr std::array<std::uint64_t, 9> kWholePowersOfTen = {1,      10,      100,      1000,     10000,
                                                            100000, 1000000, 10000000, 100000000};

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

static_assert(std::endian::native == std::endian::little, "the first character is the lowest byte of a word");

std::uint64_t load_word(const char* text) {
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

double with_sign(double magnitude, std::size_t negative) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(magnitude) | (std::uint64_t{negative} << 63));
}

/// Number of digits a word begins with.
unsigned leading_digits(std::uint64_t word) {
  // The high bit of the lowest byte that is no digit is set; bytes above it may be wrong, which does no harm.
  const std::uint64_t other = ((word + 0x4646464646464646ULL) | (word - 0x3030303030303030ULL)) & 0x8080808080808080ULL;
  return other == 0 ? 8 : static_cast<unsigned>(std::countr_zero(other)) / 8;
}

/// The number that the first 1 to 8 characters of a word spell, which are digits. Moved to the top of the word and
/// padded with zeros below, they are added up in pairs, fours and eights.
std::uint64_t parse_digits(std::uint64_t word, unsigned digits) {
  word = (word - 0x3030303030303030ULL) << (64 - 8 * digits);
  word = word * 10 + (word >> 8);
  const std::uint64_t high = (word & 0x000000FF000000FFULL) * 0x000F424000000064ULL;
  const std::uint64_t low = ((word >> 16) & 0x000000FF000000FFULL) * 0x0000271000000001ULL;
  return (high + low) >> 32;
}

}  // namespace

Cell read_padded_cell(const char* text, std::size_t size) {
  // Signs are as good as random: no branch on them.
  const auto negative = static_cast<std::size_t>(*text == '-');
  const char* const number = text + negative;
  const std::size_t length = size - std::min(size, negative);
  const std::uint64_t word = load_word(number);
  const unsigned whole = leading_digits(word);
  if (length == 0 || whole == 0 || (whole == 8 && length != 8)) return read_cell({text, size});
  if (whole >= length) {
    const auto value = static_cast<double>(parse_digits(word, static_cast<unsigned>(length)));
    return {.type = CellType::Integral, .value = with_sign(value, negative)};
  }
  const std::size_t fraction = length - whole - 1;
  if (number[whole] != '.' || fraction == 0 || fraction > 8) return read_cell({text, size});
  const std::uint64_t tail = load_word(number + whole + 1);
  if (leading_digits(tail) < fraction) return read_cell({text, size});
  const std::uint64_t mantissa =
      parse_digits(word, whole) * kWholePowersOfTen[fraction] + parse_digits(tail, static_cast<unsigned>(fraction));
  if (mantissa > kExactInteger) return read_cell({text, size});
  const double value = static_cast<double>(mantissa) / kPowersOfTen[fraction];
  return {.type = CellType::Fractional, .value = with_sign(value, negative)};
}

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
