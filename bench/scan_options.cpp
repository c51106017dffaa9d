// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_options.hpp"

#include "bench/scan_page.hpp"

namespace signgate::bench {

Choice<rewrite::Format> parse_scan_types(std::string_view text) {
  if (text == "none") return std::vector<rewrite::Format>();
  if (text == "all") return std::vector<rewrite::Format>(scan_formats.begin(), scan_formats.end());
  return parse_names<rewrite::Format>(text, parse_scan_format_name,
                                      "html, css, json, xml, m3u8, mpd, all, none");
}

Choice<codec::Coding> parse_scan_codings(std::string_view text) {
  using codec::Coding;
  if (text == "none") return std::vector<Coding>();
  if (text == "all") return std::vector{Coding::gzip, Coding::br, Coding::zstd};
  const auto parse = [](std::string_view name) -> std::optional<Coding> {
    for (const Coding coding : {Coding::gzip, Coding::deflate, Coding::br, Coding::zstd}) {
      if (codec::coding_name(coding) == name) return coding;
    }
    return std::nullopt;
  };
  return parse_names<Coding>(text, parse, "gzip, deflate, br, zstd, all, none");
}

}  // namespace signgate::bench
