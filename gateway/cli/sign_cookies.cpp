// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign_cookies.hpp"

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/cli/commands.hpp"
#include "gateway/config/cookie_scope.hpp"
#include "gateway/route/cookie_rule.hpp"
#include "gateway/route/public_suffix.hpp"
#include "policy/json_writer.hpp"
#include "signing/cookie_header.hpp"
#include "signing/key_memory.hpp"
#include "signing/query_parameters.hpp"
#include "signing/replace_all.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"
#include "signing/url_sections.hpp"

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
  const std::string_view domain = signing::url_sections(resource).domain;
  std::string host(domain.substr(0, domain.find(':')));
  std::ranges::transform(host, host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return host;
}

std::optional<Error> check_scheme(std::string_view option, std::string_view resource) {
  if (resource.starts_with("http://") || is_https(resource)) return std::nullopt;
  return Error{ErrorCode::bad_url, std::string(option) + " must begin with http:// or https://, " +
                                       "as cookies' resources do"};
}

std::optional<Error> check_resource(const std::string& resource) {
  if (auto wrong = check_resource_characters("--resource", resource)) return wrong;
  if (auto wrong = check_scheme("--resource", resource)) return wrong;
  // Whatever a wildcard stands for, the rest has to be that of a URL.
  const auto ready = signing::prepare_url(signing::replace_all(resource, "*", "1"));
  if (!ready) return Error{ready.error().code, "--resource: " + ready.error().message};
  return std::nullopt;
}

/// check_domain refuses a Domain with which no browser would take or send the cookies.
std::optional<Error> check_domain(const std::string& given,
                                  const std::optional<std::string>& resource) {
  const auto wrong = [](std::string why) {
    return Error{ErrorCode::bad_url, "--domain " + std::move(why)};
  };
  const auto domain = config::parse_cookie_domain(given);
  if (!domain) return wrong(domain.error().message);
  if (route::is_within(*domain, "cloudfront.net")) {
    return wrong(
        "cannot be cloudfront.net or a domain below it: browsers take no cookie for it from "
        "another "
        "site; give the distribution an alternate domain name that it shares a parent domain with");
  }
  if (route::is_public_suffix(*domain)) {
    return wrong(given +
                 " is a public suffix, below which anybody has names: no browser takes a "
                 "cookie for it");
  }
  if (!resource) return std::nullopt;
  const std::string host = host_of(*resource);
  if (host.find('*') != std::string::npos || route::is_within(host, *domain)) return std::nullopt;
  return wrong(given + " is neither the resource's host " + host +
               " nor a parent of it: no browser would send the cookies there");
}

/// check_path refuses a Path with which no browser would send the cookies to the resource.
std::optional<Error> check_path(const std::string& given,
                                const std::optional<std::string>& resource) {
  const auto wrong = [](std::string why) {
    return Error{ErrorCode::bad_url, "--path " + std::move(why)};
  };
  if (const auto path = config::parse_cookie_path(given); !path) return wrong(path.error().message);
  if (!resource) return std::nullopt;
  const std::string_view path = signing::url_sections(*resource).path;
  const std::size_t wild = path.find_first_of("*?");
  const std::string_view begin = path.substr(0, wild);
  // A pattern may reach further down than what of it is certain.
  const bool reaches = wild != std::string_view::npos && given.starts_with(begin);
  if (path.empty() || reaches || route::covers_path(given, begin)) return std::nullopt;
  return wrong(given + " does not hold the resource's path " + std::string(path) +
               ": no browser would send the cookies there");
}

std::optional<Error> check_attributes(const SignCookiesOptions& options,
                                      const std::optional<std::string>& resource) {
  if (options.domain) {
    if (auto wrong = check_domain(*options.domain, resource)) return wrong;
  }
  return options.path ? check_path(*options.path, resource) : std::nullopt;
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
    cookies.emplace_back(signing::expires_cookie, std::to_string(recipe.statement.date_less_than));
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

void write_headers(const Cookies& cookies, const SignCookiesOptions& options,
                   const std::optional<std::string>& resource, std::ostream& out) {
  const std::string path = options.path.value_or("/");
  const signing::CookieAttributes attributes{
      .domain = options.domain ? std::string_view(*options.domain) : std::string_view(),
      .path = path,
      .secure = !resource || is_https(*resource)};
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
  // Before the files are read, and again when the policy says what the resource is.
  if (const auto wrong = check_attributes(options, options.resource)) return fail(*wrong, 2);
  if (const auto wrong = read_signing_files(options, command, recipe, err)) return fail(*wrong, 1);
  const auto& resource = recipe.policy ? recipe.statement.resource : options.resource;
  if (recipe.policy && resource) {
    if (const auto wrong = check_scheme("--policy: its Resource", *resource))
      return fail(*wrong, 1);
    if (const auto wrong = check_attributes(options, resource)) return fail(*wrong, 2);
  }
  const auto cookies = make_cookies(recipe, options);
  if (!cookies) return fail(cookies.error(), 1);
  if (options.set_cookie)
    write_headers(*cookies, options, resource, out);
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
