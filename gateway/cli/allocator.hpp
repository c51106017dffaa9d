// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace signgate::cli {

/// set_up_allocator has mimalloc keep for two seconds what is freed before the system gets it back,
/// unless its own variables in the environment say otherwise: by default it takes 25 ms, after
/// which each answer pays for fresh pages. Call it before any thread. Without mimalloc it does
/// nothing. Source: mimalloc's mi_option_decommit_delay.
void set_up_allocator();

}  // namespace signgate::cli
