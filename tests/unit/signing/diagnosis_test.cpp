// SPDX-License-Identifier: Apache-2.0
#include "signing/diagnosis.hpp"

#include <gmock/gmock.h>

#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"
#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

using testing::HasSubstr;
using vectors::both;
using vectors::p256;
using vectors::rsa;

constexpr UnixSeconds end = 1893456000;

// What is said about a URL; "" where there is no more to say, "allowed" where it is.
std::string says(const std::string& url, UnixSeconds now = end - 1,
                 const TrustedKeys& keys = both(), std::optional<policy::Ipv4Address> viewer = {}) {
  const Viewer who{.now = now, .ipv4_address = viewer};
  const auto verdict = verify_url(url, keys, who);
  if (verdict) return "allowed";
  return diagnose_url(url, keys, who, verdict.error()).value_or("");
}

std::string canned(const std::string& url, const SigningKey& key = p256()) {
  return sign_url_canned(key, url, end).value();
}

// The URL `asked` with the parameters of a signature for exactly `signed_text`.
std::string signed_as(const std::string& signed_text, const std::string& asked) {
  const auto signature = sign_canned(p256(), signed_text, end).value();
  return assemble_url(asked, {},
                      {.expires = end,
                       .policy = {},
                       .signature = signature,
                       .key_pair_id = "KEC",
                       .hash = HashAlgorithm::sha256});
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// As encodeURIComponent does it.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                       c == '.' || c == '!' || c == '~' || c == '*' || c == '\'' || c == '(' ||
                       c == ')';
    constexpr std::string_view hex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      out.append("%").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
  }
  return out;
}

TEST(Diagnosis, AllowsWhatIsRight) {
  EXPECT_EQ(says(canned("https://h.test/a?b=1&c=2")), "allowed");
}

TEST(Diagnosis, SeesHtmlAndEncodingsOfTheWholeUrl) {
  const std::string good = canned("https://h.test/a%20b?b=1&c=2");
  EXPECT_THAT(says(replaced(good, "&", "&amp;")), HasSubstr("&amp;"));
  EXPECT_THAT(says(replaced(good, "%", "%25")), HasSubstr("twice"));
  EXPECT_THAT(says(replaced(good, "&", "%26")), HasSubstr("%26"));
  for (const char* entity : {"&amp;amp;", "&AMP;", "&#x26;", "&#038;"})
    EXPECT_THAT(says(replaced(good, "&", entity)), HasSubstr("&amp;")) << entity;
  EXPECT_THAT(says(replaced(good, "&", "\\u0026")), HasSubstr("JSON"));
  EXPECT_THAT(says(encoded(good)), HasSubstr("percent-encoded whole"));
  const std::size_t query = good.find('?') + 1;
  EXPECT_THAT(says(good.substr(0, query) + encoded(good.substr(query))),
              HasSubstr("the query was percent-encoded whole"));
  EXPECT_THAT(says(" " + good), HasSubstr("blanks"));
  EXPECT_THAT(says(good + "\r\n"), HasSubstr("blanks"));
  const std::string rsa_signed = canned("https://h.test/a", rsa());
  EXPECT_THAT(says(replaced(replaced(rsa_signed, "~", "%7E"), "_", "%5F")),
              HasSubstr("percent-encoded after signing"));
}

TEST(Diagnosis, SeesTheOtherBase64) {
  const std::string url = canned("https://h.test/a", rsa());
  const std::size_t at = url.find("Signature=") + 10;
  const std::size_t length = url.find('&', at) - at;
  std::string signature = url.substr(at, length);
  for (char& c : signature)
    c = c == '-' ? '+' : c == '_' ? '=' : c == '~' ? '/' : c;
  EXPECT_THAT(says(std::string(url).replace(at, length, signature)), HasSubstr("standard base64"));
}

TEST(Diagnosis, SeesWhatChangedInTheUrl) {
  const std::string asked = "https://h.test/a%20b?b=1&c=2";
  EXPECT_EQ(says(signed_as(asked, asked)), "allowed");
  EXPECT_THAT(says(signed_as("http://h.test/a%20b?b=1&c=2", asked)), HasSubstr("http://"));
  EXPECT_THAT(says(signed_as("https://h.test:443/a%20b?b=1&c=2", asked)), HasSubstr(":443"));
  EXPECT_THAT(says(signed_as("https://h.test/a%20b/?b=1&c=2", asked)), HasSubstr("final /"));
  EXPECT_THAT(says(signed_as("https://h.test/a%20b", asked)), HasSubstr("without a query"));
  EXPECT_THAT(says(signed_as("https://h.test/a%20b?b=1", asked)), HasSubstr("\"c\""));
  EXPECT_THAT(says(signed_as("https://h.test/a%20b?c=2&b=1", asked)), HasSubstr("another order"));
  EXPECT_THAT(says(signed_as("https://h.test/a b?b=1&c=2", asked)),
              HasSubstr("before percent-encoding"));
  EXPECT_THAT(says(signed_as("https://h.test/a%20b?b=1&amp;c=2", asked)), HasSubstr("&amp;"));
  EXPECT_THAT(says(signed_as("https://h.test/A?b", "https://H.TEST/A?b")), HasSubstr("lower case"));
}

TEST(Diagnosis, SeesSeveralParametersThatWereAppended) {
  const std::string url = "https://h.test/a?b=1";
  EXPECT_THAT(says(signed_as(url, url + "&utm_source=x&utm_medium=y&fbclid=z")),
              HasSubstr("\"utm_source=x\""));
}

TEST(Diagnosis, SeesASignedFragment) {
  EXPECT_THAT(says(signed_as("https://h.test/a#top", "https://h.test/a") + "#top"),
              HasSubstr("fragment"));
}

TEST(Diagnosis, SeesAWrongId) {
  const TrustedKeys keys{{"KOTHER", p256().key.public_key()}};
  EXPECT_THAT(says(canned("https://h.test/a"), end - 1, keys),
              HasSubstr("only the Key-Pair-Id is wrong"));
  const TrustedKeys others{{"KOTHER", rsa().key.public_key()}};
  EXPECT_EQ(says(canned("https://h.test/a"), end - 1, others), "");
}

TEST(Diagnosis, SuspectsAClockNearTheEdges) {
  EXPECT_THAT(says(canned("https://h.test/a"), end + 20), HasSubstr("clock"));
  EXPECT_EQ(says(canned("https://h.test/a"), end + 86400), "");
  policy::CloudFrontStatement statement;
  statement.resource = "https://h.test/*";
  statement.date_less_than = end;
  statement.date_greater_than = end - 1000;
  const std::string later =
      sign_url_custom(p256(), "https://h.test/a", policy::custom_policy(statement)).value();
  EXPECT_THAT(says(later, end - 1010), HasSubstr("clock"));
  EXPECT_EQ(says(later, end - 9000), "");
}

// A custom policy over `text`, whatever it is, with the signature over `signed_text`.
std::string custom(const std::string& text, const std::string& signed_text,
                   const std::string& url = "https://h.test/a/c?x=1") {
  const auto signature = sign_policy(p256(), signed_text).value();
  const std::string encoded =
      url_base64_encode({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
  return assemble_url(url, {},
                      {.expires = {},
                       .policy = encoded,
                       .signature = signature,
                       .key_pair_id = "KEC",
                       .hash = HashAlgorithm::sha256});
}

std::string policy_for(const std::string& resource) {
  policy::CloudFrontStatement statement;
  statement.resource = resource;
  statement.date_less_than = end;
  return policy::custom_policy(statement);
}

TEST(Diagnosis, SeesOtherFormsOfThePolicy) {
  const std::string asked = "https://h.test/a?b=1&c=2";
  const auto over = [&](const std::string& text) {
    const auto signature = sign_policy(p256(), text).value();
    return says(assemble_url(asked, {},
                             {.expires = end,
                              .policy = {},
                              .signature = signature,
                              .key_pair_id = "KEC",
                              .hash = HashAlgorithm::sha256}));
  };
  const std::string right = policy::canned_policy(asked, end);
  EXPECT_EQ(over(right), "allowed");
  EXPECT_THAT(over(right + "\n"), HasSubstr("newline"));
  EXPECT_THAT(over(replaced(replaced(right, "\":", "\": "), ",\"", ", \"")),
              HasSubstr("white space"));
  EXPECT_THAT(over(replaced(right, "/", "\\/")), HasSubstr("json_encode"));
  EXPECT_THAT(over(policy::canned_policy(asked, end * 1000)), HasSubstr("milliseconds"));
  EXPECT_THAT(over(policy::canned_policy(asked, end - 7200)), HasSubstr("2 h earlier"));
  EXPECT_THAT(over(policy::canned_policy(asked, end + 1)), HasSubstr("one second"));
  EXPECT_EQ(over(policy::canned_policy(asked, end + 12345)), "");
  const std::string good = policy_for("https://h.test/a/*");
  EXPECT_EQ(says(custom(good, good)), "allowed");
  EXPECT_THAT(says(custom(" " + good, good)), HasSubstr("without its white space"));
  EXPECT_THAT(says(custom(good, good + "\n")), HasSubstr("newline"));
  EXPECT_EQ(says(custom(good, "other")), "");
}

TEST(Diagnosis, SeesABackslashBeforeTheQuestionMark) {
  const std::string no_json = replaced(policy_for("https://h.test/a/c?x=*"), "?", "\\?");
  EXPECT_THAT(says(custom(no_json, no_json)), HasSubstr("no JSON"));
  const std::string escaped = replaced(policy_for("https://h.test/a/c?x=*"), "?", "\\\\?");
  EXPECT_THAT(says(custom(escaped, escaped)), HasSubstr("\\? where ? would cover"));
}

TEST(Diagnosis, TellsOfAFurtherPolicyOnlyWhatTheResourceNeeds) {
  // The signature holds for any URL: what does not get the URL covered is not the cause.
  const std::string good = policy_for("https://h.test/%20/*");
  EXPECT_THAT(says(custom(good, good, "https://h.test/b%2520")), HasSubstr("the path differs"));
  EXPECT_THAT(says(custom(good, good, "https://h.test/%2520/b")), HasSubstr("twice"));
  EXPECT_EQ(says(custom(good, good, "https://h.test/%20/%2520"), end + 86400), "");
}

TEST(Diagnosis, SeesQuotesEncodingAndLineEndsOfTheValues) {
  const std::string url = canned("https://h.test/a", rsa());
  const std::size_t at = url.find("Signature=") + 10;
  const std::size_t length = url.find('&', at) - at;
  const std::string signature = url.substr(at, length);
  const auto with = [&](const std::string& other) {
    return says(std::string(url).replace(at, length, other));
  };
  EXPECT_THAT(with('"' + signature + '"'), HasSubstr("double quotes"));
  EXPECT_THAT(with(replaced(replaced(signature, "~", "%7E"), "_", "%5F")),
              HasSubstr("percent-encoded after signing"));
  std::string standard = signature;
  for (char& c : standard)
    c = c == '-' ? '+' : c == '_' ? '=' : c == '~' ? '/' : c;
  EXPECT_THAT(with(replaced(replaced(replaced(standard, "+", "%2B"), "/", "%2F"), "=", "%3D")),
              HasSubstr("standard base64"));
  EXPECT_THAT(with(replaced(standard, "+", " ")), HasSubstr("standard base64"));
  EXPECT_THAT(with(signature.substr(0, 64) + "%0A" + signature.substr(64)), HasSubstr("line ends"));
}

TEST(Diagnosis, SeesTheOtherTypeOfKey) {
  const TrustedKeys swapped{{"KRSA", p256().key.public_key()}, {"KEC", rsa().key.public_key()}};
  const TrustedKeys only_ec{{"KRSA", p256().key.public_key()}};
  const TrustedKeys only_rsa{{"KEC", rsa().key.public_key()}};
  EXPECT_THAT(says(canned("https://h.test/a", rsa()), end - 1, only_ec), HasSubstr("RSA-2048"));
  EXPECT_THAT(says(canned("https://h.test/a"), end - 1, only_rsa), HasSubstr("P-256"));
  EXPECT_THAT(says(canned("https://h.test/a", rsa()), end - 1, swapped),
              HasSubstr("the key \"KEC\": only the Key-Pair-Id is wrong"));
}

TEST(Diagnosis, SeesParametersBehindTheFragment) {
  const std::string with = signed_as("https://h.test/a#top", "https://h.test/a#top");
  EXPECT_THAT(says(with), HasSubstr("behind the #"));
  EXPECT_THAT(says(replaced(canned("https://h.test/a"), "?", "#top?")), HasSubstr("behind the #"));
}

TEST(Diagnosis, SeesNamesInSmallLetters) {
  EXPECT_THAT(says(replaced(canned("https://h.test/a"), "&Signature", "&signature")),
              HasSubstr("small letters"));
}

TEST(Diagnosis, SeesAnExpiresThatWasMultiplied) {
  EXPECT_THAT(says(replaced(canned("https://h.test/a"), "1893456000", "1893456000000")),
              HasSubstr("only Expires is in milliseconds"));
}

TEST(Diagnosis, TheVerdictItselfTellsTheOtherHashAndTheAddress) {
  const auto cause = [](const std::string& url, const Viewer& viewer) {
    const auto verdict = verify_url(url, both(), viewer);
    return verdict ? "" : verdict.error().cause;
  };
  const Viewer viewer{.now = end - 1, .ipv4_address = 0xC0000201};
  EXPECT_THAT(cause(replaced(canned("https://h.test/a"), "&Hash-Algorithm=SHA256", ""), viewer),
              HasSubstr("Hash-Algorithm=SHA256 is missing"));
  EXPECT_THAT(cause(canned("https://h.test/a", rsa()) + "&Hash-Algorithm=SHA256", viewer),
              HasSubstr("Hash-Algorithm says SHA256"));
  policy::CloudFrontStatement statement;
  statement.resource = "https://h.test/*";
  statement.date_less_than = end;
  statement.ip_address = policy::parse_ipv4_range("198.51.100.0/24").value();
  EXPECT_THAT(
      cause(sign_url_custom(p256(), "https://h.test/a", policy::custom_policy(statement)).value(),
            viewer),
      HasSubstr("admits 198.51.100.0/24, and the viewer is 192.0.2.1"));
  EXPECT_THAT(cause(canned("https://h.test/a"), {.now = end + 90, .ipv4_address = {}}),
              HasSubstr("expired 90 s ago"));
}

TEST(Diagnosis, ShowsTheSectionThatThePatternMisses) {
  policy::CloudFrontStatement statement;
  statement.resource = "https://h.test/b/*";
  statement.date_less_than = end;
  const std::string url =
      sign_url_custom(p256(), "https://h.test/a/c", policy::custom_policy(statement)).value();
  EXPECT_THAT(says(url), HasSubstr("the path differs"));
}

TEST(Diagnosis, TellsNothingThatWasNotTried) {
  std::string url = canned("https://h.test/a?b=1");
  EXPECT_EQ(says(replaced(url, "/a?", "/z?")), "");
  EXPECT_EQ(says("https://h.test/"), "");
}

TEST(Diagnosis, LooksAtCookiesAlike) {
  const std::string url = "https://h.test/a?b=1";
  const auto signature = sign_canned(p256(), "http://h.test/a?b=1", end).value();
  const std::string expires = std::to_string(end);
  Presented presented;
  presented.expires = expires;
  presented.signature = signature;
  presented.key_pair_id = "KEC";
  presented.hash_algorithm = "SHA256";
  const Viewer viewer{.now = end - 1, .ipv4_address = {}};
  const auto verdict = verify(url, presented, both(), viewer);
  ASSERT_FALSE(verdict);
  EXPECT_THAT(diagnose(url, presented, both(), viewer, verdict.error()).value_or(""),
              HasSubstr("http://"));
}

TEST(Diagnosis, NeverShowsASignature) {
  const std::string url = canned("https://h.test/a?b=1", rsa());
  const std::string signature = url.substr(url.find("Signature=") + 10, 40);
  for (const char* other : {"/a?", "/a?x&", "/a/?"})
    EXPECT_THAT(says(replaced(url, "/a?", other)), testing::Not(HasSubstr(signature)));
}

}  // namespace
}  // namespace signgate::signing
