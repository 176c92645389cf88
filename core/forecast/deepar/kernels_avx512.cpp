// Compiled with -mavx512f: nothing here may run before `has(InstructionSet::Avx512)` said yes.
#include "core/forecast/deepar/kernel_body.hpp"
#include "core/forecast/deepar/kernel_tables.hpp"
#include "core/forecast/deepar/lanes_avx512.hpp"

namespace driftlab::forecast::deepar {

void fill_avx512(Kernels<float>& table) {
  table = make_kernels<Lanes512>("avx512");
}

}  // namespace driftlab::forecast::deepar
