# Everything comes from packages; nothing is vendored. DRIFTLAB_BOOST_ROOT names a Boost that ./dev unpacked
# into the build folder because installing it would have removed other packages.
if(DRIFTLAB_BOOST_ROOT)
  set(BOOST_ROOT ${DRIFTLAB_BOOST_ROOT})
  set(Boost_NO_SYSTEM_PATHS ON)
endif()
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)

# Asio as our own targets use it: header only, no exceptions across ports, no deprecated names.
add_library(driftlab_asio INTERFACE)
target_link_libraries(driftlab_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(driftlab_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_VISIBILITY)
