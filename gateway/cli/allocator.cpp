// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/allocator.hpp"

#ifdef SIGNGATE_MIMALLOC
#include <mimalloc.h>
#endif

namespace signgate::cli {

void set_up_allocator() {
#ifdef SIGNGATE_MIMALLOC
  constexpr long keep_ms = 2000;
  mi_option_set_default(mi_option_decommit_delay, keep_ms);
#endif
}

}  // namespace signgate::cli
