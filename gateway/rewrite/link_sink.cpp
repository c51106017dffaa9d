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
  if (match(text, encoding, context) == nullptr) return;
  ++counters_.matched;
  place_last(raw);
}

void LinkSink::add_template(std::string_view text, Range raw, Encoding encoding,
                            LinkContext context) {
  SIGNGATE_CHECK(raw.begin >= emitted_ && raw.end >= raw.begin && raw.end <= window_.size());
  Link* const link = match(text, encoding, context);
  if (link == nullptr) return;
  const auto signs = std::ranges::count(text, '$');
  const auto kept = std::ranges::count(link->url, '$') + std::ranges::count(link->fragment, '$');
  if (signs != kept || (signs != 0 && !matcher_.opens_alike(link->rule))) {
    ++counters_.refused_template;
    if (candidates_ != nullptr) candidates_->hinder_last(CandidateLink::Obstacle::is_template);
    out_.links.pop_back();
    return;
  }
  if (signs != 0) {
    link->shared = std::min(link->url.find('$'), link->url.size());
    if (candidates_ != nullptr) candidates_->share_last(link->shared);
  }
  ++counters_.matched;
  place_last(raw);
}

// Whether a browser would ask for another URL than we, or we cannot tell. Of a URL it encodes the
// path in UTF-8, but the query in the page's own charset (WHATWG URL, section 4.4).
bool LinkSink::depends_on_charset(std::string_view text) const noexcept {
  if (charset_.kind != Charset::Kind::single_byte) return has_other_than_ascii(text);
  const std::size_t end = std::min(text.find('#'), text.size());
  const std::size_t query = std::min(text.find('?'), end);
  return has_other_than_ascii(text.substr(query, end - query));
}

// Adds the link without its place if it is private media; null: it is not.
Link* LinkSink::match(std::string_view text, Encoding encoding, LinkContext context) {
  using Verdict = LinkMatcher::Verdict;
  ++counters_.links;
  const bool unclear = charset_.kind != Charset::Kind::utf8 && depends_on_charset(text);
  std::string known;
  if (unclear) known = with_ascii_alone(text);
  Link& link = out_.links.emplace_back();
  const Verdict verdict = matcher_.match(
      unclear ? known : text, page_,
      {link.rule, link.url, link.fragment, link.path, link.relative, link.led_by_base});
  if (candidates_ != nullptr) {
    const bool is_media = verdict == Verdict::media;
    candidates_->add(text, context,
                     {verdict, link.rule, is_media ? link.url : std::string(), link.fragment,
                      link.path, link.relative, link.led_by_base});
  }
  std::uint64_t* refused = nullptr;
  CandidateLink::Obstacle obstacle = CandidateLink::Obstacle::none;
  switch (verdict) {
    case Verdict::not_media:
      out_.links.pop_back();
      return nullptr;
    case Verdict::refused_reserved:
      refused = &counters_.refused_reserved;
      break;
    case Verdict::refused_rule:
      refused = &counters_.refused_rule;
      break;
    case Verdict::refused_path:
      refused = &counters_.refused_path;
      break;
    case Verdict::refused_too_long:
      refused = &counters_.too_long;
      break;
    case Verdict::media:
      if (unclear) {
        refused = &counters_.refused_charset;
        obstacle = CandidateLink::Obstacle::charset;
      } else if (user_content_ && !rules_->user_content.allows(link.rule, link.url)) {
        refused = &counters_.refused_user_content;
        obstacle = CandidateLink::Obstacle::user_content;
      }
      break;
  }
  if (refused != nullptr) {
    ++*refused;
    if (candidates_ != nullptr && obstacle != CandidateLink::Obstacle::none)
      candidates_->hinder_last(obstacle);
    out_.links.pop_back();
    return nullptr;
  }
  link.encoding = encoding;
  link.context = context;
  return &link;
}

void LinkSink::add_nested(Link link, std::ptrdiff_t first, std::size_t end, Encoding::Outer layer) {
  if (first < static_cast<std::ptrdiff_t>(emitted_)) {
    ++counters_.too_long;
    if (candidates_ != nullptr) candidates_->hinder_last(CandidateLink::Obstacle::too_long);
    return;
  }
  const bool wrapped = link.encoding.wrap(layer);
  SIGNGATE_CHECK(wrapped);
  out_.links.push_back(std::move(link));
  place_last({static_cast<std::size_t>(first), end});
}

void LinkSink::replace(std::string text, Range raw, Encoding encoding) {
  Link& link = out_.links.emplace_back();
  link.url = std::move(text);
  link.ready = true;
  link.encoding = encoding;
  link.context = LinkContext::meta;
  place_last(raw);
}

// Gives the last link of the batch its place.
void LinkSink::place_last(Range raw) {
  SIGNGATE_CHECK(raw.begin >= emitted_ && raw.end >= raw.begin && raw.end <= window_.size());
  out_.pieces.push_back({window_.substr(emitted_, raw.begin - emitted_),
                         static_cast<std::int32_t>(out_.links.size() - 1)});
  emitted_ = raw.end;
  out_.links.back().original = window_.substr(raw.begin, raw.end - raw.begin);
}

void LinkSink::finish(std::size_t end) {
  if (end > emitted_) out_.pieces.push_back({window_.substr(emitted_, end - emitted_), -1});
  emitted_ = end;
}

}  // namespace signgate::rewrite
