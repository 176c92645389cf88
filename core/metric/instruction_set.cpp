#include "core/metric/instruction_set.hpp"

#include <initializer_list>

namespace driftlab::metric {

bool has([[maybe_unused]] InstructionSet set) {
#ifdef __x86_64__
  if (set == InstructionSet::Avx512)
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
           __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  if (set == InstructionSet::Avx2) return __builtin_cpu_supports("avx2") != 0;
#endif
  return set == InstructionSet::Portable;
}

InstructionSet best_instruction_set() {
  for (const auto set : {InstructionSet::Avx512, InstructionSet::Avx2})
    if (has(set)) return set;
  return InstructionSet::Portable;
}

}  // namespace driftlab::metric
