// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/rewriting.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signgate::rewrite;
  testing::check_rewriting(Format::text, data, size);
  return 0;
}
