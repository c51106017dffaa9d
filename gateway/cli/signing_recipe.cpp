// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/signing_recipe.hpp"

#include <ostream>

#include "gateway/base/clock.hpp"
#include "gateway/cli/file_argument.hpp"
#include "policy/json_writer.hpp"
#include "signing/key_pair_id.hpp"
#include "signing/time_text.hpp"

namespace signgate::cli {
namespace {

using signing::Error;
using signing::ErrorCode;
using signing::Result;

constexpr std::size_t max_policy_file = 64 * 1024;

Result<signing::SigningKey> read_key(const SigningOptions& options, std::string_view command,
                                     std::ostream& err) {
  const auto given = read_key_argument(options.private_key);
  if (!given) return Error{ErrorCode::bad_key, "--private-key: " + given.error().message};
  auto key = signing::PrivateKey::parse(given->text());
  if (!key) return Error{ErrorCode::bad_key, "--private-key: " + key.error().message};
  std::optional<signing::HashAlgorithm> hash;
  if (options.hash_algorithm) hash = signing::parse_hash_name(*options.hash_algorithm);
  if (key->type() == signing::KeyType::ecdsa_p256 && hash == signing::HashAlgorithm::sha1) {
    return Error{ErrorCode::bad_key, "--hash-algorithm: a P-256 key signs over SHA256 only"};
  }
  if (given->file() != nullptr) {
    if (const auto warning = config::key_mode_warning("the key file", *given->file()))
      err << command << ": warning: --private-key: " << *warning << "\n";
  }
  auto made = signing::make_signing_key(options.key_pair_id, *std::move(key), hash);
  if (made && made->hash == signing::HashAlgorithm::sha1 &&
      !signing::sign_policy(*made, "signgate hash check")) {
    return Error{ErrorCode::signing_failed,
                 "OpenSSL on this system refuses to sign over SHA1, as hardened ones do; give "
                 "--hash-algorithm SHA256, which CloudFront takes as well, or allow SHA1 in the "
                 "system's crypto policy"};
  }
  return made;
}

/// warn_of_policy tells of a policy that opens nothing, or everything: it is signed as it is, as
/// the AWS CLI does.
void warn_of_policy(const policy::CloudFrontStatement& statement, std::string_view command,
                    std::ostream& err) {
  const auto warn = [&](std::string_view text) {
    err << command << ": warning: --policy: " << text << "\n";
  };
  if (statement.date_greater_than && *statement.date_greater_than >= statement.date_less_than)
    warn("DateGreaterThan is not before DateLessThan, so this policy never gives access");
  if (statement.date_less_than > policy::max_cloudfront_time ||
      statement.date_greater_than.value_or(0) > policy::max_cloudfront_time) {
    warn(
        "a time lies past the year 9999, as milliseconds do: CloudFront takes seconds, and answers "
        "this policy with MalformedPolicy");
  }
  if (!statement.resource) {
    warn(
        "there is no Resource, so this policy opens every file of every distribution that trusts "
        "the key");
  }
}

std::optional<Error> read_policy_file(const std::string& file, std::string_view command,
                                      SigningRecipe& recipe, std::ostream& err) {
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
  warn_of_policy(*statement, command, err);
  recipe.statement = *std::move(statement);
  recipe.policy = std::move(compact);
  recipe.custom = true;
  return std::nullopt;
}

}  // namespace

Result<signing::UnixSeconds> read_time(const std::string& option, const std::string& text,
                                       std::string_view command, std::ostream& err) {
  auto time = signing::parse_time(text, unix_now());
  if (!time) return Error{time.error().code, option + ": " + time.error().message};
  if (!time->ignored_zone.empty()) {
    err << command << ": warning: " << option << ": the zone " << time->ignored_zone
        << " is not known and was taken for UTC\n";
  }
  if (time->from_today) {
    err << command << ": warning: " << option << ": what \"" << text
        << "\" does not say is today's: it is taken for " << signing::format_time(time->seconds)
        << "\n";
  }
  return time->seconds;
}

std::optional<Error> read_conditions(const SigningOptions& options, std::string_view command,
                                     SigningRecipe& recipe, std::ostream& err) {
  const auto end = read_time("--date-less-than", options.date_less_than.value_or(""), command, err);
  if (!end) return end.error();
  recipe.statement.date_less_than = *end;
  if (options.date_greater_than) {
    const auto start = read_time("--date-greater-than", *options.date_greater_than, command, err);
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

std::optional<Error> read_signing_arguments(const SigningOptions& options, std::string_view command,
                                            SigningRecipe& recipe, std::ostream& err) {
  if (!signing::is_key_pair_id(options.key_pair_id)) {
    return Error{ErrorCode::bad_key_pair_id,
                 "--key-pair-id must be 1 to 128 letters and digits, such as K2JCJMDEHXQW5F"};
  }
  if (options.hash_algorithm && !signing::parse_hash_name(*options.hash_algorithm)) {
    return Error{ErrorCode::bad_key, "--hash-algorithm must be SHA1 or SHA256"};
  }
  return options.policy ? std::nullopt : read_conditions(options, command, recipe, err);
}

std::optional<Error> read_signing_files(const SigningOptions& options, std::string_view command,
                                        SigningRecipe& recipe, std::ostream& err) {
  auto key = read_key(options, command, err);
  if (!key) return key.error();
  recipe.key = *std::move(key);
  return options.policy ? read_policy_file(*options.policy, command, recipe, err) : std::nullopt;
}

std::optional<Error> check_resource_characters(std::string_view option, std::string_view resource) {
  for (const char c : resource) {
    const auto code = static_cast<unsigned char>(c);
    if (code <= 0x20 || code >= 0x7F || c == '"' || c == '\\' || c == '#') {
      return Error{ErrorCode::bad_policy,
                   std::string(option) +
                       " holds a space, a quote, a backslash, a fragment, a control or a non-ASCII "
                       "character: viewers send these percent-encoded, or not at all"};
    }
  }
  return std::nullopt;
}

ConditionOptions add_condition_options(CLI::App& command, SigningOptions& options) {
  ConditionOptions conditions;
  conditions.end =
      command
          .add_option("--date-less-than", options.date_less_than,
                      "when access ends: epoch seconds, a date or RFC 3339; UTC where no "
                      "zone is given")
          ->type_name("TIME");
  conditions.start = command
                         .add_option("--date-greater-than", options.date_greater_than,
                                     "when access begins (custom policy)")
                         ->type_name("TIME");
  conditions.address = command
                           .add_option("--ip-address", options.ip_address,
                                       "the IPv4 address or range that may fetch (custom policy)")
                           ->type_name("CIDR");
  return conditions;
}

CLI::Option* add_signing_options(CLI::App& command, SigningOptions& options) {
  command
      .add_option("--key-pair-id", options.key_pair_id, "the id of the public key at CloudFront")
      ->required()
      ->type_name("ID");
  command
      .add_option("--private-key", options.private_key,
                  "the private key: file://F, F or PEM text; RSA-2048 or P-256, unencrypted")
      ->required()
      ->type_name("FILE");
  const ConditionOptions conditions = add_condition_options(command, options);
  command
      .add_option("--hash-algorithm", options.hash_algorithm,
                  "SHA1 (default for RSA) or SHA256 (always for P-256)")
      ->check(CLI::IsMember({"SHA1", "SHA256"}))
      ->type_name("NAME");
  return command
      .add_option("--policy", options.policy,
                  "a file with a whole custom policy; white space between its tokens is taken out")
      ->excludes(conditions.end)
      ->excludes(conditions.start)
      ->excludes(conditions.address)
      ->type_name("FILE");
}

}  // namespace signgate::cli
