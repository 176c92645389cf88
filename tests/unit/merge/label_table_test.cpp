#include "core/merge/label_table.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace driftlab::merge {
namespace {

/// Label entries with the texts they point to.
class Labels {
 public:
  explicit Labels(std::size_t count) {
    ids_.reserve(count);
    texts_.reserve(count);
  }
  void add(std::string id, std::string text, std::uint64_t offset) {
    LabelEntry entry;
    entry.label.event_id = ids_.emplace_back(std::move(id));
    entry.label.data = texts_.emplace_back(std::move(text));
    entry.key = make_key(entry.label.event_id);
    entry.hash = entry.key.hash();
    entry.order = LineOrder::of(0, offset);
    entries_.push_back(entry);
  }
  [[nodiscard]] const std::vector<LabelEntry>& entries() const { return entries_; }

 private:
  std::vector<std::string> ids_, texts_;
  std::vector<LabelEntry> entries_;
};

/// Short, long and UUID-like ids, and labels that fit into a record or do not.
Labels many(std::size_t count) {
  Labels labels(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(1000000 + i);
    const std::string id = i % 3 == 0   ? "order-" + number
                           : i % 3 == 1 ? "a much longer order number " + number
                                        : "6ba7b810-9dad-11d1-80b4-00000" + number;
    labels.add(id, i % 2 == 0 ? std::to_string(i) : "a label of some length " + number, i);
  }
  return labels;
}

std::string label_of(const LabelTable& table, const LabelEntry& entry) {
  const auto* record = table.find(entry.key, entry.hash, entry.label.event_id);
  return record == nullptr ? "none" : std::string(table.text(*record, entry.hash));
}

TEST(LabelTable, HoldsFarMoreThanWereExpected) {
  constexpr std::size_t kCount = 30000;
  const Labels labels = many(kCount);
  LabelTable table(DuplicateLabels::LastWins, 10, 1);
  const std::uint64_t before = table.bytes();
  table.insert(labels.entries());
  EXPECT_EQ(table.size(), kCount);
  EXPECT_GT(table.bytes(), before + kCount * sizeof(LabelTable::Record));
  for (const auto& entry : labels.entries()) ASSERT_EQ(label_of(table, entry), entry.label.data);
}

TEST(LabelTable, ThreadsFillItTogether) {
  constexpr std::size_t kCount = 30000, kThreads = 4;
  const Labels labels = many(kCount);
  LabelTable table(DuplicateLabels::LastWins, kCount / 2, kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        const std::size_t share = kCount / kThreads;
        for (std::size_t i = 0; i < share; i += 100)
          table.insert(std::span(labels.entries()).subspan(t * share + i, 100));
      });
  }
  EXPECT_EQ(table.size(), kCount);
  for (const auto& entry : labels.entries()) ASSERT_EQ(label_of(table, entry), entry.label.data);
}

TEST(LabelTable, GuessesTogetherFindWhatOneSearchFinds) {
  const Labels labels = many(4000);
  LabelTable table(DuplicateLabels::LastWins, 2000, 1);
  table.insert(std::span(labels.entries()).first(2000));
  std::array<std::uint64_t, LabelTable::kBatch> hashes{};
  std::array<const LabelTable::Record*, LabelTable::kBatch> guesses{};
  std::size_t right = 0;
  for (std::size_t at = 0; at + hashes.size() <= labels.entries().size(); at += hashes.size()) {
    const auto some = std::span(labels.entries()).subspan(at, hashes.size());
    for (std::size_t i = 0; i < some.size(); ++i) hashes[i] = some[i].hash;
    table.guess(hashes, guesses);
    for (std::size_t i = 0; i < some.size(); ++i) {
      const auto* found = table.find(*guesses[i], some[i].key, some[i].hash, some[i].label.event_id);
      EXPECT_EQ(found, table.find(some[i].key, some[i].hash, some[i].label.event_id));
      EXPECT_EQ(found != nullptr, at + i < 2000);
      right += found == guesses[i] ? 1 : 0;
    }
  }
  EXPECT_GT(right, 1900U) << "they are what makes it fast";
}

TEST(LabelTable, AnEmptyOneHasNoNilUuid) {
  const LabelTable table(DuplicateLabels::LastWins, 100, 1);
  Labels nil(1);
  nil.add("00000000-0000-0000-0000-000000000000", "", 0);
  EXPECT_EQ(label_of(table, nil.entries().front()), "none");
  const std::array<std::uint64_t, 1> hashes{nil.entries().front().hash};
  std::array<const LabelTable::Record*, 1> guesses{};
  table.guess(hashes, guesses);
  EXPECT_EQ(table.find(*guesses[0], nil.entries().front().key, hashes[0], nil.entries().front().label.event_id),
            nullptr);
}

TEST(LabelTable, OneOfSeveralLabelsCounts) {
  for (const auto rule : {DuplicateLabels::LastWins, DuplicateLabels::FirstWins}) {
    // Whatever order they come in; short and long texts, in one batch and in several.
    Labels labels(6);
    labels.add("order-1", "second", 20);
    labels.add("order-1", "the first of these labels", 10);
    labels.add("order-1", "the third of these labels", 30);
    labels.add("order number two, which is long", "b", 2);
    labels.add("order number two, which is long", "the first of them", 1);
    labels.add("order number two, which is long", "c", 3);
    LabelTable table(rule, 6, 1);
    table.insert(std::span(labels.entries()).first(4));
    table.insert(std::span(labels.entries()).subspan(4));
    const bool last = rule == DuplicateLabels::LastWins;
    EXPECT_EQ(label_of(table, labels.entries()[0]), last ? "the third of these labels" : "the first of these labels");
    EXPECT_EQ(label_of(table, labels.entries()[3]), last ? "c" : "the first of them");
    EXPECT_EQ(table.size(), 2U);
    EXPECT_EQ(table.duplicates_by_file(1), (std::vector<std::uint64_t>{4}));
  }
}

TEST(LabelTable, ALabelIsUsedOnceForTheFirstTime) {
  for (const unsigned threads : {1U, 2U}) {
    Labels labels(1);
    labels.add("order-1", "1", 0);
    LabelTable table(DuplicateLabels::LastWins, 1, threads);
    table.insert(labels.entries());
    const auto& entry = labels.entries().front();
    const auto* record = table.find(entry.key, entry.hash, entry.label.event_id);
    ASSERT_NE(record, nullptr);
    EXPECT_TRUE(table.mark_used(*record));
    EXPECT_FALSE(table.mark_used(*record));
    EXPECT_EQ(label_of(table, entry), "1");
  }
}

}  // namespace
}  // namespace driftlab::merge
