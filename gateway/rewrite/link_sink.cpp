// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_sink.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/check.hpp"

namespace signgate::rewrite {

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

// The link without its place, if it is private media.
std::optional<Link> LinkSink::match(std::string_view text, Encoding encoding, LinkContext context) {
  ++counters_.links;
  LinkMatcher::Outcome outcome = matcher_.match(text, page_);
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
