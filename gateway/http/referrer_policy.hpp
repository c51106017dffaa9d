// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "gateway/http/fields.hpp"

namespace signgate::http {

/// ReferrerReach is how far a page's Referrer-Policy lets at least the page's origin go.
enum class ReferrerReach : unsigned char {
  anywhere,     // all other policies, and none; not from https to http with most of them
  same_origin,  // same-origin: other origins get no Referer
  nowhere,      // no-referrer
};

/// referrer_reach reads all Referrer-Policy fields of an answer: of the words in them, with commas
/// between, the last one counts that is known, in any case. Pure. Source: W3C Referrer Policy,
/// sections 3 and 8.1.
[[nodiscard]] ReferrerReach referrer_reach(const Fields& fields) noexcept;

/// referrer_reach_of reads one word of such a policy, in any case; nothing if it is not known.
/// Pure.
[[nodiscard]] std::optional<ReferrerReach> referrer_reach_of(std::string_view word) noexcept;

}  // namespace signgate::http
