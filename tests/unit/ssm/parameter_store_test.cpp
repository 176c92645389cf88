/// Parameter Store. Rules and codes: section 9.14 of the wire reference.

#include "sim/service/ssm/parameter_store.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/service/ssm/names.hpp"

namespace driftlab::service::ssm {
namespace {

using namespace ops::ssm;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Instant kNow = from_civil(2026, 3, 2);

struct Lines : Journal {
  void record(std::string_view service, std::string_view event, std::string_view name,
              std::string_view detail) override {
    lines.push_back(std::string(service) + " " + std::string(event) + " " + std::string(name) + " " +
                    std::string(detail));
  }
  std::vector<std::string> lines;
};
struct Events : EventPublisher {
  void publish(ops::events::PutEventsEntry entry) override { sent.push_back(std::move(entry)); }
  std::vector<ops::events::PutEventsEntry> sent;
};

class Parameters : public ::testing::Test {
 protected:
  std::string put(const std::string& name, const std::string& value, bool overwrite = false,
                  const std::string& type = "String") {
    const auto result =
        store.handle(PutParameterInput{.name = name, .value = value, .overwrite = overwrite, .type = type}, kNow);
    return result.has_error() ? result.error().code : "version " + std::to_string(result->version);
  }
  std::string get(const std::string& name, bool with_decryption = false) {
    const auto result = store.handle(GetParameterInput{.name = name, .with_decryption = with_decryption}, kNow);
    return result.has_error() ? result.error().code : result->value;
  }
  std::vector<std::string> by_path(const std::string& path, bool recursive) {
    const auto result = store.handle(GetParametersByPathInput{.path = path, .recursive = recursive}, kNow);
    std::vector<std::string> names;
    if (result.has_error()) return {result.error().code};
    for (const auto& parameter : result->parameters) names.push_back(parameter.name);
    return names;
  }

  Lines journal;
  Events events;
  ParameterStore store{{}, journal, &events};
};

TEST_F(Parameters, VersionsCountFromOneAndOverwritingMustBeAskedFor) {
  EXPECT_EQ(put("/m/threshold", "0.24"), "version 1");
  EXPECT_EQ(put("/m/threshold", "0.30"), "ParameterAlreadyExists");
  EXPECT_EQ(get("/m/threshold"), "0.24");
  EXPECT_EQ(put("/m/threshold", "0.30", true), "version 2");
  EXPECT_EQ(get("/m/threshold"), "0.30");
  EXPECT_EQ(get("/m/threshold:1"), "0.24");
  EXPECT_EQ(get("/m/threshold:3"), "ParameterVersionNotFound");
  EXPECT_EQ(get("/m/threshold:label"), "ParameterVersionNotFound");
  const auto whole = store.handle(GetParameterInput{.name = "/m/threshold"}, kNow + 1h);
  EXPECT_EQ(whole->version, 2);
  EXPECT_EQ(whole->last_modified, kNow);
  EXPECT_EQ(whole->name, "/m/threshold");
}

TEST_F(Parameters, AbsentParameterHasItsOwnCodeAndNoMessage) {
  const auto result = store.handle(GetParameterInput{.name = "/nowhere"}, kNow);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error(), (Error{ErrorKind::NotFound, "ParameterNotFound", ""}));
}

TEST_F(Parameters, OldestOf101VersionsIsForgotten) {
  for (int version = 1; version <= 101; ++version) put("p", std::to_string(version), true);
  EXPECT_EQ(get("p"), "101");
  EXPECT_EQ(get("p:2"), "2");
  EXPECT_EQ(get("p:1"), "ParameterVersionNotFound");
}

TEST_F(Parameters, PathListsOneLevelOrAll) {
  for (const char* name : {"/a/b/c", "/a/b", "/a/x", "/ab", "/b", "plain"}) put(name, "v");
  EXPECT_THAT(by_path("/a", false), ElementsAre("/a/b", "/a/x"));
  EXPECT_THAT(by_path("/a/", true), ElementsAre("/a/b", "/a/b/c", "/a/x"));
  EXPECT_THAT(by_path("/", false), ElementsAre("/ab", "/b"));
  EXPECT_THAT(by_path("/none", true), IsEmpty());
  EXPECT_THAT(by_path("a", true), ElementsAre("ValidationException"));
}

TEST_F(Parameters, SeveralAreReadAtOnce) {
  put("b", "2");
  put("a", "1");
  const auto result = store.handle(GetParametersInput{.names = {"b", "zz", "a", "yy"}}, kNow);
  ASSERT_TRUE(result.has_value());
  ASSERT_EQ(result->parameters.size(), 2u);
  EXPECT_EQ(result->parameters[0].value, "1");
  EXPECT_EQ(result->parameters[1].value, "2");
  EXPECT_THAT(result->invalid_parameters, ElementsAre("yy", "zz"));
  EXPECT_TRUE(store.handle(GetParametersInput{}, kNow).has_error());
  EXPECT_TRUE(store.handle(GetParametersInput{.names = std::vector<std::string>(11, "a")}, kNow).has_error());
}

TEST_F(Parameters, DeletedParameterStartsAgainAtVersionOne) {
  put("p", "v");
  put("p", "w", true);
  EXPECT_TRUE(store.handle(DeleteParameterInput{"p"}, kNow).has_value());
  EXPECT_EQ(get("p"), "ParameterNotFound");
  EXPECT_EQ(store.handle(DeleteParameterInput{"p"}, kNow).error().code, "ParameterNotFound");
  EXPECT_EQ(put("p", "x"), "version 1");
}

TEST_F(Parameters, NamesFollowTheRules) {
  for (const char* legal :
       {"a", "/a", "/rdi-mlops/sagemaker/model-build/target/freq", "a.b-c_D9", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15"})
    EXPECT_TRUE(check_name(legal).has_value()) << legal;
  for (const char* illegal : {"", "a/b", "/a/", "/a//b", "a b", "a:1", "aws", "/AWS/x", "ssm-x", "/Ssm", "\xc3\xa9"})
    EXPECT_EQ(check_name(illegal).error().code, "ValidationException") << illegal;
  EXPECT_EQ(check_name("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16").error().code, "HierarchyLevelLimitExceededException");
  EXPECT_TRUE(check_name(std::string(1011, 'n')).has_value());
  EXPECT_TRUE(check_name(std::string(1012, 'n')).has_error());
}

TEST_F(Parameters, ValuesHaveOneTo4096BytesOfAKnownType) {
  EXPECT_EQ(put("a", std::string(4096, 'v')), "version 1");
  EXPECT_EQ(put("b", std::string(4097, 'v')), "ValidationException");
  EXPECT_EQ(put("b", ""), "ValidationException");
  EXPECT_EQ(put("b", "v", false, "Number"), "UnsupportedParameterType");
  EXPECT_EQ(put("a b", "v"), "ValidationException");
  EXPECT_EQ(get("b"), "ParameterNotFound");
}

TEST_F(Parameters, SecureStringIsShownOnlyDecrypted) {
  put("secret", "pass-word", false, "SecureString");
  EXPECT_EQ(get("secret", true), "pass-word");
  EXPECT_EQ(get("secret").find("pass"), std::string::npos);
  ASSERT_EQ(journal.lines.size(), 1u);
  EXPECT_EQ(journal.lines[0], R"(ssm ParameterCreate secret {"version":1})");
}

TEST_F(Parameters, ChangesAreJournalledAndAnnouncedReadsAreNot) {
  put("/p", "v \"quoted\"");
  put("/p", "w");
  put("/p", "w", true);
  get("/p");
  (void)store.handle(DeleteParameterInput{"/p"}, kNow + 1s);
  EXPECT_THAT(journal.lines, ElementsAre(R"(ssm ParameterCreate /p {"version":1,"value":"v \"quoted\""})",
                                         R"(ssm ParameterUpdate /p {"version":2,"value":"w"})",
                                         R"(ssm ParameterDelete /p {"version":2})"));
  ASSERT_EQ(events.sent.size(), 3u);
  EXPECT_EQ(events.sent[1].source, "aws.ssm");
  EXPECT_EQ(events.sent[1].detail_type, "Parameter Store Change");
  EXPECT_THAT(events.sent[1].resources, ElementsAre("arn:aws:ssm:eu-west-1:123456789012:parameter/p"));
  EXPECT_EQ(nlohmann::json::parse(events.sent[1].detail),
            nlohmann::json::parse(R"({"operation":"Update","name":"/p","type":"String"})"));
  EXPECT_EQ(events.sent[2].time, kNow + 1s);
}

// Both forms stand in the reference.
TEST_F(Parameters, ArnHasNoDoubledSlash) {
  EXPECT_EQ(store.arn("/a/b"), "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b");
  EXPECT_EQ(store.arn("x"), "arn:aws:ssm:eu-west-1:123456789012:parameter/x");
}

}  // namespace
}  // namespace driftlab::service::ssm
