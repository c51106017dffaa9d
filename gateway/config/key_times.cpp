// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/key_times.hpp"

#include <algorithm>
#include <vector>

#include "gateway/config/diagnostic.hpp"
#include "signing/time_text.hpp"

namespace signgate::config {
namespace {

// The largest Expires of a canned policy that CloudFront's guide allows: 2038-01-19.
constexpr UnixSeconds last_expiry = 2147483647;

std::int64_t seconds(Milliseconds span) {
  return std::chrono::duration_cast<std::chrono::seconds>(span).count();
}

std::vector<const Key*> keys_of(const Config& config, const Media& rule) {
  std::vector<const Key*> keys;
  for (const Key& key : config.keys) {
    if (std::ranges::find(rule.key, key.key_pair_id) != rule.key.end()) keys.push_back(&key);
  }
  return keys;
}

bool may_sign(const Key& key, UnixSeconds at) {
  return (!key.not_before || at >= *key.not_before) && (!key.not_after || at < *key.not_after);
}

// Until when there is a key at every second; `from` itself when there is none now, nothing when
// that never ends.
std::optional<UnixSeconds> covered_until(const std::vector<const Key*>& keys, UnixSeconds from) {
  for (UnixSeconds at = from;;) {
    const Key* longest = nullptr;
    for (const Key* key : keys) {
      if (!may_sign(*key, at)) continue;
      if (!key->not_after) return std::nullopt;
      if (longest == nullptr || *key->not_after > *longest->not_after) longest = key;
    }
    if (longest == nullptr) return at;
    at = *longest->not_after;
  }
}

std::string times_of(const Key& key) {
  std::string text = key.key_pair_id;
  if (key.not_before) text += " from " + signing::format_time(*key.not_before);
  if (key.not_after) text += " until " + signing::format_time(*key.not_after);
  return text;
}

std::string times_of(const std::vector<const Key*>& keys) {
  std::string text;
  for (const Key* key : keys)
    text.append(text.empty() ? "" : ", ").append(times_of(*key));
  return text;
}

}  // namespace

KeyOutlook key_outlook(const Config& config, const Media& rule, UnixSeconds now) {
  using State = KeyOutlook::State;
  const std::string name = "media " + in_quotes(rule.name) + ": ";
  const std::vector<const Key*> keys = keys_of(config, rule);
  const auto end = covered_until(keys, now);
  if (end == now) {
    return {State::no_key, name +
                               "no key of it may sign now, so its links stay unsigned; its keys "
                               "sign thus: " +
                               times_of(keys)};
  }
  const std::int64_t life = seconds(rule.ttl) + seconds(rule.window);
  if (end && *end - now < life) {
    return {State::runs_out, name + "it has no key that signs at " + signing::format_time(*end) +
                                 ", which is sooner than ttl and window are long; its links stay "
                                 "unsigned then, unless it gets another key; its keys sign thus: " +
                                 times_of(keys)};
  }
  if (rule.policy == PolicyKind::canned && life > last_expiry - now) {
    return {State::too_late, name + "with its ttl and window links end as late as " +
                                 signing::format_time(now + life) +
                                 "; the last time that CloudFront's guide allows in a canned "
                                 "policy is " +
                                 signing::format_time(last_expiry)};
  }
  return {};
}

std::optional<UnixSeconds> next_key_change(const Config& config, UnixSeconds now) {
  std::optional<UnixSeconds> next;
  const auto take = [&](UnixSeconds at) {
    if (at > now && (!next || at < *next)) next = at;
  };
  for (const Media& rule : config.media) {
    const std::int64_t life = seconds(rule.ttl) + seconds(rule.window);
    for (const Key* key : keys_of(config, rule)) {
      if (key->not_before) take(*key->not_before);
      if (!key->not_after) continue;
      take(*key->not_after);
      take(*key->not_after - life + 1);  // the first second that is nearer than that
    }
  }
  return next;
}

}  // namespace signgate::config
