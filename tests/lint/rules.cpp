#include "tests/lint/rules.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "tests/lint/folder_rules.hpp"

namespace driftlab::lint {
namespace {

using Tokens = std::vector<Token>;

bool any_of_folders(std::string_view path, std::span<const std::string_view> folders) {
  return std::any_of(folders.begin(), folders.end(), [&](auto folder) { return is_below(path, folder); });
}

constexpr std::array<std::string_view, 5> kTopFolders = {"core", "sim", "mocks", "bench", "tests"};
/// Where the outside world is let in.
constexpr std::array<std::string_view, 3> kOutside = {"mocks", "core/aws", "sim/cli"};

/// The tokens from `at` on read as these words.
bool reads(const Tokens& tokens, std::size_t at, std::initializer_list<std::string_view> words) {
  if (at + words.size() > tokens.size()) return false;
  return std::equal(words.begin(), words.end(), tokens.begin() + static_cast<std::ptrdiff_t>(at),
                    [](std::string_view word, const Token& token) { return token.text == word; });
}

bool follows_member_access(const Tokens& tokens, std::size_t at) {
  if (at == 0) return false;
  const std::string& before = tokens[at - 1].text;
  return before == "." || (before == ">" && at > 1 && tokens[at - 2].text == "-");
}

bool is_real_clock(const Tokens& tokens, std::size_t at) {
  static const std::set<std::string_view> kNames = {
      "high_resolution_clock", "gettimeofday",          "clock_gettime", "timespec_get", "steady_timer",
      "system_timer",          "high_resolution_timer", "this_thread",   "usleep",       "nanosleep",
  };
  static const std::set<std::string_view> kClocks = {"system_clock", "steady_clock", "utc_clock",
                                                     "tai_clock",    "gps_clock",    "file_clock"};
  const std::string& word = tokens[at].text;
  if (kNames.contains(word)) return true;
  if (kClocks.contains(word)) return reads(tokens, at + 1, {"::", "now"});
  if (word != "time" || follows_member_access(tokens, at)) return false;
  return reads(tokens, at + 1, {"(", "nullptr", ")"}) || reads(tokens, at + 1, {"(", "NULL", ")"}) ||
         reads(tokens, at + 1, {"(", "0", ")"});
}

bool is_fixed_width_integer(const Tokens& tokens, std::size_t at) {
  static const std::set<std::string_view> kNames = {"int8_t",   "int16_t",  "int32_t",  "int64_t",  "uint8_t",
                                                    "uint16_t", "uint32_t", "uint64_t", "uintptr_t"};
  return kNames.contains(tokens[at].text);
}

bool is_foreign_randomness(const Tokens& tokens, std::size_t at) {
  static const std::set<std::string_view> kNames = {
      "random_device",
      "mt19937",
      "mt19937_64",
      "minstd_rand",
      "minstd_rand0",
      "ranlux24",
      "ranlux48",
      "ranlux24_base",
      "ranlux48_base",
      "knuth_b",
      "default_random_engine",
      "mersenne_twister_engine",
      "generate_canonical",
      "random_shuffle",
      "linear_congruential_engine",
      "subtract_with_carry_engine",
      "discard_block_engine",
      "independent_bits_engine",
      "shuffle_order_engine",
      "srand",
      "drand48",
      "lrand48",
  };
  static const std::set<std::string_view> kAfterStd = {"rand", "shuffle", "sample"};
  const std::string& word = tokens[at].text;
  if (kNames.contains(word)) return true;
  const bool after_std =
      at >= 2 && tokens[at - 1].text == "::" && (tokens[at - 2].text == "std" || tokens[at - 2].text == "ranges");
  if (after_std && (kAfterStd.contains(word) || word.ends_with("_distribution"))) return true;
  return word == "rand" && !follows_member_access(tokens, at) && reads(tokens, at + 1, {"(", ")"});
}

bool is_unordered_type(std::string_view word) {
  return word.starts_with("unordered_") && (word.ends_with("map") || word.ends_with("set"));
}

/// Behind the `>` that closes the `<` at `at`.
std::size_t behind_template(const Tokens& tokens, std::size_t at) {
  int depth = 0;
  for (; at < tokens.size(); ++at) {
    if (tokens[at].text == "<") ++depth;
    if (tokens[at].text == ">" && --depth == 0) return at + 1;
    if (tokens[at].text == ";") break;
  }
  return at;
}

/// The name declared behind a type that ends before `at`: skips const, & and *. Empty when a function or nothing
/// follows.
std::string declared_name(const Tokens& tokens, std::size_t at) {
  while (at < tokens.size() && (tokens[at].text == "const" || tokens[at].text == "&" || tokens[at].text == "*")) ++at;
  if (at + 1 >= tokens.size()) return {};
  const char first = tokens[at].text.front();
  const bool name = first == '_' || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  return name && tokens[at + 1].text != "(" ? tokens[at].text : std::string();
}

/// Where the qualified name `a::b::c` begins whose last part is at `at`.
std::size_t qualified_start(const Tokens& tokens, std::size_t at) {
  while (at >= 2 && tokens[at - 1].text == "::") at -= 2;
  return at;
}

/// Names of variables and members whose type is an unordered container, or an alias of one.
std::set<std::string> unordered_names(const Tokens& tokens) {
  std::set<std::string> aliases;
  std::set<std::string> names;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_unordered_type(tokens[i].text) && reads(tokens, i + 1, {"<"})) {
      const std::size_t type = qualified_start(tokens, i);
      if (type >= 3 && tokens[type - 1].text == "=" && tokens[type - 3].text == "using")
        aliases.insert(tokens[type - 2].text);
      names.insert(declared_name(tokens, behind_template(tokens, i + 1)));
    } else if (aliases.contains(tokens[i].text)) {
      names.insert(declared_name(tokens, i + 1));
    }
  }
  names.erase("");
  return names;
}

/// The last token of the range of a `for (… : range)` that opens at `at`; npos when it is no range-for.
std::size_t range_end(const Tokens& tokens, std::size_t at) {
  int depth = 0;
  bool colon = false;
  for (std::size_t i = at; i < tokens.size(); ++i) {
    const std::string& word = tokens[i].text;
    if (word == "(" || word == "[" || word == "{") ++depth;
    if (word == ")" || word == "]" || word == "}") --depth;
    if (depth == 1 && word == ":") colon = true;
    if (depth == 0) return colon ? i - 1 : std::string::npos;
  }
  return std::string::npos;
}

template <class Predicate>
std::vector<Finding> findings_where(const Source& source, const Predicate& bad, const std::string& what) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < source.tokens.size(); ++i)
    if (bad(source.tokens, i))
      findings.push_back({source.path, source.tokens[i].line, source.tokens[i].text + ": " + what});
  return findings;
}

/// "core/base" of "core/base/cron.hpp"; "sim/service" and "core/ports" include all below them.
std::string folder_of(std::string_view path) {
  const auto first = path.find('/');
  const auto second = first == std::string_view::npos ? first : path.find('/', first + 1);
  return second == std::string_view::npos ? std::string() : std::string(path.substr(0, second));
}

}  // namespace

std::string describe(const Finding& finding) {
  return finding.path + ":" + std::to_string(finding.line) + ": " + finding.message;
}

std::vector<Finding> check_layers(const Source& source) {
  const FolderRule* rule = folder_rule(source.path);
  if (rule == nullptr) return {{source.path, 1, "this folder has no include rule; see tests/lint/folder_rules.cpp"}};
  std::vector<Finding> findings;
  for (const Include& include : source.includes) {
    const bool ours = any_of_folders(include.path, kTopFolders);
    if (include.quoted && !ours)
      findings.push_back(
          {source.path, include.line, "\"" + include.path + "\": write the path from the root, or use < >"});
    if (!ours || rule->everything || is_below(include.path, rule->folder)) continue;
    if (!any_of_folders(include.path, rule->may_include))
      findings.push_back({source.path, include.line, std::string(rule->folder) + " may not include " + include.path});
  }
  return findings;
}

std::vector<Finding> check_heavy_headers(const Source& source) {
  std::vector<Finding> findings;
  if (!source.path.ends_with(".hpp") || is_below(source.path, "tests") || is_below(source.path, "bench"))
    return findings;
  for (const Include& include : source.includes)
    if (include.path == "nlohmann/json.hpp" || include.path.starts_with("boost/beast"))
      findings.push_back({source.path, include.line, include.path + " is too heavy for a header"});
  return findings;
}

std::vector<Finding> check_integer_headers(const Source& source) {
  const auto has = [&](std::string_view header) {
    return std::any_of(source.includes.begin(), source.includes.end(), [&](const auto& i) { return i.path == header; });
  };
  if (!source.path.ends_with(".hpp") || has("cstdint")) return {};
  auto findings = findings_where(source, is_fixed_width_integer, "include <cstdint>; g++ 13 has it from nowhere else");
  findings.resize(std::min<std::size_t>(findings.size(), 1));
  return findings;
}

std::vector<Finding> check_clocks(const Source& source) {
  const bool virtual_time = is_below(source.path, "core") || is_below(source.path, "sim");
  if (!virtual_time || any_of_folders(source.path, kOutside)) return {};
  return findings_where(source, is_real_clock, "real time; ask the Clock or the Scheduler");
}

std::vector<Finding> check_randomness(const Source& source) {
  if (any_of_folders(source.path, kOutside)) return {};
  return findings_where(source, is_foreign_randomness,
                        "results differ between libraries; draw from a named Rng stream");
}

std::vector<Finding> check_unordered(const Source& source, const Source* header) {
  if (is_below(source.path, "tests") || is_below(source.path, "bench")) return {};
  std::set<std::string> names = unordered_names(source.tokens);
  if (header != nullptr) names.merge(unordered_names(header->tokens));
  std::vector<Finding> findings;
  const auto add = [&](const Token& name) {
    if (!source.excused.contains(name.line))
      findings.push_back({source.path, name.line, name.text + ": iteration over an unordered container"});
  };
  const Tokens& tokens = source.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text == "for" && reads(tokens, i + 1, {"("})) {
      const std::size_t end = range_end(tokens, i + 1);
      if (end != std::string::npos && names.contains(tokens[end].text)) add(tokens[end]);
    }
    const bool begins = reads(tokens, i + 1, {".", "begin", "("}) || reads(tokens, i + 1, {".", "cbegin", "("});
    if (begins && names.contains(tokens[i].text)) add(tokens[i]);
  }
  return findings;
}

std::vector<Finding> check_circles(std::span<const Source> sources) {
  struct Edge {
    std::string path;
    int line = 0;
  };
  std::map<std::string, std::map<std::string, Edge>> includes;
  for (const Source& source : sources) {
    if (!is_below(source.path, "core") && !is_below(source.path, "sim")) continue;
    const std::string from = folder_of(source.path);
    for (const Include& include : source.includes) {
      const std::string to = folder_of(include.path);
      if (!to.empty() && to != from && any_of_folders(include.path, kTopFolders))
        includes[from].try_emplace(to, Edge{source.path, include.line});
    }
  }
  // A folder is in a circle when it reaches itself through what it includes.
  std::vector<Finding> findings;
  for (const auto& [folder, direct] : includes) {
    for (const auto& [target, edge] : direct) {
      std::set<std::string> seen;
      std::vector<std::string> open = {target};
      while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        if (!seen.insert(at).second || !includes.contains(at)) continue;
        for (const auto& [next, unused] : includes.at(at)) open.push_back(next);
      }
      if (seen.contains(folder))
        findings.push_back({edge.path, edge.line, std::string(folder).append(" <-> ").append(target)});
    }
  }
  return findings;
}

}  // namespace driftlab::lint
