#pragma once
/// One kernel, several instruction sets, chosen when the program runs.
///
/// A kernel is an inline function marked `DRIFTLAB_KERNEL`; `DRIFTLAB_DISPATCH` compiles it once for AVX-512, once for
/// AVX2 and once for the base instruction set and calls the best the processor has. Kernels keep explicit partial sums
/// in a fixed number of lanes, so that every version adds in the same order and the results are the same to the bit
/// (no fused multiply-add: the project compiles with -ffp-contract=off).

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define DRIFTLAB_KERNEL [[gnu::always_inline]] inline
// NOLINTBEGIN(cppcoreguidelines-macro-usage): the attribute cannot be given by a template.
#define DRIFTLAB_DISPATCH(result, name, kernel, parameters, arguments)                                                 \
  [[gnu::target("avx512f,avx512dq,avx512vl,avx512bw")]] static result name##_avx512 parameters {                       \
    return kernel arguments;                                                                                           \
  }                                                                                                                    \
  [[gnu::target("avx2")]] static result name##_avx2 parameters {                                                       \
    return kernel arguments;                                                                                           \
  }                                                                                                                    \
  static result name##_base parameters {                                                                               \
    return kernel arguments;                                                                                           \
  }                                                                                                                    \
  result name parameters {                                                                                             \
    static const auto chosen =                                                                                         \
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") \
            ? &name##_avx512                                                                                           \
            : (__builtin_cpu_supports("avx2") ? &name##_avx2 : &name##_base);                                          \
    return chosen arguments;                                                                                           \
  }
#else
#define DRIFTLAB_KERNEL inline
#define DRIFTLAB_DISPATCH(result, name, kernel, parameters, arguments) \
  result name parameters {                                             \
    return kernel arguments;                                           \
  }
#endif
// NOLINTEND(cppcoreguidelines-macro-usage)
