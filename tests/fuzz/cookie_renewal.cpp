// SPDX-License-Identifier: Apache-2.0
// The Cookie field of a request, as the renewal of signed cookies reads it: what is taken for the
// rule's own is just that, to the byte.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "gateway/http/cookies.hpp"
#include "gateway/route/cookie_renewal.hpp"
#include "policy/cloudfront_statement.hpp"

namespace {

using namespace signgate;

void require(bool holds) {
  if (!holds) std::abort();
}

const route::MediaSigner& signer() {
  static const route::MediaSigner made = [] {
    config::Media media;
    media.name = "photos";
    media.target = "https://media.example.com/p/";
    media.cookies.on = true;
    route::MediaSigner rule;
    rule.name = media.name;
    rule.expiry = {.ttl = 1000, .window = 100};
    rule.cookies = route::make_cookie_rule(media);
    auto key = signing::PrivateKey::generate(signing::KeyType::ecdsa_p256);
    auto whole = signing::make_signing_key("K1", *key);
    rule.keys.push_back({std::make_shared<const signing::SigningKey>(*whole), {}, {}});
    return rule;
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  http::Fields fields;
  fields.add("Cookie", {reinterpret_cast<const char*>(data), size});
  const route::CookieTerms terms{.signer = signer(), .viewer = {}, .now = 1000};
  const auto sets = route::borne_cookies(fields);
  require(sets.size() <= 4);
  for (const route::BorneCookies& borne : sets) {
    const auto lasting = route::lasting_cookies(terms, borne);
    if (!lasting) continue;
    const auto statement = policy::parse_custom_policy(lasting->policy);
    require(statement && statement->date_less_than - terms.now > 500);
    require(statement->resource == "https://media.example.com/p/*" && !statement->ip_address);
    require(lasting->key == signer().keys.front().key.get() && !lasting->signature.empty());
  }
  http::for_each_cookie(fields, [&terms](std::string_view, std::string_view value) {
    if (route::is_lasting_marker(terms, "example.com", value))
      require(value.size() > 13 && value[value.size() - 13] == '.');
  });
  return 0;
}
