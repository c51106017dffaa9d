// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/media_types.hpp"

#include <array>

#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

struct Known {
  std::string_view extension;
  std::string_view type;
};

constexpr std::array known{
    Known{"avif", "image/avif"},
    Known{"bmp", "image/bmp"},
    Known{"gif", "image/gif"},
    Known{"ico", "image/vnd.microsoft.icon"},
    Known{"jpeg", "image/jpeg"},
    Known{"jpg", "image/jpeg"},
    Known{"png", "image/png"},
    Known{"svg", "image/svg+xml"},
    Known{"tif", "image/tiff"},
    Known{"tiff", "image/tiff"},
    Known{"webp", "image/webp"},
    Known{"aac", "audio/aac"},
    Known{"flac", "audio/flac"},
    Known{"m4a", "audio/mp4"},
    Known{"mp3", "audio/mpeg"},
    Known{"oga", "audio/ogg"},
    Known{"ogg", "audio/ogg"},
    Known{"opus", "audio/opus"},
    Known{"wav", "audio/x-wav"},
    Known{"avi", "video/x-msvideo"},
    Known{"m4s", "video/iso.segment"},
    Known{"m4v", "video/mp4"},
    Known{"mkv", "video/x-matroska"},
    Known{"mov", "video/quicktime"},
    Known{"mp4", "video/mp4"},
    Known{"ogv", "video/ogg"},
    Known{"ts", "video/mp2t"},
    Known{"webm", "video/webm"},
    Known{"m3u8", "application/vnd.apple.mpegurl"},
    Known{"mpd", "application/dash+xml"},
    Known{"vtt", "text/vtt"},
    Known{"css", "text/css"},
    Known{"csv", "text/csv"},
    Known{"htm", "text/html"},
    Known{"html", "text/html"},
    Known{"js", "text/javascript"},
    Known{"json", "application/json"},
    Known{"md", "text/markdown"},
    Known{"mjs", "text/javascript"},
    Known{"pdf", "application/pdf"},
    Known{"txt", "text/plain"},
    Known{"wasm", "application/wasm"},
    Known{"woff", "font/woff"},
    Known{"woff2", "font/woff2"},
    Known{"xml", "text/xml"},
    Known{"zip", "application/zip"},
};

}  // namespace

std::string_view media_type_of(std::string_view key) noexcept {
  const std::string_view name = key.substr(key.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    for (const Known& entry : known) {
      if (http::equal_ignoring_case(entry.extension, name.substr(dot + 1))) return entry.type;
    }
  }
  return "binary/octet-stream";
}

}  // namespace signgate::edge
