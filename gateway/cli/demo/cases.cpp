// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/cases.hpp"

#include <array>

#include "gateway/cli/demo/links.hpp"
#include "policy/cloudfront_statement.hpp"
#include "signing/signed_url.hpp"

namespace signgate::cli::demo {
namespace {

constexpr std::array<Case, 8> all = {{
    {CaseKind::as_signed, "signed", "The link as the page has it",
     "The signature is the gateway's, the time is not up, and the Referer is this site's.", 200, "",
     ""},
    {CaseKind::unsigned_link, "unsigned", "Without a signature",
     "Nothing in the link names a key, so there is nothing the edge could check.", 403,
     "MissingKey", "Missing Key-Pair-Id query parameter or cookie value"},
    {CaseKind::expired, "expired", "An hour too late",
     "The signature is genuine, but the time that it vouches for has passed.", 403, "AccessDenied",
     "Access denied"},
    {CaseKind::one_letter_changed, "tampered", "One letter changed",
     "One letter of the signature differs, and no longer matches the public key.", 403,
     "AccessDenied", "Access denied"},
    {CaseKind::later_expiry, "prolonged", "With a later Expires",
     "The signature covers the time: a day more in the link makes it another text.", 403,
     "AccessDenied", "Access denied"},
    {CaseKind::other_picture, "borrowed", "The signature of another picture",
     "The signature covers the address: it opens the one picture it was made for.", 403,
     "AccessDenied", "Access denied"},
    {CaseKind::no_referer, "no-referer", "Opened without a Referer",
     "The edge lets it pass; the bucket's policy asks for aws:Referer and finds none.", 403,
     "AccessDenied", "Access Denied"},
    {CaseKind::foreign_referer, "foreign", "Embedded by another site",
     "The edge lets it pass; the bucket's policy does not list that site.", 403, "AccessDenied",
     "Access Denied"},
}};

std::string xml_text(std::string_view body, std::string_view element) {
  const std::string open = "<" + std::string(element) + ">";
  const auto begin = body.find(open);
  const auto end = body.find("</" + std::string(element) + ">");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  return std::string(body.substr(begin + open.size(), end - begin - open.size()));
}

}  // namespace

std::span<const Case> cases() noexcept {
  return all;
}

Headers Attempt::headers() const {
  Headers headers{{"User-Agent", "signgate-demo"}, {"Accept", "image/*,audio/*,*/*;q=0.8"}};
  if (!referer.empty()) headers.emplace_back("Referer", referer);
  return headers;
}

signing::Result<Attempt> make_attempt(CaseKind kind, std::string_view signed_link,
                                      const Places& places, const signing::SigningKey& key,
                                      UnixSeconds now) {
  Attempt attempt{std::string(signed_link), places.referer()};
  const auto sign_for = [&](policy::CloudFrontStatement statement) -> signing::Result<Attempt> {
    statement.date_less_than = now + 3600;
    auto url = signing::sign_url_custom(key, without_signature(signed_link),
                                        policy::custom_policy(statement));
    if (!url) return url.error();
    return Attempt{std::move(*url), places.referer()};
  };
  switch (kind) {
    case CaseKind::as_signed:
    case CaseKind::asked_again:
      break;
    case CaseKind::unsigned_link:
      attempt.url = without_signature(signed_link);
      break;
    case CaseKind::expired: {
      auto expired = signing::sign_url_canned(key, without_signature(signed_link), now - 3600);
      if (!expired) return expired.error();
      attempt.url = std::move(*expired);
      break;
    }
    case CaseKind::one_letter_changed:
      attempt.url = with_one_letter_changed(signed_link);
      break;
    case CaseKind::later_expiry:
      attempt.url = with_later_expiry(signed_link);
      break;
    case CaseKind::other_picture: {
      // Whichever link it is, one of these two is another object that exists.
      constexpr std::string_view one = "/private/album/dunes-320.png";
      constexpr std::string_view two = "/private/album/lake-320.png";
      const bool is_one = signed_link.find(one) != std::string_view::npos;
      attempt.url = with_other_path(signed_link, is_one ? two : one);
      break;
    }
    case CaseKind::no_referer:
      attempt.referer.clear();
      break;
    case CaseKind::foreign_referer:
      attempt.referer = "https://elsewhere.example/";
      break;
    case CaseKind::unknown_key:
      attempt.url = with_other_key_id(signed_link, "K9NOBODYKNOWSIT");
      break;
    case CaseKind::other_folder: {
      policy::CloudFrontStatement statement;
      statement.resource = places.private_prefix() + "sound/*";
      return sign_for(statement);
    }
    case CaseKind::other_network: {
      policy::CloudFrontStatement statement;
      statement.resource = without_signature(signed_link);
      statement.ip_address = policy::Ipv4Range{0xCB007100, 24};  // 203.0.113.0/24, RFC 5737
      return sign_for(statement);
    }
  }
  return attempt;
}

EdgeAnswer read_edge_answer(const Fetched& fetched) {
  EdgeAnswer answer;
  answer.status = fetched.status;
  answer.type = fetched.header("Content-Type");
  answer.size = fetched.body.size();
  answer.server = fetched.header("Server");
  answer.reason = fetched.header("x-signgate-reason");
  answer.cache = fetched.header("X-Cache");
  answer.age = fetched.header("Age");
  if (fetched.status >= 400) {
    answer.code = xml_text(fetched.body, "Code");
    answer.message = xml_text(fetched.body, "Message");
  }
  return answer;
}

bool is_due(const Case& wanted, const EdgeAnswer& answer) noexcept {
  return answer.status == wanted.status && answer.code == wanted.code &&
         answer.message == wanted.message;
}

std::string describe(const EdgeAnswer& answer) {
  std::string text = std::to_string(answer.status);
  if (answer.status < 400) {
    return text + " " + answer.type + ", " + std::to_string(answer.size) + " bytes";
  }
  text += " " + (answer.code.empty() ? "(no code)" : answer.code);
  if (!answer.message.empty()) text += " \"" + answer.message + "\"";
  return text;
}

}  // namespace signgate::cli::demo
