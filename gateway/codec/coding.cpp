// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/coding.hpp"

namespace signgate::codec {
namespace {

// The tokens here are ASCII letters; `http` has the full set of text functions, but is no layer
// below this one.
bool equal_ignoring_case(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c) != lower[i]) return false;
  }
  return true;
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<Coding> parse_coding(std::string_view content_encoding) noexcept {
  auto coding = Coding::identity;
  while (true) {
    const std::size_t comma = content_encoding.find(',');
    const std::string_view token = trim(content_encoding.substr(0, comma));
    if (!token.empty() && !equal_ignoring_case(token, "identity")) {
      if (coding != Coding::identity) return std::nullopt;
      if (equal_ignoring_case(token, "gzip") || equal_ignoring_case(token, "x-gzip")) {
        coding = Coding::gzip;
      } else if (equal_ignoring_case(token, "deflate")) {
        coding = Coding::deflate;
      } else if (equal_ignoring_case(token, "br")) {
        coding = Coding::br;
      } else if (equal_ignoring_case(token, "zstd")) {
        coding = Coding::zstd;
      } else {
        return std::nullopt;
      }
    }
    if (comma == std::string_view::npos) return coding;
    content_encoding.remove_prefix(comma + 1);
  }
}

std::string_view coding_name(Coding coding) noexcept {
  switch (coding) {
    case Coding::identity:
      return "";
    case Coding::gzip:
      return "gzip";
    case Coding::deflate:
      return "deflate";
    case Coding::br:
      return "br";
    case Coding::zstd:
      return "zstd";
  }
  return "";
}

int page_level(Coding coding) noexcept {
  switch (coding) {
    case Coding::br:
      return 3;
    case Coding::zstd:
      return 3;
    case Coding::identity:
    case Coding::gzip:
    case Coding::deflate:
      break;
  }
  return 1;
}

}  // namespace signgate::codec
