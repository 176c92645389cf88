#include "sim/scenario/run/prepare.hpp"

#include "sim/scenario/system/description.hpp"

namespace driftlab::scenario {
namespace {

Result<world::RegularSeries> make_series(const ScenarioFile& scenario, const std::filesystem::path& file) {
  const SeriesSource& source = scenario.world.series;
  if (!source.csv)
    return world::generate_series(source.generator, source.name, scenario.seed, scenario.history_start(),
                                  scenario.start, scenario.end(), source.freq);
  world::CsvSpec spec = *source.csv;
  // A path in a scenario is meant from the scenario's folder, one on the command line from the working folder.
  if (!std::filesystem::exists(spec.path) && std::filesystem::exists(file.parent_path() / spec.path))
    spec.path = (file.parent_path() / spec.path).string();
  auto recorded = world::read_csv(spec, source.freq, scenario.history_start());
  if (!recorded) return recorded.error();
  auto series = world::cut(*recorded, scenario.history_start(), scenario.end(), spec.path);
  if (!series) return series.error();
  world::apply_drift(*series, source.generator.drift, scenario.start, source.generator.decimals);
  return series;
}

}  // namespace

Result<Prepared> prepare(const std::filesystem::path& file, const PrepareOptions& options) {
  LoadOptions load;
  load.sets = options.sets;
  if (options.seed) load.sets.push_back("seed=" + std::to_string(*options.seed));
  load.root = scenarios_root(file);
  load.metrics = {"weighted_quantile_loss", "weighted_quantile_loss_threshold"};
  auto scenario = load_scenario(file, system_description(), load);
  if (!scenario) return scenario.error();
  Deployment deployment(scenario->system, scenario->world.series.freq);
  auto definitions = load_definitions(deployment, file);
  if (!definitions) return definitions.error();
  auto series = make_series(*scenario, file);
  if (!series) return series.error();
  auto drifts = world::drift_truths(scenario->world.series.generator.drift, scenario->start);
  return Prepared{std::move(*scenario),    file.string(),      std::move(deployment),
                  std::move(*definitions), std::move(*series), std::move(drifts)};
}

}  // namespace driftlab::scenario
