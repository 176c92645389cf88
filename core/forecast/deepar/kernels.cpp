#include "core/forecast/deepar/kernels.hpp"

#include "core/base/check.hpp"
#include "core/forecast/deepar/kernel_body.hpp"
#include "core/forecast/deepar/kernel_tables.hpp"
#include "core/forecast/deepar/lanes_portable.hpp"

namespace driftlab::forecast::deepar {

bool has(InstructionSet set) {
#ifdef DRIFTLAB_DEEPAR_X86
  if (set == InstructionSet::Avx512) return __builtin_cpu_supports("avx512f") != 0;
  if (set == InstructionSet::Avx2) return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
#endif
  return set == InstructionSet::Portable;
}

const Kernels<float>& kernels(InstructionSet set) {
  DRIFTLAB_CHECK(has(set), "the processor lacks this instruction set");
#ifdef DRIFTLAB_DEEPAR_X86
  if (set == InstructionSet::Avx512) {
    static const auto kTable = [] {
      Kernels<float> table;
      fill_avx512(table);
      return table;
    }();
    return kTable;
  }
  if (set == InstructionSet::Avx2) {
    static const auto kTable = [] {
      Kernels<float> table;
      fill_avx2(table);
      return table;
    }();
    return kTable;
  }
#endif
  static const auto kPortable = make_kernels<LanesPortable<float>>("portable");
  return kPortable;
}

template <>
const Kernels<float>& best_kernels<float>() {
  for (const auto set : {InstructionSet::Avx512, InstructionSet::Avx2})
    if (has(set)) return kernels(set);
  return kernels(InstructionSet::Portable);
}

template <>
const Kernels<double>& best_kernels<double>() {
  static const auto kTable = make_kernels<LanesPortable<double>>("double");
  return kTable;
}

}  // namespace driftlab::forecast::deepar
