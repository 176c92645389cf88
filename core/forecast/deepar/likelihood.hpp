#pragma once
/// The distributions the network can emit, their parameters and how they are judged.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace driftlab::forecast::deepar {

/// SageMaker's `likelihood`.
enum class Likelihood : std::uint8_t { Gaussian, StudentT, NegativeBinomial, Beta, DeterministicL1 };

inline constexpr std::size_t kHeadRows = 4;  ///< raw outputs a head has room for; unused ones have gradient 0

/// "student-T" …, SageMaker's spelling.
[[nodiscard]] std::string_view to_string(Likelihood likelihood);
/// In the order of the enumeration.
[[nodiscard]] std::span<const std::string_view> likelihood_names();
/// Raw outputs the head gives for it: 1 to 3.
[[nodiscard]] std::size_t raw_count(Likelihood likelihood);
/// Whether targets are divided by the scale of their instance (all but beta, whose values are in (0, 1)).
[[nodiscard]] bool is_scaled(Likelihood likelihood);

/// Log-density of one observation and its derivatives by the raw outputs. For deterministic-L1 −|u − a|.
struct LogDensity {
  double value = 0.0;
  std::array<double, 3> by_raw{};
};

/// `observed` is the scaled target u for gaussian, student-T and deterministic-L1, and the target itself for
/// negative-binomial (whose parameters take the scale) and beta. The density is that of `observed`.
[[nodiscard]] LogDensity log_density(Likelihood likelihood, const std::array<double, 3>& raw, double observed,
                                     double scale);

/// Parameters of the distribution of `observed`, from raw outputs: gaussian (mu, sigma), student-T (nu, mu, sigma),
/// negative-binomial (mu, alpha), beta (p, q), deterministic-L1 (a).
[[nodiscard]] std::array<double, 3> parameters(Likelihood likelihood, const std::array<double, 3>& raw, double scale);

/// The likelihood over all steps of a shard. Rows are [step][row][column].
template <class T>
struct LikelihoodRows {
  Likelihood likelihood = Likelihood::StudentT;
  std::size_t steps = 0, columns = 0;
  const T* raw = nullptr;             ///< kHeadRows rows a step
  const double* observed = nullptr;   ///< [step][column]; anything finite and valid where the weight is 0
  const double* weight = nullptr;     ///< [step][column]; 0 where the target is missing
  const double* scale = nullptr;      ///< [column]
  const double* log_scale = nullptr;  ///< [column]; added to the loss, so that it is in units of the data
  T* gradient = nullptr;              ///< of the summed loss by the raw outputs; null when not wanted
  double* loss = nullptr;             ///< [column] += Σ weight·(−log-density + log scale)
};

/// One step of Adam over a range of parameters. Decay is of the form gradient + decay·parameter.
template <class T>
struct AdamStep {
  std::size_t count = 0;
  T* parameters = nullptr;
  const T* gradient = nullptr;
  T* first = nullptr;   ///< running mean of the gradient
  T* second = nullptr;  ///< running mean of its square
  T factor = 1;         ///< the gradient is multiplied by it: clipping and the mean over observations
  T rate = 0;           ///< learning rate / (1 − b1^k)
  T second_factor = 1;  ///< 1 / (1 − b2^k)
  T decay = 0;
};

}  // namespace driftlab::forecast::deepar
