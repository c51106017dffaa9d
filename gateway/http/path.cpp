// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/path.hpp"

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

bool is_normal(std::string_view path, bool merge_slashes) {
  if (path.empty()) return false;
  char before = 0;
  for (const char c : path) {
    if (c == '%' || (before == '/' && (c == '.' || (c == '/' && merge_slashes)))) return false;
    before = c;
  }
  return true;
}

Error bad_path(const char* what) {
  return {ErrorCode::bad_request, Side::client, Retry::no, what};
}

}  // namespace

Result<std::string_view> normalise_path(std::string_view path, std::string& storage,
                                        bool merge_slashes) {
  if (is_normal(path, merge_slashes)) return path;
  storage.clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      storage += path[i];
      continue;
    }
    const int high = i + 1 < path.size() ? hex_value(path[i + 1]) : -1;
    const int low = i + 2 < path.size() ? hex_value(path[i + 2]) : -1;
    if (high < 0 || low < 0) return bad_path("malformed percent code in the path");
    const char c = static_cast<char>(high * 16 + low);
    if (c == '\0') return bad_path("%00 in the path");
    storage += c;
    i += 2;
  }
  // Decoded first, resolved second: "%2e%2e%2f" climbs exactly as "../" does.
  std::string decoded;
  decoded.swap(storage);
  if (decoded.empty()) decoded = "/";
  std::size_t at = 0;
  while (at < decoded.size()) {
    const std::size_t start = at + 1;  // decoded[at] is a slash
    std::size_t end = decoded.find('/', start);
    if (end == std::string::npos) end = decoded.size();
    const std::string_view segment = std::string_view(decoded).substr(start, end - start);
    const bool last = end == decoded.size();
    if (segment == "..") {
      if (storage.empty()) return bad_path("the path climbs above its root");
      storage.resize(storage.rfind('/'));
      if (last) storage += '/';
    } else if (segment == "." || (segment.empty() && (merge_slashes || last))) {
      if (last) storage += '/';
    } else {
      storage += '/';
      storage += segment;
    }
    at = end;
  }
  if (storage.empty()) storage = "/";
  return std::string_view(storage);
}

std::string escape_path(std::string_view path) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  out.reserve(path.size());
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || c == '#' || c == '%' || c == '?' || c == '"' || c == '<' ||
        c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}') {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace signgate::http
