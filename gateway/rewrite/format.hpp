// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/rewriter.hpp"

namespace signgate::rewrite {

/// Format is a syntax in which links are looked for.
enum class Format : std::uint8_t {
  none,  // not looked into
  html,
  css,
  json,
  m3u8,    // HLS playlists
  xml,     // feeds, sitemaps, SVG, XHTML: all but mpd
  mpd,     // DASH manifests
  script,  // JavaScript
  vtt,     // WebVTT
  text,    // plain text
};

/// find_format chooses by the media type, given as `type/subtype` in any case, without parameters.
/// Pure. Sources: the types' registrations at IANA, and WHATWG MIME Sniffing, section 4.6 (any type
/// in `+json` is JSON).
[[nodiscard]] Format find_format(std::string_view media_type) noexcept;

/// is_looked_into says whether a route with these rules has texts of that format looked into:
/// scripts, WebVTT and plain text only if it says so.
[[nodiscard]] bool is_looked_into(Format format, const PageRules& rules) noexcept;

/// make_rewriter makes the Rewriter of a format other than none, for one document at the address
/// `page`. The matcher must outlive it.
[[nodiscard]] std::unique_ptr<Rewriter> make_rewriter(Format format, const LinkMatcher& matcher,
                                                      PageUrl page, RewriteOptions options = {});

}  // namespace signgate::rewrite
