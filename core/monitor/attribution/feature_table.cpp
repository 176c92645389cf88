#include "core/monitor/attribution/feature_table.hpp"

#include <algorithm>
#include <set>

#include "core/base/check.hpp"
#include "core/base/text.hpp"

namespace driftlab::monitor {

FeatureCoding::FeatureCoding(std::size_t columns, std::span<const CellRows* const> tables) : texts_(columns) {
  for (std::size_t column = 0; column < columns; ++column) {
    bool numbers = true;
    for (const auto* rows : tables)
      numbers = numbers && std::all_of(rows->begin(), rows->end(),
                                       [&](const auto& row) { return parse_double(row[column]).has_value(); });
    if (numbers) continue;
    std::set<std::string> texts;
    for (const auto* rows : tables)
      for (const auto& row : *rows) texts.insert(row[column]);
    texts_[column].assign(texts.begin(), texts.end());
  }
}

std::vector<double> FeatureCoding::encode(const CellRows& rows) const {
  std::vector<double> values;
  values.reserve(rows.size() * texts_.size());
  for (const auto& row : rows)
    for (std::size_t column = 0; column < texts_.size(); ++column) {
      if (is_number(column)) {
        values.push_back(*parse_double(row[column]));
        continue;
      }
      const auto& texts = texts_[column];
      const auto at = std::lower_bound(texts.begin(), texts.end(), row[column]);
      DRIFTLAB_CHECK(at != texts.end() && *at == row[column], "the row was among the tables");
      values.push_back(static_cast<double>(at - texts.begin()));
    }
  return values;
}

std::string cell_text(double value, const std::vector<std::string>& texts) {
  return texts.empty() ? shortest(value) : texts[static_cast<std::size_t>(value)];
}

}  // namespace driftlab::monitor
