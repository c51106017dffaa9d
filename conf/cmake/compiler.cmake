# Language level, warnings, hardening, sanitizers, LTO and ccache for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The optimisation flags are stated here alone; assertions of our own (SIGNGATE_CHECK) stay in release.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(SIGNGATE_DEBUG_LEVEL -O0 CACHE STRING "how far a Debug build is optimised")
set(CMAKE_CXX_FLAGS_DEBUG "${SIGNGATE_DEBUG_LEVEL} -g1 -D_GLIBCXX_ASSERTIONS")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # A precompiled header is found again only when ccache may overlook its time stamp.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()

add_library(signgate_options INTERFACE)
target_compile_options(signgate_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Inlining std::string, GCC 12 sees writes past the small buffer that are not there (its bugs 105329
  # and 105651), at -O2 alone. clang and the sanitizers watch what these would.
  target_compile_options(signgate_options INTERFACE
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  # Clang knows no -Wshadow=local, and its -Wshadow is about members too.
  target_compile_options(signgate_options INTERFACE -fpch-preprocess -Wshadow=local)
else()
  target_compile_options(signgate_options INTERFACE -Xclang -fno-pch-timestamp)
  # libFuzzer and coroutines both want the newer driver defaults of lld.
  target_link_options(signgate_options INTERFACE -fuse-ld=lld)
endif()

if(SIGNGATE_SANITIZE)
  target_compile_options(signgate_options INTERFACE
    -fsanitize=${SIGNGATE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(signgate_options INTERFACE -fsanitize=${SIGNGATE_SANITIZE})
  if(SIGNGATE_SANITIZE MATCHES "address")
    # Two million relocations of what UBSan tells of are most of a start, and the tests start many programs.
    target_link_options(signgate_options INTERFACE -no-pie)
  endif()
  if(SIGNGATE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(signgate_options INTERFACE -Wno-tsan)
  elseif(SIGNGATE_SANITIZE MATCHES "undefined" AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # What -fsanitize=function puts before a function, clang 14 cannot put before a coroutine's parts.
    target_compile_options(signgate_options INTERFACE -fno-sanitize=function)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(signgate_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection
    -fcf-protection)
  target_link_options(signgate_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()

if(SIGNGATE_FUZZ)
  # What a fuzzer is steered by; in other programs the sanitizers' runtime takes it and does nothing.
  target_compile_options(signgate_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(SIGNGATE_LTO AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Fat objects: the installed binaries link with LTO, the many test programs without, in seconds.
  target_compile_options(signgate_options INTERFACE -flto=auto -ffat-lto-objects)
  set(CMAKE_AR ${CMAKE_CXX_COMPILER_AR})
  set(CMAKE_RANLIB ${CMAKE_CXX_COMPILER_RANLIB})
  set(SIGNGATE_BINARY_LINK_OPTIONS -flto=auto -fuse-linker-plugin)
  set(SIGNGATE_TEST_LINK_OPTIONS -fno-lto)
endif()
