// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/cli/file_argument.hpp"
#include "gateway/cli/policy/bucket_policy_options.hpp"
#include "gateway/cli/policy/distribution_commands.hpp"
#include "gateway/cli/policy/distribution_media.hpp"
#include "gateway/cli/policy/policy_commands.hpp"
#include "gateway/config/reader.hpp"
#include "policy/distribution_writer.hpp"
#include "policy/json.hpp"
#include "policy/s3_names.hpp"
#include "signing/public_key.hpp"

namespace signgate::cli {
namespace {

using policy::DistributionDocument;
using policy::DistributionPlan;
using policy::RefererUse;

constexpr std::string_view distribution_name = "signgate policy distribution";
constexpr std::size_t max_public_key_file = 64 * 1024;

struct DistributionOptions : BucketPolicyOptions {
  std::string region;
  std::string plan_name;  // empty: made of the bucket's
  std::string caller_reference;
  std::vector<std::string> signed_paths;
  std::vector<std::string> public_paths;
  bool default_public = false;
  std::string referer_use;  // empty: by whether there are Referers
  bool ipv4_only = false;
  std::string public_key;
  std::string config;
  std::vector<std::string> media;
  std::string distribution_arn;
  std::string out_dir;
  std::string only;
  bool force = false;
  // public_key_ids, key_group_ids, aliases, certificate and the other ids
  DistributionPlan ids;
};

std::string default_name(std::string_view bucket) {
  std::string text(bucket.substr(0, 40));
  std::ranges::replace(text, '.', '-');
  return text;
}

/// check_word refuses an id or ARN that is not made of what those are made of.
std::optional<std::string> check_word(const std::string& option, const std::string& text) {
  const bool legal = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_:/.*").find(c) != std::string_view::npos;
  });
  if (legal) return std::nullopt;
  return option + ": " + policy::excerpt(text) +
         " holds a character that no id, ARN or host name does";
}

std::optional<std::string> check_ids(const DistributionPlan& plan) {
  const auto check_all = [](const std::string& option, const std::vector<std::string>& all) {
    std::optional<std::string> wrong;
    for (const std::string& one : all) {
      if (!wrong) wrong = check_word(option, one);
    }
    return wrong;
  };
  if (auto wrong = check_all("--public-key-id", plan.public_key_ids)) return wrong;
  if (auto wrong = check_all("--key-group-id", plan.key_group_ids)) return wrong;
  if (auto wrong = check_all("--alias", plan.aliases)) return wrong;
  if (auto wrong = check_word("--origin-access-control-id", plan.origin_access_control_id))
    return wrong;
  if (auto wrong = check_word("--cache-policy-id", plan.cache_policy_id)) return wrong;
  if (auto wrong = check_word("--origin-request-policy-id", plan.origin_request_policy_id))
    return wrong;
  if (plan.certificate_arn.empty()) return std::nullopt;
  // CloudFront takes certificates of that one Region.
  if (!plan.certificate_arn.starts_with("arn:aws:acm:us-east-1:") &&
      !plan.certificate_arn.starts_with("arn:aws-cn:")) {
    return "--certificate-arn: legal is a certificate of us-east-1, "
           "arn:aws:acm:us-east-1:ACCOUNT:certificate/ID";
  }
  return check_word("--certificate-arn", plan.certificate_arn);
}

std::optional<std::string> read_behaviors(const DistributionOptions& options,
                                          DistributionPlan& plan) {
  plan.default_is_signed = !options.default_public;
  const auto read = [&plan](const std::string& option, const std::vector<std::string>& paths,
                            bool is_signed) -> std::optional<std::string> {
    for (const std::string& path : paths) {
      if (const auto wrong = policy::check_path_pattern(path))
        return option + ": " + wrong->message;
      plan.behaviors.push_back({.path_pattern = path, .is_signed = is_signed});
    }
    return std::nullopt;
  };
  if (auto wrong = read("--signed-path", options.signed_paths, true)) return wrong;
  return read("--public-path", options.public_paths, false);
}

/// read_referer_use takes the option, or what fits the bucket's policy.
std::optional<std::string> read_referer_use(const DistributionOptions& options,
                                            DistributionPlan& plan, std::ostream& err) {
  const bool asks = !plan.bucket_policy.referers.empty();
  if (options.referer_use.empty()) {
    plan.referer = asks ? RefererUse::in_cache_key : RefererUse::off;
  } else if (options.referer_use == "in-cache-key") {
    plan.referer = RefererUse::in_cache_key;
  } else if (options.referer_use == "on-miss") {
    plan.referer = RefererUse::on_miss;
  } else {
    plan.referer = RefererUse::off;
  }
  if (plan.referer == RefererUse::off && asks) {
    return "--referer off: CloudFront takes the Referer off, so a bucket policy that asks for one "
           "refuses everything; give in-cache-key or on-miss, or no --site and no "
           "--referer-pattern";
  }
  if (plan.referer != RefererUse::off && !asks) {
    return "--referer " + options.referer_use +
           ": the bucket's policy asks for no Referer; give --site or --referer-pattern";
  }
  if (plan.referer == RefererUse::on_miss) {
    err << distribution_name
        << ": warning: --referer on-miss: a cached copy goes to everybody; `signgate policy lint` "
           "says the same (referer-not-in-cache-key)\n";
  }
  return std::nullopt;
}

/// read_arguments fills in what the command line itself says.
std::optional<std::string> read_arguments(const DistributionOptions& options,
                                          DistributionPlan& plan, std::ostream& err) {
  plan = options.ids;
  if (auto wrong = check_ids(plan)) return wrong;
  auto& bucket_policy = plan.bucket_policy;
  if (auto wrong = read_bucket_policy_options(options, "--referer-pattern", distribution_name,
                                              bucket_policy, err))
    return wrong;
  const auto partition = policy::partition_of_region(options.region);
  if (!partition) {
    return "--region: " + policy::excerpt(options.region) +
           " is no AWS Region; legal is the bucket's, such as eu-central-1";
  }
  bucket_policy.partition = *partition;
  plan.region = options.region;
  if (!options.distribution_arn.empty()) {
    const auto arn = policy::parse_distribution_arn(options.distribution_arn);
    if (!arn) return "--distribution-arn: " + arn.error().message;
    bucket_policy.source_arn = options.distribution_arn;
    warn_of_partitions(*partition, arn->partition, "--region", distribution_name, err);
  }
  plan.name = options.plan_name.empty() ? default_name(options.bucket) : options.plan_name;
  if (const auto wrong = policy::check_plan_name(plan.name)) return "--name: " + wrong->message;
  plan.caller_reference = options.caller_reference.empty() ? plan.name : options.caller_reference;
  plan.ipv6 = !options.ipv4_only;
  if (auto wrong = read_referer_use(options, plan, err)) return wrong;
  return read_behaviors(options, plan);
}

/// read_files fills in what stands in the files that it names.
std::optional<std::string> read_files(const DistributionOptions& options, DistributionPlan& plan,
                                      std::ostream& err) {
  if (!options.public_key.empty()) {
    const auto text = read_file_argument(options.public_key, max_public_key_file);
    if (!text) return "--public-key: " + text.error().message;
    const auto key = signing::PublicKey::parse(*text);
    if (!key) return "--public-key: " + key.error().message;
    plan.public_key_pem = key->pem();
  }
  if (options.config.empty()) return std::nullopt;
  const config::Reading reading = config::read_file(options.config);
  for (const config::Diagnostic& finding : reading.diagnostics)
    err << render(finding) << '\n';
  if (!reading.config) return "--config: " + options.config + " has errors";
  return add_media(*reading.config, options.media, distribution_name, plan, err);
}

std::optional<std::string> write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text << '\n';
  out.close();
  if (out) return std::nullopt;
  return "cannot write " + path + ": " + std::strerror(errno);
}

/// write_documents writes those that are needed into the folder: none if one of them is there
/// already.
std::optional<std::string> write_documents(const DistributionOptions& options,
                                           const DistributionPlan& plan) {
  const std::filesystem::path folder(options.out_dir);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return "cannot make the folder " + options.out_dir + ": " + error.message();
  const auto path_of = [&folder](DistributionDocument document) {
    return (folder / (std::string(document_name(document)) + ".json")).string();
  };
  for (const DistributionDocument document : policy::distribution_documents) {
    const std::string path = path_of(document);
    if (!options.force && is_needed(document, plan) && std::filesystem::exists(path, error))
      return path + " is there already; --force replaces it";
  }
  for (const DistributionDocument document : policy::distribution_documents) {
    if (!is_needed(document, plan)) continue;
    if (auto why = write_file(path_of(document), write_distribution_document(document, plan)))
      return why;
  }
  return std::nullopt;
}

int run(const DistributionOptions& options, std::ostream& out, std::ostream& err) {
  const auto fail = [&err](const std::string& why, int status) {
    err << distribution_name << ": " << why << '\n';
    return status;
  };
  DistributionPlan plan;
  if (const auto wrong = read_arguments(options, plan, err)) return fail(*wrong, 2);
  if (const auto wrong = read_files(options, plan, err)) return fail(*wrong, 1);
  if (!plan.certificate_arn.empty() && plan.aliases.empty())
    return fail("--certificate-arn is for the hosts of --alias, and there is none", 2);
  if (const auto wrong = check_written_policy(
          write_distribution_document(DistributionDocument::bucket_policy, plan)))
    return fail(*wrong, 1);
  if (!options.only.empty()) {
    for (const DistributionDocument document : policy::distribution_documents) {
      if (document_name(document) == options.only)
        out << write_distribution_document(document, plan) << '\n';
    }
  } else {
    if (const auto why = write_documents(options, plan)) return fail(*why, 1);
    out << distribution_commands(plan, options.out_dir);
  }
  out.flush();
  return 0;
}

std::vector<std::string> document_names() {
  std::vector<std::string> names;
  for (const DistributionDocument document : policy::distribution_documents)
    names.emplace_back(document_name(document));
  return names;
}

void add_ids(CLI::App& command, DistributionPlan& ids) {
  command
      .add_option("--public-key-id", ids.public_key_ids,
                  "public keys that CloudFront has already, for the key group")
      ->type_name("ID");
  command.add_option("--key-group-id", ids.key_group_ids, "key groups that CloudFront has already")
      ->type_name("ID");
  command
      .add_option("--origin-access-control-id", ids.origin_access_control_id,
                  "an origin access control that is there already")
      ->type_name("ID");
  command
      .add_option("--cache-policy-id", ids.cache_policy_id, "a cache policy that is there already")
      ->type_name("ID");
  command
      .add_option("--origin-request-policy-id", ids.origin_request_policy_id,
                  "an origin request policy that is there already")
      ->type_name("ID");
  command
      .add_option("--alias", ids.aliases,
                  "hosts of the distribution's own, such as media.example.com")
      ->type_name("HOST");
  command
      .add_option("--certificate-arn", ids.certificate_arn,
                  "the certificate for them, of ACM in us-east-1")
      ->type_name("ARN");
}

void add_shape(CLI::App& command, DistributionOptions& options) {
  command.add_option("--region", options.region, "the bucket's Region, such as eu-central-1")
      ->required()
      ->type_name("REGION");
  command
      .add_option("--signed-path", options.signed_paths,
                  "path patterns that need a signature, such as 'private/*'")
      ->type_name("PATTERN");
  command
      .add_option("--public-path", options.public_paths,
                  "path patterns that need none; behind those that do")
      ->type_name("PATTERN");
  command.add_flag("--default-public", options.default_public,
                   "what no pattern matches needs no signature; it does without this");
  command
      .add_option("--referer", options.referer_use,
                  "how the bucket gets to see the Referer: in-cache-key (asked for each Referer; "
                  "the default with --site), on-miss (asked when nothing is cached) or off")
      ->check(CLI::IsMember({"in-cache-key", "on-miss", "off"}))
      ->type_name("HOW");
  command.add_flag("--ipv4-only", options.ipv4_only,
                   "no IPv6, which policies with addresses cannot hold");
  command
      .add_option("--name", options.plan_name,
                  "what the names of all parts begin with; the bucket's without it")
      ->type_name("NAME");
  command
      .add_option("--caller-reference", options.caller_reference,
                  "tells CloudFront whether this is a new request; --name without it")
      ->type_name("TEXT");
}

}  // namespace

void add_policy_distribution(CLI::App& policy, int& exit_status) {
  const auto options = std::make_shared<DistributionOptions>();
  auto* command = policy.add_subcommand(
      "distribution",
      "write what aws cloudfront create-* takes for a distribution that serves a private bucket");
  add_bucket_policy_options(*command, "--referer-pattern", *options);
  add_shape(*command, *options);
  command
      ->add_option("--public-key", options->public_key, "the public key: file://F or F, PEM or DER")
      ->type_name("FILE");
  add_ids(*command, options->ids);
  command
      ->add_option("--distribution-arn", options->distribution_arn,
                   "the distribution when it is there already, for the bucket's policy")
      ->type_name("ARN");
  auto* config = command
                     ->add_option("-c,--config", options->config,
                                  "a gateway's configuration: its media rules' targets become "
                                  "signed paths and an alias, their keys the key group")
                     ->type_name("FILE");
  command->add_option("--media", options->media, "of its media rules these alone")
      ->needs(config)
      ->type_name("NAME");
  auto* folder = command->add_option("--out-dir", options->out_dir, "the folder for the documents")
                     ->type_name("DIR");
  auto* only = command
                   ->add_option("--only", options->only,
                                "print this document alone: its file's name without .json")
                   ->check(CLI::IsMember(document_names()))
                   ->excludes(folder)
                   ->type_name("NAME");
  command->add_flag("--force", options->force, "replace files that are there already")
      ->excludes(only);
  command->footer(
      "The documents are written into --out-dir, and the commands of the AWS CLI that take them "
      "printed in\n"
      "order, as a script for the shell that puts each id where REPLACE_WITH_... stands for it. "
      "What an option\n"
      "gives the id of is neither written nor made.\n"
      "Exit status: 0 done, 1 not written (the reason on stderr), 2 wrong usage.\n"
      "\n"
      "Examples:\n"
      "  signgate policy distribution --bucket mistonline-test-bucket --region eu-central-1 \\\n"
      "    --site www.example.com --www --signed-path 'private/*' --public-key keys/public_key.pem "
      "\\\n"
      "    --out-dir aws > aws.sh\n"
      "  signgate policy distribution --bucket mistonline-test-bucket --region eu-central-1 \\\n"
      "    -c conf/signgate.toml --only distribution-config");
  command->callback([options, &exit_status] {
    if (options->out_dir.empty() && options->only.empty())
      throw CLI::RequiredError("--out-dir (or --only)");
    exit_status = run(*options, std::cout, std::cerr);
  });
}

}  // namespace signgate::cli
