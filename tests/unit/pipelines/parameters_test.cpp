/// Parameters are sent as text and used by type (section 16.1).

#include "sim/service/pipelines/parameters.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/pipelines/fakes.hpp"

namespace driftlab::service::pipelines {
namespace {

Definition with_parameters(const std::string& parameters) {
  return parse_definition(definition_of("[" + processing("A") + "]", "[" + parameters + "]")).value();
}
const char* const kAll =
    R"({"Name":"s","Type":"String","DefaultValue":"x"},{"Name":"i","Type":"Integer","DefaultValue":1},
  {"Name":"f","Type":"Float","DefaultValue":1},{"Name":"b","Type":"Boolean","DefaultValue":false})";

std::string bound(const Definition& definition, const std::map<std::string, std::string>& given) {
  const auto values = bind_parameters(definition, given);
  if (!values) {
    EXPECT_EQ(values.error().code, "ValidationException");
    return values.error().message;
  }
  std::string text;
  for (const auto& [name, value] : *values) text += name + "=" + value->dump() + " ";
  return text;
}

TEST(Parameters, DefaultsHoldWhereNothingIsGiven) {
  EXPECT_EQ(bound(with_parameters(kAll), {}), "b=false f=1.0 i=1 s=\"x\" ");
}

TEST(Parameters, TextsAreConvertedByType) {
  EXPECT_EQ(bound(with_parameters(kAll), {{"s", "7"}, {"i", "-7"}, {"f", "0.24"}, {"b", "True"}}),
            "b=true f=0.24 i=-7 s=\"7\" ");
  EXPECT_EQ(bound(with_parameters(kAll), {{"f", "3"}}), "b=false f=3.0 i=1 s=\"x\" ");
}

TEST(Parameters, RefusesTextsOfAnotherType) {
  const Definition definition = with_parameters(kAll);
  EXPECT_EQ(bound(definition, {{"i", "1.5"}}), "parameter 'i': expected Integer, found '1.5'");
  EXPECT_EQ(bound(definition, {{"i", "9223372036854775808"}}),
            "parameter 'i': expected Integer, found '9223372036854775808'");
  EXPECT_EQ(bound(definition, {{"f", "nan"}}), "parameter 'f': expected Float, found 'nan'");
  EXPECT_EQ(bound(definition, {{"b", "1"}}), "parameter 'b': expected Boolean, found '1'");
  EXPECT_EQ(bound(definition, {{"s", "\xff"}}), "parameter 's': expected String, found '\xff'");
}

TEST(Parameters, RefusesUnknownMissingAndUnlistedValues) {
  const Definition definition =
      with_parameters(R"({"Name":"Approval","Type":"String","EnumValues":["Approved","Pending"]})");
  EXPECT_EQ(bound(definition, {}), "parameter 'Approval' has no default: expected a value");
  EXPECT_EQ(bound(definition, {{"Aproval", "Approved"}}), "unknown parameter 'Aproval'; did you mean 'Approval'?");
  EXPECT_EQ(bound(definition, {{"Approval", "Yes"}}),
            "parameter 'Approval': expected one of \"Approved\", \"Pending\", found 'Yes'");
  EXPECT_EQ(bound(definition, {{"Approval", "Approved"}}), "Approval=\"Approved\" ");
}

}  // namespace
}  // namespace driftlab::service::pipelines
