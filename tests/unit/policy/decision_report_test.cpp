// SPDX-License-Identifier: Apache-2.0
#include "policy/decision_report.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

constexpr std::string_view document = R"({"Version": "2012-10-17", "Statement": [
  {"Sid": "Site", "Effect": "Allow", "Principal": "*",
   "Action": "s3:GetObject",
   "Resource": "arn:aws:s3:::lantern-photos/*",
   "Condition": {"Bool": {"aws:SecureTransport": "true"},
                 "StringLike": {"aws:Referer": "https://lantern.example/*"}}},
  {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::lantern-photos/secret/*"}]})";

/// What is told of a request for `key`.
struct Told {
  BucketPolicy policy = *parse_bucket_policy(document);
  PlacedRequest placed;
  bool trace = false;
  bool several = false;

  explicit Told(std::string_view key, std::string referer = "https://lantern.example/") {
    placed.request.action = "s3:GetObject";
    placed.request.resource = "arn:aws:s3:::lantern-photos/" + std::string(key);
    placed.request.context.set("aws:SecureTransport", "true");
    placed.request.context.set("aws:Referer", std::move(referer));
    placed.position = {4, 3, 100};
  }

  [[nodiscard]] DecisionReport report() const {
    return {policy, "p.json", placed, "r.json", evaluate(policy, placed.request), trace, several};
  }
};

TEST(DecisionReport, TellsWhatAllows) {
  EXPECT_EQ(decision_text(Told("a.jpg").report()),
            "Allow: allowed by \"Site\" with Bool aws:SecureTransport, StringLike aws:Referer "
            "(p.json:2:3)\n");
}

TEST(DecisionReport, TellsWhatDeniesAndWhere) {
  EXPECT_EQ(decision_text(Told("a.jpg", "https://thief.example/?k=SECRET").report()),
            "Deny: no Allow applies: \"Site\" fails at StringLike aws:Referer; the request has "
            "\"https://thief.example/?...\" (p.json:6:33)\n");
  EXPECT_EQ(decision_text(Told("secret/a.jpg").report()),
            "Deny: denied by statement 2 (p.json:7:3)\n");
  Told other("a.jpg");
  other.placed.request.action = "s3:PutObject";
  EXPECT_EQ(decision_text(other.report()),
            "Deny: no Allow applies: \"Site\" fails at the action (p.json:3:14)\n");
  other.placed.request.action = "s3:GetObject";
  other.placed.request.resource = "arn:aws:s3:::other/a";
  EXPECT_EQ(decision_text(other.report()),
            "Deny: no Allow applies: \"Site\" fails at the resource (p.json:4:16)\n");
  other.policy.statements.erase(other.policy.statements.begin());
  EXPECT_EQ(decision_text(other.report()), "Deny: no statement allows anything\n");
}

TEST(DecisionReport, ATraceTellsOfEveryStatement) {
  Told told("a.jpg", "https://thief.example/");
  told.trace = true;
  EXPECT_EQ(decision_text(told.report()),
            "Deny: no Allow applies: \"Site\" fails at StringLike aws:Referer; the request has "
            "\"https://thief.example/\" (p.json:6:33)\n"
            "  Allow \"Site\" fails at StringLike aws:Referer; the request has "
            "\"https://thief.example/\" (p.json:6:33)\n"
            "  Deny statement 2 fails at the resource (p.json:7:70)\n");
  Told secret("secret/a");
  secret.trace = true;
  EXPECT_EQ(decision_text(secret.report()),
            "Deny: denied by statement 2 (p.json:7:3)\n"
            "  Allow \"Site\" applies (p.json:2:3)\n"
            "  Deny statement 2 applies (p.json:7:3)\n");
}

TEST(DecisionReport, OneOfSeveralIsNamed) {
  Told told("secret/a");
  told.several = true;
  EXPECT_EQ(decision_text(told.report()), "r.json:4:3: Deny: denied by statement 2 (p.json:7:3)\n");
  told.placed.name = "the ledger";
  EXPECT_EQ(decision_text(told.report()),
            "r.json:4:3: \"the ledger\": Deny: denied by statement 2 (p.json:7:3)\n");
}

TEST(DecisionReport, IsJsonForPrograms) {
  EXPECT_EQ(decision_json(Told("a.jpg").report()),
            R"({"request":{"file":"r.json","line":4,"column":3},"decision":"Allow",)"
            R"("outcome":"allow","reason":"allowed by \"Site\"","statement":{"file":"p.json",)"
            R"("index":1,"sid":"Site","effect":"Allow","line":2,"column":3}})");
  Told told("a.jpg", "x");
  told.trace = true;
  told.placed.name = "n";
  EXPECT_EQ(
      decision_json(told.report()),
      R"({"request":{"file":"r.json","line":4,"column":3,"name":"n"},"decision":"Deny",)"
      R"("outcome":"implicit_deny","reason":"no Allow applies: \"Site\" fails at StringLike )"
      R"(aws:Referer; the request has \"x\"","statement":{"file":"p.json","index":1,"sid":"Site",)"
      R"("effect":"Allow","line":2,"column":3},"failed":"condition","condition":{"operator":)"
      R"("StringLike","key":"aws:Referer","line":6,"column":33},"trace":[{"index":1,"sid":"Site",)"
      R"("effect":"Allow","line":2,"column":3,"applies":false,"failed":"condition","condition":)"
      R"({"operator":"StringLike","key":"aws:Referer","line":6,"column":33},"reason":"fails at )"
      R"(StringLike aws:Referer; the request has \"x\""},{"index":2,"effect":"Deny","line":7,)"
      R"("column":3,"applies":false,"failed":"resource","reason":"fails at the resource"}]})");
}

TEST(DecisionReport, ErrorsHaveTheirPlace) {
  const DocumentError error{{3, 7, 20}, "a \"thing\" is wrong"};
  EXPECT_EQ(document_error_text("p.json", error), "p.json:3:7: a \"thing\" is wrong");
  EXPECT_EQ(document_error_json("p.json", error),
            R"({"error":{"file":"p.json","line":3,"column":7,"message":"a \"thing\" is wrong"}})");
}

}  // namespace
}  // namespace signgate::policy
