// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <string_view>
#include <thread>

#include "gateway/cli/browser_form.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/descriptor_input.hpp"
#include "gateway/cli/descriptor_output.hpp"
#include "gateway/cli/sign_stream.hpp"
#include "policy/json.hpp"
#include "policy/resource_pattern.hpp"
#include "policy/wildcard.hpp"
#include "signing/key_memory.hpp"
#include "signing/resource_mismatch.hpp"
#include "signing/signed_url.hpp"

namespace signgate::cli {
namespace {

using signing::Error;
using signing::ErrorCode;
using signing::Result;

/// Recipe is all that is the same for each URL.
struct Recipe : SigningRecipe {
  std::optional<std::string> policy_resource;
  signing::Resign resign = signing::Resign::refuse;
};

std::optional<Error> read_arguments(const SignOptions& options, Recipe& recipe, std::ostream& err) {
  if (auto wrong = read_signing_arguments(options, "signgate sign", recipe, err)) return wrong;
  if (options.threads > 0 && options.url != "-") {
    return Error{ErrorCode::bad_url,
                 "--threads has no effect without --url -: one URL is one thread's work"};
  }
  if (options.resign) recipe.resign = signing::Resign::replace;
  if (!options.policy_resource || options.policy) return std::nullopt;
  if (auto wrong = check_resource_characters("--policy-resource", *options.policy_resource))
    return wrong;
  if (!policy::resource_is_pattern(*options.policy_resource)) {
    return Error{ErrorCode::bad_policy,
                 "--policy-resource must begin with http://, https://, http*://, *:// or *"};
  }
  recipe.policy_resource = options.policy_resource;
  if (*options.policy_resource == "*") {
    err << "signgate sign: warning: --policy-resource: this policy opens every file of every "
           "distribution that trusts the key\n";
  }
  return std::nullopt;
}

using Warnings = std::vector<std::string>;

void warn_if_uncovered(const Recipe& recipe, std::string_view resource, Warnings& warnings) {
  const auto& pattern = recipe.policy ? recipe.statement.resource : recipe.policy_resource;
  if (pattern && !policy::resource_matches(*pattern, resource)) {
    warnings.push_back(
        "the policy's resource " + policy::excerpt(*pattern) +
        " does not cover this URL: " + signing::explain_mismatch(*pattern, resource));
  }
}

/// policy_for is the custom policy for the URL `resource`; nothing when a canned one does.
Result<std::optional<std::string>> policy_for(const Recipe& recipe, const std::string& resource,
                                              Warnings& warnings) {
  if (recipe.policy) {
    warn_if_uncovered(recipe, resource, warnings);
    return recipe.policy;
  }
  policy::CloudFrontStatement statement = recipe.statement;
  statement.resource = recipe.policy_resource.value_or(resource);
  const bool wild = statement.resource->find('*') != std::string::npos;
  if (!recipe.custom && !wild && *statement.resource == resource)
    return std::optional<std::string>();
  if (recipe.policy_resource) {
    if (!policy::wildcard_match(*statement.resource, resource)) {
      return Error{ErrorCode::bad_policy, "--policy-resource does not match the URL"};
    }
    warn_if_uncovered(recipe, resource, warnings);
  } else if (wild) {
    warnings.emplace_back(
        "the * in the URL is a wildcard: the signature opens all that it matches (for the "
        "character itself write %2A)");
  }
  return std::optional(policy::custom_policy(statement));
}

/// covered is what the policy covers beside the URL itself, if anything.
std::optional<std::string_view> covered(const Recipe& recipe, std::string_view resource) {
  if (recipe.policy) {
    if (recipe.statement.resource) return *recipe.statement.resource;
    return "*";
  }
  if (recipe.policy_resource) return *recipe.policy_resource;
  if (resource.find('*') != std::string_view::npos) return resource;
  return std::nullopt;
}

Result<std::string> sign_one(const Recipe& recipe, std::string_view url, Warnings& warnings) {
  const auto ready = signing::prepare_url(url, recipe.resign);
  if (!ready) return ready.error();
  const auto policy = policy_for(recipe, ready->resource, warnings);
  if (!policy) return policy.error();
  if (auto warning = browser_warning(ready->resource, covered(recipe, ready->resource)))
    warnings.push_back(*std::move(warning));
  auto result = *policy ? signing::sign_url_custom(*recipe.key, url, **policy, recipe.resign)
                        : signing::sign_url_canned(*recipe.key, url,
                                                   recipe.statement.date_less_than, recipe.resign);
  if (result && result->size() - ready->fragment.size() > signing::max_url) {
    warnings.emplace_back("the signed URL is longer than the 8192 bytes that CloudFront takes");
  }
  return result;
}

unsigned thread_count(const SignOptions& options) {
  return options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

int sign_urls(const SignOptions& options, std::istream& in, std::ostream& out, std::ostream& err,
              const std::function<void()>& stop_input) {
  Recipe recipe;
  if (const auto wrong = read_arguments(options, recipe, err)) {
    err << "signgate sign: " << wrong->message << "\n";
    return 2;
  }
  if (const auto wrong = read_signing_files(options, "signgate sign", recipe, err)) {
    err << "signgate sign: " << wrong->message << "\n";
    return 1;
  }
  int status = 0;
  if (options.url == "-") {
    const LineSigner sign_line = [&recipe](std::string_view url, Warnings& warnings) {
      return sign_one(recipe, url, warnings);
    };
    status = sign_stream(sign_line, thread_count(options), in, out, err, stop_input) ? 0 : 1;
  } else {
    Warnings warnings;
    const auto url = sign_one(recipe, options.url, warnings);
    for (const std::string& warning : warnings)
      err << "signgate sign: warning: " << warning << "\n";
    if (!url) {
      err << "signgate sign: " << url.error().message << "\n";
      return 1;
    }
    out << *url;
  }
  out.flush();
  if (!out) {
    err << "signgate sign: cannot write to the standard output\n";
    return 1;
  }
  return status;
}

void add_sign(CLI::App& app, int& exit_status) {
  const auto options = std::make_shared<SignOptions>();
  auto* command = app.add_subcommand("sign", "sign URLs, as `aws cloudfront sign` does");
  command->add_option("--url", options->url, "the URL to sign; - reads one a line from stdin")
      ->required()
      ->type_name("URL");
  auto* policy = add_signing_options(*command, *options);
  command
      ->add_option("--policy-resource", options->policy_resource,
                   "what the policy covers in place of the URL, with * and ? (custom policy)")
      ->excludes(policy)
      ->type_name("PATTERN");
  command->add_flag("--resign", options->resign,
                    "drop the parameters of a URL that is signed already and sign it afresh");
  command
      ->add_option("--threads", options->threads,
                   "with --url -: how many threads sign; one a core without it")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  command->footer(
      "The policy is canned unless a start, an address, another resource or --policy asks for a "
      "custom "
      "one.\n"
      "The fragment is not signed and stays last; what browsers send percent-encoded is encoded "
      "first.\n"
      "One URL is printed without a newline. With --url - a URL that cannot be signed gives an "
      "empty "
      "line.\n"
      "Exit status: 0 done, 1 not signed (the reason on stderr), 2 wrong usage: a missing option, "
      "or a\n"
      "TIME, CIDR, PATTERN, ID or NAME that is none.\n"
      "\n"
      "Example:\n"
      "  signgate sign --url https://d111111abcdef8.cloudfront.net/image.jpg \\\n"
      "    --key-pair-id K2JCJMDEHXQW5F --private-key file://private_key.pem \\\n"
      "    --date-less-than 2030-01-01");
  command->callback([options, &exit_status] {
    if (!options->policy && !options->date_less_than) {
      throw CLI::RequiredError("--date-less-than (or --policy)");
    }
    std::ios::sync_with_stdio(false);
    std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone is an error of the output
    signing::forbid_cores();
    DescriptorInput input(STDIN_FILENO);
    std::istream in(&input);
    DescriptorOutput output(STDOUT_FILENO);
    std::ostream out(&output);
    exit_status = sign_urls(*options, in, out, std::cerr, [&input] { input.stop(); });
    if (input.error() != 0) {
      std::cerr << "signgate sign: cannot read the standard input: " << std::strerror(input.error())
                << "\n";
      exit_status = 1;
    }
  });
}

}  // namespace signgate::cli
