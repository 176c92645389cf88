// Compiled with -mavx512f: nothing here may run before `has(InstructionSet::Avx512)` said yes.
#ifdef __x86_64__
#include "core/metric/quantile_kernel_body.inl"

namespace driftlab::metric {

QuantileBlockSums quantile_block_avx512(const QuantileBlock& block, LevelSums* out) {
  return quantile_block(block, out);
}

}  // namespace driftlab::metric
#endif
