// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy/distribution_commands.hpp"

#include <algorithm>
#include <array>

namespace signgate::cli {
namespace {

using policy::DistributionDocument;
using policy::DistributionPlan;

/// Step is one command: what it makes, and where that goes.
struct Step {
  DistributionDocument document;
  std::string_view title;
  std::string_view command;   // aws cloudfront create-...
  std::string_view option;    // that takes the document
  std::string_view query;     // of what it answers
  std::string_view variable;  // that holds it
  std::string_view placeholder;
  DistributionDocument goes_to;
};

constexpr std::array steps = {
    Step{DistributionDocument::public_key,
         "The public key. Its id is the Key-Pair-Id that links are signed with.",
         "create-public-key", "--public-key-config", "PublicKey.Id", "PUBLIC_KEY_ID",
         policy::public_key_id_placeholder, DistributionDocument::key_group},
    Step{DistributionDocument::key_group, "The group of keys whose signatures count.",
         "create-key-group", "--key-group-config", "KeyGroup.Id", "KEY_GROUP_ID",
         policy::key_group_id_placeholder, DistributionDocument::distribution},
    Step{DistributionDocument::origin_access_control,
         "The origin access control: CloudFront signs its requests to the bucket.",
         "create-origin-access-control", "--origin-access-control-config", "OriginAccessControl.Id",
         "ORIGIN_ACCESS_CONTROL_ID", policy::origin_access_control_id_placeholder,
         DistributionDocument::distribution},
    Step{DistributionDocument::cache_policy,
         "What tells cached copies apart, and how long they stay.", "create-cache-policy",
         "--cache-policy-config", "CachePolicy.Id", "CACHE_POLICY_ID",
         policy::cache_policy_id_placeholder, DistributionDocument::distribution},
    Step{DistributionDocument::origin_request_policy, "What is forwarded beside that.",
         "create-origin-request-policy", "--origin-request-policy-config", "OriginRequestPolicy.Id",
         "ORIGIN_REQUEST_POLICY_ID", policy::origin_request_policy_id_placeholder,
         DistributionDocument::distribution},
    Step{DistributionDocument::distribution, "The distribution.", "create-distribution",
         "--distribution-config", "Distribution.ARN", "DISTRIBUTION_ARN",
         policy::distribution_arn_placeholder, DistributionDocument::bucket_policy},
};

class CommandWriter {
 public:
  CommandWriter(const DistributionPlan& plan, std::string_view folder)
      : plan_(plan), folder_(folder) {
    if (!folder_.ends_with('/')) folder_ += '/';
  }

  std::string write() {
    for (const Step& step : steps) {
      if (!is_needed(step.document, plan_)) continue;
      title(step.title);
      remark_before(step);
      line(std::string(step.variable) + "=$(aws cloudfront " + std::string(step.command) + " " +
           std::string(step.option) + " " + shell_word("file://" + path(step.document)) +
           " --query " + std::string(step.query) + " --output text)");
      if (is_needed(step.goes_to, plan_)) {
        line("sed -i \"s|" + std::string(step.placeholder) + "|${" + std::string(step.variable) +
             ":?}|\" " + shell_word(path(step.goes_to)));
      }
    }
    title("The bucket's policy: this distribution may read, and nobody else.");
    line("aws s3api put-bucket-policy --bucket " + shell_word(plan_.bucket_policy.bucket) +
         " --policy " + shell_word("file://" + path(DistributionDocument::bucket_policy)));
    return std::move(text_);
  }

 private:
  std::string path(DistributionDocument document) const {
    return folder_ + std::string(document_name(document)) + ".json";
  }

  void line(const std::string& text) {
    text_ += text;
    text_ += '\n';
  }

  void title(std::string_view text) {
    if (number_ > 0) line("");
    line("# " + std::to_string(++number_) + ". " + std::string(text));
  }

  /// What the user has to do himself.
  void remark_before(const Step& step) {
    if (step.document == DistributionDocument::public_key && plan_.public_key_pem.empty()) {
      line("# Before: " + std::string(policy::public_key_placeholder) + " in " +
           path(step.document) + " stands for the PEM text of public_key.pem (signgate keygen).");
    }
    if (step.document == DistributionDocument::distribution && !plan_.aliases.empty() &&
        plan_.certificate_arn.empty()) {
      line("# Before: " + std::string(policy::certificate_placeholder) + " in " +
           path(step.document) + " stands for a certificate of us-east-1 for " +
           plan_.aliases.front() + (plan_.aliases.size() > 1 ? " and the other aliases." : "."));
    }
  }

  const DistributionPlan& plan_;
  std::string folder_;
  std::string text_;
  int number_ = 0;
};

}  // namespace

std::string shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:@%+=,").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'')
      word += "'\\''";
    else
      word += c;
  }
  return word += '\'';
}

std::string distribution_commands(const DistributionPlan& plan, std::string_view folder) {
  return CommandWriter(plan, folder).write();
}

}  // namespace signgate::cli
