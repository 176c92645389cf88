// One instruction set of json_scan.cpp: included inside a namespace that defines DRIFTLAB_TARGET and a struct Block with
//   kWidth                      bytes a block
//   stops(at)                   bit i: byte i ends a plain run (quotation mark, backslash, control)
//   high(at)                    any byte above 0x7F
//   differs(a, b, n)            any of the first n <= kWidth bytes differ
// clang-format off

DRIFTLAB_TARGET inline bool may_follow_backslash(char c) {
  return c == '"' || c == '\\' || c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f';
}

DRIFTLAB_TARGET inline const char* string_end(const char* text, bool& non_ascii) {
  for (;;) {
    non_ascii |= Block::high(text);
    const auto stops = Block::stops(text);
    if (stops == 0) {
      text += Block::kWidth;
      continue;
    }
    text += std::countr_zero(stops);
    if (*text == '"') return text;
    if (*text != '\\' || !may_follow_backslash(text[1])) return nullptr;
    text += 2;
  }
}

DRIFTLAB_TARGET inline bool starts_with(const char* text, const char* literal, std::size_t size) {
  for (; size > Block::kWidth; size -= Block::kWidth, text += Block::kWidth, literal += Block::kWidth)
    if (Block::differs(text, literal, Block::kWidth)) return false;
  return !Block::differs(text, literal, size);
}

DRIFTLAB_TARGET inline const char* match(const LinePattern& pattern, const char* at, std::string_view* hole, bool& non_ascii) {
  const auto* literal = pattern.literals().data();
  const auto* last = literal + pattern.hole_count();
  for (;; ++literal, ++hole) {
    if (!starts_with(at, pattern.text() + literal->begin, literal->size)) return nullptr;
    at += literal->size;
    if (literal == last) return at;
    const char* end = string_end(at, non_ascii);
    if (end == nullptr) return nullptr;
    *hole = {at, static_cast<std::size_t>(end - at)};
    at = end;
  }
}
