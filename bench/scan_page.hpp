// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/rewrite/format.hpp"

/// The documents that `signgate-bench scan` has scanned.
namespace signgate::bench {

/// scan_formats are those that there is a document of, in the order of the tables.
inline constexpr std::array scan_formats{rewrite::Format::html, rewrite::Format::css,
                                         rewrite::Format::json, rewrite::Format::xml,
                                         rewrite::Format::m3u8, rewrite::Format::mpd};

/// scan_format_name is how options and results name it: "html".
[[nodiscard]] std::string_view scan_format_name(rewrite::Format format) noexcept;

/// parse_scan_format_name is its inverse; nothing for any other text.
[[nodiscard]] std::optional<rewrite::Format> parse_scan_format_name(std::string_view name) noexcept;

/// scan_media_path begins the path of every link of scan_page that is private media.
inline constexpr std::string_view scan_media_path = "/media/private/";

/// scan_page makes a document of at least `bytes` bytes, and at most some two KiB more unless the
/// links need them: a blog's page with articles, pictures and scripts, a theme's style sheet, an
/// API's answer, an RSS feed with HTML in it, a playlist, a manifest of segments. All of them are
/// full of tags, attributes and links that are no private media; of the latter there are `links`,
/// spread evenly, each another one. The same arguments give the same bytes.
[[nodiscard]] std::string scan_page(rewrite::Format format, std::size_t bytes, std::size_t links);

}  // namespace signgate::bench
