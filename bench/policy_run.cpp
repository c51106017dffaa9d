// SPDX-License-Identifier: Apache-2.0
#include "bench/policy_run.hpp"

#include <cstdio>
#include <ctime>
#include <optional>
#include <utility>

#include "policy/json_writer.hpp"

namespace signgate::bench {
namespace {

using policy::Outcome;

constexpr std::string_view with_allow = R"({"Version": "2012-10-17", "Statement": [
  {"Sid": "AllowCloudFront", "Effect": "Allow",
   "Principal": {"Service": "cloudfront.amazonaws.com"},
   "Action": "s3:GetObject", "Resource": "arn:aws:s3:::media-bucket/*",
   "Condition": {
     "StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"},
     "StringLike": {"aws:Referer": ["https://www.site.example/*", "https://site.example/*"]}}}]})";

constexpr std::string_view with_deny = R"({"Version": "2012-10-17", "Statement": [
  {"Sid": "AllowCloudFront", "Effect": "Allow",
   "Principal": {"Service": "cloudfront.amazonaws.com"},
   "Action": "s3:GetObject", "Resource": "arn:aws:s3:::media-bucket/*",
   "Condition": {
     "StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"}}},
  {"Sid": "DenyForeign", "Effect": "Deny", "Principal": "*",
   "Action": "s3:GetObject", "Resource": "arn:aws:s3:::media-bucket/*",
   "Condition": {
     "StringNotLike": {"aws:Referer": ["https://www.site.example/*", "https://site.example/*"]}}}]})";

policy::AccessRequest request(std::optional<std::string> referer) {
  policy::AccessRequest asked{{policy::PrincipalKind::service, "cloudfront.amazonaws.com"},
                              "s3:GetObject",
                              "arn:aws:s3:::media-bucket/private/albums/7/harbour.jpg",
                              {}};
  policy::RequestContext& context = asked.context;
  context.set("aws:SourceArn", "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE");
  context.set("aws:SourceAccount", "123456789012");
  context.set("aws:PrincipalIsAWSService", "true");
  context.set("aws:PrincipalServiceName", "cloudfront.amazonaws.com");
  context.set("aws:SecureTransport", "true");
  context.set("aws:CurrentTime", "2030-01-01T00:00:00Z");
  context.set("aws:EpochTime", "1893456000");
  context.set("s3:authType", "REST-HEADER");
  context.set("s3:signatureversion", "AWS4-HMAC-SHA256");
  if (referer) context.set("aws:Referer", *std::move(referer));
  context.set("aws:UserAgent", "Amazon CloudFront");
  return asked;
}

std::chrono::nanoseconds cpu_time() noexcept {
  std::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// Round is what one round did.
struct Round {
  std::uint64_t decisions = 0;
  std::uint64_t as_expected = 0;
  std::chrono::nanoseconds busy{0};
  std::chrono::nanoseconds cpu{0};
};

double rate(std::uint64_t count, std::chrono::nanoseconds time) noexcept {
  return time.count() <= 0 ? 0
                           : static_cast<double>(count) * 1e9 / static_cast<double>(time.count());
}

Round run_round(const PolicyCase& question, std::chrono::nanoseconds length) {
  // So many between two looks at the clock that these cost nothing.
  constexpr std::uint64_t block = 1000;
  Round round;
  const auto begin = std::chrono::steady_clock::now();
  const auto cpu_begin = cpu_time();
  while (round.busy < length) {
    for (std::uint64_t i = 0; i < block; ++i) {
      const policy::Decision decision = policy::evaluate(question.policy, question.request);
      round.as_expected += decision.outcome == question.outcome ? 1 : 0;
    }
    round.decisions += block;
    round.busy = std::chrono::steady_clock::now() - begin;
  }
  round.cpu = cpu_time() - cpu_begin;
  return round;
}

void write_summary(policy::JsonWriter& json, const Summary& summary) {
  json.object([&] {
    json.name("median").real(summary.median, 0);
    json.name("min").real(summary.min, 0);
    json.name("max").real(summary.max, 0);
  });
}

}  // namespace

std::vector<PolicyCase> policy_cases() {
  const auto allow = policy::parse_bucket_policy(with_allow);
  const auto deny = policy::parse_bucket_policy(with_deny);
  const std::string right = "https://site.example/gallery/";
  const std::string foreign = "https://other.example/page";
  return {
      {"Allow, right Referer", allow.value(), request(right), Outcome::allow},
      {"Allow, foreign Referer", allow.value(), request(foreign), Outcome::implicit_deny},
      {"Allow, no Referer", allow.value(), request(std::nullopt), Outcome::implicit_deny},
      {"Deny, right Referer", deny.value(), request(right), Outcome::allow},
      {"Deny, foreign Referer", deny.value(), request(foreign), Outcome::explicit_deny},
  };
}

PolicyResult run_policy(const PolicyCase& question, std::chrono::nanoseconds round,
                        unsigned rounds) {
  PolicyResult result{.name = question.name,
                      .decisions = 0,
                      .as_expected = true,
                      .per_second = {},
                      .per_cpu_second = {}};
  static_cast<void>(run_round(question, round));
  std::vector<double> per_second;
  std::vector<double> per_cpu_second;
  for (unsigned i = 0; i < rounds; ++i) {
    const Round done = run_round(question, round);
    result.decisions += done.decisions;
    result.as_expected = result.as_expected && done.as_expected == done.decisions;
    per_second.push_back(rate(done.decisions, done.busy));
    per_cpu_second.push_back(rate(done.decisions, done.cpu));
  }
  result.per_second = summarise(per_second);
  result.per_cpu_second = summarise(per_cpu_second);
  return result;
}

std::string policy_text(const std::vector<PolicyResult>& results, const MachineFacts& machine) {
  std::string out = machine.cpu + ", " + machine.compiler + ", one thread\n" +
                    "bucket policy               decisions/s       min       max  by CPU time\n";
  for (const PolicyResult& result : results) {
    char line[160];
    std::snprintf(line, sizeof line, "%-27.27s %11.0f %9.0f %9.0f %12.0f\n",
                  std::string(result.name).c_str(), result.per_second.median, result.per_second.min,
                  result.per_second.max, result.per_cpu_second.median);
    out += line;
  }
  return out;
}

std::string policy_json(const std::vector<PolicyResult>& results, const MachineFacts& machine,
                        std::string_view version, std::string_view date) {
  std::string out;
  policy::JsonWriter json{out, 2};
  json.object([&] {
    json.name("version").string(version);
    json.name("date").string(date);
    json.name("machine").object([&] {
      json.name("cpu").string(machine.cpu);
      json.name("compiler").string(machine.compiler);
      json.name("build").string(machine.build);
    });
    json.name("cases").array([&] {
      for (const PolicyResult& result : results) {
        json.object([&] {
          json.name("name").string(result.name);
          json.name("decisions").integer(static_cast<std::int64_t>(result.decisions));
          write_summary(json.name("per_second"), result.per_second);
          write_summary(json.name("per_cpu_second"), result.per_cpu_second);
        });
      }
    });
  });
  return out + "\n";
}

}  // namespace signgate::bench
