/// Every rule must fire on what it forbids and keep silent on its nearest legal neighbour.

#include "tests/lint/rules.hpp"

#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace driftlab::lint {
namespace {

using PathAndInclude = std::pair<std::string_view, std::string_view>;

std::size_t layer_findings(std::string_view path, std::string_view include) {
  return check_layers(read_source(std::string(path), "#include \"" + std::string(include) + "\"\n")).size();
}

TEST(LayerRule, FiresOnEveryForbiddenDirection) {
  for (const auto& [path, include] : {
           PathAndInclude{"core/base/a.hpp", "core/ports/clock.hpp"},
           PathAndInclude{"core/ports/a.hpp", "core/metric/a.hpp"},
           PathAndInclude{"core/ports/ops/a.hpp", "core/ports/async.hpp"},
           PathAndInclude{"core/metric/a.hpp", "core/ports/object_store.hpp"},
           PathAndInclude{"core/merge/a.cpp", "core/monitor/a.hpp"},
           PathAndInclude{"core/capture/a.cpp", "core/job/a.hpp"},
           PathAndInclude{"core/forecast/a.cpp", "core/model/a.hpp"},
           PathAndInclude{"core/monitor/a.cpp", "core/job/a.hpp"},
           PathAndInclude{"core/retrain/a.cpp", "sim/time/loop.hpp"},
           PathAndInclude{"core/model/a.cpp", "mocks/server.hpp"},
           PathAndInclude{"core/job/a.cpp", "sim/service/s3/store.hpp"},
           PathAndInclude{"core/job/a.cpp", "core/aws/client.hpp"},
           PathAndInclude{"core/aws/a.cpp", "sim/service/hosts.hpp"},
           PathAndInclude{"core/aws/a.cpp", "core/monitor/a.hpp"},
           PathAndInclude{"sim/service/s3/a.cpp", "core/ports/object_store.hpp"},
           PathAndInclude{"sim/service/s3/a.cpp", "core/monitor/a.hpp"},
           PathAndInclude{"sim/service/cloudwatch/a.cpp", "core/metric/a.hpp"},
           PathAndInclude{"sim/service/sagemaker/a.cpp", "core/retrain/a.hpp"},
           PathAndInclude{"sim/service/s3/a.cpp", "sim/backend/a.hpp"},
           PathAndInclude{"sim/time/a.cpp", "sim/service/hosts.hpp"},
           PathAndInclude{"sim/backend/a.cpp", "core/monitor/a.hpp"},
           PathAndInclude{"sim/world/a.cpp", "core/monitor/a.hpp"},
           PathAndInclude{"sim/fault/a.cpp", "sim/backend/a.hpp"},
           PathAndInclude{"mocks/a.cpp", "sim/scenario/load.hpp"},
           PathAndInclude{"core/base/a.cpp", "tests/support/a.hpp"},
       })
    EXPECT_EQ(layer_findings(path, include), 1U) << path << " -> " << include;
}

TEST(LayerRule, AllowsTheDesign) {
  for (const auto& [path, include] : {
           PathAndInclude{"core/base/a.hpp", "core/base/b.hpp"},
           PathAndInclude{"core/ports/a.hpp", "core/ports/ops/s3.hpp"},
           PathAndInclude{"core/merge/a.cpp", "core/capture/record.hpp"},
           PathAndInclude{"core/monitor/a.cpp", "core/metric/a.hpp"},
           PathAndInclude{"core/job/a.cpp", "core/monitor/a.hpp"},
           PathAndInclude{"core/job/a.cpp", "core/ports/object_store.hpp"},
           PathAndInclude{"sim/service/sagemaker/a.cpp", "sim/service/s3/store.hpp"},
           PathAndInclude{"sim/service/s3/a.cpp", "core/ports/ops/s3.hpp"},
           PathAndInclude{"sim/backend/a.cpp", "sim/fault/a.hpp"},
           PathAndInclude{"sim/scenario/a.cpp", "core/job/a.hpp"},
           PathAndInclude{"sim/report/a.cpp", "sim/scenario/a.hpp"},
           PathAndInclude{"sim/cli/main.cpp", "mocks/server.hpp"},
           PathAndInclude{"mocks/a.cpp", "core/aws/codec.hpp"},
           PathAndInclude{"tests/unit/base/a.cpp", "sim/scenario/load.hpp"},
       })
    EXPECT_EQ(layer_findings(path, include), 0U) << path << " -> " << include;
}

TEST(LayerRule, SeesAngleBracketsAndRefusesRelativePaths) {
  EXPECT_EQ(check_layers(read_source("core/base/a.cpp", "#include <sim/time/loop.hpp>")).size(), 1U);
  EXPECT_EQ(layer_findings("core/base/a.cpp", "time.hpp"), 1U);
  EXPECT_EQ(layer_findings("core/base/a.cpp", "../ports/clock.hpp"), 1U);
  EXPECT_EQ(check_layers(read_source("core/base/a.cpp", "#include <fmt/format.h>")).size(), 0U);
}

TEST(LayerRule, EveryFolderNeedsARule) {
  EXPECT_EQ(check_layers(read_source("core/novelty/a.cpp", "")).size(), 1U);
  EXPECT_EQ(check_layers(read_source("sim/loose.cpp", "")).size(), 1U);
}

TEST(CircleRule, FiresOnFoldersThatIncludeEachOther) {
  const Source sources[] = {
      read_source("core/merge/a.cpp", "#include \"core/capture/a.hpp\""),
      read_source("core/capture/a.cpp", "\n#include \"core/metric/a.hpp\""),
      read_source("core/metric/a.cpp", "#include \"core/merge/a.hpp\""),
      read_source("core/monitor/a.cpp", "#include \"core/metric/a.hpp\""),
  };
  const auto findings = check_circles(sources);
  ASSERT_EQ(findings.size(), 3U);  // monitor leads into the circle, it is not part of it
  EXPECT_EQ(findings[0].path, "core/capture/a.cpp");
  EXPECT_EQ(findings[0].line, 2);
  EXPECT_TRUE(check_circles(std::span(sources).first(2)).empty());
}

TEST(HeavyHeaderRule, FiresInHeadersOnly) {
  for (const std::string_view include : {"nlohmann/json.hpp", "boost/beast.hpp", "boost/beast/http/message.hpp"}) {
    const std::string text = "#include <" + std::string(include) + ">";
    EXPECT_EQ(check_heavy_headers(read_source("core/monitor/a.hpp", text)).size(), 1U) << include;
    EXPECT_EQ(check_heavy_headers(read_source("mocks/a.hpp", text)).size(), 1U) << include;
    EXPECT_TRUE(check_heavy_headers(read_source("core/monitor/a.cpp", text)).empty()) << include;
  }
  EXPECT_TRUE(check_heavy_headers(read_source("core/monitor/a.hpp", "#include <nlohmann/json_fwd.hpp>")).empty());
}

TEST(IntegerHeaderRule, FiresOnceOnAHeaderThatLeansOnAnother) {
  const std::string_view code = "#include <string>\nstd::uint64_t a; std::int8_t b;";
  EXPECT_EQ(
      check_integer_headers(read_source("core/base/a.hpp", code)),
      (std::vector<Finding>{{"core/base/a.hpp", 2, "uint64_t: include <cstdint>; g++ 13 has it from nowhere else"}}));
  EXPECT_TRUE(check_integer_headers(read_source("core/base/a.cpp", code)).empty());
  EXPECT_TRUE(check_integer_headers(read_source("core/base/a.hpp", "#include <cstdint>\nstd::uint64_t a;")).empty());
}

TEST(ClockRule, FiresOnEveryRealClock) {
  for (const std::string_view code :
       {"std::chrono::system_clock::now();", "auto t = steady_clock :: now();",
        "using c = std::chrono::high_resolution_clock;", "std::time(nullptr);", "time(NULL);", "time(0);",
        "gettimeofday(&tv, 0);", "clock_gettime(CLOCK_REALTIME, &ts);", "boost::asio::steady_timer timer(io);",
        "asio::system_timer t(io);", "std::this_thread::sleep_for(1s);"}) {
    EXPECT_EQ(check_clocks(read_source("core/monitor/a.cpp", code)).size(), 1U) << code;
    EXPECT_EQ(check_clocks(read_source("sim/service/s3/a.cpp", code)).size(), 1U) << code;
    for (const std::string_view allowed : {"mocks/a.cpp", "core/aws/a.cpp", "sim/cli/main.cpp"})
      EXPECT_TRUE(check_clocks(read_source(std::string(allowed), code)).empty()) << allowed << ": " << code;
  }
}

TEST(ClockRule, KeepsSilentOnVirtualTime) {
  for (const std::string_view code :
       {"clock.now();", "// system_clock::now()\n", "f(\"steady_clock::now\");", "std::chrono::sys_days d;",
        "event.time(0);", "std::chrono::system_clock::time_point t;", "time(nullptr, 3);"})
    EXPECT_TRUE(check_clocks(read_source("core/monitor/a.cpp", code)).empty()) << code;
}

TEST(RandomnessRule, FiresOnForeignGenerators) {
  for (const std::string_view code :
       {"std::random_device seed;", "std::rand();", "int a = rand();", "srand(7);", "std::mt19937 g;",
        "std::mt19937_64 g(1);", "std::default_random_engine g;", "std::minstd_rand g;",
        "std::normal_distribution<double> d;", "std::uniform_int_distribution d(1, 6);", "std::shuffle(a, b, g);",
        "std::ranges::shuffle(a, g);", "std::sample(a, b, c, 3, g);"}) {
    EXPECT_EQ(check_randomness(read_source("core/forecast/a.cpp", code)).size(), 1U) << code;
    EXPECT_EQ(check_randomness(read_source("tests/unit/base/a.cpp", code)).size(), 1U) << code;
    EXPECT_TRUE(check_randomness(read_source("mocks/a.cpp", code)).empty()) << code;
  }
}

TEST(RandomnessRule, KeepsSilentOnOurOwn) {
  for (const std::string_view code :
       {"Rng rng(seed, \"s3\", \"latency\");", "rng.normal();", "predicted_distribution d;", "int sample(int n);",
        "shuffle(order, rng);", "// std::rand()\n"})
    EXPECT_TRUE(check_randomness(read_source("core/forecast/a.cpp", code)).empty()) << code;
}

std::size_t unordered_findings(std::string_view code, std::string_view header = "") {
  const Source header_source = read_source("core/merge/a.hpp", header);
  return check_unordered(read_source("core/merge/a.cpp", code), &header_source).size();
}

TEST(UnorderedRule, FiresOnIteration) {
  EXPECT_EQ(unordered_findings("std::unordered_map<int, int> m; for (auto& [k, v] : m) f(k);"), 1U);
  EXPECT_EQ(unordered_findings("boost::unordered_flat_map<std::string, std::vector<int>> m;\nfor (auto& e : m) f(e);"),
            1U);
  EXPECT_EQ(unordered_findings("void f(const std::unordered_set<int>& s) { std::vector<int> v(s.begin(), s.end()); }"),
            1U);
  EXPECT_EQ(unordered_findings("using Index = std::unordered_map<int, int>; Index m; for (auto& e : m) f(e);"), 1U);
  EXPECT_EQ(
      unordered_findings("using Index = boost::unordered::unordered_flat_set<int>;\nIndex m;\nfor (auto e : m) f(e);"),
      1U);
  EXPECT_EQ(unordered_findings("for (auto& e : this->index_) f(e);", "std::unordered_set<int> index_;"), 1U);
}

TEST(UnorderedRule, KeepsSilentOnLookupsOrderAndExcuses) {
  EXPECT_EQ(unordered_findings("std::unordered_map<int, int> m; if (m.find(1) != m.end()) f(m.at(1));"), 0U);
  EXPECT_EQ(unordered_findings("std::map<int, int> m; for (auto& e : m) f(e);"), 0U);
  EXPECT_EQ(unordered_findings("std::unordered_map<int, int> m; for (int i = 0; i < 3; ++i) f(m[i]);"), 0U);
  EXPECT_EQ(unordered_findings("std::unordered_map<int, V> m; for (auto& e : m.at(1)) f(e);"), 0U);
  EXPECT_EQ(unordered_findings("std::unordered_set<int> s;\n// unordered: a sum of integers\nfor (int e : s) n += e;"),
            0U);
}

TEST(Findings, SayWhereAndWhat) {
  const auto findings = check_randomness(read_source("core/a/b.cpp", "\n\nstd::rand();"));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(describe(findings[0]),
            "core/a/b.cpp:3: rand: results differ between libraries; draw from a named Rng stream");
}

}  // namespace
}  // namespace driftlab::lint
