// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "gateway/cli/browser_form.hpp"
#include "gateway/cli/policy/policy_commands.hpp"
#include "gateway/cli/signing_recipe.hpp"
#include "policy/cloudfront_statement.hpp"
#include "policy/json.hpp"
#include "policy/json_writer.hpp"
#include "policy/resource_pattern.hpp"
#include "policy/wildcard.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"

namespace signgate::cli {
namespace {

constexpr std::string_view cloudfront_name = "signgate policy cloudfront";

struct CloudfrontOptions : SigningOptions {
  std::optional<std::string> url;
  std::optional<std::string> resource;
  bool canned = false;
  bool custom = false;
  bool pretty = false;
  bool base64 = false;
};

bool is_wild(std::string_view resource) {
  return resource.find('*') != std::string_view::npos;
}

/// write_value writes what was read of a policy, whose numbers are integers, with white space.
void write_value(policy::JsonWriter& json, const policy::JsonValue& value) {
  switch (value.kind) {
    case policy::JsonKind::object:
      json.object([&] {
        for (const policy::JsonMember& member : value.members) {
          json.name(member.name);
          write_value(json, member.value);
        }
      });
      return;
    case policy::JsonKind::array:
      json.array([&] {
        for (const policy::JsonValue& item : value.items)
          write_value(json, item);
      });
      return;
    case policy::JsonKind::number:
      json.integer(value.integer().value_or(0));
      return;
    default:
      json.string(value.text);
  }
}

std::string pretty(const std::string& policy) {
  std::string text;
  policy::JsonWriter json(text, 2);
  write_value(json, policy::json_parse(policy).value());
  return text;
}

/// read_resource is the policy's resource: the pattern given, or the URL as it would be signed. A
/// message when there is none.
signing::Result<std::string> read_resource(const CloudfrontOptions& options, std::ostream& err) {
  using signing::Error;
  using signing::ErrorCode;
  std::string url;
  if (options.url) {
    const auto ready = signing::prepare_url(*options.url);
    if (!ready) return Error{ready.error().code, "--url: " + ready.error().message};
    url = ready->resource;
    const auto covered = options.resource ? std::optional<std::string_view>(*options.resource)
                         : is_wild(url)   ? std::optional<std::string_view>(url)
                                          : std::nullopt;
    if (const auto warning = browser_warning(url, covered))
      err << cloudfront_name << ": warning: " << *warning << '\n';
    if (!options.resource) return url;
  }
  if (const auto wrong = check_resource_characters("--resource", *options.resource)) return *wrong;
  if (!policy::resource_is_pattern(*options.resource)) {
    return Error{ErrorCode::bad_policy,
                 "--resource must begin with http://, https://, http*://, *:// or *"};
  }
  if (options.url && !policy::wildcard_match(*options.resource, url))
    return Error{ErrorCode::bad_policy, "--resource does not match --url"};
  return *options.resource;
}

/// needs_custom says what asks for a custom policy; nothing if a canned one will do.
std::optional<std::string_view> needs_custom(const CloudfrontOptions& options,
                                             const SigningRecipe& recipe,
                                             std::string_view resource) {
  if (recipe.statement.date_greater_than) return "--date-greater-than";
  if (recipe.custom) return "--ip-address";
  if (is_wild(resource)) return "the * in the resource";
  if (!resource.starts_with("http://") && !resource.starts_with("https://"))
    return "a resource that is no URL";
  if (options.url && options.resource && signing::prepare_url(*options.url)->resource != resource)
    return "a --resource that is not --url";
  return std::nullopt;
}

int write_policy(const CloudfrontOptions& options, std::ostream& out, std::ostream& err) {
  const auto fail = [&err](const std::string& why) {
    err << cloudfront_name << ": " << why << '\n';
    return 2;
  };
  SigningRecipe recipe;
  if (const auto wrong = read_conditions(options, cloudfront_name, recipe, err))
    return fail(wrong->message);
  const auto resource = read_resource(options, err);
  if (!resource) return fail(resource.error().message);
  const auto reason = needs_custom(options, recipe, *resource);
  if (options.canned && reason) {
    return fail("--canned: a canned policy is for one URL until one time, and " +
                std::string(*reason) + " asks for a custom one");
  }
  if (*resource == "*")
    err << cloudfront_name
        << ": warning: this policy opens every file of every distribution that trusts the key\n";
  std::string text;
  if (options.custom || reason) {
    recipe.statement.resource = *resource;
    text = policy::custom_policy(recipe.statement);
  } else {
    text = policy::canned_policy(*resource, recipe.statement.date_less_than);
  }
  if (options.pretty) {
    out << pretty(text) << '\n';
  } else if (options.base64) {
    std::string encoded;
    signing::append_url_base64(encoded, text);
    out << encoded;
  } else {
    out << text;
  }
  out.flush();
  return 0;
}

}  // namespace

void add_policy_cloudfront(CLI::App& policy, int& exit_status) {
  const auto options = std::make_shared<CloudfrontOptions>();
  auto* command =
      policy.add_subcommand("cloudfront", "write the text that is signed for a URL or for cookies");
  command->add_option("--url", options->url, "the URL that is to be signed")->type_name("URL");
  command
      ->add_option("--resource,--policy-resource", options->resource,
                   "what the policy covers in place of the URL, with * and ? (custom policy)")
      ->type_name("PATTERN");
  add_condition_options(*command, *options);
  auto* canned = command->add_flag("--canned", options->canned,
                                   "a canned policy, or an error where one will not do");
  command->add_flag("--custom", options->custom, "a custom policy even where a canned one will do")
      ->excludes(canned);
  auto* pretty = command->add_flag("--pretty", options->pretty,
                                   "with white space, to be read: not what is signed");
  command
      ->add_flag("--base64", options->base64,
                 "in CloudFront's alphabet, as in the parameter Policy and the cookie "
                 "CloudFront-Policy")
      ->excludes(pretty);
  command->footer(
      "The policy is canned unless a start, an address, a * or another --resource asks for a "
      "custom "
      "one, as\n"
      "for signgate sign. Its bytes are printed without white space or a newline: just what is "
      "signed. A canned\n"
      "policy is not sent; CloudFront makes it anew of the URL and Expires.\n"
      "Exit status: 0 done, 2 wrong usage.\n"
      "\n"
      "Examples:\n"
      "  signgate policy cloudfront --url https://d111111abcdef8.cloudfront.net/image.jpg \\\n"
      "    --date-less-than 2030-01-01\n"
      "  signgate policy cloudfront --resource 'https://media.example.com/private/*' \\\n"
      "    --date-less-than 2030-01-01 --ip-address 192.0.2.0/24 --base64");
  command->callback([options, &exit_status] {
    if (!options->url && !options->resource) throw CLI::RequiredError("--url (or --resource)");
    if (!options->date_less_than) throw CLI::RequiredError("--date-less-than");
    exit_status = write_policy(*options, std::cout, std::cerr);
  });
}

}  // namespace signgate::cli
