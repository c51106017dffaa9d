// SPDX-License-Identifier: Apache-2.0
// Any URL and any cookies, made of true pieces too: nothing is let in but what was signed, a
// second reading agrees with every grant, and no text for people holds the signature.
//
// A byte below 16 that is no tab or line end stands for a piece of a signed request, so that the
// fuzzer works on real signatures. What follows the first line end are cookies.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/resource_pattern.hpp"
#include "signing/diagnosis.hpp"
#include "signing/presented_cookies.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"
#include "signing/verifier.hpp"

namespace {

using namespace signgate;
using namespace signgate::signing;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr UnixSeconds now = 1000;
constexpr std::uint32_t viewer_address = 0xC0000207;  // 192.0.2.7

std::string base64(std::string_view bytes) {
  return url_base64_encode({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

/// Signed is a text that the key signed, and the bytes of its signature.
struct Signed {
  std::string text;
  std::string signature;
};

struct Setup {
  SigningKey key =
      make_signing_key("K1", PrivateKey::generate(KeyType::ecdsa_p256).value()).value();
  TrustedKeys keys{{"K1", key.key.public_key()},
                   {"K2", PrivateKey::generate(KeyType::ecdsa_p256).value().public_key()}};
  std::array<Signed, 3> signed_texts{
      sign(policy::canned_policy("https://d.test/a?b=1", 2000)),
      sign(R"({"Statement":[{"Resource":"https://d.test/p/*","Condition":{"DateLessThan":{)"
           R"("AWS:EpochTime":2000},"DateGreaterThan":{"AWS:EpochTime":500},)"
           R"("IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}}}]})"),
      sign(R"({"Statement":[{"Resource":"https://d.test/old","Condition":{"DateLessThan":{)"
           R"("AWS:EpochTime":900}}}]})"),
  };

  [[nodiscard]] Signed sign(std::string text) const {
    const auto signature = url_base64_decode(sign_policy(key, text).value()).value();
    return {std::move(text), std::string(signature.begin(), signature.end())};
  }

  [[nodiscard]] std::string piece(std::size_t number) const {
    switch (number) {
      case 0:
        return "https://d.test/a?b=1&Expires=2000&Signature=" + base64(signed_texts[0].signature) +
               "&Key-Pair-Id=K1&Hash-Algorithm=SHA256";
      case 1:
        return "https://d.test/p/x.jpg?Policy=" + base64(signed_texts[1].text) +
               "&Signature=" + base64(signed_texts[1].signature) +
               "&Key-Pair-Id=K1&Hash-Algorithm=SHA256";
      case 2:
        return "CloudFront-Policy=" + base64(signed_texts[1].text) +
               "; CloudFront-Signature=" + base64(signed_texts[1].signature) +
               "; CloudFront-Key-Pair-Id=K1; CloudFront-Hash-Algorithm=SHA256";
      case 3:
      case 4:
      case 5:
        return base64(signed_texts[number - 3].signature);
      case 6:
        return base64(signed_texts[1].text);
      case 7:
        return base64(signed_texts[2].text);
      case 8:
        return "&Key-Pair-Id=K1&Hash-Algorithm=SHA256";
      case 11:
        return "https://d.test/a?b=1";
      case 12:
        return "&Signature=";
      case 14:
        return "; CloudFront-Key-Pair-Id=K1; CloudFront-Hash-Algorithm=SHA256";
      default:
        return std::string(1, static_cast<char>(number));
    }
  }

  [[nodiscard]] std::string expanded(std::string_view text) const {
    std::string out;
    for (const char c : text) {
      const auto code = static_cast<unsigned char>(c);
      if (code < 16)
        out += piece(code);
      else
        out += c;
    }
    return out;
  }
};

// What is granted is signed: these very bytes, by this very signature; and it says so.
void check_grant(const Setup& setup, std::string_view resource, const Presented& presented,
                 const Grant& grant) {
  require(grant.key_pair_id == "K1" && presented.key_pair_id == "K1");
  require(presented.hash_algorithm == "SHA256");
  const auto signature = url_base64_decode(presented.signature.value());
  require(signature.has_value());
  std::string text;
  if (grant.kind == PolicyKind::canned) {
    require(presented.expires && !presented.policy);
    text = policy::canned_policy(resource, grant.statement.date_less_than);
  } else {
    require(presented.policy && !presented.expires);
    const auto decoded = url_base64_decode(*presented.policy);
    require(decoded.has_value());
    text.assign(decoded->begin(), decoded->end());
  }
  require(std::ranges::any_of(setup.signed_texts, [&](const Signed& each) {
    return each.text == text && std::ranges::equal(each.signature, *signature);
  }));
  const auto statement = policy::parse_custom_policy(text);
  require(statement && *statement == grant.statement);
  require(statement->date_less_than > now && statement->date_greater_than.value_or(0) < now);
  require(!statement->ip_address || statement->ip_address->contains(viewer_address));
  if (grant.kind == PolicyKind::custom)
    require(policy::resource_matches(*statement->resource, resource));
  else
    require(*statement->resource == resource);
}

// Its beginning or its end would be enough.
void check_silence(std::string_view said, std::string_view signature, std::string_view elsewhere) {
  constexpr std::size_t telling = 16;
  if (signature.size() < telling) return;
  for (const std::string_view part :
       {signature.substr(0, telling), signature.substr(signature.size() - telling)}) {
    if (elsewhere.find(part) == std::string_view::npos)
      require(said.find(part) == std::string_view::npos);
  }
}

// What stands in other places of the request than Signature, and may be shown.
std::string shown_values(std::string_view resource, const Presented& presented) {
  std::string out(resource);
  for (const auto& value :
       {presented.expires, presented.policy, presented.key_pair_id, presented.hash_algorithm}) {
    out.append(1, '\n').append(value.value_or(""));
  }
  if (const auto policy = url_base64_decode(presented.policy.value_or("")))
    out.append(policy->begin(), policy->end());
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Setup setup;
  static const bool works = verify_url(setup.piece(0), setup.keys, {now, viewer_address}) &&
                            verify_url(setup.piece(1), setup.keys, {now, viewer_address});
  require(works);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string url = setup.expanded(text.substr(0, line));
  const std::string cookies = setup.expanded(text.substr(std::min(line + 1, text.size())));
  const Viewer viewer{now, viewer_address};

  const SignedRequest request = read_signed_url(url);
  const Verdict verdict = verify_url(url, setup.keys, viewer);
  if (verdict) {
    check_grant(setup, request.resource, request.presented, *verdict);
  } else {
    const std::string shown = shown_values(request.resource, request.presented) +
                              url.substr(std::min(url.find('#'), url.size()));
    const std::string_view signature = request.presented.signature.value_or("");
    check_silence(verdict.error().cause, signature, shown);
    const auto says = diagnose_url(url, setup.keys, viewer, verdict.error());
    if (says) check_silence(*says, signature, shown);
  }

  Presented presented;
  take_cookies(cookies, presented);
  const Verdict by_cookies = verify(request.resource, presented, setup.keys, viewer);
  if (by_cookies) {
    require(is_presented(presented));
    check_grant(setup, request.resource, presented, *by_cookies);
  } else {
    const std::string shown = shown_values(request.resource, presented);
    const std::string_view signature = presented.signature.value_or("");
    check_silence(by_cookies.error().cause, signature, shown);
    const auto says = diagnose(request.resource, presented, setup.keys, viewer, by_cookies.error());
    if (says) check_silence(*says, signature, shown);
  }
  return 0;
}
