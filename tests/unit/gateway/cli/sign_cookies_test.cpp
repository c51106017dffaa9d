// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign_cookies.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "gateway/cli/verify.hpp"
#include "policy/json.hpp"
#include "signing/url_base64.hpp"
#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome run(const SignCookiesOptions& options) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = sign_cookies(options, out, err);
  return {status, out.str(), err.str()};
}

SignCookiesOptions sample(const std::string& resource = "https://media.example.com/a.jpg",
                          const std::string& key = "rsa2048-a.pkcs1.pem") {
  SignCookiesOptions options;
  options.resource = resource;
  options.key_pair_id = "K2JCJMDEHXQW5F";
  options.private_key = "file://" + vector_key(key);
  options.date_less_than = "2030-01-01";
  return options;
}

std::string value(const std::string& json, const std::string& name) {
  const auto parsed = policy::json_parse(json);
  const auto* member = parsed->find(name);
  return member == nullptr ? "" : member->value.text;
}

std::string policy_of(const Outcome& outcome) {
  return signing::url_base64_decode(value(outcome.out, "CloudFront-Policy")).value_or("");
}

int verify(const std::string& url, const std::string& cookies,
           const std::string& key = "rsa2048-a.pub.pem") {
  VerifyOptions options;
  options.url = url;
  options.public_key = vector_key(key);
  options.at = "2029-12-31";
  options.ip = "192.0.2.7";
  options.cookies = {cookies};
  std::ostringstream out;
  std::ostringstream err;
  return verify_signed_url(options, out, err);
}

TEST(SignCookies, PrintsJsonInTheFormOfTheAwsCli) {
  // The vectors' pub-060, in our order.
  const Outcome outcome =
      run(sample("https://d111111abcdef8.cloudfront.net/horizon.jpg?size=large&license=yes"));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              StartsWith("{\n    \"CloudFront-Expires\": \"1893456000\",\n    "
                         "\"CloudFront-Signature\": \"ardZsZcNixSYyQJpVtvzUEJFs2ASpT4QxH-RGX3a"));
  EXPECT_THAT(outcome.out,
              testing::EndsWith("\",\n    \"CloudFront-Key-Pair-Id\": \"K2JCJMDEHXQW5F\"\n}\n"));
}

TEST(SignCookies, NamesSha256) {
  SignCookiesOptions options = sample();
  EXPECT_EQ(value(run(options).out, "CloudFront-Hash-Algorithm"), "");
  options.hash_algorithm = "SHA256";
  EXPECT_EQ(value(run(options).out, "CloudFront-Hash-Algorithm"), "SHA256");
  EXPECT_EQ(value(run(sample("https://m.test/", "p256.sec1.pem")).out, "CloudFront-Hash-Algorithm"),
            "SHA256");
}

TEST(SignCookies, AWildcardAStartOrAnAddressMakesThePolicyCustom) {
  EXPECT_EQ(policy_of(run(sample("https://m.test/a/*"))),
            "{\"Statement\":[{\"Resource\":\"https://m.test/a/*\",\"Condition\":{\"DateLessThan\":{"
            "\"AWS:EpochTime\":1893456000}}}]}");
  SignCookiesOptions options = sample();
  options.date_greater_than = "2029-01-01";
  EXPECT_THAT(policy_of(run(options)), HasSubstr("DateGreaterThan"));
  options.date_greater_than.reset();
  options.ip_address = "192.0.2.7";
  EXPECT_THAT(policy_of(run(options)), HasSubstr("192.0.2.7/32"));
  EXPECT_THAT(run(options).out, Not(HasSubstr("CloudFront-Expires")));
}

TEST(SignCookies, WhatItPrintsOpens) {
  for (const char* resource : {"https://media.example.com/a.jpg", "https://media.example.com/*"}) {
    const Outcome json = run(sample(resource));
    EXPECT_EQ(verify("https://media.example.com/a.jpg", json.out), 0) << json.out;
    EXPECT_EQ(verify("https://media.example.com.evil.test/a.jpg", json.out), 1);
    SignCookiesOptions options = sample(resource);
    options.set_cookie = true;
    options.domain = "example.com";
    options.path = "/";
    const Outcome headers = run(options);
    const TemporaryFolder folder;
    const std::string file = folder.write("cookies.txt", headers.out);
    EXPECT_EQ(verify("https://media.example.com/a.jpg", "file://" + file), 0) << headers.out;
  }
}

TEST(SignCookies, PrintsHeaderLines) {
  SignCookiesOptions options = sample("https://media.example.com/private/a.jpg");
  options.set_cookie = true;
  options.domain = "example.com";
  options.path = "/private/";
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  std::istringstream lines(outcome.out);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_THAT(line, StartsWith("Set-Cookie: CloudFront-"));
    for (const char* attribute :
         {"; Domain=example.com", "; Path=/private/", "; Secure", "; HttpOnly"})
      EXPECT_THAT(line, HasSubstr(attribute));
    EXPECT_THAT(line, Not(HasSubstr("Max-Age")));
  }
  EXPECT_EQ(count, 3);
}

void expect_wrong(const SignCookiesOptions& options, const std::string& says) {
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, 2) << says;
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, StartsWith("signgate sign-cookies: "));
  EXPECT_THAT(outcome.err, HasSubstr(says));
}

TEST(SignCookies, RefusesWhatCannotWork) {
  expect_wrong(sample("*://m.test/a"), "http:// or https://");
  expect_wrong(sample("m.test/a"), "http:// or https://");
  expect_wrong(sample("https://m.test/a b"), "a space");
  expect_wrong(sample("https://m.test/a#b"), "fragment");
  expect_wrong(sample("https://m.test/\xC3\xA9"), "non-ASCII");
  expect_wrong(sample("https://m.test/a?Policy=x"), "Policy");
  expect_wrong(sample("https://m.test/*?Policy=x"), "Policy");
  expect_wrong(sample("https:///*"), "host");
  expect_wrong(sample("https://u@m.test/*"), "u");
  SignCookiesOptions options = sample();
  options.date_greater_than = "2031-01-01";
  expect_wrong(options, "--date-greater-than");
  options = sample();
  options.key_pair_id = "K-1";
  expect_wrong(options, "--key-pair-id");
}

TEST(SignCookies, RefusesAttributesThatNoBrowserTakes) {
  SignCookiesOptions options = sample("https://d111111abcdef8.cloudfront.net/*");
  options.set_cookie = true;
  options.domain = "d111111abcdef8.cloudfront.net";
  expect_wrong(options, "cloudfront.net");
  options = sample();
  options.set_cookie = true;
  for (const char* domain : {"example.org", "edia.example.com", "x.media.example.com"}) {
    options.domain = domain;
    expect_wrong(options, "nor a parent");
  }
  for (const char* domain : {"", "a;b", "https://example.com", "*.example.com", "192.0.2.1"}) {
    options.domain = domain;
    expect_wrong(options, "--domain");
  }
  options.domain.reset();
  for (const char* path : {"private", "/a;b", "/a b", ""}) {
    options.path = path;
    expect_wrong(options, "--path");
  }
}

TEST(SignCookies, RefusesADomainThatAnybodyMayHaveNamesBelow) {
  SignCookiesOptions options = sample("https://media.example.co.uk/*");
  options.set_cookie = true;
  options.domain = "co.uk";
  expect_wrong(options, "public suffix");
  options.domain = ".example.co.uk";
  expect_wrong(options, "begins with a dot");
  options.domain = "Example.CO.UK";
  EXPECT_EQ(run(options).status, 0);
}

TEST(SignCookies, RefusesAPathThatDoesNotHoldTheResource) {
  SignCookiesOptions options = sample("https://media.example.com/private/*");
  options.set_cookie = true;
  for (const char* path : {"/", "/private", "/private/", "/private/a"}) {
    options.path = path;
    EXPECT_EQ(run(options).status, 0) << path;
  }
  for (const char* path : {"/public", "/priv", "/private2/"}) {
    options.path = path;
    expect_wrong(options, "does not hold the resource's path /private/*");
  }
  options = sample("https://media.example.com/a.jpg");
  options.set_cookie = true;
  options.path = "/a.jpg/";
  expect_wrong(options, "does not hold");
}

TEST(SignCookies, LooksAtTheResourceOfAPolicyGivenWhole) {
  const TemporaryFolder folder;
  SignCookiesOptions options = sample();
  options.resource.reset();
  options.date_less_than.reset();
  options.set_cookie = true;
  const auto policy = [&](const std::string& resource) {
    options.policy = folder.write(
        "p.json", R"({"Statement":[{"Resource":")" + resource +
                      R"(","Condition":{"DateLessThan":{"AWS:EpochTime":1893456000}}}]})");
  };
  policy("http://media.example.com/*");
  EXPECT_THAT(run(options).out, Not(HasSubstr("Secure")));
  options.domain = "example.org";
  expect_wrong(options, "nor a parent");
  options.domain.reset();
  policy("*://media.example.com/*");
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("--policy: its Resource must begin with http://"));
}

}  // namespace
}  // namespace signgate::cli
