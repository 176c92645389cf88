#include "core/metric/quantile_kernel.hpp"

#include "core/base/check.hpp"
#include "core/metric/quantile_kernel_body.inl"

namespace driftlab::metric {

QuantileKernel quantile_kernel(InstructionSet set) {
  DRIFTLAB_CHECK(has(set), "the processor lacks this instruction set");
#ifdef __x86_64__
  if (set == InstructionSet::Avx512) return quantile_block_avx512;
  if (set == InstructionSet::Avx2) return quantile_block_avx2;
#endif
  return quantile_block;
}

}  // namespace driftlab::metric
