// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "policy/cloudfront_statement.hpp"
#include "signing/url_base64.hpp"
#include "signing/verifier.hpp"
#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome run(const SignOptions& options, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int status = sign_urls(options, in, out, err);
  return {status, out.str(), err.str()};
}

SignOptions sample(const std::string& key = "rsa2048-a.pkcs1.pem") {
  SignOptions options;
  options.url = "https://d111111abcdef8.cloudfront.net/image.jpg";
  options.key_pair_id = "K2JCJMDEHXQW5F";
  options.private_key = "file://" + vector_key(key);
  options.date_less_than = "2030-01-01";
  return options;
}

/// policy_of is the custom policy in a signed URL; empty for a canned one.
std::string policy_of(const std::string& url) {
  const signing::SignedRequest request = signing::read_signed_url(url);
  return signing::url_base64_decode(request.presented.policy.value_or("")).value();
}

void expect_refusal(int status, const SignOptions& options, const std::string& says) {
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, status) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, StartsWith("signgate sign: "));
  EXPECT_THAT(outcome.err, HasSubstr(says));
}

void expect_failure(const SignOptions& options, const std::string& says) {
  expect_refusal(1, options, says);
}

void expect_wrong_usage(const SignOptions& options, const std::string& says) {
  expect_refusal(2, options, says);
}

TEST(Sign, PrintsTheUrlAloneWithoutANewline) {
  const Outcome outcome = run(sample());
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(
      outcome.out,
      StartsWith(
          "https://d111111abcdef8.cloudfront.net/image.jpg?Expires=1893456000&Signature=SDm2A4r"));
  EXPECT_THAT(outcome.out, EndsWith("__&Key-Pair-Id=K2JCJMDEHXQW5F"));
  EXPECT_EQ(outcome.err, "");
}

TEST(Sign, P256IsOverSha256) {
  EXPECT_THAT(run(sample("p256.sec1.pem")).out, EndsWith("&Hash-Algorithm=SHA256"));
  SignOptions options = sample("p256.sec1.pem");
  options.hash_algorithm = "SHA256";
  EXPECT_THAT(run(options).out, EndsWith("&Hash-Algorithm=SHA256"));
  options.hash_algorithm = "SHA1";
  expect_failure(options, "SHA256 only");
}

TEST(Sign, RsaTakesEitherHash) {
  SignOptions options = sample();
  options.hash_algorithm = "SHA256";
  EXPECT_THAT(run(options).out, EndsWith("&Hash-Algorithm=SHA256"));
  options.hash_algorithm = "SHA1";
  EXPECT_EQ(run(options).out, run(sample()).out);
  options.hash_algorithm = "MD5";
  expect_wrong_usage(options, "SHA1 or SHA256");
}

TEST(Sign, ConditionsMakeACustomPolicy) {
  SignOptions options = sample();
  options.date_greater_than = "2029-01-01";
  options.ip_address = "192.0.2.1";
  EXPECT_EQ(
      policy_of(run(options).out),
      R"({"Statement":[{"Resource":"https://d111111abcdef8.cloudfront.net/image.jpg","Condition":{)"
      R"("DateLessThan":{"AWS:EpochTime":1893456000},"IpAddress":{"AWS:SourceIp":"192.0.2.1/32"},)"
      R"("DateGreaterThan":{"AWS:EpochTime":1861920000}}}]})");
}

TEST(Sign, AnEmptyAddressIsCustomWithoutTheCondition) {
  SignOptions options = sample();
  options.ip_address = "";
  EXPECT_EQ(policy_of(run(options).out), policy::canned_policy(options.url, 1893456000));
}

TEST(Sign, PolicyResourceIsSignedInPlaceOfTheUrl) {
  SignOptions options = sample();
  options.policy_resource = "https://d111111abcdef8.cloudfront.net/*";
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(policy_of(outcome.out),
              HasSubstr(R"("Resource":"https://d111111abcdef8.cloudfront.net/*")"));
  options.policy_resource = options.url;
  EXPECT_THAT(run(options).out, HasSubstr("?Expires="));
}

TEST(Sign, AWildcardInTheUrlIsOneAndTold) {
  SignOptions options = sample();
  options.url = "https://d111111abcdef8.cloudfront.net/videos/*";
  const Outcome outcome = run(options);
  EXPECT_THAT(policy_of(outcome.out),
              HasSubstr(R"("Resource":"https://d111111abcdef8.cloudfront.net/videos/*")"));
  EXPECT_THAT(outcome.err, StartsWith("signgate sign: warning: the * in the URL is a wildcard"));
  options.url = "https://d111111abcdef8.cloudfront.net/videos/%2A?";
  EXPECT_THAT(run(options).out, HasSubstr("?Expires="));
  EXPECT_EQ(run(options).err, "");
}

TEST(Sign, PolicyResourceMustMatchTheUrl) {
  SignOptions options = sample();
  options.policy_resource = "https://d111111abcdef8.cloudfront.net/other/*";
  expect_failure(options, "does not match");
  options.policy_resource = "/image.jpg";
  expect_wrong_usage(options, "must begin with");
  for (const char* resource : {"https://d1/a b", "https://d1/\"", "https://d1/\\",
                               "https://d1/\xC3\xA9", "https://d1/#f"}) {
    options.policy_resource = resource;
    expect_wrong_usage(options, "--policy-resource holds");
  }
}

TEST(Sign, WarnsWhereWildcardsDoNotReach) {
  SignOptions options = sample();
  options.policy_resource = "https://d1*image.jpg";
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("warning: the policy's resource"));
}

TEST(Sign, PolicyFileIsSignedWithoutItsWhiteSpace) {
  const TemporaryFolder folder;
  SignOptions options = sample();
  options.date_less_than.reset();
  options.policy = folder.write(
      "p.json",
      "{\n \"Statement\": [ {\"Resource\": \"https://d111111abcdef8.cloudfront.net/*\",\n"
      "  \"Condition\": {\"DateLessThan\": {\"AWS:EpochTime\": 1893456000}}} ]\n}\n");
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(policy_of(outcome.out),
            R"({"Statement":[{"Resource":"https://d111111abcdef8.cloudfront.net/*","Condition":{)"
            R"("DateLessThan":{"AWS:EpochTime":1893456000}}}]})");
}

TEST(Sign, WarnsOfAPolicyThatOpensNothingOrEverything) {
  const TemporaryFolder folder;
  SignOptions options = sample();
  options.date_less_than.reset();
  const auto signs = [&](const std::string& resource, int begin) {
    const std::string policy =
        R"({"Statement":[{)" + resource +
        R"("Condition":{"DateLessThan":{"AWS:EpochTime":2000},"DateGreaterThan":{"AWS:EpochTime":)" +
        std::to_string(begin) + "}}}]}";
    options.policy = folder.write("p.json", policy);
    const Outcome outcome = run(options);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(policy_of(outcome.out), policy);
    return outcome.err;
  };
  const std::string resource = R"("Resource":"https://d111111abcdef8.cloudfront.net/*",)";
  EXPECT_EQ(signs(resource, 1999), "");
  EXPECT_THAT(signs(resource, 2000),
              StartsWith("signgate sign: warning: --policy: DateGreaterThan is not before "
                         "DateLessThan"));
  EXPECT_THAT(signs("", 1999),
              StartsWith("signgate sign: warning: --policy: there is no Resource"));
}

TEST(Sign, ThreadsAreForLinesAlone) {
  SignOptions options = sample();
  options.threads = 2;
  expect_wrong_usage(options, "--threads has no effect without --url -");
  options.url = "-";
  EXPECT_EQ(run(options, sample().url + "\n").status, 0);
}

TEST(Sign, PolicyFileErrorsNameThePlace) {
  const TemporaryFolder folder;
  SignOptions options = sample();
  options.policy = folder.write("p.json", "{\n \"Statement\": 5}");
  expect_failure(options, "p.json:2:15: Statement is a number");
  options.policy = folder.path("none.json");
  expect_failure(options, "none.json");
}

TEST(Sign, RefusesBadTimes) {
  SignOptions options = sample();
  options.date_less_than = "tomorrow";
  expect_wrong_usage(options, "--date-less-than: the time \"tomorrow\"");
  options.date_less_than = "1893456000000";
  expect_wrong_usage(options, "milliseconds");
  options = sample();
  options.date_greater_than = "2030-01-01";
  expect_wrong_usage(options, "--date-greater-than must lie before");
  options.date_greater_than = "x";
  expect_wrong_usage(options, "--date-greater-than: ");
}

TEST(Sign, WarnsOfAnUnknownZone) {
  SignOptions options = sample();
  options.date_less_than = "Jan 1 2030 00:00 EST";
  const Outcome outcome = run(options);
  EXPECT_THAT(outcome.out, HasSubstr("Expires=1893456000&"));
  EXPECT_THAT(outcome.err, HasSubstr("EST"));
}

TEST(Sign, WarnsOfADateThatIsCompletedFromToday) {
  SignOptions options = sample();
  options.date_less_than = "2030-01";
  const Outcome outcome = run(options);
  EXPECT_THAT(outcome.out, HasSubstr("Expires=189"));
  EXPECT_THAT(outcome.err, HasSubstr("--date-less-than: what \"2030-01\" does not say is today's"));
}

TEST(Sign, RefusesBadAddressesKeysAndIds) {
  SignOptions options = sample();
  options.ip_address = "2001:db8::1";
  expect_wrong_usage(options, "IPv6");
  expect_failure(sample("rsa4096.pkcs1.pem"), "4096");
  expect_failure(sample("rsa2048-a.enc-pkcs8.pem"), "encrypted");
  expect_failure(sample("rsa2048-a.pub.pem"), "public key");
  SignOptions missing = sample();
  missing.private_key = "none.pem";
  expect_failure(missing, "No such file");
  options = sample();
  options.key_pair_id = "K&x";
  expect_wrong_usage(options, "--key-pair-id");
}

TEST(Sign, LooksAtTheArgumentsBeforeTheFiles) {
  SignOptions options = sample("none.pem");
  options.date_less_than = "tomorrow";
  expect_wrong_usage(options, "--date-less-than");
}

TEST(Sign, ResignsOnlyWhenAsked) {
  SignOptions options = sample();
  const std::string once = run(options).out;
  options.url = once;
  expect_failure(options, "signed already");
  options.resign = true;
  EXPECT_EQ(run(options).out, once);
  options.url = sample().url + "?Expires=1";
  expect_failure(options, "Expires");
}

TEST(Sign, WarnsWhenTheResultIsTooLong) {
  SignOptions options = sample();
  options.url += std::string(8000, 'x');
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("longer than the 8192"));
}

TEST(SignLines, AnswersEachLineInItsPlace) {
  SignOptions options = sample();
  const std::string first = run(options).out;
  options.url = "-";
  const Outcome outcome = run(options, sample().url + "\r\n\nftp://x\n" + sample().url + "#f");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, first + "\n\n\n" + first + "#f\n");
  EXPECT_EQ(outcome.err, "signgate sign: line 3: the URL must begin with http:// or https://\n");
}

TEST(SignLines, NothingInNothingOut) {
  SignOptions options = sample();
  options.url = "-";
  const Outcome outcome = run(options, "");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "");
}

}  // namespace
}  // namespace signgate::cli
