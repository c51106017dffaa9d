// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/cli/demo/cases.hpp"
#include "gateway/cli/demo/chain_trace.hpp"

/// The links that the picture of the chain offers to click.
namespace signgate::cli::demo {

/// ChainLink is one of them. What lights up comes from the edge's answer; `fails` and `is_hit` are
/// what the demo's check holds that to.
struct ChainLink {
  CaseKind kind;
  std::string_view slug;       // for addresses
  std::string_view title;      // a few words
  std::string_view done;       // what the visitor does with the link, at most 26 characters
  std::string_view object;     // that the site's page links to, below /media/
  std::optional<Check> fails;  // the check that has to refuse it; none: it opens
  bool is_hit = false;         // it is to come from the edge's cache
};

/// chain_links lists them, the allowed one first. Immutable; any thread.
[[nodiscard]] std::span<const ChainLink> chain_links() noexcept;

/// find_chain_link is the one with that slug; null when there is none.
[[nodiscard]] const ChainLink* find_chain_link(std::string_view slug) noexcept;

/// due_lights is what has to light up for `link`, in the order of Check.
[[nodiscard]] std::array<Light, check_count> due_lights(const ChainLink& link) noexcept;

}  // namespace signgate::cli::demo
