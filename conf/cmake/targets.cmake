# The three shapes of target: a layer's library, a unit test, a fuzzer.

# Three precompiled headers serve all: the standard library, and on top of it Asio, or GoogleTest.
add_library(signgate_pch_std OBJECT ${CMAKE_SOURCE_DIR}/conf/cmake/pch.cpp)
target_link_libraries(signgate_pch_std PRIVATE signgate_options signgate_boost)
target_precompile_headers(signgate_pch_std PRIVATE ${CMAKE_SOURCE_DIR}/conf/cmake/pch_std.hpp)

add_library(signgate_pch_asio OBJECT ${CMAKE_SOURCE_DIR}/conf/cmake/pch.cpp)
target_link_libraries(signgate_pch_asio PRIVATE signgate_options signgate_asio)
target_precompile_headers(signgate_pch_asio PRIVATE ${CMAKE_SOURCE_DIR}/conf/cmake/pch_asio.hpp)

# The tests' own code need not be fast: at -O1 it compiles in half the time.
add_library(signgate_test_options INTERFACE)
target_link_libraries(signgate_test_options INTERFACE signgate_options)
# -fPIC, not the -fPIE of programs: a precompiled header holds for one of the two.
target_compile_options(signgate_test_options INTERFACE $<$<CONFIG:Release>:-O1> -fPIC)
if(SIGNGATE_TESTS)
  find_package(GTest REQUIRED)
  add_library(signgate_pch_test OBJECT ${CMAKE_SOURCE_DIR}/conf/cmake/pch.cpp)
  target_link_libraries(signgate_pch_test PRIVATE signgate_test_options signgate_boost GTest::gtest GTest::gmock)
  target_precompile_headers(signgate_pch_test PRIVATE ${CMAKE_SOURCE_DIR}/conf/cmake/pch_test.hpp)
endif()

# signgate_library(NAME [ASIO] SOURCES ... [PUBLIC libs ...] [PRIVATE libs ...])
# A layer: a static library whose link line says which layers it may include.
function(signgate_library name)
  cmake_parse_arguments(ARG "ASIO" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC signgate_boost ${ARG_PUBLIC} PRIVATE signgate_options ${ARG_PRIVATE})
  if(ARG_ASIO)
    target_link_libraries(${name} PUBLIC signgate_asio)
    target_precompile_headers(${name} REUSE_FROM signgate_pch_asio)
  else()
    target_precompile_headers(${name} REUSE_FROM signgate_pch_std)
  endif()
endfunction()

# signgate_unit_test(NAME SOURCES ... LIBS ...): one GoogleTest program; each of its tests is a ctest test.
function(signgate_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE SIGNGATE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE signgate_test_options ${ARG_LIBS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM signgate_pch_test)
  target_link_options(${name} PRIVATE ${SIGNGATE_TEST_LINK_OPTIONS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}:" PROPERTIES TIMEOUT 120)
endfunction()

# signgate_fuzzer(NAME SOURCES ... LIBS ... [MAX_LEN n]): a libFuzzer target with the seed corpus
# tests/fuzz/corpus/NAME. Without SIGNGATE_FUZZ the same entry point replays the corpus as a test.
function(signgate_fuzzer name)
  cmake_parse_arguments(ARG "" "MAX_LEN" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_MAX_LEN)
    set(ARG_MAX_LEN 4096)
  endif()
  set(target fuzz_${name})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  add_executable(${target} ${ARG_SOURCES})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE signgate_options ${ARG_LIBS})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(SIGNGATE_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer,address,undefined)
    file(APPEND ${CMAKE_BINARY_DIR}/fuzz/targets.txt "${name} ${ARG_MAX_LEN}\n")
  else()
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cpp)
    target_link_options(${target} PRIVATE ${SIGNGATE_TEST_LINK_OPTIONS})
    add_test(NAME fuzz_replay:${name} COMMAND ${target} ${corpus})
    set_tests_properties(fuzz_replay:${name} PROPERTIES TIMEOUT 120)
  endif()
endfunction()
