#include "core/monitor/data_quality/json_line.hpp"

#include <algorithm>
#include <vector>

namespace driftlab::monitor {
namespace {

/// The steps of a pointer, unescaped.
std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto slash = std::min(pointer.find('/'), pointer.size());
    std::string step;
    for (std::size_t i = 0; i < slash; ++i) {
      if (pointer[i] == '~' && i + 1 < slash) {
        step += pointer[++i] == '1' ? '/' : '~';
        continue;
      }
      step += pointer[i];
    }
    steps.push_back(std::move(step));
    pointer.remove_prefix(slash);
  }
  return steps;
}

/// Walks a valid JSON text; on an invalid one it stops somewhere, never beyond the end.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  /// Position of the value the steps lead to, as far as they lead.
  std::size_t find(const std::vector<std::string>& steps) {
    blanks();
    std::size_t found = at_;
    for (const std::string& step : steps) {
      if (!enter(step)) break;
      found = at_;
    }
    return found;
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  /// Moves to the member or element named; false when there is none.
  bool enter(const std::string& step) {
    const bool object = peek() == '{';
    if (!object && peek() != '[') return false;
    ++at_;
    for (std::size_t index = 0;; ++index) {
      blanks();
      std::string key = std::to_string(index);
      if (object) {
        if (peek() != '"') return false;
        const std::size_t begin = at_ + 1;
        string();
        key = text_.substr(begin, at_ - begin - 1);
        blanks();
        ++at_;
        blanks();
      }
      if (at_ >= text_.size() || peek() == ']' || peek() == '}') return false;
      if (key == step) return true;
      skip();
      blanks();
      if (peek() != ',') return false;
      ++at_;
    }
  }

  void string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    at_ = std::min(at_ + 1, text_.size());
  }

  /// Behind the value here, nested ones included, without recursion.
  void skip() {
    int depth = 0;
    do {
      const char c = peek();
      if (c == '"') {
        string();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (depth < 0 || (depth == 0 && c == ',')) return;
      ++at_;
    } while (at_ < text_.size() && (depth > 0 || (peek() != ',' && peek() != '}' && peek() != ']')));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::size_t line_at(std::string_view text, std::size_t byte) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
  return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

std::size_t line_of(std::string_view json, std::string_view pointer) {
  return line_at(json, Scanner(json).find(steps_of(pointer)));
}

std::string dotted(std::string_view pointer) {
  std::string path;
  for (const std::string& step : steps_of(pointer)) {
    const bool number = !step.empty() && step.find_first_not_of("0123456789") == std::string::npos;
    if (number)
      path += "[" + step + "]";
    else
      path += (path.empty() ? "" : ".") + step;
  }
  return path;
}

}  // namespace driftlab::monitor
