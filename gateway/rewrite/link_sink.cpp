// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_sink.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/page_rules.hpp"

namespace signgate::rewrite {
namespace {

// Enough to tell under which prefix the link would lie.
std::string with_ascii_alone(std::string_view text) {
  std::string known(text);
  std::ranges::replace_if(
      known, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '_');
  return known;
}

}  // namespace

void LinkSink::add(std::string_view text, Range raw, Encoding encoding, LinkContext context) {
  SIGNGATE_CHECK(raw.begin >= emitted_ && raw.end >= raw.begin && raw.end <= window_.size());
  std::optional<Link> link = match(text, encoding, context);
  if (!link) return;
  ++counters_.matched;
  push(std::move(*link), raw);
}

void LinkSink::add_template(std::string_view text, Range raw, Encoding encoding,
                            LinkContext context) {
  SIGNGATE_CHECK(raw.begin >= emitted_ && raw.end >= raw.begin && raw.end <= window_.size());
  std::optional<Link> link = match(text, encoding, context);
  if (!link) return;
  const auto signs = std::ranges::count(text, '$');
  const auto kept = std::ranges::count(link->url, '$') + std::ranges::count(link->fragment, '$');
  if (signs != kept || (signs != 0 && !matcher_.opens_alike(link->rule))) {
    ++counters_.refused_template;
    if (candidates_ != nullptr) candidates_->hinder_last(CandidateLink::Obstacle::is_template);
    return;
  }
  if (signs != 0) {
    link->shared = std::min(link->url.find('$'), link->url.size());
    if (candidates_ != nullptr) candidates_->share_last(link->shared);
  }
  ++counters_.matched;
  push(std::move(*link), raw);
}

// Whether a browser would ask for another URL than we, or we cannot tell. Of a URL it encodes the
// path in UTF-8, but the query in the page's own charset (WHATWG URL, section 4.4).
bool LinkSink::depends_on_charset(std::string_view text) const noexcept {
  if (charset_.kind != Charset::Kind::single_byte) return has_other_than_ascii(text);
  const std::size_t end = std::min(text.find('#'), text.size());
  const std::size_t query = std::min(text.find('?'), end);
  return has_other_than_ascii(text.substr(query, end - query));
}

// The link without its place, if it is private media.
std::optional<Link> LinkSink::match(std::string_view text, Encoding encoding, LinkContext context) {
  ++counters_.links;
  const bool unclear = charset_.kind != Charset::Kind::utf8 && depends_on_charset(text);
  std::string known;
  if (unclear) known = with_ascii_alone(text);
  LinkMatcher::Outcome outcome = matcher_.match(unclear ? known : text, page_);
  if (candidates_ != nullptr) candidates_->add(text, context, outcome);
  switch (outcome.verdict) {
    case LinkMatcher::Verdict::not_media:
      return std::nullopt;
    case LinkMatcher::Verdict::refused_reserved:
      ++counters_.refused_reserved;
      return std::nullopt;
    case LinkMatcher::Verdict::refused_rule:
      ++counters_.refused_rule;
      return std::nullopt;
    case LinkMatcher::Verdict::refused_path:
      ++counters_.refused_path;
      return std::nullopt;
    case LinkMatcher::Verdict::refused_too_long:
      ++counters_.too_long;
      return std::nullopt;
    case LinkMatcher::Verdict::media:
      break;
  }
  if (unclear) {
    ++counters_.refused_charset;
    if (candidates_ != nullptr) candidates_->hinder_last(CandidateLink::Obstacle::charset);
    return std::nullopt;
  }
  if (user_content_ && !rules_->user_content.allows(outcome.rule, outcome.url)) {
    ++counters_.refused_user_content;
    if (candidates_ != nullptr) candidates_->hinder_last(CandidateLink::Obstacle::user_content);
    return std::nullopt;
  }
  return Link{.rule = outcome.rule,
              .url = std::move(outcome.url),
              .fragment = std::move(outcome.fragment),
              .path = std::move(outcome.path),
              .original = {},
              .encoding = encoding,
              .context = context};
}

void LinkSink::add_nested(Link link, std::ptrdiff_t first, std::size_t end, Encoding::Outer layer) {
  if (first < static_cast<std::ptrdiff_t>(emitted_)) {
    ++counters_.too_long;
    if (candidates_ != nullptr) candidates_->hinder_last(CandidateLink::Obstacle::too_long);
    return;
  }
  const bool wrapped = link.encoding.wrap(layer);
  SIGNGATE_CHECK(wrapped);
  push(std::move(link), {static_cast<std::size_t>(first), end});
}

void LinkSink::replace(std::string text, Range raw, Encoding encoding) {
  Link link;
  link.url = std::move(text);
  link.ready = true;
  link.encoding = encoding;
  link.context = LinkContext::meta;
  push(std::move(link), raw);
}

void LinkSink::push(Link link, Range raw) {
  SIGNGATE_CHECK(raw.begin >= emitted_ && raw.end >= raw.begin && raw.end <= window_.size());
  out_.pieces.push_back({window_.substr(emitted_, raw.begin - emitted_),
                         static_cast<std::int32_t>(out_.links.size())});
  emitted_ = raw.end;
  link.original = window_.substr(raw.begin, raw.end - raw.begin);
  out_.links.push_back(std::move(link));
}

void LinkSink::finish(std::size_t end) {
  if (end > emitted_) out_.pieces.push_back({window_.substr(emitted_, end - emitted_), -1});
  emitted_ = end;
}

}  // namespace signgate::rewrite
