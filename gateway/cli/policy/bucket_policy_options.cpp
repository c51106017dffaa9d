// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy/bucket_policy_options.hpp"

#include <algorithm>
#include <ostream>

#include "policy/bucket_policy.hpp"
#include "policy/json.hpp"
#include "policy/referer_patterns.hpp"
#include "policy/s3_names.hpp"

namespace signgate::cli {
namespace {

void add_once(std::vector<std::string>& all, std::string one) {
  if (std::ranges::find(all, one) == all.end()) all.push_back(std::move(one));
}

}  // namespace

void add_bucket_policy_options(CLI::App& command, const std::string& referer_option,
                               BucketPolicyOptions& options) {
  command.add_option("--bucket", options.bucket, "the bucket's name")
      ->required()
      ->type_name("NAME");
  command
      .add_option("--site", options.sites,
                  "sites whose pages may show the media: the patterns that browsers' Referer "
                  "matches are made of them")
      ->type_name("HOST[:PORT]");
  command.add_flag("--www", options.www, "each --site with and without www. in front");
  command.add_flag("--http", options.http, "each --site over http too");
  command
      .add_option(referer_option, options.referers,
                  "patterns for aws:Referer, with * and ?, as they are to stand there")
      ->type_name("PATTERN");
  command.add_flag("--deny-other", options.deny_other,
                   "deny all other Referers to everybody by a statement of its own; without it the "
                   "distribution's permission is for these Referers alone");
  command.add_flag("--allow-missing-referer", options.allow_missing_referer,
                   "requests without any Referer pass");
  command.add_flag("--list-bucket", options.list_bucket,
                   "s3:ListBucket for the distribution: a missing key is 404 then, not 403");
}

std::optional<std::string> read_bucket_policy_options(const BucketPolicyOptions& options,
                                                      const std::string& referer_option,
                                                      std::string_view command,
                                                      policy::BucketPolicyPlan& plan,
                                                      std::ostream& err) {
  if (const auto wrong = policy::check_bucket_name(options.bucket))
    return "--bucket: " + wrong->message;
  if (options.sites.empty() && (options.www || options.http)) {
    return std::string(options.www ? "--www" : "--http") +
           " is about the hosts of --site, and there is none";
  }
  plan.bucket = options.bucket;
  for (const std::string& site : options.sites) {
    const auto patterns = policy::site_patterns(site, {.www = options.www, .http = options.http});
    if (!patterns) return "--site: " + patterns.error().message;
    for (const std::string& pattern : *patterns)
      add_once(plan.referers, pattern);
  }
  for (const std::string& pattern : options.referers) {
    if (const auto wrong = policy::check_referer_pattern(pattern))
      return referer_option + ": " + wrong->message;
    for (const std::string& doubt : policy::referer_doubts(pattern)) {
      err << command << ": warning: " << referer_option << ": " << policy::excerpt(pattern) << ' '
          << doubt << '\n';
    }
    add_once(plan.referers, pattern);
  }
  if (plan.referers.empty() && (options.deny_other || options.allow_missing_referer)) {
    return std::string(options.deny_other ? "--deny-other" : "--allow-missing-referer") +
           " needs the Referers that are legal: --site or " + referer_option;
  }
  plan.deny_other = options.deny_other;
  plan.allow_missing_referer = options.allow_missing_referer;
  plan.list_bucket = options.list_bucket;
  // The statements that take the Referers in an Allow.
  if (options.allow_missing_referer && (!options.deny_other || options.list_bucket)) {
    err << command
        << ": warning: --allow-missing-referer: a typed address and curl pass too, by "
           "StringLikeIfExists; `signgate policy lint` says the same (referer-missing-allowed)\n";
  }
  if (options.list_bucket) {
    err << command
        << ": warning: --list-bucket: whoever may fetch / from the distribution gets the list of "
           "the bucket's keys; let / need a signature or give the distribution a default root "
           "object\n";
  }
  return std::nullopt;
}

void warn_of_partitions(std::string_view bucket, std::string_view distribution,
                        std::string_view option, std::string_view command, std::ostream& err) {
  if (bucket == distribution) return;
  err << command << ": warning: " << option << ": the bucket is in " << bucket
      << " then, the distribution in " << distribution
      << ", and no request has both; `signgate policy lint` says the same (arn-partition)\n";
}

std::optional<std::string> check_written_policy(const std::string& text) {
  if (text.size() > policy::max_bucket_policy) {
    return "the policy has " + std::to_string(text.size()) + " bytes, and S3 takes " +
           std::to_string(policy::max_bucket_policy) +
           ": give fewer sites or patterns, or one pattern for many";
  }
  const auto parsed = policy::parse_bucket_policy(text);
  if (parsed) return std::nullopt;
  return "the policy would not be taken: " + parsed.error().message;
}

}  // namespace signgate::cli
