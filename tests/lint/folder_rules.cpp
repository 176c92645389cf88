#include "tests/lint/folder_rules.hpp"

namespace driftlab::lint {
namespace {

/// Lower layers come first. Folders of one layer may use each other as long as no circle arises (check_circles);
/// the ports are apart, because capture, merge, metric and forecast are pure functions.
const std::vector<FolderRule>& rules() {
  static const std::vector<FolderRule> kRules = {
      {"core/base", {}},
      {"core/ports/ops", {"core/base"}},
      {"core/ports", {"core/base"}},
      {"core/capture", {"core/base", "core/merge", "core/metric", "core/forecast"}},
      {"core/merge", {"core/base", "core/capture", "core/metric", "core/forecast"}},
      {"core/metric", {"core/base", "core/capture", "core/merge", "core/forecast"}},
      {"core/forecast", {"core/base", "core/capture", "core/merge", "core/metric"}},
      {"core/model",
       {"core/base", "core/ports", "core/capture", "core/merge", "core/metric", "core/forecast", "core/monitor",
        "core/retrain"}},
      {"core/monitor",
       {"core/base", "core/ports", "core/capture", "core/merge", "core/metric", "core/forecast", "core/model",
        "core/retrain"}},
      {"core/retrain",
       {"core/base", "core/ports", "core/capture", "core/merge", "core/metric", "core/forecast", "core/model",
        "core/monitor"}},
      {"core/job",
       {"core/base", "core/ports", "core/capture", "core/merge", "core/metric", "core/forecast", "core/model",
        "core/monitor", "core/retrain"}},
      {"core/aws", {"core/base", "core/ports"}},
      {"sim/time", {"core/base", "core/ports"}},
      {"sim/service", {"core/base", "core/ports/ops"}},
      {"sim/fault", {"core/base", "core/ports", "sim/time", "sim/service"}},
      {"sim/backend", {"core/base", "core/ports", "sim/time", "sim/service", "sim/fault"}},
      {"sim/world", {"core/base", "core/ports", "core/capture", "sim/time"}},
      {"sim/scenario", {}, true},
      {"sim/report", {}, true},
      {"sim/cli", {}, true},
      {"mocks", {"core/base", "core/ports", "core/aws", "sim/service", "sim/fault"}},
      {"bench", {}, true},
      {"tests", {}, true},
  };
  return kRules;
}

}  // namespace

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

const FolderRule* folder_rule(std::string_view path) {
  for (const FolderRule& rule : rules())
    if (is_below(path, rule.folder)) return &rule;
  return nullptr;
}

}  // namespace driftlab::lint
