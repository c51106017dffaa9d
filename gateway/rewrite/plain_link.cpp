// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/plain_link.hpp"

#include "gateway/base/byte_block.hpp"
#include "gateway/base/byte_set.hpp"
#include "policy/byte_marks.hpp"

namespace signgate::rewrite {
namespace {

constexpr ByteSet in_host("abcdefghijklmnopqrstuvwxyz0123456789.-");
constexpr ByteSet in_path(
    "/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@|[]");

// How many bytes of `text`, which begins with a slash, are a plain path.
std::size_t path_length(std::string_view text) noexcept {
  // What blocks are full of; each begins with the last byte of the one before.
  std::size_t i = 1;
  while (text.size() - (i - 1) >= sizeof(ByteBlock)) {
    const ByteBlock block = load_block(text.data() + i - 1);
    const BlockMarks common(within(block | 0x20, 'a', 'z') | within(block, '&', ';') |
                            (block == '_') | (block == '='));
    const BlockMarks slashes(block == '/');
    if (!policy::words_are_ordered || !common.all() ||
        !slashes.followed_by(BlockMarks(block == '.')).none())
      break;
    i += sizeof(ByteBlock) - 1;
  }
  for (; i < text.size() && in_path.contains(text[i]); ++i) {
    if (text[i] == '.' && text[i - 1] == '/') break;
  }
  return i;
}

}  // namespace

std::optional<PlainLink> read_plain_link(std::string_view link) noexcept {
  PlainLink plain;
  std::string_view text = link;
  if (text.starts_with("http")) {
    text.remove_prefix(4);
    plain.https = text.starts_with('s');
    if (plain.https) text.remove_prefix(1);
    if (!text.starts_with("://")) return std::nullopt;
    text.remove_prefix(3);
    std::size_t length = 0;
    while (length < text.size() && in_host.contains(text[length]))
      ++length;
    if (length == 0 || length == text.size() || text[length] != '/') return std::nullopt;
    plain.host = text.substr(0, length);
    text.remove_prefix(length);
  } else if (!text.starts_with('/') || text.starts_with("//")) {
    return std::nullopt;
  }
  const std::size_t length = path_length(text);
  plain.path = text.substr(0, length);
  plain.rest = text.substr(length);
  if (!plain.rest.empty() && plain.rest.front() != '?' && plain.rest.front() != '#')
    return std::nullopt;
  return plain;
}

}  // namespace signgate::rewrite
