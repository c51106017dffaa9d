// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "gateway/cli/policy/bucket_policy_options.hpp"
#include "gateway/cli/policy/policy_commands.hpp"
#include "policy/s3_names.hpp"

namespace signgate::cli {
namespace {

constexpr std::string_view s3_name = "signgate policy s3";

struct S3Options : BucketPolicyOptions {
  std::string distribution_arn;
  std::string partition;  // empty: the distribution's
};

int print_bucket_policy(const S3Options& options, std::ostream& out, std::ostream& err) {
  const auto fail = [&err](const std::string& why, int status) {
    err << s3_name << ": " << why << '\n';
    return status;
  };
  policy::BucketPolicyPlan plan;
  const auto arn = policy::parse_distribution_arn(options.distribution_arn);
  if (!arn) return fail("--distribution-arn: " + arn.error().message, 2);
  plan.source_arn = options.distribution_arn;
  plan.partition = options.partition.empty() ? arn->partition : options.partition;
  if (const auto wrong = read_bucket_policy_options(options, "--referer", s3_name, plan, err))
    return fail(*wrong, 2);
  warn_of_partitions(plan.partition, arn->partition, "--partition", s3_name, err);
  const std::string text = policy::write_bucket_policy(plan);
  if (const auto wrong = check_written_policy(text)) return fail(*wrong, 1);
  out << text << '\n';
  out.flush();
  return 0;
}

}  // namespace

void add_policy_s3(CLI::App& policy, int& exit_status) {
  const auto options = std::make_shared<S3Options>();
  auto* command = policy.add_subcommand(
      "s3", "write the bucket policy that lets a distribution read, for the Referers of a site");
  command
      ->add_option("--distribution-arn", options->distribution_arn,
                   "the distribution's ARN: arn:aws:cloudfront::ACCOUNT:distribution/ID, or with "
                   "aws-cn or aws-us-gov for aws")
      ->required()
      ->type_name("ARN");
  add_bucket_policy_options(*command, "--referer", *options);
  command
      ->add_option("--partition", options->partition,
                   "the bucket's partition: aws, aws-cn or aws-us-gov; without it the "
                   "distribution's")
      ->check(CLI::IsMember({"aws", "aws-cn", "aws-us-gov"}))
      ->type_name("NAME");
  command->footer(
      "The policy is printed as JSON. Without --site and --referer it asks for no Referer.\n"
      "What no browser sends is a warning on stderr. CloudFront takes the Referer off its requests "
      "unless a\n"
      "cache policy or an origin request policy holds it (signgate policy distribution).\n"
      "Exit status: 0 done, 1 longer than the 20 KB that S3 takes, 2 wrong usage.\n"
      "\n"
      "Examples:\n"
      "  signgate policy s3 --bucket mistonline-test-bucket \\\n"
      "    --distribution-arn arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE \\\n"
      "    --site www.example.com --www > bucket-policy.json\n"
      "  aws s3api put-bucket-policy --bucket mistonline-test-bucket --policy "
      "file://bucket-policy.json");
  command->callback([options, &exit_status] {
    exit_status = print_bucket_policy(*options, std::cout, std::cerr);
  });
}

}  // namespace signgate::cli
