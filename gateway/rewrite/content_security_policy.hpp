// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rewrite/url.hpp"

namespace signgate::rewrite {

/// extend_policies adds the origins of `targets`, URLs below which links of the page lead, to a
/// value of Content-Security-Policy or Content-Security-Policy-Report-Only of the page at `page`,
/// wherever it would keep a browser from fetching there. Nothing if it allows all of it already.
///
/// Each policy between commas is changed on its own, as each of them has to allow a fetch:
/// - img-src, media-src, font-src, style-src, style-src-elem, connect-src, object-src, frame-src,
///   child-src, manifest-src and prefetch-src, where they stand and lack an origin, get it;
///   `'none'` makes room for it, but not in object-src, frame-src and child-src, which embed
///   documents: those that allow nothing stay;
/// - where img-src or media-src do not stand and default-src, which then speaks for them, lacks an
///   origin, they are added with the sources of default-src, which itself stays.
/// What governs scripts (default-src, script-src, worker-src and their kin) is never widened, and
/// all other text stays as it is written. Of a directive that stands twice the first counts. What a
/// CSP cannot name, a host that is an IPv6 address, is left out. A host-source with a path allows a
/// target only if all that may lie below it does.
/// Pure; any thread. Source: W3C Content Security Policy Level 3, sections 2.2.1 (parsing), 6.7.2
/// (matching), 6.8.1 (fallbacks).
[[nodiscard]] std::optional<std::string> extend_policies(std::string_view value,
                                                         const std::vector<Url>& targets,
                                                         const Url& page);

}  // namespace signgate::rewrite
