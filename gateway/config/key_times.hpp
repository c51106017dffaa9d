// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/config/config.hpp"

namespace signgate::config {

/// KeyOutlook is what becomes of a media rule's links by the times of its keys.
struct KeyOutlook {
  enum class State : std::uint8_t {
    signs,     // and will for as long as a link made now lives
    runs_out,  // signs, but there will be a time without a key before such a link has ended
    no_key,    // none of its keys may sign
    too_late,  // signs, but its links end after the last second that CloudFront's guide allows
  };

  State state = State::signs;
  /// What to tell the operator, with the rule's name and the dates; "" for `signs`.
  std::string text;
};

/// key_outlook is the outlook of `rule`, one of `config`'s, at `now`. A time without a key is told
/// before links that end too late. Pure.
[[nodiscard]] KeyOutlook key_outlook(const Config& config, const Media& rule, UnixSeconds now);

/// next_key_change is the first second after `now` at which the outlook of a rule may be another
/// by the times of its keys; nothing when all stays as it is. Pure.
[[nodiscard]] std::optional<UnixSeconds> next_key_change(const Config& config, UnixSeconds now);

}  // namespace signgate::config
