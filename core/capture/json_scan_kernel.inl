// One instruction set of json_scan.cpp: included inside a namespace that defines DRIFTLAB_TARGET and a struct Block with
//   kWidth                      bytes a block
//   stops(at)                   bit i: byte i ends a plain run (quotation mark, backslash, control)
//   Seen, see(at, seen)         the bytes met so far, added up by or
//   any_high(seen)              any of them above 0x7F
//   differs(a, b, n)            any of the first n <= kWidth bytes differ
// clang-format off

DRIFTLAB_TARGET inline bool may_follow_backslash(char c) {
  return c == '"' || c == '\\' || c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f';
}

DRIFTLAB_TARGET inline const char* find_end(const char* text, Block::Seen& seen) {
  for (;;) {
    Block::see(text, seen);
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

DRIFTLAB_TARGET inline const char* string_end(const char* text, bool& non_ascii) {
  Block::Seen seen{};
  const char* end = find_end(text, seen);
  non_ascii |= Block::any_high(seen);
  return end;
}

DRIFTLAB_TARGET inline bool starts_with(const char* text, const char* literal, std::size_t size) {
  for (; size > Block::kWidth; size -= Block::kWidth, text += Block::kWidth, literal += Block::kWidth)
    if (Block::differs(text, literal, Block::kWidth)) return false;
  return !Block::differs(text, literal, size);
}

/// Whether a string ends after `size` bytes that need no escape; the end of any other kind may be missed.
DRIFTLAB_TARGET inline bool ends_after(const char* text, std::size_t size, Block::Seen& seen) {
  const char* const end = text + size;
  for (; text + Block::kWidth <= end; text += Block::kWidth) {
    Block::see(text, seen);
    if (Block::stops(text) != 0) return false;
  }
  Block::see(text, seen);
  const auto stops = Block::stops(text);
  return text + std::countr_zero(stops) == end && *end == '"';
}

DRIFTLAB_TARGET inline const char* hole_end(const char* text, HoleText& hole, Block::Seen& seen) {
  constexpr unsigned kRepeatsEnough = 8;
  std::size_t size = hole.text.size();
  if (hole.repeats >= kRepeatsEnough) {
    // Else the compiler finds out that both are the same, and waits for the one that comes later.
    asm("" : "+r"(size));
    if (ends_after(text, size, seen)) return text + size;
  }
  const char* end = find_end(text, seen);
  hole.repeats = (hole.repeats + 1) & (0U - unsigned{end == text + size});  // no branch: it would be a guess
  return end;
}

DRIFTLAB_TARGET inline const char* match(const LinePattern& pattern, const char* at, HoleText* hole, bool& non_ascii) {
  const auto* literal = pattern.literals().data();
  const auto* last = literal + pattern.hole_count();
  Block::Seen seen{};
  for (;; ++literal, ++hole) {
    if (!starts_with(at, pattern.text() + literal->begin, literal->size)) return nullptr;
    at += literal->size;
    if (literal == last) break;
    const char* end = hole_end(at, *hole, seen);
    if (end == nullptr) return nullptr;
    hole->text = {at, static_cast<std::size_t>(end - at)};
    at = end;
  }
  non_ascii |= Block::any_high(seen);
  return at;
}
