// Names, defaults, ranges: the hyperparameter tables of the SageMaker developer guide, as section 1.1 of the
// forecasting reference gives them.
#include "core/forecast/deepar/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::forecast::deepar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::map<std::string, std::string> kRequired{
    {"time_freq", "1min"}, {"prediction_length", "5"}, {"context_length", "6"}, {"epochs", "7"}};

std::string failure(const std::string& name, const std::string& value) {
  auto values = kRequired;
  values[name] = value;
  const auto result = read_settings(values);
  return result ? "no failure" : result.error().message;
}

Settings with(const std::string& name, const std::string& value) {
  auto values = kRequired;
  values[name] = value;
  return read_settings(values).value();
}

TEST(Settings, DefaultsAreSageMakers) {
  const auto s = read_settings(kRequired).value();
  EXPECT_EQ(s.prediction_length, 5);
  EXPECT_EQ(s.context_length, 6);
  EXPECT_EQ(s.epochs, 7);
  EXPECT_EQ(s.num_cells, 40);
  EXPECT_EQ(s.num_layers, 2);
  EXPECT_EQ(s.likelihood, Likelihood::StudentT);
  EXPECT_EQ(s.dropout_rate, 0.1);
  EXPECT_EQ(s.learning_rate, 1e-3);
  EXPECT_EQ(s.mini_batch_size, 128);
  EXPECT_EQ(s.embedding_dimension, 10);
  EXPECT_EQ(s.cardinality.kind, FromData::Kind::Auto);
  EXPECT_EQ(s.num_dynamic_feat.kind, FromData::Kind::Auto);
  EXPECT_THAT(s.test_quantiles, ElementsAre(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9));
  EXPECT_EQ(s.num_eval_samples, 100);
  EXPECT_FALSE(s.early_stopping_patience);
}

TEST(Settings, ValuesOfThePublishedSystemAreRead) {
  const auto s = read_settings({{"time_freq", "1min"},
                                {"prediction_length", "5"},
                                {"context_length", "5"},
                                {"epochs", "253"},
                                {"early_stopping_patience", "40"},
                                {"mini_batch_size", "114"},
                                {"learning_rate", "0.004968"},
                                {"dropout_rate", "0.10126986"},
                                {"embedding_dimension", "19"},
                                {"likelihood", "student-T"}});
  ASSERT_TRUE(s);
  EXPECT_EQ(s->early_stopping_patience, 40);
  EXPECT_EQ(s->dropout_rate, 0.10126986);
}

TEST(Settings, LikelihoodsAreReadInAnyCase) {
  EXPECT_EQ(with("likelihood", "student-t").likelihood, Likelihood::StudentT);
  EXPECT_EQ(with("likelihood", "Gaussian").likelihood, Likelihood::Gaussian);
  EXPECT_EQ(with("likelihood", "negative-binomial").likelihood, Likelihood::NegativeBinomial);
  EXPECT_EQ(with("likelihood", "beta").likelihood, Likelihood::Beta);
  EXPECT_EQ(with("likelihood", "deterministic-L1").likelihood, Likelihood::DeterministicL1);
}

TEST(Settings, CountsMayComeFromTheData) {
  EXPECT_EQ(with("cardinality", "").cardinality.kind, FromData::Kind::Ignore);
  EXPECT_EQ(with("cardinality", "ignore").cardinality.kind, FromData::Kind::Ignore);
  EXPECT_THAT(with("cardinality", "[3, 12]").cardinality.given, ElementsAre(3, 12));
  EXPECT_EQ(with("num_dynamic_feat", "ignore").num_dynamic_feat.kind, FromData::Kind::Ignore);
  EXPECT_THAT(with("num_dynamic_feat", "2").num_dynamic_feat.given, ElementsAre(2));
}

TEST(Settings, MistakesNameHyperparameterRangeAndValue) {
  EXPECT_EQ(failure("num_cells", "0"), "hyperparameter num_cells: '0' is not an integer from 1 to 4096");
  EXPECT_THAT(failure("num_cells", "40.5"), HasSubstr("'40.5' is not an integer"));
  EXPECT_THAT(failure("num_cell", "40"), HasSubstr("unknown hyperparameter 'num_cell'; did you mean 'num_cells'?"));
  EXPECT_THAT(failure("num_layers", "-1"), HasSubstr("num_layers"));
  EXPECT_THAT(failure("likelihood", "poisson"), HasSubstr("gaussian, beta, negative-binomial, student-T"));
  EXPECT_EQ(failure("dropout_rate", "1"), "hyperparameter dropout_rate: '1' is not a number from 0 to below 1");
  EXPECT_EQ(failure("dropout_rate", "0"), "no failure");
  EXPECT_THAT(failure("learning_rate", "0"), HasSubstr("learning_rate: '0' is not a number above 0"));
  EXPECT_THAT(failure("learning_rate", "nan"), HasSubstr("learning_rate"));
  EXPECT_THAT(failure("mini_batch_size", "many"), HasSubstr("mini_batch_size: 'many'"));
  EXPECT_THAT(failure("cardinality", "[3, 0]"), HasSubstr("cardinality: '[3, 0]'"));
  EXPECT_THAT(failure("cardinality", "3"), HasSubstr("cardinality"));
  EXPECT_THAT(failure("num_dynamic_feat", "0"), HasSubstr("num_dynamic_feat"));
  EXPECT_THAT(failure("test_quantiles", "[0.5, 1]"), HasSubstr("test_quantiles"));
  EXPECT_THAT(failure("test_quantiles", "[0.5,]"), HasSubstr("test_quantiles"));
  EXPECT_THAT(failure("test_quantiles", "[]"), HasSubstr("test_quantiles"));
  EXPECT_THAT(failure("early_stopping_patience", "0"), HasSubstr("early_stopping_patience"));
  EXPECT_THAT(failure("epochs", ""), HasSubstr("epochs: ''"));
}

TEST(Settings, RequiredOnesAreRequired) {
  for (const auto& [name, value] : kRequired) {
    auto values = kRequired;
    values.erase(name);
    const auto result = read_settings(values);
    ASSERT_FALSE(result) << name;
    EXPECT_THAT(result.error().message, HasSubstr("hyperparameter " + name + " is required"));
  }
}

TEST(Settings, TuningRangesAreSageMakers) {
  std::string text;
  for (const auto& spec : hyperparameter_specs())
    if (!spec.tunable_low.empty())
      text += std::string(spec.name) + " " + std::string(spec.tunable_low) + " " + std::string(spec.tunable_high) +
              (spec.tunable_integer ? " int\n" : "\n");
  EXPECT_EQ(text,
            "epochs 1 1000 int\ncontext_length 1 200 int\nmini_batch_size 32 1028 int\nlearning_rate 1e-5 1e-1\n"
            "num_cells 30 200 int\nnum_layers 1 8 int\ndropout_rate 0 0.2\nembedding_dimension 1 50 int\n");
}

}  // namespace
}  // namespace driftlab::forecast::deepar
