# driftlab_library(core_base SOURCES a.cpp … LINKS fmt::fmt …)
#
# One library per folder. Fails when a .cpp of the folder is not listed: a file nobody compiles is a file nobody tests.
function(driftlab_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  driftlab_require_listed(${name} "${arg_SOURCES}")
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC driftlab_options ${arg_LINKS} PRIVATE driftlab_warnings ${arg_PRIVATE_LINKS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE driftlab_options ${arg_LINKS})
  endif()
endfunction()

# driftlab_test(unit_base LABEL unit SOURCES a_test.cpp … LINKS core_base …)
#
# One GoogleTest program; every TEST in it becomes a ctest of that label. DRIFTLAB_DATA_DIR and the
# source folder reach the tests through their environment.
function(driftlab_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINKS" ${ARGN})
  driftlab_require_listed(${name} "${arg_SOURCES}")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE driftlab_options driftlab_warnings ${arg_LINKS} GTest::gmock GTest::gtest_main
    driftlab_test_options)
  gtest_discover_tests(${name} TEST_PREFIX "${name}/" DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${arg_LABEL} ENVIRONMENT "DRIFTLAB_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endfunction()

function(driftlab_require_listed name sources)
  file(GLOB present RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS *.cpp)
  foreach(file IN LISTS present)
    if(NOT file IN_LIST sources)
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/${file} is not listed in the sources of ${name}")
    endif()
  endforeach()
endfunction()

# Adds every folder below the current one that has a CMakeLists.txt, in the order given first, then by name.
function(driftlab_add_folders)
  foreach(folder IN LISTS ARGN)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()
