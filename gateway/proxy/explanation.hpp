// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/proxy/answer_grants.hpp"
#include "gateway/proxy/reflected_links.hpp"
#include "gateway/rewrite/candidate_log.hpp"
#include "gateway/rewrite/format.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::proxy {

/// Explanation is what would become of one link, in words for an operator.
struct Explanation {
  enum class Verdict : std::uint8_t {
    is_signed,
    skipped,  // no private media: it goes out as it is
    refused,  // private media, or close to it, that must not be signed: it goes out as it is
  };

  Verdict verdict = Verdict::skipped;
  std::string_view rule;               // the media rule; "" when none is concerned
  std::string resource;                // is_signed: the URL to be signed, without a signature
  std::optional<UnixSeconds> expires;  // is_signed: when a link that is handed out now ends
  std::string reason;
};

/// verdict_name is the stable word for a verdict: signed, skipped or refused.
[[nodiscard]] std::string_view verdict_name(Explanation::Verdict verdict) noexcept;

/// explain says what LinkSigner would do with the candidate at `now`, without signing. With
/// `grants` links of rules with grant = "header" are held to these; without, the reason names the
/// header that has to list them. Nobody is asked: of rules with grant = "auth_request" the reason
/// names who would be, and about what. With `reflected` links are held to what the request has. The
/// result's views live as long as the set.
[[nodiscard]] Explanation explain(const route::SignSet& set,
                                  const rewrite::CandidateLink& candidate,
                                  const AnswerGrants* grants, ReflectedLinks* reflected,
                                  UnixSeconds now);

/// find_candidates scans a whole document, decoded, as a rewritten answer is scanned, and notes
/// what was looked at. `charset` is what its header says of that. The counters are the scanner's.
rewrite::Counters find_candidates(const route::SignSet& set, rewrite::Format format,
                                  std::optional<rewrite::Charset> charset,
                                  const rewrite::PageUrl& page, std::string_view text,
                                  rewrite::CandidateLog& found);

}  // namespace signgate::proxy
