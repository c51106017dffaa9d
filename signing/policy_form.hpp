// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace signgate::signing {

/// PolicyForm is the form of the policy that is signed for a link.
enum class PolicyForm : std::uint8_t {
  canned,  // one URL until a time
  custom,  // one URL, and perhaps an address
  prefix,  // all URLs that begin alike: one signature for many links
};

}  // namespace signgate::signing
