/// The rules over the sources of this project.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "tests/lint/rules.hpp"

namespace driftlab::lint {
namespace {

std::vector<Source> read_repository() {
  // Tests run on one thread. NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* root = std::getenv("DRIFTLAB_SOURCE_DIR");
  if (root == nullptr) return {};
  std::vector<Source> sources;
  for (const char* top : {"core", "sim", "mocks", "bench", "tests"}) {
    const std::filesystem::path folder = std::filesystem::path(root) / top;
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      sources.push_back(read_source(std::filesystem::relative(entry.path(), root).generic_string(), text));
    }
  }
  std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

class Repository : public testing::Test {
 protected:
  static void SetUpTestSuite() { sources_ = read_repository(); }

  template <class Rule>
  static void expect_clean(const Rule& rule) {
    for (const Source& source : sources_)
      for (const Finding& finding : rule(source)) ADD_FAILURE() << describe(finding);
  }

  static const Source* find(const std::string& path) {
    const auto found = std::find_if(sources_.begin(), sources_.end(), [&](const Source& s) { return s.path == path; });
    return found == sources_.end() ? nullptr : &*found;
  }

  static inline std::vector<Source> sources_;
};

// Guards the rules below against passing because nothing was read.
TEST_F(Repository, IsFound) {
  const Source* time = find("core/base/time.cpp");
  ASSERT_NE(time, nullptr) << "set DRIFTLAB_SOURCE_DIR to the root of the project, as ctest does";
  ASSERT_FALSE(time->includes.empty());
  EXPECT_EQ(time->includes.front().path, "core/base/time.hpp");
}

TEST_F(Repository, KeepsToTheLayers) {
  expect_clean(check_layers);
}

TEST_F(Repository, HasNoCircles) {
  for (const Finding& finding : check_circles(sources_)) ADD_FAILURE() << describe(finding);
}

TEST_F(Repository, KeepsHeadersLight) {
  expect_clean(check_heavy_headers);
}

TEST_F(Repository, HeadersIncludeTheirIntegers) {
  expect_clean(check_integer_headers);
}

TEST_F(Repository, ReadsNoRealClock) {
  expect_clean(check_clocks);
}

TEST_F(Repository, DrawsFromItsOwnStreams) {
  expect_clean(check_randomness);
}

TEST_F(Repository, IteratesInOrder) {
  expect_clean([](const Source& source) {
    const auto dot = source.path.rfind('.');
    return check_unordered(source, source.path.ends_with(".cpp") ? find(source.path.substr(0, dot) + ".hpp") : nullptr);
  });
}

}  // namespace
}  // namespace driftlab::lint
