#include "core/merge/disk_join.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <queue>
#include <thread>

namespace driftlab::merge {
namespace {

constexpr std::size_t kIndexStep = 512;
constexpr std::size_t kBatch = 1024;

// What stands in the scratch files, followed by the texts.

struct LabelHead {
  std::uint64_t high, low, order_and_kind;
  std::uint32_t label_size, id_size;
  std::uint64_t encoding;
};
struct CaptureHead {
  std::uint64_t high, low, order_and_kind, id_size;
};
struct MatchHead {
  std::uint64_t capture, label_and_bits, size;
};

template <class Head>
std::string_view bytes_of(const Head& head) {
  return {reinterpret_cast<const char*>(&head), sizeof head};
}
template <class Head>
Result<bool> read_head(ScratchReader& reader, Head& head) {
  const auto bytes = reader.take(sizeof head);
  if (!bytes) return bytes.error();
  if (bytes->empty()) return false;
  std::memcpy(&head, bytes->data(), sizeof head);
  return true;
}

/// `take` gives nothing for nothing.
Result<std::string> read_text(ScratchReader& reader, std::size_t size) {
  if (size == 0) return std::string();
  const auto text = reader.take(size);
  if (!text) return text.error();
  return std::string(*text);
}

std::uint64_t with_kind(LineOrder order, Key::Kind kind) {
  return (order.value << 2) | static_cast<std::uint64_t>(kind);
}

}  // namespace

Result<std::unique_ptr<DiskJoin>> DiskJoin::create(const Settings& settings) {
  std::unique_ptr<DiskJoin> join(new DiskJoin(settings));
  for (std::size_t i = 0; i < settings.partitions; ++i) {
    auto labels = ScratchFile::create(settings.scratch);
    if (!labels) return labels.error();
    auto captures = ScratchFile::create(settings.scratch);
    if (!captures) return captures.error();
    join->partitions_.emplace_back(new Partition{{}, *std::move(labels), *std::move(captures)});
  }
  return join;
}

Result<> DiskJoin::add(std::span<const LabelEntry> labels) {
  for (const auto& entry : labels) {
    const bool long_id = entry.key.kind == Key::Kind::Long;
    const auto id = long_id ? entry.label.event_id : std::string_view();
    const LabelHead head{.high = entry.key.high,
                         .low = entry.key.low,
                         .order_and_kind = with_kind(entry.order, entry.key.kind),
                         .label_size = static_cast<std::uint32_t>(entry.label.data.size()),
                         .id_size = static_cast<std::uint32_t>(id.size()),
                         .encoding = static_cast<std::uint64_t>(entry.label.encoding)};
    Partition& partition = partition_of(entry.hash);
    const std::lock_guard lock(partition.mutex);
    ++partition.label_count;
    for (const auto bytes : {bytes_of(head), entry.label.data, id})
      if (auto ok = partition.labels.append(bytes); !ok) return ok;
  }
  return {};
}

Result<> DiskJoin::add(std::span<const CaptureItem> captures) {
  for (const auto& item : captures) {
    const auto id = item.key.kind == Key::Kind::Long ? item.line.key() : std::string_view();
    const CaptureHead head{.high = item.key.high,
                           .low = item.key.low,
                           .order_and_kind = with_kind(item.order, item.key.kind),
                           .id_size = id.size()};
    Partition& partition = partition_of(item.hash);
    const std::lock_guard lock(partition.mutex);
    for (const auto bytes : {bytes_of(head), id})
      if (auto ok = partition.captures.append(bytes); !ok) return ok;
  }
  return {};
}

Result<> DiskJoin::join(std::vector<std::uint64_t>& duplicates_by_file) {
  std::atomic<std::size_t> next{0};
  std::optional<Error> error;
  const auto work = [&] {
    for (std::size_t i = next++; i < partitions_.size(); i = next++) {
      auto joined = join_partition(*partitions_[i], duplicates_by_file);
      const std::lock_guard lock(mutex_);
      if (!joined) error = joined.error();
      if (error) return;
      partitions_[i].reset();
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < settings_.threads; ++i) others.emplace_back(work);
    work();
  }
  if (error) return *std::move(error);
  partitions_.clear();
  return merge_runs();
}

Result<> DiskJoin::join_partition(Partition& partition, std::vector<std::uint64_t>& duplicates_by_file) {
  if (auto ok = partition.labels.flush(); !ok) return ok;
  if (auto ok = partition.captures.flush(); !ok) return ok;
  LabelTable table(settings_.duplicates, partition.label_count, 1);
  if (auto ok = load(partition, table); !ok) return ok;
  {
    const auto duplicates = table.duplicates_by_file(duplicates_by_file.size());
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < duplicates.size(); ++i) duplicates_by_file[i] += duplicates[i];
  }
  return match(partition, table);
}

Result<> DiskJoin::load(Partition& partition, LabelTable& table) {
  ScratchReader reader(partition.labels);
  std::vector<LabelEntry> batch;
  std::vector<std::string> texts(2 * kBatch);
  for (bool more = true; more;) {
    batch.clear();
    LabelHead head{};
    while (batch.size() < kBatch) {
      const auto read = read_head(reader, head);
      if (!read) return read.error();
      more = *read;
      if (!more) break;
      auto label = read_text(reader, head.label_size);
      if (!label) return label.error();
      auto id = read_text(reader, head.id_size);
      if (!id) return id.error();
      std::string& label_text = texts[2 * batch.size()] = *std::move(label);
      std::string& id_text = texts[2 * batch.size() + 1] = *std::move(id);
      const Key key{.high = head.high, .low = head.low, .kind = static_cast<Key::Kind>(head.order_and_kind & 3)};
      batch.push_back(
          {.key = key,
           .hash = key.hash(),
           .order = {head.order_and_kind >> 2},
           .label = {
               .data = label_text, .event_id = id_text, .encoding = static_cast<capture::Encoding>(head.encoding)}});
    }
    table.insert(batch);
  }
  return {};
}

Result<> DiskJoin::match(Partition& partition, const LabelTable& table) {
  // One id may have any number of captures: what does not fit goes to a run of its own.
  const std::size_t matches_max =
      std::max<std::size_t>(kBatch, settings_.memory_bytes / (sizeof(Match) * 2 * settings_.threads));
  ScratchReader reader(partition.captures);
  std::vector<Match> matches;
  CaptureHead head{};
  for (;;) {
    const auto read = read_head(reader, head);
    if (!read) return read.error();
    if (!*read) return write_run(matches);
    const auto id = read_text(reader, head.id_size);
    if (!id) return id.error();
    const Key key{.high = head.high, .low = head.low, .kind = static_cast<Key::Kind>(head.order_and_kind & 3)};
    const std::uint64_t hash = key.hash();
    const auto* record = table.find(key, hash, *id);
    if (record == nullptr) continue;
    const std::uint64_t first = table.mark_used(*record) ? 1 : 0;
    const auto encoding = static_cast<std::uint64_t>(LabelTable::encoding(*record));
    if (matches.size() == matches_max)
      if (auto ok = write_run(matches); !ok) return ok;
    matches.push_back({.capture = {head.order_and_kind >> 2},
                       .label_and_bits = (std::uint64_t{record->order().file()} << 3) | (first << 2) | encoding,
                       .label = table.text(*record, hash)});
  }
}

Result<> DiskJoin::write_run(std::vector<Match>& matches) {
  if (matches.empty()) return {};
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) { return a.capture < b.capture; });
  auto run = ScratchFile::create(settings_.scratch);
  if (!run) return run.error();
  for (const auto& match : matches) {
    const MatchHead head{match.capture.value, match.label_and_bits, match.label.size()};
    for (const auto bytes : {bytes_of(head), match.label})
      if (auto ok = run->append(bytes); !ok) return ok;
  }
  matches.clear();
  if (auto ok = run->flush(); !ok) return ok;
  const std::lock_guard lock(mutex_);
  runs_.push_back(*std::move(run));
  return {};
}

/// The next match of a run.
class DiskJoin::Run {
 public:
  explicit Run(const ScratchFile& file) : reader_(file) {}
  Result<bool> next() {
    auto more = read_head(reader_, head_);
    if (!more || !*more) return more;
    auto label = read_text(reader_, head_.size);
    if (!label) return label.error();
    label_ = *std::move(label);
    return true;
  }
  [[nodiscard]] std::uint64_t capture() const { return head_.capture; }
  Result<> write(ScratchFile& to) const {
    if (auto ok = to.append(bytes_of(head_)); !ok) return ok;
    return to.append(label_);
  }

 private:
  ScratchReader reader_;
  MatchHead head_{};
  std::string label_;
};

Result<> DiskJoin::merge_runs() {
  auto out = ScratchFile::create(settings_.scratch);
  if (!out) return out.error();
  std::vector<Run> runs(runs_.begin(), runs_.end());
  const auto later = [&](std::size_t a, std::size_t b) { return runs[a].capture() > runs[b].capture(); };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> waiting(later);
  const auto advance = [&](std::size_t run) -> Result<> {
    const auto more = runs[run].next();
    if (!more) return more.error();
    if (*more) waiting.push(run);
    return {};
  };
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (auto ok = advance(i); !ok) return ok;
  for (std::size_t count = 0; !waiting.empty(); ++count) {
    const std::size_t run = waiting.top();
    waiting.pop();
    if (count % kIndexStep == 0) index_.push_back({.capture = {runs[run].capture()}, .offset = out->size()});
    if (auto ok = runs[run].write(*out); !ok) return ok;
    if (auto ok = advance(run); !ok) return ok;
  }
  runs_.clear();
  if (auto ok = out->flush(); !ok) return ok;
  matches_.push_back(*std::move(out));
  return {};
}

/// Walks along the matches beside the captures.
class DiskJoin::Lookup final : public LabelLookup {
 public:
  explicit Lookup(const DiskJoin& join) : join_(join), reader_(join.matches_.front()) {}

  Result<> find(std::span<CaptureItem> items) override {
    texts_.clear();
    if (items.empty() || join_.index_.empty()) return {};
    if (auto ok = start_at(items.front().order); !ok) return ok;
    std::vector<std::size_t> begins;
    for (auto& item : items) {
      while (has_ && head_.capture < item.order.value)
        if (auto ok = advance(); !ok) return ok;
      item.found = has_ && head_.capture == item.order.value;
      begins.push_back(texts_.size());
      if (!item.found) continue;
      item.label_file = static_cast<std::uint32_t>(head_.label_and_bits >> 3);
      item.first = (head_.label_and_bits & 4) != 0;
      item.label_encoding = static_cast<capture::Encoding>(head_.label_and_bits & 3);
      texts_ += label_;
    }
    asked_ = items.back().order;
    begins.push_back(texts_.size());
    for (std::size_t i = 0; i < items.size(); ++i)
      items[i].label = std::string_view(texts_).substr(begins[i], begins[i + 1] - begins[i]);
    return {};
  }

 private:
  /// Goes back, or over a gap; a thread alone walks on.
  Result<> start_at(LineOrder order) {
    const auto& index = join_.index_;
    auto entry = std::upper_bound(index.begin(), index.end(), order,
                                  [](LineOrder wanted, const IndexEntry& at) { return wanted < at.capture; });
    if (entry != index.begin()) --entry;
    const bool near = started_ && asked_ < order && (!has_ || head_.capture >= entry->capture.value);
    if (near) return {};
    started_ = true;
    reader_.seek(entry->offset);
    return advance();
  }
  Result<> advance() {
    const auto more = read_head(reader_, head_);
    if (!more) return more.error();
    has_ = *more;
    if (!has_) return {};
    auto label = read_text(reader_, head_.size);
    if (!label) return label.error();
    label_ = *std::move(label);
    return {};
  }

  const DiskJoin& join_;
  ScratchReader reader_;
  MatchHead head_{};
  std::string label_;
  bool has_ = false, started_ = false;
  LineOrder asked_;  ///< every match up to it is behind us
  std::string texts_;
};

std::unique_ptr<LabelLookup> DiskJoin::lookup() const {
  return std::make_unique<Lookup>(*this);
}

}  // namespace driftlab::merge
