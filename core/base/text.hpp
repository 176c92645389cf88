#pragma once
/// Small text helpers shared by errors and codecs.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace driftlab {

/// Shortest decimal text that reads back as the same double ("0.24", "1e+22"); NaN and infinities as "nan", "inf".
[[nodiscard]] std::string shortest(double value);
/// Appends `shortest(value)`: the form for hot paths.
void append_shortest(std::string& out, double value);
/// As Java's Double.toString prints it: "50.0", "1.0E-4", "1.2345678E7", "NaN", "Infinity".
[[nodiscard]] std::string java_double(double value);
/// Reads a whole text as a finite double; nothing when it is not one.
[[nodiscard]] std::optional<double> parse_double(std::string_view text);

/// The candidate nearest to `name` by edit distance (insert, delete, substitute, swap of neighbours), if near enough
/// to be meant: at most a third of the longer length, at least 1.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> candidates);
/// "; did you mean 'x'?" or "".
[[nodiscard]] std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace driftlab
