#include "sim/scenario/run/definitions.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/job/job.hpp"
#include "core/monitor/bias/bias_files.hpp"
#include "core/monitor/data_quality/constraints.hpp"
#include "core/monitor/data_quality/statistics.hpp"
#include "sim/service/codepipeline/structure.hpp"
#include "sim/service/pipelines/definition.hpp"

namespace driftlab::scenario {

std::filesystem::path scenarios_root(const std::filesystem::path& scenario_file) {
  const auto folder = std::filesystem::absolute(scenario_file).lexically_normal().parent_path();
  for (auto place = folder; place.has_relative_path(); place = place.parent_path())
    if (std::filesystem::is_directory(place / "systems")) return place;
  if (std::filesystem::is_directory("scenarios/systems")) return "scenarios";
  return folder.parent_path();
}
namespace {

struct File {
  std::filesystem::path path;
  std::string text;
};

Result<File> read_file(const std::string& name, const std::filesystem::path& scenario_file) {
  std::vector<std::string> near;
  for (const auto& place : {scenario_file.parent_path() / name, scenarios_root(scenario_file) / "systems" / name}) {
    std::ifstream in(place, std::ios::binary);
    if (in && !std::filesystem::is_directory(place)) {
      std::ostringstream text;
      text << in.rdbuf();
      return File{place, text.str()};
    }
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(place.parent_path(), ignored))
      near.push_back(entry.path().filename().string());
  }
  std::sort(near.begin(), near.end());
  return input_error(
      fmt::format("{}: there is no definition file '{}'{}", scenario_file.string(), name, suggestion(name, near)));
}

/// Every literal container entrypoint must name a job there is.
Result<> check_jobs(const nlohmann::json& node, const std::string& path) {
  if (node.is_object() && node.contains("ContainerEntrypoint") && node["ContainerEntrypoint"].is_array()) {
    std::vector<std::string> words;
    for (const auto& word : node["ContainerEntrypoint"])
      if (word.is_string()) words.push_back(word.get<std::string>());
    std::vector<std::string> names;
    for (const auto& job : job::jobs()) names.emplace_back(job.name);
    if (words.size() == 3 && words[1] == "job" && !job::find_job("", words))
      return input_error(
          fmt::format("{}.ContainerEntrypoint: there is no job '{}'{}", path, words[2], suggestion(words[2], names)));
  }
  if (!node.is_structured()) return {};
  for (const auto& [key, value] : node.items()) {
    const std::string inner = node.is_array() ? fmt::format("{}[{}]", path, key) : fmt::format("{}.{}", path, key);
    if (auto checked = check_jobs(value, inner); !checked) return checked;
  }
  return {};
}

Result<std::string> sagemaker_definition(const std::string& name, const std::filesystem::path& scenario_file) {
  const auto file = read_file(name, scenario_file);
  if (!file) return file.error();
  const auto definition = service::pipelines::parse_definition(file->text);
  if (!definition) return input_error(file->path.string() + ": " + definition.error().message);
  if (const auto jobs = check_jobs(nlohmann::json::parse(file->text), "$"); !jobs)
    return input_error(file->path.string() + ": " + jobs.error().message);
  return file->text;
}

Result<> read_code_pipelines(const File& file, const Deployment& deployment, DefinitionTexts& texts) {
  const auto root = nlohmann::json::parse(deployment.fill_in(file.text), nullptr, false, true);
  const std::string where = file.path.string();
  if (!root.is_object() || !root.contains("pipelines") || !root["pipelines"].is_array())
    return input_error(where + ": $.pipelines: expected a list of CodePipeline structures");
  for (std::size_t i = 0; i < root["pipelines"].size(); ++i) {
    const auto structure = service::codepipeline::parse_structure(root["pipelines"][i].dump());
    if (!structure) return input_error(fmt::format("{}: $.pipelines[{}]: {}", where, i, structure.error().message));
    texts.code_pipelines.push_back(root["pipelines"][i].dump());
  }
  if (!root.contains("rules")) return {};
  for (std::size_t i = 0; i < root["rules"].size(); ++i) {
    const auto& rule = root["rules"][i];
    for (const char* member : {"Name", "EventPattern", "CodePipeline"})
      if (!rule.contains(member)) return input_error(fmt::format("{}: $.rules[{}].{} is missing", where, i, member));
    texts.rules.push_back(
        {rule["Name"].get<std::string>(), rule["EventPattern"].dump(), rule["CodePipeline"].get<std::string>()});
  }
  return {};
}

/// The baseline's files, checked as the monitor will read them.
Result<> read_data_quality(const DataQualitySettings& settings, const std::filesystem::path& scenario_file,
                           DefinitionTexts& texts) {
  if (settings.schedule.empty()) return {};
  if (settings.baseline.empty())
    return input_error(fmt::format(
        "{}: $.system.monitor.data_quality.baseline: expected a folder with constraints.json and statistics.json",
        scenario_file.string()));
  const auto constraints = read_file(settings.baseline + "/constraints.json", scenario_file);
  if (!constraints) return constraints.error();
  if (const auto good = monitor::read_constraints_file(constraints->text, constraints->path.string()); !good)
    return good.error();
  const auto statistics = read_file(settings.baseline + "/statistics.json", scenario_file);
  if (!statistics) return statistics.error();
  if (const auto good = monitor::read_statistics(statistics->text, statistics->path.string()); !good)
    return good.error();
  texts.data_quality_constraints = constraints->text;
  texts.data_quality_statistics = statistics->text;
  return {};
}

/// As read_data_quality.
Result<> read_model_bias(const ModelBiasSettings& settings, const std::filesystem::path& scenario_file,
                         DefinitionTexts& texts) {
  if (settings.schedule.empty()) return {};
  if (settings.baseline.empty())
    return input_error(fmt::format(
        "{}: $.system.monitor.model_bias.baseline: expected a folder with analysis_config.json and analysis.json",
        scenario_file.string()));
  const auto config = read_file(settings.baseline + "/analysis_config.json", scenario_file);
  if (!config) return config.error();
  if (const auto good = monitor::read_bias_settings(config->text, config->path.string()); !good) return good.error();
  const auto analysis = read_file(settings.baseline + "/analysis.json", scenario_file);
  if (!analysis) return analysis.error();
  if (const auto good = monitor::find_bias_violations({}, analysis->text, analysis->path.string()); !good)
    return good.error();
  texts.model_bias_config = config->text;
  texts.model_bias_analysis = analysis->text;
  return {};
}

}  // namespace

Result<DefinitionTexts> load_definitions(const Deployment& deployment, const std::filesystem::path& scenario_file) {
  const Definitions& names = deployment.system().definitions;
  DefinitionTexts texts;
  auto build = sagemaker_definition(names.model_build, scenario_file);
  if (!build) return build.error();
  texts.model_build = std::move(*build);
  auto collection = sagemaker_definition(names.data_collection, scenario_file);
  if (!collection) return collection.error();
  texts.data_collection = std::move(*collection);
  const auto file = read_file(names.code_pipelines, scenario_file);
  if (!file) return file.error();
  if (const auto read = read_code_pipelines(*file, deployment, texts); !read) return read.error();
  if (const auto read = read_data_quality(deployment.system().monitor.data_quality, scenario_file, texts); !read)
    return read.error();
  if (const auto read = read_model_bias(deployment.system().monitor.model_bias, scenario_file, texts); !read)
    return read.error();
  if (!job::find_job(deployment.image(deployment.system().algorithm), {})) {
    std::vector<std::string> images;
    for (const auto& info : job::jobs())
      if (info.name == "train") images.emplace_back(info.image);
    return input_error(fmt::format("{}: $.system.algorithm: there is no training image '{}'{}", scenario_file.string(),
                                   deployment.system().algorithm, suggestion(deployment.system().algorithm, images)));
  }
  return texts;
}

}  // namespace driftlab::scenario
