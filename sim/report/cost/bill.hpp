#pragma once
/// What the usage of a run costs at list prices, item by item.

#include <string>
#include <vector>

#include "sim/report/cost/prices.hpp"
#include "sim/report/cost/usage.hpp"

namespace driftlab::cost {

struct BillItem {
  std::string item;       ///< "hosting ml.m5.large"
  double quantity = 0.0;  ///< in `unit`s
  std::string unit;       ///< "hour"
  double price_usd = 0.0;
  double usd = 0.0;
};

struct Bill {
  std::string region;
  std::string prices_as_of;
  std::vector<BillItem> items;        ///< what was used, in the order of Usage
  std::vector<std::string> unpriced;  ///< instance types without a price: their hours are not in the total

  [[nodiscard]] double total_usd() const;
};

/// No free allowance, no tax, no discount. Instances and volumes are billed by the second, alarms, metrics and
/// dashboards by the hour.
[[nodiscard]] Bill make_bill(const Usage& usage, const PriceList& prices);

/// "$612.34 at list prices (eu-west-1): hosting ml.m5.large $171.10, … and 6 more": the largest items first.
[[nodiscard]] std::string one_line(const Bill& bill);

}  // namespace driftlab::cost
