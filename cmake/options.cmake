# Two INTERFACE targets every folder links: how we compile, and what we are warned of.
add_library(driftlab_options INTERFACE)
# Contraction to fused multiply-add would make results depend on the compiler and the machine.
target_compile_options(driftlab_options INTERFACE -ffp-contract=off)
target_include_directories(driftlab_options INTERFACE ${CMAKE_SOURCE_DIR})
if(DRIFTLAB_SANITIZE)
  target_compile_options(driftlab_options INTERFACE -fsanitize=${DRIFTLAB_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(driftlab_options INTERFACE -fsanitize=${DRIFTLAB_SANITIZE})
  if(DRIFTLAB_SANITIZE MATCHES "thread")
    # Asio fences around its handlers; its queues are locked too, which is what ThreadSanitizer follows.
    target_compile_options(driftlab_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
  if(DRIFTLAB_SANITIZE MATCHES "undefined")
    target_compile_options(driftlab_options INTERFACE -fno-sanitize-recover=undefined)
    # What clang puts before a function for this check cannot stand before the parts of a coroutine (clang 14).
    target_compile_options(driftlab_options INTERFACE $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
  endif()
endif()
if(DRIFTLAB_FUZZ)
  target_compile_options(driftlab_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(DRIFTLAB_COVERAGE)
  target_compile_options(driftlab_options INTERFACE --coverage)
  target_link_options(driftlab_options INTERFACE --coverage)
endif()

# Of the tests' own files, not of what they test: UBSan doubles the time to compile them and finds nothing there that ASan
# and the warnings do not. Linked last, so that it comes after -fsanitize.
add_library(driftlab_test_options INTERFACE)
if(DRIFTLAB_SANITIZE MATCHES "undefined")
  target_compile_options(driftlab_test_options INTERFACE -fno-sanitize=undefined)
endif()
# Line numbers in stack traces are all that continuous integration needs of debug information.
if(DRIFTLAB_CI_SUITES)
  target_compile_options(driftlab_options INTERFACE -g1)
endif()

add_library(driftlab_warnings INTERFACE)
target_compile_options(driftlab_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
  # Operation types have defaults for every member; naming only the ones that matter is the point.
  -Wno-missing-field-initializers
  # g++ 13 takes a reference out of a temporary's argument for one into the temporary.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-dangling-reference>)
if(DRIFTLAB_WERROR)
  target_compile_options(driftlab_warnings INTERFACE -Werror)
endif()
