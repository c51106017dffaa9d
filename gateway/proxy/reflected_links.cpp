// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/reflected_links.hpp"

#include <algorithm>

#include "gateway/base/byte_block.hpp"
#include "gateway/base/byte_set.hpp"
#include "gateway/base/limits.hpp"
#include "policy/byte_marks.hpp"

namespace signgate::proxy {
namespace {

constexpr ByteSet plain_bytes(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-~!$*,:;=@&()");

// Whether all of the path are plain_bytes, but for some of them that are rare, without two slashes
// in a row. Of a block or more.
bool is_plain_at_sight(std::string_view path) noexcept {
  const char* const last = path.data() + path.size() - sizeof(ByteBlock);
  for (const char* at = path.data();; at = std::min(at + sizeof(ByteBlock) - 1, last)) {
    const ByteBlock block = load_block(at);
    const BlockMarks plain(within(block | 0x20, 'a', 'z') | within(block, '-', '9') |
                           (block == '_'));
    const BlockMarks slashes(block == '/');
    if (!plain.all() || !slashes.followed_by(slashes).none()) return false;
    if (at == last) return true;
  }
}

// Whether nothing of the path is shortened or divided when it is compared, as of nearly all.
bool is_plain(std::string_view path) noexcept {
  if (policy::words_are_ordered && path.size() >= sizeof(ByteBlock) && is_plain_at_sight(path))
    return true;
  char before = 0;
  for (const char c : path) {
    if (!plain_bytes.contains(c) || (c == '/' && before == '/')) return false;
    before = c;
  }
  return true;
}

// The path of the link's URL that follows the target, without a slash at its front.
std::string_view below_target(const route::MediaSigner& rule, std::string_view url) {
  std::string_view path = url.substr(0, url.find('?'));
  path.remove_prefix(std::min(rule.target_length, path.size()));
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

// Whether the text may have the link in a form that is not read.
bool may_hide(const rewrite::RequestText& text, const rewrite::Link& link) {
  if (text.is_unclear()) return true;
  return link.context == rewrite::LinkContext::script_string && text.has_backslash();
}

bool holds(const rewrite::RequestText& text, std::string_view below, std::string_view path) {
  const auto found = text.holds(below, limits::reflected_path);
  return found ? *found : text.holds(path, 0).value_or(false);
}

}  // namespace

ReflectedLinks::Verdict ReflectedLinks::judge(const route::SignSet& set,
                                              const rewrite::Link& link) {
  if (!query_) {
    query_.emplace();
    query_->add(request_.query);
    query_->end();
  }
  if (body_ != nullptr) body_->settle();
  if (may_hide(*query_, link) || (body_ != nullptr && may_hide(*body_, link)))
    return Verdict::unclear;
  const bool has_body = body_ != nullptr && !body_->is_empty();
  if (!query_->is_empty() || has_body) {
    const std::string_view below = below_target(set.signers[link.rule], link.url);
    if (holds(*query_, below, link.path)) return Verdict::reflected;
    if (has_body && holds(*body_, below, link.path)) return Verdict::reflected;
  }
  return judge_by_path(link);
}

ReflectedLinks::Verdict ReflectedLinks::judge_by_path(const rewrite::Link& link) {
  const std::string_view path = link.path;
  // What is longer than all of the request's path is not in it, and that is most links of most
  // pages: these cost nothing more.
  if (!path_ && path.size() > request_.path.size() && is_plain(path)) return Verdict::own;
  if (!path_) {
    path_.emplace();
    path_->add(request_.path);
    path_->end();
  }
  if (may_hide(*path_, link)) return Verdict::unclear;
  return path_->holds(path, 0).value_or(false) ? Verdict::reflected : Verdict::own;
}

}  // namespace signgate::proxy
