// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/rewrite/batch.hpp"
#include "gateway/rewrite/link_matcher.hpp"

namespace signgate::rewrite {

class CandidateLog;

/// HeaderForm says where in a field's value the links stand.
enum class HeaderForm : std::uint8_t {
  whole,    // Location, Content-Location: the value is the link (RFC 9110 sections 10.2.2 and 8.7)
  link,     // Link: each `<...>` outside of quoted strings (RFC 8288 section 3)
  refresh,  // Refresh and <meta http-equiv=refresh>: after `url=` (WHATWG HTML, "shared declarative
            // refresh steps")
};

/// find_header_links splits `value`, or what follows a part that an earlier call took, into `out`
/// (cleared first): pieces with the links to private media between. Literals are views into
/// `value`. Links are resolved against `page`'s base. Returns how many bytes the pieces cover: all
/// of them, unless there are more than limits::links_per_batch links. Without a link in the first
/// batch the field is sent as it is. What is looked at is
/// noted in `candidates`, if there is one.
std::size_t find_header_links(HeaderForm form, std::string_view value, const LinkMatcher& matcher,
                              const PageUrl& page, Batch& out, Counters& counters,
                              CandidateLog* candidates = nullptr);

}  // namespace signgate::rewrite
