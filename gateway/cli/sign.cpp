// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign.hpp"

#include <iostream>
#include <memory>
#include <string_view>

#include "gateway/cli/commands.hpp"
#include "gateway/cli/file_argument.hpp"
#include "policy/cloudfront_statement.hpp"
#include "policy/json_writer.hpp"
#include "policy/resource_pattern.hpp"
#include "policy/wildcard.hpp"
#include "signing/key_pair_id.hpp"
#include "signing/query_parameters.hpp"
#include "signing/signed_url.hpp"
#include "signing/time_text.hpp"

namespace signgate::cli {
namespace {

using signing::Error;
using signing::ErrorCode;
using signing::Result;

constexpr std::size_t max_policy_file = 64 * 1024;

/// Recipe is what the options come to: all that is the same for each URL.
struct Recipe {
  std::optional<signing::SigningKey> key;  // there once read_files has been
  policy::CloudFrontStatement statement;
  bool custom = false;                // conditions beyond the time ask for a custom policy
  std::optional<std::string> policy;  // given whole
  std::optional<std::string> policy_resource;
  signing::Resign resign = signing::Resign::refuse;
};

Result<signing::UnixSeconds> read_time(const std::string& option, const std::string& text,
                                       std::ostream& err) {
  auto time = signing::parse_time(text);
  if (!time) return Error{time.error().code, option + ": " + time.error().message};
  if (!time->ignored_zone.empty()) {
    err << "signgate sign: warning: " << option << ": the zone " << time->ignored_zone
        << " is not known and was taken for UTC\n";
  }
  return time->seconds;
}

Result<signing::SigningKey> read_key(const SignOptions& options) {
  const auto text = read_key_argument(options.private_key);
  if (!text) return Error{ErrorCode::bad_key, "--private-key: " + text.error().message};
  auto key = signing::PrivateKey::parse(*text);
  if (!key) return Error{ErrorCode::bad_key, "--private-key: " + key.error().message};
  std::optional<signing::HashAlgorithm> hash;
  if (options.hash_algorithm) hash = signing::parse_hash_name(*options.hash_algorithm);
  if (key->type() == signing::KeyType::ecdsa_p256 && hash == signing::HashAlgorithm::sha1) {
    return Error{ErrorCode::bad_key, "--hash-algorithm: a P-256 key signs over SHA256 only"};
  }
  return signing::make_signing_key(options.key_pair_id, *std::move(key), hash);
}

/// read_conditions fills the statement from the options, all but its resource.
std::optional<Error> read_conditions(const SignOptions& options, Recipe& recipe,
                                     std::ostream& err) {
  const auto end = read_time("--date-less-than", options.date_less_than.value_or(""), err);
  if (!end) return end.error();
  recipe.statement.date_less_than = *end;
  if (options.date_greater_than) {
    const auto start = read_time("--date-greater-than", *options.date_greater_than, err);
    if (!start) return start.error();
    if (*start >= *end) {
      return Error{
          ErrorCode::bad_time,
          "--date-greater-than must lie before --date-less-than: access begins after the one "
          "and ends at the other"};
    }
    recipe.statement.date_greater_than = *start;
    recipe.custom = true;
  }
  if (options.ip_address) {
    recipe.custom = true;
    if (!options.ip_address->empty()) {
      const auto range = policy::parse_ipv4_range(*options.ip_address);
      if (!range) return Error{ErrorCode::bad_policy, "--ip-address: " + range.error().message};
      recipe.statement.ip_address = *range;
    }
  }
  return std::nullopt;
}

/// check_policy_resource refuses what could never match a request, as the AWS CLI does.
std::optional<Error> check_policy_resource(std::string_view resource) {
  for (const char c : resource) {
    const auto code = static_cast<unsigned char>(c);
    if (code <= 0x20 || code >= 0x7F || c == '"' || c == '\\' || c == '#') {
      return Error{
          ErrorCode::bad_policy,
          "--policy-resource holds a space, a quote, a backslash, a fragment, a control or a "
          "non-ASCII character: viewers send these percent-encoded, or not at all"};
    }
  }
  if (!policy::resource_is_pattern(resource)) {
    return Error{ErrorCode::bad_policy,
                 "--policy-resource must begin with http://, https://, http*://, *:// or *"};
  }
  return std::nullopt;
}

std::optional<Error> read_policy_file(const std::string& file, Recipe& recipe) {
  const auto text = read_file_argument(file, max_policy_file);
  if (!text) return Error{ErrorCode::bad_policy, "--policy: " + text.error().message};
  std::string compact = policy::compact_json(*text);
  // Read as it stands first: places in the message are then those of the file.
  auto statement =
      policy::parse_custom_policy(text->size() > policy::max_custom_policy ? compact : *text);
  if (!statement) {
    const auto& error = statement.error();
    return Error{ErrorCode::bad_policy,
                 "--policy: " + file + ":" + std::to_string(error.position.line) + ":" +
                     std::to_string(error.position.column) + ": " + error.message};
  }
  recipe.statement = *std::move(statement);
  recipe.policy = std::move(compact);
  recipe.custom = true;
  return std::nullopt;
}

/// read_arguments fills in what the command line itself says; what is wrong there is wrong usage.
std::optional<Error> read_arguments(const SignOptions& options, Recipe& recipe, std::ostream& err) {
  if (!signing::is_key_pair_id(options.key_pair_id)) {
    return Error{ErrorCode::bad_key_pair_id,
                 "--key-pair-id must be 1 to 128 letters and digits, such as K2JCJMDEHXQW5F"};
  }
  if (options.hash_algorithm && !signing::parse_hash_name(*options.hash_algorithm)) {
    return Error{ErrorCode::bad_key, "--hash-algorithm must be SHA1 or SHA256"};
  }
  if (options.resign) recipe.resign = signing::Resign::replace;
  if (options.policy) return std::nullopt;
  if (auto wrong = read_conditions(options, recipe, err)) return wrong;
  if (options.policy_resource) {
    if (auto wrong = check_policy_resource(*options.policy_resource)) return wrong;
    recipe.policy_resource = options.policy_resource;
  }
  return std::nullopt;
}

/// read_files fills in what stands in the files that it names.
std::optional<Error> read_files(const SignOptions& options, Recipe& recipe) {
  auto key = read_key(options);
  if (!key) return key.error();
  recipe.key = *std::move(key);
  return options.policy ? read_policy_file(*options.policy, recipe) : std::nullopt;
}

void warn_if_uncovered(const Recipe& recipe, std::string_view resource, std::ostream& err) {
  const auto& pattern = recipe.policy ? recipe.statement.resource : recipe.policy_resource;
  if (pattern && !policy::resource_matches(*pattern, resource)) {
    err << "signgate sign: warning: the policy's resource " << policy::excerpt(*pattern)
        << " does not cover this URL, as wildcards do not reach from one of protocol, domain, path "
           "and query into the next\n";
  }
}

/// policy_for is the custom policy for the URL `resource`; nothing when a canned one does.
Result<std::optional<std::string>> policy_for(const Recipe& recipe, const std::string& resource,
                                              std::ostream& err) {
  if (recipe.policy) {
    warn_if_uncovered(recipe, resource, err);
    return recipe.policy;
  }
  const bool pattern =
      recipe.policy_resource && (*recipe.policy_resource != resource ||
                                 recipe.policy_resource->find('*') != std::string::npos);
  if (!recipe.custom && !pattern) return std::optional<std::string>();
  policy::CloudFrontStatement statement = recipe.statement;
  statement.resource = recipe.policy_resource.value_or(resource);
  if (pattern) {
    if (!policy::wildcard_match(*statement.resource, resource)) {
      return Error{ErrorCode::bad_policy, "--policy-resource does not match the URL"};
    }
    warn_if_uncovered(recipe, resource, err);
  }
  return std::optional(policy::custom_policy(statement));
}

Result<std::string> sign_one(const Recipe& recipe, const std::string& url, std::ostream& err) {
  const auto ready = signing::prepare_url(url, recipe.resign);
  if (!ready) return ready.error();
  const auto policy = policy_for(recipe, ready->resource, err);
  if (!policy) return policy.error();
  auto result = *policy ? signing::sign_url_custom(*recipe.key, url, **policy, recipe.resign)
                        : signing::sign_url_canned(*recipe.key, url,
                                                   recipe.statement.date_less_than, recipe.resign);
  if (result && result->size() - ready->fragment.size() > signing::max_url) {
    err << "signgate sign: warning: the signed URL is longer than the 8192 bytes that CloudFront "
           "takes\n";
  }
  return result;
}

int sign_lines(const Recipe& recipe, std::istream& in, std::ostream& out, std::ostream& err) {
  int status = 0;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) {
      const auto url = sign_one(recipe, line, err);
      if (url) {
        out << *url;
      } else {
        err << "signgate sign: line " << number << ": " << url.error().message << "\n";
        status = 1;
      }
    }
    out << '\n';
    // Whoever writes one URL and waits for the answer gets it.
    if (in.rdbuf()->in_avail() <= 0) out.flush();
  }
  return status;
}

}  // namespace

int sign_urls(const SignOptions& options, std::istream& in, std::ostream& out, std::ostream& err) {
  Recipe recipe;
  if (const auto wrong = read_arguments(options, recipe, err)) {
    err << "signgate sign: " << wrong->message << "\n";
    return 2;
  }
  if (const auto wrong = read_files(options, recipe)) {
    err << "signgate sign: " << wrong->message << "\n";
    return 1;
  }
  int status = 0;
  if (options.url == "-") {
    status = sign_lines(recipe, in, out, err);
  } else {
    const auto url = sign_one(recipe, options.url, err);
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
  command
      ->add_option("--key-pair-id", options->key_pair_id, "the id of the public key at CloudFront")
      ->required()
      ->type_name("ID");
  command
      ->add_option("--private-key", options->private_key,
                   "the private key: file://F, F or PEM text; RSA-2048 or P-256, unencrypted")
      ->required()
      ->type_name("FILE");
  auto* end = command
                  ->add_option("--date-less-than", options->date_less_than,
                               "when access ends: epoch seconds, a date or RFC 3339; UTC where no "
                               "zone is given")
                  ->type_name("TIME");
  auto* start = command
                    ->add_option("--date-greater-than", options->date_greater_than,
                                 "when access begins (custom policy)")
                    ->type_name("TIME");
  auto* address = command
                      ->add_option("--ip-address", options->ip_address,
                                   "the IPv4 address or range that may fetch (custom policy)")
                      ->type_name("CIDR");
  auto* resource = command
                       ->add_option("--policy-resource", options->policy_resource,
                                    "what the policy covers in place of the URL, with * and ? "
                                    "(custom policy)")
                       ->type_name("PATTERN");
  command
      ->add_option("--hash-algorithm", options->hash_algorithm,
                   "SHA1 (default for RSA) or SHA256 (always for P-256)")
      ->check(CLI::IsMember({"SHA1", "SHA256"}))
      ->type_name("NAME");
  command
      ->add_option("--policy", options->policy,
                   "a file with a whole custom policy; white space between its tokens is taken out")
      ->excludes(end)
      ->excludes(start)
      ->excludes(address)
      ->excludes(resource)
      ->type_name("FILE");
  command->add_flag("--resign", options->resign,
                    "drop the parameters of a URL that is signed already and sign it afresh");
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
    exit_status = sign_urls(*options, std::cin, std::cout, std::cerr);
  });
}

}  // namespace signgate::cli
