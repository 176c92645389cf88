// Expected values: the LSTM test vector of section 2.7 of the forecasting reference (computed outside), the Adam steps
// of section 3.2, central differences of the loss in double, and the portable kernels for the vector ones.
#include "core/forecast/deepar/network.hpp"

#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

namespace driftlab::forecast::deepar {
namespace {

constexpr std::size_t kColumns = kLanes;

TEST(Lstm, MatchesTheWorkedSteps) {
  Shape shape;
  shape.lags = 2;
  shape.layers = 1;
  shape.cells = 2;
  shape.likelihood = Likelihood::DeterministicL1;
  const Network<double> network(shape);
  const double wx[8][2] = {{.1, .2}, {-.1, .3}, {.2, -.2}, {.05, .1}, {.3, -.1}, {.2, .2}, {-.3, .1}, {.1, -.1}};
  const double wh[8][2] = {{.1, 0}, {0, .1}, {.2, .1}, {-.1, .2}, {.3, -.2}, {.1, .1}, {0, .2}, {.2, 0}};
  const double b[8] = {0, 0, 1, 1, 0, 0, 0, 0};
  std::vector<double> parameters(network.size(), 0.0);
  // The reference numbers rows gate by gate, the layout here unit by unit.
  const auto weight = [&](std::size_t unit, std::size_t k, std::size_t gate) {
    return network.layout().weights(0) + (unit * 4 + k) * 4 + gate;
  };
  for (std::size_t gate = 0; gate < 4; ++gate)
    for (std::size_t unit = 0; unit < 2; ++unit) {
      for (std::size_t k = 0; k < 2; ++k) {
        parameters[weight(unit, k, gate)] = wx[2 * gate + unit][k];
        parameters[weight(unit, 2 + k, gate)] = wh[2 * gate + unit][k];
      }
      parameters[network.layout().bias(0) + 4 * unit + gate] = b[2 * gate + unit];
    }
  // The head sums the hidden values; far above the target, |a - u| has the slope 1 of the loss sum(h_1).
  for (std::size_t k = 0; k < 2; ++k) parameters[network.layout().head() + 4 * k] = 1.0;
  Shard<double> shard;
  shard.reserve(shape, 2, kColumns);
  const double x[2][2] = {{1, -1}, {.5, 2}};
  for (std::size_t step = 0; step < 2; ++step)
    for (std::size_t k = 0; k < 2; ++k) shard.input.data()[(step * 2 + k) * kColumns] = x[step][k];
  shard.observed[kColumns] = -100.0;
  shard.weight[kColumns] = 1.0;
  network.forward(parameters.data(), shard, {}, true);
  const double* hidden = shard.layers[0].hidden.data();
  const double* cell = shard.layers[0].cell.data();
  const double expected_hidden[2][2] = {{0.0716539788, 0}, {0.0529662819, 0.1343419099}};
  const double expected_cell[2][2] = {{0.1804836648, 0}, {0.1037197054, 0.2966065700}};
  for (std::size_t step = 0; step < 2; ++step)
    for (std::size_t unit = 0; unit < 2; ++unit) {
      EXPECT_NEAR(hidden[((step + 1) * 2 + unit) * kColumns], expected_hidden[step][unit], 1e-10);
      EXPECT_NEAR(cell[((step + 1) * 2 + unit) * kColumns], expected_cell[step][unit], 1e-10);
    }
  std::vector<double> gradient(network.size(), 0.0);
  network.backward(parameters.data(), shard, {}, gradient.data());
  const double db[8] = {0.0336921708, 0.0463823187, 0.0201903344, 0,
                        0.4694596406, 0.3376986282, 0.0314957661, 0.0717204938};
  const double dwx[8][2] = {{0.0354070212, -0.0439812732}, {0.0231911594, 0.0927646375},
                            {0.0100951672, 0.0403806688},  {0, 0},
                            {0.3143499686, 0.4611983912},  {0.2318269229, 0.2975316033},
                            {0.0185851660, 0.0459678349},  {0.0358602469, 0.1434409876}};
  const double dwh[8][2] = {{-0.0002457517, 0}, {0.0033234777, 0}, {0.0014467178, 0}, {0, 0},
                            {0.0222284503, 0},  {0.0151722579, 0}, {0.0018501917, 0}, {0.0051390587, 0}};
  for (std::size_t gate = 0; gate < 4; ++gate)
    for (std::size_t unit = 0; unit < 2; ++unit) {
      const std::size_t row = 2 * gate + unit;
      EXPECT_NEAR(gradient[network.layout().bias(0) + 4 * unit + gate], db[row], 1e-10) << row;
      for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_NEAR(gradient[weight(unit, k, gate)], dwx[row][k], 1e-10) << row;
        EXPECT_NEAR(gradient[weight(unit, 2 + k, gate)], dwh[row][k], 1e-10) << row;
      }
    }
}

template <class T>
void fill_randomly(const Shape& shape, Shard<T>& shard, Rng& rng) {
  for (std::size_t i = 0; i < shard.input.size(); ++i) shard.input.data()[i] = static_cast<T>(rng.normal());
  for (std::size_t c = 0; c < shape.cardinality.size(); ++c)
    for (std::size_t column = 0; column < shard.columns; ++column)
      shard.values[c * shard.columns + column] =
          static_cast<std::uint32_t>(rng.below(static_cast<std::uint64_t>(shape.cardinality[c])));
  for (std::size_t i = 0; i < shard.observed.size(); ++i) {
    const double u = shape.likelihood == Likelihood::Beta ? rng.uniform(0.05, 0.95) : rng.normal();
    shard.observed[i] = shape.likelihood == Likelihood::NegativeBinomial ? std::floor(std::abs(4.0 * u)) : u;
    shard.weight[i] = rng.bernoulli(0.8) ? 1.0 : 0.0;
  }
  for (std::size_t c = 0; c < shard.columns; ++c) {
    shard.scale[c] = rng.uniform(0.5, 3.0);
    shard.log_scale[c] = std::log(shard.scale[c]);
  }
}

double loss_of(const Network<double>& network, const std::vector<double>& parameters, Shard<double>& shard,
               const Zoneout& zoneout) {
  network.forward(parameters.data(), shard, zoneout, false);
  double total = 0.0;
  for (const double loss : shard.loss) total += loss;
  return total;
}

/// Compares every `stride`-th parameter's gradient with the slope of the loss.
void check_gradients(const Shape& shape, std::size_t steps, const Zoneout& zoneout, std::size_t stride) {
  const Network<double> network(shape);
  std::vector<double> parameters(network.size());
  Rng rng(11, "test", "gradients");
  network.initialise(parameters, rng);
  for (double& p : parameters) p += rng.normal(0.0, 0.05);
  Shard<double> shard;
  shard.reserve(shape, steps, kColumns);
  fill_randomly(shape, shard, rng);
  std::vector<double> gradient(network.size(), 0.0);
  network.forward(parameters.data(), shard, zoneout, true);
  network.backward(parameters.data(), shard, zoneout, gradient.data());
  double largest = 0.0;
  for (const double g : gradient) largest = std::max(largest, std::abs(g));
  ASSERT_GT(largest, 0.1);
  for (std::size_t i = 0; i < parameters.size(); i += stride) {
    constexpr double kStep = 1e-5;
    const double before = parameters[i];
    parameters[i] = before + kStep;
    const double up = loss_of(network, parameters, shard, zoneout);
    parameters[i] = before - kStep;
    const double down = loss_of(network, parameters, shard, zoneout);
    parameters[i] = before;
    const double slope = (up - down) / (2 * kStep);
    EXPECT_NEAR(gradient[i], slope, 1e-6 * std::max(std::abs(slope), 0.01 * largest))
        << "parameter " << i << " of " << to_string(shape.likelihood);
  }
}

Shape small_shape(Likelihood likelihood) {
  Shape shape;
  shape.lags = 3;
  shape.covariates = 2;
  shape.cardinality = {3, 2};
  shape.embedding = 2;
  shape.layers = 2;
  shape.cells = 3;
  shape.likelihood = likelihood;
  return shape;
}

TEST(Gradient, IsTheSlopeOfTheLossForEveryParameter) {
  check_gradients(small_shape(Likelihood::StudentT), 6, {}, 1);
}

TEST(Gradient, IsTheSlopeUnderZoneoutWithItsMask) {
  check_gradients(small_shape(Likelihood::Gaussian), 6, {20'000, 5, 32}, 1);
}

TEST(Gradient, IsTheSlopeForEveryLikelihood) {
  for (const auto likelihood : {Likelihood::NegativeBinomial, Likelihood::Beta, Likelihood::DeterministicL1})
    check_gradients(small_shape(likelihood), 4, {}, 5);
}

TEST(Gradient, IsTheSlopeForOneAndThreeLayersOverManySteps) {
  // More than 16 steps: weight gradients are taken in chunks of that many.
  auto shape = small_shape(Likelihood::StudentT);
  shape.layers = 1;
  check_gradients(shape, 19, {6'000, 1, 0}, 7);
  shape.layers = 3;
  check_gradients(shape, 19, {6'000, 1, 0}, 11);
}

TEST(Gradient, OfFloatAgreesWithDouble) {
  auto shape = small_shape(Likelihood::StudentT);
  shape.cells = 13;  // no multiple of a block of any kernel
  shape.lags = 10;
  const Network<float> single(shape);
  const Network<double> wide(shape);
  std::vector<float> parameters(single.size());
  Rng rng(3, "test", "float");
  single.initialise(parameters, rng);
  const std::vector<double> same(parameters.begin(), parameters.end());
  Shard<float> shard;
  shard.reserve(shape, 17, 48);
  fill_randomly(shape, shard, rng);
  Shard<double> reference;
  reference.reserve(shape, 17, 48);
  for (std::size_t i = 0; i < shard.input.size(); ++i)
    reference.input.data()[i] = static_cast<double>(shard.input.data()[i]);
  reference.values = shard.values;
  reference.observed = shard.observed;
  reference.weight = shard.weight;
  reference.scale = shard.scale;
  reference.log_scale = shard.log_scale;
  const Zoneout zoneout{6'554, 9, 0};
  single.forward(parameters.data(), shard, zoneout, true);
  wide.forward(same.data(), reference, zoneout, true);
  for (std::size_t c = 0; c < 48; ++c) EXPECT_NEAR(shard.loss[c], reference.loss[c], 1e-4);
  std::vector<float> gradient(single.size(), 0.0f);
  std::vector<double> exact(single.size(), 0.0);
  single.backward(parameters.data(), shard, zoneout, gradient.data());
  wide.backward(same.data(), reference, zoneout, exact.data());
  for (std::size_t i = 0; i < exact.size(); ++i)
    EXPECT_NEAR(static_cast<double>(gradient[i]), exact[i], 1e-3 + 1e-4 * std::abs(exact[i])) << i;
}

/// All outputs of all float kernels on one set of inputs.
std::vector<float> outputs(const Kernels<float>& kernels, std::size_t columns) {
  constexpr std::size_t kUnits = 5, kRows = 9, kSteps = 18;
  Rng rng(5, "test", "kernels");
  const auto random = [&](AlignedArray<float>& array, std::size_t count) {
    array.reserve(count);
    for (std::size_t i = 0; i < count; ++i) array.data()[i] = static_cast<float>(rng.normal(0.0, 2.0));
  };
  AlignedArray<float> weights, bias, input, hidden, gates, cell, squashed, d_hidden, d_cell, d_out, out, gradient, raw;
  random(weights, kUnits * (kRows + kUnits) * 4);
  random(bias, 4 * kUnits);
  random(input, kSteps * kRows * columns);
  for (auto* array : {&hidden, &cell, &squashed, &d_hidden, &d_cell, &d_out, &out}) random(*array, kUnits * columns);
  random(gates, kSteps * 4 * kUnits * columns);
  random(gradient, weights.size() + bias.size());
  random(raw, kSteps * kHeadRows * columns);
  kernels.product(
      {kUnits, columns, weights.data(), bias.data(), input.data(), kRows, hidden.data(), kUnits, gates.data()});
  CellForward<float> forward{kUnits,
                             columns,
                             gates.data(),
                             cell.data(),
                             hidden.data(),
                             cell.data(),
                             squashed.data(),
                             hidden.data(),
                             d_out.data(),
                             out.data(),
                             13'000,
                             77,
                             64};
  kernels.cell_forward(forward);
  kernels.cell_backward({kUnits, columns, gates.data(), cell.data(), squashed.data(), d_out.data(), d_hidden.data(),
                         d_cell.data(), gates.data(), 13'000, 77, 64});
  kernels.product_back({kUnits, columns, weights.data(), kRows + kUnits, 2, 7, gates.data(), input.data(), true});
  kernels.weight_gradient({kUnits, columns, kSteps, gates.data(), 4 * kUnits * columns, input.data(), kRows * columns,
                           kRows + kUnits, 0, kRows, gradient.data(), gradient.data() + weights.size()});
  std::vector<double> observed(kSteps * columns), weight(kSteps * columns, 1.0), scale(columns, 2.0), loss(columns);
  for (double& u : observed) u = std::floor(std::abs(rng.normal(0.0, 5.0)));
  std::vector<float> all;
  for (int kind = 0; kind < 5; ++kind) {
    const auto likelihood = static_cast<Likelihood>(kind);
    AlignedArray<float> d_raw;
    d_raw.reserve(raw.size());
    kernels.likelihood({likelihood, kSteps, columns, raw.data(), observed.data(), weight.data(), scale.data(),
                        scale.data(), d_raw.data(), loss.data()});
    all.insert(all.end(), d_raw.data(), d_raw.data() + d_raw.size());
  }
  for (const double value : loss) all.push_back(static_cast<float>(value));
  for (std::size_t i = 0; i < kUnits * columns; ++i) d_cell.data()[i] = std::abs(d_cell.data()[i]);
  kernels.adam({kUnits * 16, gradient.data(), weights.data(), d_hidden.data(), d_cell.data(), 0.5f, 0.01f, 1.5f, 0.1f});
  for (const auto* array : {&gates, &cell, &squashed, &hidden, &out, &d_hidden, &d_cell, &input, &gradient})
    all.insert(all.end(), array->data(), array->data() + array->size());
  return all;
}

TEST(Kernels, GiveTheSameBitsInEveryInstructionSet) {
  for (const std::size_t columns : {16u, 32u, 80u}) {
    const auto portable = outputs(kernels(InstructionSet::Portable), columns);
    for (const auto set : {InstructionSet::Avx2, InstructionSet::Avx512}) {
      if (!has(set)) continue;
      const auto vector = outputs(kernels(set), columns);
      ASSERT_EQ(vector.size(), portable.size());
      EXPECT_EQ(std::memcmp(vector.data(), portable.data(), portable.size() * sizeof(float)), 0)
          << kernels(set).name << " " << columns;
    }
  }
}

TEST(Kernels, TanhAndLogisticAreAccurate) {
  // One unit, weights 1 on the only input: the gates are functions of the input.
  for (double x = -12.0; x < 12.0; x += 0.01) {
    alignas(64) float gates[4 * 16], zero[16] = {}, cell[16], squashed[16], hidden[16];
    for (float& g : gates) g = static_cast<float>(x);
    CellForward<float> forward;
    forward.units = 1;
    forward.columns = 16;
    forward.gates = gates;
    forward.cell_before = zero;
    forward.hidden_before = zero;
    forward.cell = cell;
    forward.tanh_cell = squashed;
    forward.hidden = hidden;
    best_kernels<float>().cell_forward(forward);
    const double argument = static_cast<double>(static_cast<float>(x));
    EXPECT_NEAR(static_cast<double>(gates[0]), 1.0 / (1.0 + std::exp(-argument)), 5e-7);
    EXPECT_NEAR(static_cast<double>(gates[32]), std::tanh(argument), 7e-7);
    EXPECT_NEAR(static_cast<double>(squashed[0]), std::tanh(static_cast<double>(cell[0])), 7e-7);
  }
}

TEST(Adam, TakesTheWorkedSteps) {
  double theta = 1.0, first = 0.0, second = 0.0;
  const double gradients[] = {0.5, -0.2, 0.3}, expected[] = {0.9000000020, 0.8654394181, 0.8109953837};
  for (int k = 0; k < 3; ++k) {
    AdamStep<double> step;
    step.count = 1;
    step.parameters = &theta;
    step.gradient = &gradients[k];
    step.first = &first;
    step.second = &second;
    step.rate = 0.1 / (1.0 - std::pow(0.9, k + 1));
    step.second_factor = 1.0 / (1.0 - std::pow(0.999, k + 1));
    best_kernels<double>().adam(step);
    EXPECT_NEAR(theta, expected[k], 1e-10);
  }
}

}  // namespace
}  // namespace driftlab::forecast::deepar
