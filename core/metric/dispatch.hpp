#pragma once
/// One kernel, several instruction sets, chosen when the program runs.
///
/// A kernel is an inline function marked `DRIFTLAB_KERNEL`; `DRIFTLAB_DISPATCH` compiles it once for AVX-512, once for
/// AVX2 and once for the base instruction set. It defines `name`, which calls the best the processor has, and
/// `name_for(InstructionSet)`, which gives the pointer to one of them. Kernels keep explicit partial sums in a fixed
/// number of lanes, so that every version adds in the same order and the results are the same to the bit (no fused
/// multiply-add: the project compiles with -ffp-contract=off). Kernels in terms of vector types do not go this way:
/// the compiler splits those for the base set before it inlines them (see quantile_kernel.hpp).

#include "core/metric/instruction_set.hpp"

// NOLINTBEGIN(cppcoreguidelines-macro-usage,bugprone-macro-parentheses): the attribute cannot be given by a template,
// and types and parameter lists cannot stand in parentheses.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define DRIFTLAB_KERNEL [[gnu::always_inline]] inline
#define DRIFTLAB_DISPATCH(result, name, kernel, parameters, arguments)                           \
  [[gnu::target("avx512f,avx512dq,avx512vl,avx512bw")]] static result name##_avx512 parameters { \
    return kernel arguments;                                                                     \
  }                                                                                              \
  [[gnu::target("avx2")]] static result name##_avx2 parameters {                                 \
    return kernel arguments;                                                                     \
  }                                                                                              \
  static result name##_base parameters {                                                         \
    return kernel arguments;                                                                     \
  }                                                                                              \
  auto name##_for(InstructionSet set)->result(*) parameters {                                    \
    if (set == InstructionSet::Avx512) return name##_avx512;                                     \
    return set == InstructionSet::Avx2 ? name##_avx2 : name##_base;                              \
  }                                                                                              \
  result name parameters {                                                                       \
    static const auto chosen = name##_for(best_instruction_set());                               \
    return chosen arguments;                                                                     \
  }
#else
#define DRIFTLAB_KERNEL inline
#define DRIFTLAB_DISPATCH(result, name, kernel, parameters, arguments) \
  static result name##_base parameters {                               \
    return kernel arguments;                                           \
  }                                                                    \
  auto name##_for(InstructionSet)->result(*) parameters {              \
    return name##_base;                                                \
  }                                                                    \
  result name parameters {                                             \
    return kernel arguments;                                           \
  }
#endif
// NOLINTEND(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)
