// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signgate::signing {

/// UrlGuess is another spelling of a whole signed URL, and what it would tell.
struct UrlGuess {
  std::string url;
  std::string says;  // one sentence without a full stop
};

/// whole_url_guesses are what a signed URL may have been before something on its way changed all
/// of it: HTML's `&amp;`, a second percent-encoding, small letters; at most 4. Pure; any thread.
[[nodiscard]] std::vector<UrlGuess> whole_url_guesses(std::string_view url);

}  // namespace signgate::signing
