#include "core/monitor/profile/profile_state.hpp"

#include <bit>
#include <cstring>
#include <type_traits>

#include <fmt/format.h>

#include "core/metric/sketch/hyperloglog.hpp"

namespace driftlab::monitor {
namespace {

constexpr std::string_view kMagic = "DRIFTLAB-PROFILE";
constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kMaxName = 1 << 20;

/// Appends values: 64-bit words, the low byte first.
class Writer {
 public:
  template <class... Values>
  void operator()(const Values&... values) {
    (write(values), ...);
  }
  std::string out;

 private:
  void word(std::uint64_t value) {
    for (int byte = 0; byte < 8; ++byte) out += static_cast<char>((value >> (8 * byte)) & 0xff);
  }
  void write(double value) { word(std::bit_cast<std::uint64_t>(value)); }
  template <class Number>
  requires std::is_integral_v<Number> || std::is_enum_v<Number>
  void write(Number value) { word(static_cast<std::uint64_t>(value)); }
  void write(const std::string& text) {
    word(text.size());
    out += text;
  }
  template <std::size_t N>
  void write(const std::array<std::uint8_t, N>& bytes) {
    for (const std::uint8_t byte : bytes) out += static_cast<char>(byte);
  }
  template <class Item>
  void write(const std::vector<Item>& items) {
    word(items.size());
    for (const Item& item : items) write(item);
  }
  template <class Object>
  requires requires(const Object& object, Writer& writer) { Object::archive(object, writer); }
  void write(const Object& object) { Object::archive(object, *this); }
};

/// Reads what Writer wrote. After the first thing that does not fit, `good` is false and values are zero.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <class... Values>
  void operator()(Values&... values) {
    (read(values), ...);
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view take(std::uint64_t count) {
    if (!good_ || count > bytes_.size()) {
      good_ = false;
      return {};
    }
    const auto taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  std::uint64_t word() {
    std::uint64_t value = 0;
    const auto bytes = take(8);
    for (std::size_t byte = 0; byte < bytes.size(); ++byte)
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[byte])) << (8 * byte);
    return value;
  }
  void read(double& value) { value = std::bit_cast<double>(word()); }
  template <class Number>
  requires std::is_integral_v<Number> || std::is_enum_v<Number>
  void read(Number& value) {
    const std::uint64_t stored = word();
    value = static_cast<Number>(stored);
    good_ = good_ && static_cast<std::uint64_t>(value) == stored;
  }
  void read(std::string& text) { text = take(word()); }
  template <std::size_t N>
  void read(std::array<std::uint8_t, N>& bytes) {
    const auto taken = take(N);
    for (std::size_t i = 0; i < taken.size(); ++i) bytes[i] = static_cast<std::uint8_t>(taken[i]);
  }
  template <class Item>
  void read(std::vector<Item>& items) {
    const std::uint64_t count = word();
    // Every item takes at least a byte, so a count beyond the rest is damage, not a reason to ask for memory.
    good_ = good_ && count <= bytes_.size();
    items.clear();
    for (std::uint64_t i = 0; good_ && i < count; ++i) read(items.emplace_back());
  }
  template <class Object>
  requires requires(Object& object, Reader& reader) { Object::archive(object, reader); }
  void read(Object& object) { Object::archive(object, *this); }

  std::string_view bytes_;
  bool good_ = true;
};

std::uint64_t checksum(std::string_view bytes) {
  return metric::xx_hash_64(bytes, 0);
}

}  // namespace

std::string write_profile_state(const DatasetProfile& dataset) {
  Writer write;
  write.out = kMagic;
  write(kVersion, dataset.rows, dataset.columns.size());
  for (const auto& column : dataset.columns) write(column.name, column.profile);
  write(checksum(write.out));
  return std::move(write.out);
}

Result<DatasetProfile> read_profile_state(std::string_view bytes, const std::string& file) {
  const auto failed = [&](std::string_view what) { return input_error(fmt::format("{}: {}", file, what)); };
  if (!bytes.starts_with(kMagic)) return failed("not a profile state; expected a file that a baseline has written");
  Reader version_reader(bytes.substr(kMagic.size()));
  std::uint64_t version = 0;
  version_reader(version);
  if (!version_reader.good()) return failed("a profile state that is cut off");
  if (version != kVersion) return failed(fmt::format("profile state of version {}; expected {}", version, kVersion));
  if (bytes.size() < kMagic.size() + 16) return failed("a profile state that is cut off");
  std::uint64_t stored = 0;
  Reader(bytes.substr(bytes.size() - 8))(stored);
  const std::string_view body = bytes.substr(0, bytes.size() - 8);
  if (checksum(body) != stored) return failed("a profile state that is damaged or cut off: its checksum differs");
  Reader read(body.substr(kMagic.size() + 8));
  DatasetProfile dataset;
  std::uint64_t columns = 0;
  read(dataset.rows, columns);
  for (std::uint64_t i = 0; read.good() && i < columns; ++i) {
    auto& column = dataset.columns.emplace_back();
    read(column.name, column.profile);
    if (!read.good() || column.name.size() > kMaxName || !column.profile.is_consistent() ||
        column.profile.types().total() != dataset.rows ||
        column.profile.sketch().parameters() != metric::KllParameters())
      return failed(fmt::format("column {} of the profile state holds what no profile has", i + 1));
  }
  if (!read.good() || !read.at_end()) return failed("a profile state with bytes missing or left over");
  return dataset;
}

}  // namespace driftlab::monitor
