// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/candidate_log.hpp"

namespace signgate::rewrite {

void CandidateLog::add(std::string_view text, LinkContext context,
                       const LinkMatcher::Outcome& outcome) {
  if (most_ == 0) {
    ++left_out_;
    return;
  }
  --most_;
  candidates_.push_back({.text = std::string(text.substr(0, limits::link_length)),
                         .context = context,
                         .outcome = outcome});
}

void CandidateLog::forget() noexcept {
  candidates_.clear();
}

void CandidateLog::hinder_last(CandidateLink::Obstacle obstacle) noexcept {
  if (left_out_ == 0 && !candidates_.empty()) candidates_.back().obstacle = obstacle;
}

void CandidateLog::share_last(std::size_t shared) noexcept {
  if (left_out_ == 0 && !candidates_.empty()) candidates_.back().shared = shared;
}

}  // namespace signgate::rewrite
