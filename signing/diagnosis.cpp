// SPDX-License-Identifier: Apache-2.0
#include "signing/diagnosis.hpp"

#include <charconv>
#include <vector>

#include "policy/json.hpp"
#include "signing/query_parameters.hpp"
#include "signing/resource_guesses.hpp"
#include "signing/time_text.hpp"
#include "signing/url_base64.hpp"

namespace signgate::signing {
namespace {

// Clocks that are off by more are seldom.
constexpr UnixSeconds likely_skew = 300;

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t found = text.find(from, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) return out;
    out += to;
    at = found + from.size();
  }
}

/// signature_holds says whether the signature is good, whatever becomes of the policy's conditions.
bool signature_holds(const Verdict& verdict) {
  if (verdict) return true;
  switch (verdict.error().reason) {
    case DenialReason::expired:
    case DenialReason::not_yet_valid:
    case DenialReason::viewer_address_mismatch:
    case DenialReason::viewer_address_unknown:
    case DenialReason::resource_mismatch:
      return true;
    default:
      return false;
  }
}

std::optional<std::string> about_time(const Denial& denial, UnixSeconds edge, UnixSeconds now) {
  const bool expired = denial.reason == DenialReason::expired;
  const UnixSeconds off = expired ? now - edge : edge - now;
  if (off > likely_skew) return std::nullopt;
  return "a clock may be off: the time of the request is taken as " + format_time(now) +
         "; compare the signer's and the viewer's clocks (NTP)";
}

/// statement_of is the policy that was presented, when its signature holds.
std::optional<policy::CloudFrontStatement> statement_of(const Presented& presented) {
  if (presented.expires) {
    policy::CloudFrontStatement statement;
    const std::string_view text = *presented.expires;
    const auto read =
        std::from_chars(text.data(), text.data() + text.size(), statement.date_less_than);
    return read.ec == std::errc() ? std::optional(std::move(statement)) : std::nullopt;
  }
  const auto text = url_base64_decode(presented.policy.value_or(""));
  if (!text) return std::nullopt;
  auto statement = policy::parse_custom_policy(*text);
  return statement ? std::optional(*std::move(statement)) : std::nullopt;
}

/// other_spelling turns standard base64, and what a form decoder makes of it, into CloudFront's.
std::string other_spelling(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '+' || c == ' ') c = '-';
    if (c == '/') c = '~';
    if (c == '=') c = '_';
  }
  return out;
}

/// Search tries guesses until one holds, or there are too many.
class Search {
 public:
  Search(const TrustedKeys& keys, const Viewer& viewer) : keys_(keys), viewer_(viewer) {}

  bool holds(std::string_view resource, const Presented& presented) {
    if (++tried_ > most_guesses) return false;
    return signature_holds(verify(resource, presented, keys_, viewer_));
  }

 private:
  const TrustedKeys& keys_;
  const Viewer& viewer_;
  std::size_t tried_ = 0;
};

std::optional<std::string> about_id(std::string_view resource, const Presented& presented,
                                    const TrustedKeys& keys, Search& search) {
  for (const auto& [id, key] : keys) {
    Presented renamed = presented;
    renamed.key_pair_id = id;
    if (id.empty() || !search.holds(resource, renamed)) continue;
    return "the signature is that of the key " + policy::excerpt(id) +
           ": only the Key-Pair-Id is wrong";
  }
  return std::nullopt;
}

std::optional<std::string> about_alphabet(std::string_view resource, const Presented& presented,
                                          Search& search) {
  const std::string signature = other_spelling(presented.signature.value_or(""));
  const std::string policy = other_spelling(presented.policy.value_or(""));
  Presented respelled = presented;
  respelled.signature = signature;
  if (presented.policy) respelled.policy = policy;
  if (signature == presented.signature && (!presented.policy || policy == *presented.policy))
    return std::nullopt;
  if (!search.holds(resource, respelled)) return std::nullopt;
  return "Signature or Policy is in standard base64: CloudFront writes - for +, _ for = and ~ "
         "for /";
}

std::optional<std::string> about_signature(std::string_view resource, const Presented& presented,
                                           Search& search) {
  if (presented.policy) return std::nullopt;
  for (const ResourceGuess& guess : resource_guesses(resource)) {
    if (search.holds(guess.resource, presented)) return guess.says;
  }
  return std::nullopt;
}

std::optional<std::string> diagnose_with(std::string_view resource, const Presented& presented,
                                         const TrustedKeys& keys, const Viewer& viewer,
                                         const Denial& denial, Search& search) {
  switch (denial.reason) {
    case DenialReason::expired:
    case DenialReason::not_yet_valid: {
      const auto statement = statement_of(presented);
      if (!statement) return std::nullopt;
      return about_time(denial,
                        denial.reason == DenialReason::expired
                            ? statement->date_less_than
                            : statement->date_greater_than.value_or(0),
                        viewer.now);
    }
    case DenialReason::resource_mismatch: {
      const auto statement = statement_of(presented);
      if (!statement || !statement->resource) return std::nullopt;
      return explain_mismatch(*statement->resource, resource);
    }
    case DenialReason::unknown_key:
      return about_id(resource, presented, keys, search);
    case DenialReason::undecodable_signature:
    case DenialReason::undecodable_policy:
      return about_alphabet(resource, presented, search);
    case DenialReason::bad_signature:
      return about_signature(resource, presented, search);
    default:
      return std::nullopt;
  }
}

/// WholeGuess is another spelling of the whole URL, signing parameters included.
struct WholeGuess {
  std::string url;
  std::string says;
};

std::vector<WholeGuess> whole_guesses(std::string_view url) {
  std::vector<WholeGuess> guesses;
  const auto add = [&](std::string other, std::string says) {
    if (other != url) guesses.push_back({std::move(other), std::move(says)});
  };
  add(replaced(replaced(url, "&amp;", "&"), "&#38;", "&"),
      "the URL holds &amp; where & should stand: it was taken out of HTML without being decoded");
  add(replaced(url, "%26", "&"), "the URL holds %26 where & should stand: it was encoded whole");
  add(replaced(url, "%25", "%"), "the URL was percent-encoded twice: %25 stands where % should");
  std::string decoded = replaced(replaced(url, "%7E", "~"), "%7e", "~");
  decoded = replaced(replaced(replaced(decoded, "%5F", "_"), "%5f", "_"), "%2D", "-");
  add(replaced(decoded, "%2d", "-"),
      "the signing parameters were percent-encoded after signing: they go into a URL as they are");
  return guesses;
}

}  // namespace

std::optional<std::string> diagnose(std::string_view resource, const Presented& presented,
                                    const TrustedKeys& keys, const Viewer& viewer,
                                    const Denial& denial) {
  Search search(keys, viewer);
  return diagnose_with(resource, presented, keys, viewer, denial, search);
}

std::optional<std::string> diagnose_url(std::string_view url, const TrustedKeys& keys,
                                        const Viewer& viewer, const Denial& denial) {
  Search search(keys, viewer);
  for (const WholeGuess& guess : whole_guesses(url)) {
    const SignedRequest request = read_signed_url(guess.url);
    if (search.holds(request.resource, request.presented)) return guess.says;
  }
  const SignedRequest request = read_signed_url(url);
  // Some signers sign the fragment as well.
  const std::string_view fragment = split_url(url).fragment;
  if (denial.reason == DenialReason::bad_signature && !fragment.empty() &&
      search.holds(request.resource + std::string(fragment), request.presented)) {
    return "the fragment was signed as well, which no viewer sends: sign the URL without it";
  }
  return diagnose_with(request.resource, request.presented, keys, viewer, denial, search);
}

}  // namespace signgate::signing
