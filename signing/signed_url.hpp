// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "signing/algorithm.hpp"
#include "signing/error.hpp"
#include "signing/signer.hpp"

namespace signgate::signing {

/// max_url is the longest URL that CloudFront takes, in bytes; a longer one cannot be signed with
/// effect. Source: CloudFront Developer Guide, "Quotas", length of a request URL.
inline constexpr std::size_t max_url = 8192;

/// Resign says what becomes of a URL that is signed already.
enum class Resign : std::uint8_t {
  refuse,   // reserved_parameter, as for any other reserved name
  replace,  // its CloudFront parameters are dropped
};

/// SignableUrl is a URL ready to be signed.
struct SignableUrl {
  std::string resource;  // what is signed and sent: absolute, percent-encoded, without fragment
  std::string fragment;  // empty, or `#` and the fragment: put back last
};

/// prepare_url makes `url` (absolute, http or https) ready: the fragment is cut off, a lone `?` at
/// the end is dropped, and what a browser would not send as it stands is percent-encoded: space,
/// `"`, `<`, `>`, `\`, `` ` ``, `{`, `}`, `^`, all non-ASCII, and in the query `'`. (`\`: a page's
/// link should have been resolved before, which turns it into `/`.) Everything else stays byte for
/// byte: existing %XX, `+`, `&&`, dot segments, a missing path. Idempotent on its own result; any
/// thread. Errors:
/// - reserved_parameter: the query holds Expires, Policy, Signature, Key-Pair-Id or Hash-Algorithm
///   (this case) and is not a signed URL, or it is and `resign` says refuse;
/// - bad_url: another scheme, no host, a control character, a host that is neither a name in ASCII
///   nor an address, a port past 65535;
/// - too_long: more than max_url bytes come out.
/// Source: CloudFront Developer Guide, "Create a signed URL ..."; URL Standard, percent-encode
/// sets.
[[nodiscard]] Result<SignableUrl> prepare_url(std::string_view url, Resign resign = Resign::refuse);

/// SignedParameters is what is added to a URL. The views must live until the URL is assembled.
struct SignedParameters {
  std::optional<UnixSeconds> expires;  // canned policy: its time; otherwise `policy` is sent
  std::string_view policy;     // custom policy: its text in CloudFront's base64 (url_base64_encode)
  std::string_view signature;  // from sign_policy or the memo
  std::string_view key_pair_id;
  HashAlgorithm hash = HashAlgorithm::sha1;
};

/// assemble_url is `resource`, the parameters in the order Expires or Policy, Signature,
/// Key-Pair-Id and (for SHA-256 alone) Hash-Algorithm, then `fragment`. One allocation, no checks:
/// give it what prepare_url returned. Any thread.
[[nodiscard]] std::string assemble_url(std::string_view resource, std::string_view fragment,
                                       const SignedParameters& parameters);

/// signed_parameters_length is how many bytes assemble_url adds to resource and fragment.
[[nodiscard]] std::size_t signed_parameters_length(const SignedParameters& parameters) noexcept;

/// append_expires_parameter appends `Expires=` and the time to `out`.
void append_expires_parameter(std::string& out, UnixSeconds expires);

/// append_after_signature appends what follows the signature's text: Key-Pair-Id and, for SHA-256
/// alone, Hash-Algorithm.
void append_after_signature(std::string& out, std::string_view key_pair_id, HashAlgorithm hash);

/// sign_url_canned does it all for one URL: prepare, sign, assemble. Any thread.
[[nodiscard]] Result<std::string> sign_url_canned(const SigningKey& key, std::string_view url,
                                                  UnixSeconds expires,
                                                  Resign resign = Resign::refuse);

/// sign_url_custom does the same with the custom policy `policy`, sent and signed as it is: it
/// should be compact (policy::custom_policy, policy::compact_json). Whether it covers `url` is not
/// looked at. Any thread.
[[nodiscard]] Result<std::string> sign_url_custom(const SigningKey& key, std::string_view url,
                                                  std::string_view policy,
                                                  Resign resign = Resign::refuse);

}  // namespace signgate::signing
