# Debian's packages, one interface target each. Why each was chosen: the table in README.md.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(PSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlienc libbrotlidec)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(CRYPT REQUIRED IMPORTED_TARGET libcrypt)

# The gateway's allocator. Sanitizers bring their own.
add_library(signgate_allocator INTERFACE)
if(NOT SIGNGATE_SANITIZE AND NOT SIGNGATE_FUZZ)
  find_library(MIMALLOC_LIBRARY mimalloc REQUIRED)
  target_link_libraries(signgate_allocator INTERFACE ${MIMALLOC_LIBRARY})
  target_compile_definitions(signgate_allocator INTERFACE SIGNGATE_MIMALLOC)
endif()

find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
add_library(signgate_toml INTERFACE)
target_include_directories(signgate_toml SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIR})
# No exceptions from the parser: errors are values here. The compiled library of Debian has them on,
# so the header-only form is used, in the one unit that parses.
target_compile_definitions(signgate_toml INTERFACE TOML_HEADER_ONLY=1 TOML_EXCEPTIONS=0)

# Boost's header libraries that need no Asio (system::result).
add_library(signgate_boost INTERFACE)
target_link_libraries(signgate_boost INTERFACE Boost::headers)

# Asio and Beast: compiled once (gateway/net/asio_impl.cpp), used with one thread a context.
add_library(signgate_asio INTERFACE)
target_link_libraries(signgate_asio INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(signgate_asio INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8
  # Frames of coroutines come from operator new: of those over 1,020 bytes Asio keeps none, and its
  # aligned allocation passes by the C library's caches.
  BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING
  # What Asio recycles itself comes from Boost.Align: at -O2 GCC 12 takes std::aligned_alloc, half
  # inlined, for a mismatch of new and delete.
  BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC)
