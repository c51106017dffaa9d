// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/batch.hpp"
#include "gateway/rewrite/link_matcher.hpp"

namespace signgate::rewrite {

/// CandidateLink is a text that was looked at as a link, and what the matcher said of it.
struct CandidateLink {
  enum class Obstacle : std::uint8_t {
    none,
    is_template,   // it stands for many URLs that no one signature opens
    charset,       // Counters::refused_charset
    user_content,  // Counters::refused_user_content
    too_long,      // a link in a document within this one whose beginning had left the window
  };

  std::string text;  // decoded, as a browser would resolve it; the front of a longer one
  LinkContext context = LinkContext::attribute;
  Obstacle obstacle = Obstacle::none;
  std::size_t shared = Link::no_template;  // as Link::shared
  /// `path` is empty unless it is media; of `rule` SignSet and MediaRule know the name.
  LinkMatcher::Outcome outcome;
};

/// CandidateLog keeps what scanners looked at, for `signgate explain` and `explain`: the first of
/// them. One document's; one thread.
class CandidateLog {
 public:
  /// CandidateLog keeps `most` of them in all.
  explicit CandidateLog(std::size_t most = limits::explained_links) noexcept : most_(most) {}

  /// add notes a candidate.
  void add(std::string_view text, LinkContext context, const LinkMatcher::Outcome& outcome);

  /// hinder_last says what keeps the last candidate from being signed, although it is media.
  void hinder_last(CandidateLink::Obstacle obstacle) noexcept;

  /// share_last says that the last candidate is a template: Link::shared.
  void share_last(std::size_t shared) noexcept;

  /// candidates are in the order in which they were looked at.
  [[nodiscard]] const std::vector<CandidateLink>& candidates() const noexcept {
    return candidates_;
  }

  /// forget drops those that are kept, to make no room for others.
  void forget() noexcept;

  /// left_out is how many there were beyond those that were kept.
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

 private:
  std::size_t most_;  // that may still come
  std::vector<CandidateLink> candidates_;
  std::size_t left_out_ = 0;
};

}  // namespace signgate::rewrite
