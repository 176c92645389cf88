#include "tests/lint/source.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace driftlab::lint {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Scanner {
 public:
  Scanner(std::string path, std::string_view text) : text_(text) { source_.path = std::move(path); }

  Source scan() {
    while (at_ < text_.size()) step();
    return std::move(source_);
  }

 private:
  [[nodiscard]] bool sees(std::string_view word) const { return text_.substr(at_).starts_with(word); }

  /// Moves to `end` (or the end of the file), counting lines.
  void skip_to(std::size_t end) {
    end = std::min(end, text_.size());
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end;
  }
  /// Moves behind the next `closing`.
  void skip_past(std::string_view closing, std::size_t from) {
    const auto found = text_.find(closing, from);
    skip_to(found == std::string_view::npos ? text_.size() : found + closing.size());
  }

  void step() {
    const char c = text_[at_];
    if (sees("//")) return line_comment();
    if (sees("/*")) return skip_past("*/", at_ + 2);
    if (sees("R\"")) return raw_string();
    if (c == '"' || c == '\'') return literal(c);
    if (c == '#' && include()) return;
    if (is_word(c)) return word();
    if (sees("::")) return token(2);
    if (c == '\n' || c == ' ' || c == '\t' || c == '\r' || c == '\\') return skip_to(at_ + 1);
    token(1);
  }

  void token(std::size_t length) {
    source_.tokens.push_back({std::string(text_.substr(at_, length)), line_});
    at_ += length;
  }

  void word() {
    std::size_t end = at_;
    const bool number = text_[at_] >= '0' && text_[at_] <= '9';
    // A quote inside a number separates digits and opens nothing.
    while (end < text_.size() && (is_word(text_[end]) || (number && text_[end] == '\''))) ++end;
    token(end - at_);
  }

  void line_comment() {
    constexpr std::string_view kMark = "unordered: ";
    const auto end = std::min(text_.find('\n', at_), text_.size());
    const auto comment = text_.substr(at_, end - at_);
    const auto mark = comment.find(kMark);
    if (mark != std::string_view::npos && comment.size() > mark + kMark.size()) {
      source_.excused.insert(line_);
      source_.excused.insert(line_ + 1);
    }
    skip_to(end);
  }

  void raw_string() {
    const auto open = text_.find('(', at_);
    if (open == std::string_view::npos) return skip_to(text_.size());
    skip_past(")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"", open);
  }

  void literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    skip_to(end + 1);
  }

  bool include() {
    const auto end = std::min(text_.find('\n', at_), text_.size());
    const auto line = text_.substr(at_, end - at_);
    const auto word = line.find_first_not_of(" \t", 1);
    if (word == std::string_view::npos || !line.substr(word).starts_with("include")) return false;
    const auto open = line.find_first_of("<\"", word);
    if (open == std::string_view::npos) return false;
    const bool quoted = line[open] == '"';
    const auto close = line.find(quoted ? '"' : '>', open + 1);
    if (close == std::string_view::npos) return false;
    source_.includes.push_back({std::string(line.substr(open + 1, close - open - 1)), quoted, line_});
    // What follows, a comment perhaps, is read as usual.
    at_ += close + 1;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  Source source_;
};

}  // namespace

Source read_source(std::string path, std::string_view text) {
  return Scanner(std::move(path), text).scan();
}

}  // namespace driftlab::lint
