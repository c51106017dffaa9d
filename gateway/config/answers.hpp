// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What is added to answers on their way out: the settings of nginx's modules headers and gzip, and
/// of the modules ngx_brotli and zstd-nginx-module, whose names and defaults are kept.
namespace signgate::config {

/// AddHeader is one `add_header` or `add_trailer`.
struct AddHeader {
  std::string name;
  std::string value;    // with variables; nothing is added while it is empty
  bool always = false;  // whatever the status

  friend bool operator==(const AddHeader&, const AddHeader&) = default;
};

/// Expires is a form of `expires`.
struct Expires {
  enum class Kind : std::uint8_t {
    off,
    epoch,        // long ago, no-cache
    max,          // the end of 2037, ten years
    access,       // `seconds` from now
    modified,     // `seconds` from Last-Modified
    time_of_day,  // the next time that it is `seconds` past midnight, local time
  };
  Kind kind = Kind::off;
  std::int64_t seconds = 0;

  friend bool operator==(const Expires&, const Expires&) = default;
};

/// Compression is one coding's switch and its settings.
struct Compression {
  bool on = false;
  std::uint32_t level = 1;
  std::uint64_t min_length = 20;                   // bytes by Content-Length
  std::vector<std::string> types = {"text/html"};  // "*" = any; text/html is always among them

  friend bool operator==(const Compression&, const Compression&) = default;
};

/// The words of gzip_proxied, by bits.
namespace proxied {
inline constexpr std::uint32_t off = 1;
inline constexpr std::uint32_t expired = 2;
inline constexpr std::uint32_t no_cache = 4;
inline constexpr std::uint32_t no_store = 8;
inline constexpr std::uint32_t private_ = 16;
inline constexpr std::uint32_t no_last_modified = 32;
inline constexpr std::uint32_t no_etag = 64;
inline constexpr std::uint32_t auth = 128;
inline constexpr std::uint32_t any = 256;
}  // namespace proxied

/// Answers stands in Settings: at the top level, in a server and in a route.
struct Answers {
  std::vector<AddHeader> add_header;
  std::vector<AddHeader> add_trailer;
  std::string expires =
      "off";  // as written, checked: "30d", "modified +1h", "@15h30m", "$variable"

  Compression gzip;
  Compression brotli = {.level = 6};
  Compression zstd;
  bool gzip_vary = false;
  std::uint32_t gzip_proxied = proxied::off;
  std::uint8_t gzip_http_version = 1;     // the least minor version of HTTP/1
  std::vector<std::string> gzip_disable;  // regular expressions on User-Agent; "msie6"

  friend bool operator==(const Answers&, const Answers&) = default;
};

}  // namespace signgate::config
