// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signing/error.hpp"

namespace signgate::signing {

/// TextGuess is a text that may have been signed in place of the policy that was presented, and
/// what that would tell.
struct TextGuess {
  std::string text;
  std::string says;  // one sentence without a full stop
};

/// canned_text_guesses are the usual other texts for a canned policy over `resource` until
/// `expires`: with white space, escaped, with another form of the time, other times (milliseconds,
/// hours away as zones are), not the policy at all; at most 45. Pure; any thread. Source:
/// CloudFront Developer Guide, "Create a signed URL using a canned policy"; the JSON writers of
/// the usual languages.
[[nodiscard]] std::vector<TextGuess> canned_text_guesses(std::string_view resource,
                                                         UnixSeconds expires);

/// custom_text_guesses are those for a custom policy that came as `text`: without its white space,
/// with a newline at the end, its base64 text; at most 10. Pure; any thread.
[[nodiscard]] std::vector<TextGuess> custom_text_guesses(std::string_view text);

}  // namespace signgate::signing
