#pragma once
/// The texts of numbers that are written again and again.

#include <cstdint>
#include <string>
#include <vector>

namespace driftlab::forecast {

/// Remembers the decimal texts of the doubles written last. A monitored series goes out whole with every training set,
/// forecast request and capture, so nearly every number has been written before; looking a text up takes a sixth of the
/// time of making it. One place per hash (a newer number takes it over); 1 MB.
class NumberTexts {
 public:
  NumberTexts();
  /// Appends what `append_shortest` would.
  void append(std::string& out, double value);

 private:
  /// 23 characters hold every double but some negative ones with an exponent of three digits.
  struct Place {
    std::uint64_t bits = 0;
    unsigned char length = 0;  ///< 0: empty
    char text[23] = {};
  };
  static_assert(sizeof(Place) == 32);

  std::vector<Place> places_;
};

}  // namespace driftlab::forecast
