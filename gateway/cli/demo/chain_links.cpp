// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/chain_links.hpp"

#include <algorithm>

namespace signgate::cli::demo {
namespace {

constexpr std::array<ChainLink, 14> all = {{
    {CaseKind::as_signed, "signed", "The link as the page has it", "opens it as it is",
     "private/album/lake-320.png", std::nullopt, false},
    {CaseKind::asked_again, "again", "The same link, a second time", "opens it once more",
     "private/album/lake-320.png", std::nullopt, true},
    {CaseKind::unsigned_link, "unsigned", "Without a signature", "cuts off what was signed",
     "private/album/dunes-320.png", Check::key, false},
    {CaseKind::unknown_key, "unknown-key", "With another key's id", "names a key of nobody's",
     "private/album/surf-320.png", Check::key, false},
    {CaseKind::one_letter_changed, "tampered", "One letter of the signature changed",
     "changes one letter", "private/album/pines-320.png", Check::signature, false},
    {CaseKind::other_picture, "borrowed", "The signature of another picture",
     "puts it on another picture", "private/album/aurora-320.png", Check::signature, false},
    {CaseKind::later_expiry, "prolonged", "With a later Expires", "adds a day to its time",
     "private/album/canyon-320.png", Check::signature, false},
    {CaseKind::other_folder, "other-folder", "Signed for another folder", "has one for the sounds",
     "private/album/ridges-320.png", Check::resource, false},
    {CaseKind::expired, "expired", "An hour too late", "comes an hour too late",
     "private/album/moonrise-320.png", Check::time, false},
    {CaseKind::other_network, "other-network", "Signed for another network",
     "has one for 203.0.113.0/24", "private/album/lake-640.png", Check::address, false},
    {CaseKind::no_referer, "no-referer", "Opened without a Referer", "types the address in",
     "private/album/dunes-640.png", Check::referer, false},
    {CaseKind::foreign_referer, "foreign", "Embedded by another site", "sees it on another site",
     "private/album/surf-640.png", Check::referer, false},
    {CaseKind::as_signed, "unforwarded", "Where the edge drops the Referer", "opens it as it is",
     "private/unforwarded/dunes-320.png", Check::referer, false},
    {CaseKind::as_signed, "missing", "A picture that is not there", "opens it as it is",
     "private/album/atlantis-320.png", Check::object, false},
}};

}  // namespace

std::span<const ChainLink> chain_links() noexcept {
  return all;
}

const ChainLink* find_chain_link(std::string_view slug) noexcept {
  const auto* found = std::find_if(all.begin(), all.end(),
                                   [&](const ChainLink& link) { return link.slug == slug; });
  return found == all.end() ? nullptr : found;
}

std::array<Light, check_count> due_lights(const ChainLink& link) noexcept {
  std::array<Light, check_count> lights{};
  for (std::size_t i = 0; i < check_count; ++i) {
    const auto check = static_cast<Check>(i);
    const bool beyond = link.fails ? check > *link.fails : link.is_hit && check > Check::cache;
    if (!beyond) lights[i] = link.fails == check ? Light::failed : Light::passed;
  }
  return lights;
}

}  // namespace signgate::cli::demo
