// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/verify.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "gateway/cli/sign.hpp"
#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome run(const VerifyOptions& options) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = verify_signed_url(options, out, err);
  return {status, out.str(), err.str()};
}

std::string signed_url(const char* ip = nullptr) {
  SignOptions options;
  options.url = "https://d1.cloudfront.net/a";
  options.key_pair_id = "KONE";
  options.private_key = vector_key("rsa2048-a.pkcs1.pem");
  options.date_less_than = "2030-01-01";
  if (ip != nullptr) options.ip_address = ip;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(sign_urls(options, in, out, err), 0) << err.str();
  return out.str();
}

VerifyOptions sample() {
  VerifyOptions options;
  options.url = signed_url();
  options.public_key = "file://" + vector_key("rsa2048-a.pub.pem");
  options.at = "2029-12-31";
  return options;
}

void expect_denied(const VerifyOptions& options, const std::string& line,
                   const std::string& cause) {
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, StartsWith(line + "\ncause: "));
  EXPECT_THAT(outcome.err, HasSubstr(cause));
}

TEST(Verify, SaysAllowed) {
  const Outcome outcome = run(sample());
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "allowed\n");
  EXPECT_EQ(outcome.err, "");
}

TEST(Verify, CompletesATimeFromTodayWithAWarning) {
  VerifyOptions options = sample();
  options.at = "10:30";
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("--at: what \"10:30\" does not say is today's"));
}

TEST(Verify, TakesTheIdIntoAccountWhenGiven) {
  VerifyOptions options = sample();
  options.key_pair_id = "KONE";
  EXPECT_EQ(run(options).status, 0);
  options.key_pair_id = "KTWO";
  expect_denied(options, "InvalidKey: Unknown Key", "KONE");
}

TEST(Verify, SaysCloudFrontsCodeAndTheCause) {
  VerifyOptions options = sample();
  options.at = "2030-01-01T00:01:00Z";
  expect_denied(options, "AccessDenied: Access denied", "expired 60 s ago");
  options = sample();
  options.url += "&x=1";
  expect_denied(options, "AccessDenied: Access denied", "added after signing");
  options = sample();
  options.url = "https://d1.cloudfront.net/a";
  expect_denied(options, "MissingKey: Missing Key-Pair-Id query parameter or cookie value",
                "not signed");
  options.url += "?Key-Pair-Id=K&Signature=!";
  expect_denied(options, "MalformedSignature: Could not unencode Signature", "base64");
  options.url = "https://d1.cloudfront.net/a?Key-Pair-Id=K&Signature=Zm9v";
  expect_denied(options, "MalformedSignature: Could not unencode Signature", "cut off");
  options.url =
      "https://d1.cloudfront.net/a?Key-Pair-Id=K&Signature=" + std::string(340, 'a') + "AA__";
  expect_denied(options, "MalformedPolicy: Malformed Policy", "Expires");
}

TEST(Verify, HoldsTheViewersAddressAgainstThePolicy) {
  VerifyOptions options = sample();
  options.url = signed_url("192.0.2.0/24");
  expect_denied(options, "AccessDenied: Access denied", "--ip");
  options.ip = "192.0.2.9";
  EXPECT_EQ(run(options).status, 0);
  options.ip = "198.51.100.1";
  expect_denied(options, "AccessDenied: Access denied", "198.51.100.1");
  options.ip = "2001:db8::1";
  expect_denied(options, "AccessDenied: Access denied", "not known");
}

TEST(Verify, TakesAMappedAddressForTheIpv4Address) {
  VerifyOptions options = sample();
  options.url = signed_url("192.0.2.0/24");
  for (const char* text : {"::ffff:192.0.2.9", "::FFFF:c000:209", "0:0:0:0:0:ffff:192.0.2.9"}) {
    options.ip = text;
    EXPECT_EQ(run(options).status, 0) << text;
  }
  options.ip = "::ffff:198.51.100.1";
  expect_denied(options, "AccessDenied: Access denied", "198.51.100.1");
  options.ip = "::192.0.2.9";  // of another, retired form
  expect_denied(options, "AccessDenied: Access denied", "not known");
  options.ip = "unix:";
  EXPECT_EQ(run(options).status, 2);
}

TEST(Verify, RefusesWhatItCannotRead) {
  VerifyOptions options = sample();
  options.public_key = vector_key("rsa2048-a.pkcs1.pem");
  EXPECT_EQ(run(options).status, 1);
  EXPECT_THAT(run(options).err, HasSubstr("private key"));
}

TEST(Verify, AnArgumentThatIsNoneIsWrongUsage) {
  VerifyOptions options = sample();
  options.at = "soon";
  EXPECT_EQ(run(options).status, 2);
  EXPECT_THAT(run(options).err, HasSubstr("--at"));
  options = sample();
  options.ip = "192.0.2";
  EXPECT_EQ(run(options).status, 2);
  EXPECT_THAT(run(options).err, HasSubstr("--ip"));
}

}  // namespace
}  // namespace signgate::cli
