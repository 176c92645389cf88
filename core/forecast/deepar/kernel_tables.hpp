#pragma once
/// What the translation units of the instruction sets give to the dispatch in kernels.cpp.

#include "core/forecast/deepar/kernels.hpp"

namespace driftlab::forecast::deepar {

void fill_avx512(Kernels<float>& table);
void fill_avx2(Kernels<float>& table);

}  // namespace driftlab::forecast::deepar
