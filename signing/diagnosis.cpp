// SPDX-License-Identifier: Apache-2.0
#include "signing/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "policy/json.hpp"
#include "policy/resource_pattern.hpp"
#include "signing/percent_escapes.hpp"
#include "signing/query_parameters.hpp"
#include "signing/replace_all.hpp"
#include "signing/resource_guesses.hpp"
#include "signing/resource_mismatch.hpp"
#include "signing/signed_text_guesses.hpp"
#include "signing/time_text.hpp"
#include "signing/url_base64.hpp"
#include "signing/whole_url_guesses.hpp"

namespace signgate::signing {
namespace {

using Says = std::optional<std::string>;

// Clocks that are off by more are seldom.
constexpr UnixSeconds likely_skew = 300;

/// Progress is how far a request got with its policy.
enum class Progress : std::uint8_t {
  none,      // no signature that holds
  signed_,   // it holds, but the policy is not one, or not for this URL
  resource,  // the policy is for this URL
};

Progress progress_of(DenialReason reason) {
  switch (reason) {
    case DenialReason::expired:
    case DenialReason::not_yet_valid:
    case DenialReason::viewer_address_mismatch:
    case DenialReason::viewer_address_unknown:
      return Progress::resource;
    case DenialReason::resource_mismatch:
    case DenialReason::invalid_policy:
      return Progress::signed_;
    default:
      return Progress::none;
  }
}

/// Search tries guesses until one gets further than what was denied, or there are too many.
class Search {
 public:
  Search(const TrustedKeys& keys, const Viewer& viewer, const Denial& denial)
      : keys_(keys), viewer_(viewer), reached_(progress_of(denial.reason)) {}

  /// helps says whether this would get further. The policy's other conditions do not count.
  bool helps(std::string_view resource, const Presented& presented) {
    if (reached_ == Progress::resource || ++tried_ > most_guesses) return false;
    const Verdict verdict = verify(resource, presented, keys_, viewer_);
    return (verdict ? Progress::resource : progress_of(verdict.error().reason)) > reached_;
  }

  /// is_signed says whether the signature that was presented is one over `text`.
  bool is_signed(std::string_view text, const Presented& presented) {
    const auto key = keys_.find(presented.key_pair_id.value_or(""));
    const auto signature = url_base64_decode(presented.signature.value_or(""));
    const auto hash = parse_hash_name(presented.hash_algorithm.value_or("SHA1"));
    if (key == keys_.end() || !signature || !hash || ++tried_ > most_guesses) return false;
    return key->second.verify(
        *hash, text,
        {reinterpret_cast<const unsigned char*>(signature->data()), signature->size()});
  }

 private:
  const TrustedKeys& keys_;
  const Viewer& viewer_;
  const Progress reached_;
  std::size_t tried_ = 0;
};

/// Case is one denial, and the means to look into it.
struct Case {
  std::string_view resource;
  const Presented& presented;
  const TrustedKeys& keys;
  const Viewer& viewer;
  const Denial& denial;
  Search& search;
};

std::optional<UnixSeconds> expires_of(const Presented& presented) {
  UnixSeconds seconds = 0;
  const std::string_view text = presented.expires.value_or("");
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return seconds;
}

/// statement_of is the policy that was presented.
std::optional<policy::CloudFrontStatement> statement_of(const Presented& presented) {
  if (const auto expires = expires_of(presented)) {
    policy::CloudFrontStatement statement;
    statement.date_less_than = *expires;
    return statement;
  }
  const auto text = url_base64_decode(presented.policy.value_or(""));
  if (!text) return std::nullopt;
  auto statement = policy::parse_custom_policy(*text);
  return statement ? std::optional(*std::move(statement)) : std::nullopt;
}

Says about_time(const Case& it) {
  const auto statement = statement_of(it.presented);
  if (!statement) return std::nullopt;
  const bool expired = it.denial.reason == DenialReason::expired;
  const UnixSeconds now = it.viewer.now;
  const UnixSeconds edge =
      expired ? statement->date_less_than : statement->date_greater_than.value_or(0);
  // Compared without a difference, as a signed policy may hold any 64-bit number.
  if (expired ? edge < now - likely_skew : edge > now + likely_skew) return std::nullopt;
  return "a clock may be off: the time of the request is taken as " + format_time(now) +
         "; compare the signer's and the viewer's clocks (NTP)";
}

/// about_key tells when only the id is wrong, or names another trusted key.
Says about_key(const Case& it) {
  for (const auto& [id, key] : it.keys) {
    if (id.empty() || id == it.presented.key_pair_id) continue;
    Presented renamed = it.presented;
    renamed.key_pair_id = id;
    if (!it.search.helps(it.resource, renamed)) continue;
    return "the signature is that of the key " + policy::excerpt(id) +
           ": only the Key-Pair-Id is wrong";
  }
  return std::nullopt;
}

/// about_key_type sees by its form that a key of the other type signed.
Says about_key_type(const Case& it) {
  constexpr std::size_t rsa2048_bytes = 256;
  const auto key = it.keys.find(it.presented.key_pair_id.value_or(""));
  const auto bytes = url_base64_decode(it.presented.signature.value_or(""));
  if (key == it.keys.end() || !bytes) return std::nullopt;
  if (key->second.type() == KeyType::ecdsa_p256 && bytes->size() == rsa2048_bytes) {
    return "another key signed: the signature has the 256 bytes of an RSA-2048 one, and this key "
           "is P-256";
  }
  // DER: a sequence, whose length fills what is there.
  const bool is_sequence = bytes->size() > 8 && bytes->size() < 80 && (*bytes)[0] == 0x30 &&
                           static_cast<unsigned char>((*bytes)[1]) == bytes->size() - 2;
  if (key->second.type() == KeyType::rsa2048 && is_sequence) {
    return "another key signed: the signature has the form of a P-256 one, and this key is "
           "RSA-2048";
  }
  return std::nullopt;
}

/// unquoted drops the quotes around a cookie's value.
std::string_view unquoted(std::string_view text) {
  return text.size() > 1 && text.starts_with('"') && text.ends_with('"')
             ? text.substr(1, text.size() - 2)
             : text;
}

/// cloudfront_spelling turns standard base64, and what line ends and form decoders make of it,
/// into CloudFront's.
std::string cloudfront_spelling(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;
    out += c == '+' || c == ' ' ? '-' : c == '/' ? '~' : c == '=' ? '_' : c;
  }
  return out;
}

/// about_spelling tries other spellings of what was presented, alone and one after the other.
Says about_spelling(const Case& it) {
  using Respell = std::string (*)(std::string_view);
  struct Step {
    Respell respell;
    const char* says;
  };
  static constexpr std::array<Step, 3> steps = {{
      {[](std::string_view text) { return std::string(unquoted(text)); },
       "the values stand in double quotes, which belong to them then: leave them out"},
      {[](std::string_view text) { return percent_decoded(text); },
       "the signing parameters were percent-encoded after signing: they go out as they are"},
      {cloudfront_spelling,
       "Signature or Policy is in standard base64, or holds line ends: CloudFront writes - for +, "
       "_ "
       "for = and ~ for /, in one line"},
  }};
  std::array<std::string, 5> texts;
  Presented respelled = it.presented;
  const std::array<std::optional<std::string_view>*, 5> values = {
      &respelled.expires, &respelled.policy, &respelled.signature, &respelled.key_pair_id,
      &respelled.hash_algorithm};
  for (const Step& step : steps) {
    bool changed = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!*values[i]) continue;
      std::string other = step.respell(**values[i]);
      changed = changed || other != **values[i];
      texts[i] = std::move(other);
      *values[i] = texts[i];
    }
    if (changed && it.search.helps(it.resource, respelled)) return step.says;
  }
  return std::nullopt;
}

/// about_signature tries what else may have been signed.
Says about_signature(const Case& it) {
  const auto among = [&](const std::vector<TextGuess>& guesses) -> Says {
    for (const TextGuess& guess : guesses) {
      if (it.search.is_signed(guess.text, it.presented)) return guess.says;
    }
    return std::nullopt;
  };
  if (it.presented.policy) {
    const auto text = url_base64_decode(*it.presented.policy);
    return text ? among(custom_text_guesses(*text)) : std::nullopt;
  }
  for (const ResourceGuess& guess : resource_guesses(it.resource)) {
    if (it.search.helps(guess.resource, it.presented)) return guess.says;
  }
  const auto expires = expires_of(it.presented);
  return expires ? among(canned_text_guesses(it.resource, *expires)) : std::nullopt;
}

/// about_milliseconds sees an Expires that was multiplied after signing.
Says about_milliseconds(const Case& it) {
  const auto expires = expires_of(it.presented);
  if (!expires) return std::nullopt;
  const std::string seconds = std::to_string(*expires / 1000);
  Presented divided = it.presented;
  divided.expires = seconds;
  if (!it.search.helps(it.resource, divided)) return std::nullopt;
  return "the signature is over the seconds " + seconds + ": only Expires is in milliseconds";
}

Says about_resource(const Case& it) {
  const auto statement = statement_of(it.presented);
  if (!statement || !statement->resource) return std::nullopt;
  const std::string plain = replace_all(*statement->resource, "\\?", "?");
  if (plain != *statement->resource && policy::resource_matches(plain, it.resource)) {
    return "the policy's Resource has \\? where ? would cover the URL: write the ? of a query as "
           "it is";
  }
  return explain_mismatch(*statement->resource, it.resource);
}

Says about_policy(const Case& it) {
  const auto text = url_base64_decode(it.presented.policy.value_or(""));
  if (!text || text->find("\\?") == std::string::npos) return std::nullopt;
  if (!policy::parse_custom_policy(replace_all(*text, "\\?", "?"))) return std::nullopt;
  return "the policy holds \\?, which is no JSON: write the ? of a query as it is";
}

Says diagnose(const Case& it) {
  switch (it.denial.reason) {
    case DenialReason::expired:
    case DenialReason::not_yet_valid:
      return about_time(it);
    case DenialReason::resource_mismatch:
      return about_resource(it);
    case DenialReason::invalid_policy:
      return about_policy(it);
    case DenialReason::time_in_milliseconds:
      return about_milliseconds(it);
    case DenialReason::missing_key_pair_id:
    case DenialReason::undecodable_policy:
    case DenialReason::unknown_hash_algorithm:
      return about_spelling(it);
    case DenialReason::unknown_key: {
      auto says = about_key(it);
      return says ? says : about_spelling(it);
    }
    case DenialReason::undecodable_signature: {
      auto says = about_spelling(it);
      return says ? says : about_key_type(it);
    }
    case DenialReason::bad_signature: {
      if (auto says = about_key(it)) return says;
      if (auto says = about_key_type(it)) return says;
      return about_signature(it);
    }
    default:
      return std::nullopt;
  }
}

/// about_fragment tries a fragment that was signed, with the parameters before it or behind it.
Says about_fragment(std::string_view url, Search& search) {
  const UrlParts parts = split_url(url);
  if (parts.fragment.empty()) return std::nullopt;
  const SignedRequest request = read_signed_url(url);
  if (search.helps(request.resource + std::string(parts.fragment), request.presented))
    return "the fragment was signed as well, which no viewer sends: sign the URL without it";
  const std::size_t end = std::min(parts.fragment.find('?'), parts.fragment.find('&'));
  if (end >= parts.fragment.size()) return std::nullopt;
  const std::string before(url.substr(0, url.size() - parts.fragment.size()));
  const std::string moved =
      before + (parts.query ? "&" : "?") + std::string(parts.fragment.substr(end + 1));
  const SignedRequest hidden = read_signed_url(moved);
  const std::string as_signed = hidden.resource + std::string(parts.fragment.substr(0, end));
  if (!search.helps(hidden.resource, hidden.presented) &&
      !search.helps(as_signed, hidden.presented))
    return std::nullopt;
  return "the signing parameters stand behind the #, so no viewer sends them: sign the URL without "
         "its fragment and put that last";
}

}  // namespace

std::optional<std::string> diagnose(std::string_view resource, const Presented& presented,
                                    const TrustedKeys& keys, const Viewer& viewer,
                                    const Denial& denial) {
  Search search(keys, viewer, denial);
  return diagnose(Case{resource, presented, keys, viewer, denial, search});
}

std::optional<std::string> diagnose_url(std::string_view url, const TrustedKeys& keys,
                                        const Viewer& viewer, const Denial& denial) {
  Search search(keys, viewer, denial);
  for (const UrlGuess& guess : whole_url_guesses(url)) {
    const SignedRequest request = read_signed_url(guess.url);
    if (search.helps(request.resource, request.presented)) return guess.says;
  }
  if (auto says = about_fragment(url, search)) return says;
  const SignedRequest request = read_signed_url(url);
  return diagnose(Case{request.resource, request.presented, keys, viewer, denial, search});
}

}  // namespace signgate::signing
