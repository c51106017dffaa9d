// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/referrer_policy.hpp"

#include <array>
#include <utility>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

constexpr std::array<std::pair<std::string_view, ReferrerReach>, 8> known = {{
    {"no-referrer", ReferrerReach::nowhere},
    {"no-referrer-when-downgrade", ReferrerReach::anywhere},
    {"same-origin", ReferrerReach::same_origin},
    {"origin", ReferrerReach::anywhere},
    {"strict-origin", ReferrerReach::anywhere},
    {"origin-when-cross-origin", ReferrerReach::anywhere},
    {"strict-origin-when-cross-origin", ReferrerReach::anywhere},
    {"unsafe-url", ReferrerReach::anywhere},
}};

}  // namespace

std::optional<ReferrerReach> referrer_reach_of(std::string_view word) noexcept {
  for (const auto& [name, reach] : known) {
    if (equal_ignoring_case(word, name)) return reach;
  }
  return std::nullopt;
}

ReferrerReach referrer_reach(const Fields& fields) noexcept {
  // Without any, strict-origin-when-cross-origin holds.
  ReferrerReach reach = ReferrerReach::anywhere;
  for (const Field& field : fields) {
    if (field.id != HeaderId::other || !equal_ignoring_case(field.name, "referrer-policy"))
      continue;
    for_each_list_element(field.value, [&reach](std::string_view word) {
      reach = referrer_reach_of(word).value_or(reach);
    });
  }
  return reach;
}

}  // namespace signgate::http
