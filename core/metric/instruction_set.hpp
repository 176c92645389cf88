#pragma once
/// The instruction sets kernels are compiled for.

namespace driftlab::metric {

enum class InstructionSet { Portable, Avx2, Avx512 };

/// Whether this processor and this build have it. Portable always.
[[nodiscard]] bool has(InstructionSet set);
/// The widest this processor has.
[[nodiscard]] InstructionSet best_instruction_set();

}  // namespace driftlab::metric
