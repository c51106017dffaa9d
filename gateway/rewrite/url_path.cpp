// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/url_path.hpp"

#include <algorithm>
#include <array>

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/url.hpp"

namespace signgate::rewrite {
namespace {

constexpr auto sets = [] {
  constexpr auto all = static_cast<unsigned char>(7);
  std::array<unsigned char, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    if (c <= 0x20 || c > 0x7E) table[c] = all;
  }
  const auto add = [&table](std::string_view chars, int bits) {
    for (const char c : chars) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<unsigned char>(entry | bits);
    }
  };
  add("\"<>", 1 | 2 | 4);
  add("`", 1 | 4);
  add("#", 2 | 4);
  add("'", 2);  // the special-query set
  add("?^{}", 4);
  return table;
}();

// "." or "%2e": how many characters of `text` spell one dot, 0 = none.
constexpr std::size_t dot_length(std::string_view text) noexcept {
  if (text.starts_with('.')) return 1;
  return istarts_with(text, "%2e") ? 3 : 0;
}

// The number of dots if the segment is nothing else, up to two; 0 otherwise.
constexpr int dots(std::string_view segment) noexcept {
  const std::size_t first = dot_length(segment);
  if (first == 0) return 0;
  segment.remove_prefix(first);
  if (segment.empty()) return 1;
  return dot_length(segment) == segment.size() ? 2 : 0;
}

constexpr std::size_t slash_length(std::string_view text) noexcept {
  if (text.starts_with('/') || text.starts_with('\\')) return 1;
  return istarts_with(text, "%2f") || istarts_with(text, "%5c") ? 3 : 0;
}

}  // namespace

void append_percent_encoded(std::string_view text, EncodeSet set, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto bit = static_cast<unsigned char>(set);
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((sets[byte] & bit) == 0) continue;
    out.append(text, copied, i - copied);
    out.push_back('%');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
    copied = i + 1;
  }
  out.append(text, copied);
}

std::string_view behind_dots(std::string_view path) noexcept {
  constexpr ByteSet slashes("/\\");
  std::size_t first = 0;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t length = slashes.find(path.substr(at));
    const int dot_count = dots(path.substr(at, length));
    const bool is_front = at == first && (length == 0 || dot_count == 1);
    at = std::min(at + length + 1, path.size());
    if (is_front || dot_count == 2) first = at;
  }
  return path.substr(first);
}

void append_path(std::string_view input, std::string& path) {
  constexpr ByteSet slashes("/\\");
  for (;;) {
    const std::size_t slash = slashes.find(input);
    const bool final = slash == input.size();
    const std::string_view segment = input.substr(0, slash);
    const int dot_count = dots(segment);
    if (dot_count == 2 && !path.empty()) path.resize(path.rfind('/'));
    if (dot_count == 0) {
      path.push_back('/');
      append_percent_encoded(segment, EncodeSet::path, path);
    } else if (final) {
      path.push_back('/');
    }
    if (final) return;
    input.remove_prefix(slash + 1);
  }
}

bool has_dot_segment(std::string_view path) noexcept {
  // Without an escape or a backslash such a segment begins with a dot behind a slash: rare enough.
  constexpr ByteSet telling(".%\\");
  std::size_t hit = telling.find(path);
  while (hit < path.size() && path[hit] == '.' && hit > 0 && path[hit - 1] != '/')
    hit = telling.find(path, hit + 1);
  if (hit == path.size()) return false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= path.size();) {
    const std::size_t slash = slash_length(path.substr(i));
    if (slash == 0 && i < path.size()) {
      ++i;
      continue;
    }
    if (dots(path.substr(begin, i - begin)) != 0) return true;
    if (i == path.size()) break;
    i += slash;
    begin = i;
  }
  return false;
}

}  // namespace signgate::rewrite
