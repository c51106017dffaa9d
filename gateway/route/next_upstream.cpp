// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/next_upstream.hpp"

#include <algorithm>

namespace signgate::route {
namespace {

bool may_repeat(const config::Settings& settings, const TryFacts& facts) noexcept {
  const Milliseconds limit = settings.proxy_next_upstream_timeout;
  if (facts.tries == 0 || (limit > Milliseconds(0) && facts.elapsed >= limit)) return false;
  if (!facts.sent) return true;
  return facts.replayable && (facts.idempotent || settings.proxy_next_upstream.non_idempotent);
}

bool is_named(const config::NextUpstream& next, ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::connect_failed:
    case ErrorCode::closed:
      return next.error;
    case ErrorCode::timed_out:
      return next.timeout;
    case ErrorCode::bad_response:
    case ErrorCode::header_too_large:
    case ErrorCode::not_implemented:
      return next.invalid_header;
    default:
      return false;
  }
}

}  // namespace

bool goes_on(const config::Settings& settings, const Error& error, const TryFacts& facts) noexcept {
  return error.side == Side::upstream && is_named(settings.proxy_next_upstream, error.code) &&
         may_repeat(settings, facts);
}

bool goes_on_after(const config::Settings& settings, int status, const TryFacts& facts) noexcept {
  const auto& named = settings.proxy_next_upstream.statuses;
  return !named.empty() && std::find(named.begin(), named.end(), status) != named.end() &&
         may_repeat(settings, facts);
}

TryBudget::TryBudget(const config::Settings& settings, std::size_t peers) noexcept
    : settings_(settings), left_(peers) {
  const std::uint32_t most = settings.proxy_next_upstream_tries;
  if (most != 0) left_ = std::min<std::size_t>(left_, most);
}

TryBudget::Next TryBudget::after_error(const Error& error, bool reused, TryFacts facts) noexcept {
  const bool stale = excuses(error, reused);
  if (!stale && left_ > 0) --left_;
  facts.tries = stale ? 1 : left_;
  if (!goes_on(settings_, error, facts)) return Next::none;
  if (!stale) return Next::other_peer;
  excused_ = true;
  return Next::same_peer;
}

bool TryBudget::after_answer(int status, TryFacts facts) noexcept {
  if (left_ > 0) --left_;
  facts.tries = left_;
  return goes_on_after(settings_, status, facts);
}

}  // namespace signgate::route
