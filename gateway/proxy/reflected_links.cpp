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
  if (searched_ >= limits::reflected_search) return Verdict::unclear;
  if (link.led_by_base && may_have_base()) return Verdict::unclear;
  const bool has_body = body_ != nullptr && !body_->is_empty();
  if (!query_->is_empty() || has_body) {
    const std::string_view below = below_target(set.signers[link.rule], link.url);
    if (holds(*query_, below, link.path)) return Verdict::reflected;
    if (has_body && holds(*body_, below, link.path)) return Verdict::reflected;
  }
  const Verdict verdict = judge_as_written(link.relative);
  return verdict == Verdict::own ? judge_by_path(link) : verdict;
}

bool ReflectedLinks::holds(const rewrite::RequestText& text, std::string_view below,
                           std::string_view path) {
  const auto found = text.holds(below, limits::reflected_path, &searched_);
  return found ? *found : text.holds(path, 0, &searched_).value_or(false);
}

// What came with the request may be no more than the end of the path, which the base's completes.
ReflectedLinks::Verdict ReflectedLinks::judge_as_written(std::string_view relative) {
  const bool has_body = body_ != nullptr && !body_->is_blank();
  if (relative.empty() || (request_.query.empty() && !has_body)) return Verdict::own;
  // There is nothing that could be looked for.
  if (relative == ".") return Verdict::unclear;
  const auto in_query = query_->holds(relative, limits::reflected_path, &searched_);
  if (in_query) {
    if (*in_query) return Verdict::reflected;
    const bool in_body =
        has_body && body_->holds(relative, limits::reflected_path, &searched_).value_or(false);
    return in_body ? Verdict::reflected : Verdict::own;
  }
  // It is a word such as many a request has, of which a body's are not kept.
  if (has_body) return Verdict::unclear;
  if (!words_) {
    words_.emplace(rewrite::RequestText::Kept::words);
    words_->add(request_.query);
    words_->end();
  }
  if (words_->is_unclear()) return Verdict::unclear;
  return words_->holds(relative, 0, &searched_).value_or(false) ? Verdict::unclear : Verdict::own;
}

ReflectedLinks::Verdict ReflectedLinks::judge_by_path(const rewrite::Link& link) {
  const std::string_view path = link.path;
  // What is longer than all of the request's path is not in it, and that is most links of most
  // pages: these cost nothing more.
  if (!path_ && path.size() > request_.path.size() && is_plain(path)) return Verdict::own;
  if (may_hide(path_text(), link)) return Verdict::unclear;
  return path_text().holds(path, 0, &searched_).value_or(false) ? Verdict::reflected : Verdict::own;
}

bool ReflectedLinks::may_have_base() {
  return query_->has_base() || (body_ != nullptr && body_->has_base()) || path_text().has_base();
}

const rewrite::RequestText& ReflectedLinks::path_text() {
  if (!path_) {
    path_.emplace();
    path_->add(request_.path);
    path_->end();
  }
  return *path_;
}

}  // namespace signgate::proxy
