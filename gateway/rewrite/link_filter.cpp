// SPDX-License-Identifier: Apache-2.0
// What a page's links mostly are: no media, which a glance at the raw text tells.
#include <algorithm>
#include <array>

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/link_matcher.hpp"

namespace signgate::rewrite {
namespace {

enum class Byte : std::uint8_t { odd, plain, slash, dot, colon, end_of_path };

constexpr auto kinds = [] {
  std::array<Byte, 256> kind{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_~!$'()*+,;=@|[]"))
    kind[static_cast<unsigned char>(c)] = Byte::plain;
  kind['/'] = Byte::slash;
  kind['.'] = Byte::dot;
  kind[':'] = Byte::colon;
  kind['?'] = kind['#'] = Byte::end_of_path;
  return kind;
}();

// What a host is not that stands for itself: the rest may be decoded, or be a port.
constexpr auto host_ends = [] {
  std::string_view plain("abcdefghijklmnopqrstuvwxyz0123456789.-");
  std::array<char, 256> others{};
  std::size_t count = 0;
  for (int c = 0; c < 256; ++c) {
    if (plain.find(static_cast<char>(c)) == std::string_view::npos)
      others[count++] = static_cast<char>(c);
  }
  return ByteSet(std::string_view(others.data(), count));
}();

// The path at the front of `text`, up to its query; nothing if it holds what is decoded or resolved
// before it is compared: references, escapes, backslashes, segments that begin with a dot, and, in
// a `relative` one, what may be a scheme.
bool take_path(std::string_view text, bool relative, std::string_view& path) noexcept {
  Byte before = relative ? Byte::slash : Byte::plain;
  bool may_be_scheme = relative;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const Byte kind = kinds[static_cast<unsigned char>(text[i])];
    if (kind == Byte::end_of_path) break;
    if (kind == Byte::odd || (kind == Byte::dot && before == Byte::slash) ||
        (kind == Byte::colon && may_be_scheme))
      return false;
    may_be_scheme = may_be_scheme && kind != Byte::slash;
    before = kind;
  }
  path = text.substr(0, i);
  return true;
}

}  // namespace

bool LinkMatcher::rules_out(std::string_view raw, const PageUrl& page) const noexcept {
  if (raw.empty() || raw.front() == '#') return true;
  Origin origin = origin_of(page.base());
  if (raw.front() != '/') {
    if (!raw.starts_with("http")) return rules_out_relative(raw, page);
    origin = {raw.starts_with("https"), 0, {}};
    raw.remove_prefix(origin.https ? 5 : 4);
    if (!raw.starts_with("://")) return false;
    raw.remove_prefix(3);
    const std::size_t length = host_ends.find(raw);
    if (length == 0 || length == raw.size() || raw[length] != '/') return false;
    origin.host = raw.substr(0, length);
    raw.remove_prefix(length);
  } else if (raw.starts_with("//")) {
    return false;
  }
  // The byte that tells most is looked at before the others.
  if (raw.size() > 1 && begins_[static_cast<unsigned char>(raw[1])]) return false;
  std::string_view path;
  if (!take_path(raw, false, path)) return false;
  return std::ranges::none_of(roots_, [&](const Prefix& root) { return root.holds(origin, page); });
}

bool LinkMatcher::rules_out_relative(std::string_view raw, const PageUrl& page) const noexcept {
  std::string_view path;
  if (!take_path(raw, true, path) || path.empty()) return false;
  const Origin origin = origin_of(page.base());
  const std::string_view base = page.base().path;
  const std::string_view folder = base.substr(0, base.rfind('/') + 1);
  return std::ranges::none_of(prefixes_, [&](const Prefix& prefix) {
    const std::string_view own = prefix.url.path;
    const bool fits = own.size() <= folder.size()
                          ? folder.starts_with(own)
                          : own.starts_with(folder) && path.starts_with(own.substr(folder.size()));
    return fits && prefix.holds(origin, page);
  });
}

}  // namespace signgate::rewrite
