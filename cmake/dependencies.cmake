# Everything comes from packages; nothing is vendored. DRIFTLAB_BOOST_ROOT names a Boost that ./dev unpacked
# into the build folder because installing it would have removed other packages.
set(DRIFTLAB_BOOST_ROOT "" CACHE PATH "Boost beside the installed one; empty for the installed one")
if(NOT DRIFTLAB_BOOST_ROOT STREQUAL "${DRIFTLAB_BOOST_ROOT_BEFORE}")
  # What the last search found is not what this one is after.
  unset(Boost_DIR CACHE)
  unset(Boost_INCLUDE_DIR CACHE)
  unset(boost_headers_DIR CACHE)
endif()
set(DRIFTLAB_BOOST_ROOT_BEFORE "${DRIFTLAB_BOOST_ROOT}" CACHE INTERNAL "")
if(DRIFTLAB_BOOST_ROOT)
  set(BOOST_ROOT ${DRIFTLAB_BOOST_ROOT})
  set(Boost_NO_SYSTEM_PATHS ON)
endif()
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(fmt REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)

# Asio as our own targets use it: header only, no exceptions across ports, no deprecated names.
add_library(driftlab_asio INTERFACE)
target_link_libraries(driftlab_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(driftlab_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_VISIBILITY)
