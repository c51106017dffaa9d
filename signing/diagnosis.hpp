// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "signing/verifier.hpp"

namespace signgate::signing {

/// most_guesses bounds the signature checks of one diagnosis.
inline constexpr std::size_t most_guesses = 128;

/// diagnose_url says why a signed URL is denied, for people: one sentence, or nothing where the
/// denial's own cause is all that can be told. What it tells was tried: the URL with `&amp;`
/// decoded, without a second percent-encoding, with one parameter less, with another scheme, host
/// spelling, port or final slash, or the policy in another form, and so on, is one that the
/// signature holds for. `denial` is what verify_url gave for the same arguments. It shows no
/// signature. At most most_guesses signature checks; any thread.
[[nodiscard]] std::optional<std::string> diagnose_url(std::string_view url, const TrustedKeys& keys,
                                                      const Viewer& viewer, const Denial& denial);

/// diagnose does the same for what was presented apart from the URL, in cookies.
[[nodiscard]] std::optional<std::string> diagnose(std::string_view resource,
                                                  const Presented& presented,
                                                  const TrustedKeys& keys, const Viewer& viewer,
                                                  const Denial& denial);

}  // namespace signgate::signing
