// Compiled with -mavx2: nothing here may run before `has(InstructionSet::Avx2)` said yes.
#ifdef __x86_64__
#include "core/metric/quantile_kernel_body.inl"

namespace driftlab::metric {

QuantileBlockSums quantile_block_avx2(const QuantileBlock& block, LevelSums* out) {
  return quantile_block(block, out);
}

}  // namespace driftlab::metric
#endif
