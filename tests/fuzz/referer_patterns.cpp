// SPDX-License-Identifier: Apache-2.0
// Whatever is taken for a site gives patterns that can stand in a policy, that match what browsers
// send of it, about which there is no doubt, and that come out again when their host is given. A
// policy with any pattern that is taken is one that S3's grammar takes, and holds that pattern.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/bucket_policy.hpp"
#include "policy/bucket_policy_writer.hpp"
#include "policy/referer_patterns.hpp"
#include "policy/s3_names.hpp"
#include "policy/text_pattern.hpp"

namespace {

using namespace signgate::policy;

void check_site(std::string_view site) {
  for (const bool more : {false, true}) {
    const auto patterns = site_patterns(site, {.www = more, .http = more});
    if (!patterns) continue;
    for (const std::string& pattern : *patterns) {
      if (check_referer_pattern(pattern) || !referer_doubts(pattern).empty()) std::abort();
      const std::string sent = pattern.substr(0, pattern.size() - 1);
      const auto compiled = TextPattern::compile(pattern, {.wildcards = true, .variables = true});
      if (!compiled->matches(sent) || compiled->matches(sent.substr(0, sent.size() - 1)))
        std::abort();
      if (!pattern.starts_with("https://")) continue;
      const auto again = site_patterns(sent.substr(8, sent.size() - 9), {});
      if (!again || again->front() != pattern) std::abort();
    }
  }
}

void check_pattern(std::string_view pattern) {
  (void)referer_doubts(pattern);
  if (check_referer_pattern(pattern)) return;
  BucketPolicyPlan plan;
  plan.bucket = "bucket";
  plan.source_arn = "arn:aws:cloudfront::123456789012:distribution/E1";
  plan.referers = {std::string(pattern)};
  plan.deny_other = pattern.size() % 2 == 0;
  const auto policy = parse_bucket_policy(write_bucket_policy(plan));
  if (!policy) std::abort();
  const auto& values = policy->statements.back().conditions.back().values;
  if (values.size() != 1 || values.front().text != pattern) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_site(text);
  check_pattern(text);
  (void)check_bucket_name(text);
  const auto arn = parse_distribution_arn(text);
  if (arn &&
      "arn:" + arn->partition + ":cloudfront::" + arn->account + ":distribution/" + arn->id !=
          text) {
    std::abort();
  }
  return 0;
}
