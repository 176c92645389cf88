#pragma once
/// A C++ file as the lint rules see it: tokens and includes, free of comments and literals.

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace driftlab::lint {

struct Token {
  std::string text;  ///< an identifier or number, `::`, or one character of punctuation
  int line = 0;
};

struct Include {
  std::string path;
  bool quoted = false;
  int line = 0;
};

struct Source {
  std::string path;  ///< from the root of the project, with '/'
  std::vector<Token> tokens;
  std::vector<Include> includes;
  std::set<int> excused;  ///< lines after or with a comment `unordered:` and a reason
};

/// Splits the text of a file. String and character literals become nothing, raw strings too; the lines of a
/// preprocessor directive other than #include count as code.
[[nodiscard]] Source read_source(std::string path, std::string_view text);

}  // namespace driftlab::lint
