// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign_cookies.hpp"

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/cli/commands.hpp"
#include "policy/json_writer.hpp"
#include "signing/cookie_header.hpp"
#include "signing/key_memory.hpp"
#include "signing/query_parameters.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"

namespace signgate::cli {
namespace {

using signing::Error;
using signing::ErrorCode;
using signing::Result;

using Cookies = std::vector<std::pair<std::string_view, std::string>>;

bool is_wildcard(std::string_view resource) {
  return resource.find('*') != std::string_view::npos;
}

bool is_https(std::string_view resource) {
  return resource.starts_with("https://");
}

/// host_of is the host in a resource that begins http:// or https://, without a port.
std::string host_of(std::string_view resource) {
  resource.remove_prefix(resource.find("://") + 3);
  std::string host(resource.substr(0, resource.find_first_of("/?#:")));
  std::ranges::transform(host, host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return host;
}

bool is_within(std::string_view host, std::string_view domain) {
  return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                            host[host.size() - domain.size() - 1] == '.');
}

std::optional<Error> check_resource(const std::string& resource) {
  if (auto wrong = check_resource_characters("--resource", resource)) return wrong;
  if (!resource.starts_with("http://") && !is_https(resource)) {
    return Error{ErrorCode::bad_url,
                 "--resource must begin with http:// or https://, as cookies' resources do"};
  }
  if (is_wildcard(resource)) return std::nullopt;
  const auto ready = signing::prepare_url(resource);
  if (!ready) return Error{ready.error().code, "--resource: " + ready.error().message};
  return std::nullopt;
}

bool has_only_attribute_characters(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c > 0x20 && c < 0x7F && c != ';' && c != ','; });
}

std::optional<Error> check_domain(const std::string& domain,
                                  const std::optional<std::string>& resource) {
  const std::string_view bare =
      domain.starts_with('.') ? std::string_view(domain).substr(1) : std::string_view(domain);
  if (bare.empty() || !has_only_attribute_characters(bare) ||
      bare.find_first_of("/:*") != std::string_view::npos) {
    return Error{ErrorCode::bad_url, "--domain must be a domain name, such as example.com"};
  }
  if (is_within(bare, "cloudfront.net")) {
    return Error{ErrorCode::bad_url,
                 "--domain: browsers take no cookie for cloudfront.net or a domain below it from "
                 "another site; give the distribution an alternate domain name that it shares a "
                 "parent domain with"};
  }
  if (!resource || host_of(*resource).find('*') != std::string::npos) return std::nullopt;
  const std::string host = host_of(*resource);
  if (!is_within(host, bare)) {
    return Error{ErrorCode::bad_url, "--domain " + domain + " is neither the resource's host " +
                                         host +
                                         " nor a parent of it: no browser would send the "
                                         "cookies there"};
  }
  return std::nullopt;
}

std::optional<Error> check_attributes(const SignCookiesOptions& options) {
  if (options.domain) {
    if (auto wrong = check_domain(*options.domain, options.resource)) return wrong;
  }
  if (options.path &&
      (!options.path->starts_with('/') || !has_only_attribute_characters(*options.path))) {
    return Error{ErrorCode::bad_url,
                 "--path must begin with / and hold no space, comma, semicolon or control "
                 "character"};
  }
  return std::nullopt;
}

Result<Cookies> make_cookies(const SigningRecipe& recipe, const SignCookiesOptions& options) {
  Cookies cookies;
  const bool custom = recipe.custom || is_wildcard(options.resource.value_or(""));
  std::string policy;
  if (recipe.policy) {
    policy = *recipe.policy;
  } else if (custom) {
    policy::CloudFrontStatement statement = recipe.statement;
    statement.resource = options.resource;
    policy = policy::custom_policy(statement);
  } else {
    policy = policy::canned_policy(*options.resource, recipe.statement.date_less_than);
  }
  const auto signature = signing::sign_policy(*recipe.key, policy);
  if (!signature) return signature.error();
  if (custom) {
    std::string encoded;
    signing::append_url_base64(encoded, policy);
    cookies.emplace_back(signing::policy_cookie, std::move(encoded));
  } else {
    cookies.emplace_back("CloudFront-Expires", std::to_string(recipe.statement.date_less_than));
  }
  cookies.emplace_back(signing::signature_cookie, *signature);
  cookies.emplace_back(signing::key_pair_id_cookie, recipe.key->key_pair_id);
  if (recipe.key->hash == signing::HashAlgorithm::sha256)
    cookies.emplace_back(signing::hash_algorithm_cookie, "SHA256");
  return cookies;
}

void write_json(const Cookies& cookies, std::ostream& out) {
  std::string text;
  policy::JsonWriter json(text, 4);
  json.object([&] {
    for (const auto& [name, value] : cookies)
      json.name(name).string(value);
  });
  out << text << '\n';
}

void write_headers(const Cookies& cookies, const SignCookiesOptions& options, std::ostream& out) {
  const std::string path = options.path.value_or("/");
  const signing::CookieAttributes attributes{
      .domain = options.domain ? std::string_view(*options.domain) : std::string_view(),
      .path = path,
      .secure = !options.resource || is_https(*options.resource)};
  for (const auto& [name, value] : cookies)
    out << "Set-Cookie: " << signing::cookie_header(name, value, attributes) << '\n';
}

}  // namespace

int sign_cookies(const SignCookiesOptions& options, std::ostream& out, std::ostream& err) {
  constexpr std::string_view command = "signgate sign-cookies";
  const auto fail = [&](const Error& error, int status) {
    err << command << ": " << error.message << '\n';
    return status;
  };
  SigningRecipe recipe;
  if (const auto wrong = read_signing_arguments(options, command, recipe, err))
    return fail(*wrong, 2);
  if (options.resource && !options.policy) {
    if (const auto wrong = check_resource(*options.resource)) return fail(*wrong, 2);
  }
  if (const auto wrong = check_attributes(options)) return fail(*wrong, 2);
  if (const auto wrong = read_signing_files(options, recipe)) return fail(*wrong, 1);
  const auto cookies = make_cookies(recipe, options);
  if (!cookies) return fail(cookies.error(), 1);
  if (options.set_cookie)
    write_headers(*cookies, options, out);
  else
    write_json(*cookies, out);
  out.flush();
  if (out) return 0;
  err << command << ": cannot write to the standard output\n";
  return 1;
}

void add_sign_cookies(CLI::App& app, int& exit_status) {
  const auto options = std::make_shared<SignCookiesOptions>();
  auto* command =
      app.add_subcommand("sign-cookies", "sign cookies, as `aws cloudfront sign-cookies` does");
  auto* resource =
      command
          ->add_option("--resource", options->resource,
                       "the URL that the cookies open; with * and ? (custom policy) many of them")
          ->type_name("URL");
  auto* policy = add_signing_options(*command, *options);
  policy->excludes(resource);
  auto* headers = command->add_flag("--set-cookie", options->set_cookie,
                                    "print Set-Cookie header lines in place of JSON");
  command
      ->add_option("--domain", options->domain,
                   "Domain of the cookies: the media's host or a parent that it shares with the "
                   "site; without it they are for the host that sets them")
      ->needs(headers)
      ->type_name("DOMAIN");
  command->add_option("--path", options->path, "Path of the cookies; / without it")
      ->needs(headers)
      ->type_name("PATH");
  command->footer(
      "The policy is canned, which opens the one URL of --resource with just its query, unless a "
      "start, an\n"
      "address, a * in --resource or --policy asks for a custom one.\n"
      "Exit status: 0 done, 1 not signed (the reason on stderr), 2 wrong usage.\n"
      "\n"
      "Examples:\n"
      "  signgate sign-cookies --resource 'https://media.example.com/private/*' \\\n"
      "    --key-pair-id K2JCJMDEHXQW5F --private-key file://private_key.pem \\\n"
      "    --date-less-than 2030-01-01\n"
      "  signgate sign-cookies --resource 'https://media.example.com/private/*' \\\n"
      "    --key-pair-id K2JCJMDEHXQW5F --private-key file://private_key.pem \\\n"
      "    --date-less-than 2030-01-01 --set-cookie --domain example.com --path /private/");
  command->callback([options, &exit_status] {
    if (!options->policy && !options->resource)
      throw CLI::RequiredError("--resource (or --policy)");
    if (!options->policy && !options->date_less_than)
      throw CLI::RequiredError("--date-less-than (or --policy)");
    signing::forbid_cores();
    exit_status = sign_cookies(*options, std::cout, std::cerr);
  });
}

}  // namespace signgate::cli
