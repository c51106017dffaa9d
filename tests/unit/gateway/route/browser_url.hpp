// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signgate::route::browser {

/// Fetched is what a browser makes of a link: the URL that it sends, and what it keeps.
struct Fetched {
  std::string origin;    // scheme, host and port as they are sent
  std::string path;      // from '/' on
  std::string query;     // with its `?`, unless that is all of it
  std::string fragment;  // with its `#`
  bool credentials = false;
};

/// sent is the URL on the wire.
[[nodiscard]] std::string sent(const Fetched& url);

/// resolve is the basic URL parser for http and https, written state by state as the Standard has
/// it, to hold the product's parser against. `base` is a URL without user and of ASCII. Nothing
/// where the parser fails, for other schemes, and for a host that is not ASCII. Hosts that end in
/// a number stay as they are written. Source: WHATWG URL Standard, sections 4.4 and 1.3.
[[nodiscard]] std::optional<Fetched> resolve(std::string_view link, const Fetched& base);

}  // namespace signgate::route::browser
