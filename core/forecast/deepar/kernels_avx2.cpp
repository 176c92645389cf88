// Compiled with -mavx2 -mfma: nothing here may run before `has(InstructionSet::Avx2)` said yes.
#include "core/forecast/deepar/kernel_body.hpp"
#include "core/forecast/deepar/kernel_tables.hpp"
#include "core/forecast/deepar/lanes_avx2.hpp"

namespace driftlab::forecast::deepar {

void fill_avx2(Kernels<float>& table) {
  table = make_kernels<Lanes256>("avx2");
}

}  // namespace driftlab::forecast::deepar
