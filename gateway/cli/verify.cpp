// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/verify.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <span>

#include "gateway/base/clock.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/base/network.hpp"
#include "gateway/cli/browser_form.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/file_argument.hpp"
#include "gateway/cli/signing_recipe.hpp"
#include "policy/json.hpp"
#include "policy/json_writer.hpp"
#include "signing/diagnosis.hpp"
#include "signing/presented_cookies.hpp"
#include "signing/url_base64.hpp"
#include "signing/verifier.hpp"

namespace signgate::cli {
namespace {

using signing::Error;
using signing::ErrorCode;
using signing::Result;

/// ipv4_of is the IPv4 address that a viewer has, also where a socket shows it mapped into IPv6
/// (::ffff:192.0.2.1; RFC 4291, section 2.5.5.2).
std::optional<policy::Ipv4Address> ipv4_of(const IpAddress& address) {
  static constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const auto bytes = std::span(address.bytes).first(address.size);
  if (bytes.size() != 4 && !std::ranges::equal(bytes.first(mapped.size()), mapped))
    return std::nullopt;
  policy::Ipv4Address value = 0;
  for (const std::uint8_t byte : bytes.last(4))
    value = value << 8 | byte;
  return value;
}

Result<signing::Viewer> read_viewer(const VerifyOptions& options, std::ostream& err) {
  signing::Viewer viewer{unix_now(), std::nullopt};
  if (options.at) {
    const auto time = read_time("--at", *options.at, "signgate verify", err);
    if (!time) return time.error();
    viewer.now = *time;
  }
  if (options.ip) {
    const auto address = parse_ip(*options.ip);
    if (!address || address->size == 0) {
      return Error{ErrorCode::bad_policy, "--ip: give one IPv4 or IPv6 address, such as 192.0.2.1"};
    }
    viewer.ipv4_address = ipv4_of(*address);
  }
  return viewer;
}

Result<signing::PublicKey> read_key(const VerifyOptions& options) {
  const auto given = read_key_argument(options.public_key);
  if (!given) return Error{ErrorCode::bad_key, "--public-key: " + given.error().message};
  auto key = signing::PublicKey::parse(given->text());
  if (!key) return Error{ErrorCode::bad_key, "--public-key: " + key.error().message};
  return key;
}

/// cookie_text is one --cookie as the value of a Cookie field: a Set-Cookie line loses its
/// attributes, and JSON becomes pairs.
Result<std::string> cookie_text(const std::string& given) {
  std::string_view text = given;
  const auto strip = [&text](std::string_view name) {
    const bool there = text.size() > name.size() &&
                       std::equal(name.begin(), name.end(), text.begin(),
                                  [](char a, char b) { return a == (b | 0x20) || a == b; });
    if (there) text.remove_prefix(name.size());
    return there;
  };
  if (strip("set-cookie:")) return std::string(text.substr(0, text.find(';')));
  strip("cookie:");
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos ||
      text[text.find_first_not_of(" \t\r\n")] != '{')
    return std::string(text);
  const auto json = policy::json_parse(text);
  if (!json) {
    const auto& at = json.error().position;
    return Error{ErrorCode::bad_policy, "--cookie: line " + std::to_string(at.line) + ", column " +
                                            std::to_string(at.column) + ": " +
                                            json.error().message};
  }
  std::string pairs;
  for (const policy::JsonMember& member : json->members)
    pairs.append(member.name).append("=").append(member.value.text).append("; ");
  return pairs;
}

/// read_cookies joins all of them, each line of a file apart.
Result<std::string> read_cookies(const VerifyOptions& options) {
  std::string joined;
  for (const std::string& given : options.cookies) {
    std::string content = given;
    if (given.starts_with("file://")) {
      auto read = read_file_argument(given, limits::key_file);
      if (!read) return Error{ErrorCode::bad_key, "--cookie: " + read.error().message};
      content = *std::move(read);
    }
    const bool is_json = content.find_first_not_of(" \t\r\n") != std::string::npos &&
                         content[content.find_first_not_of(" \t\r\n")] == '{';
    for (std::size_t at = 0; at < content.size();) {
      const std::size_t end =
          is_json ? content.size() : std::min(content.find('\n', at), content.size());
      std::string line = content.substr(at, end - at);
      at = end + 1;
      if (!line.empty() && line.back() == '\r') line.pop_back();
      const auto pairs = cookie_text(line);
      if (!pairs) return pairs.error();
      joined.append(*pairs).append("; ");
    }
  }
  return joined;
}

void explain(const signing::Denial& denial, const std::optional<std::string>& diagnosis,
             std::ostream& err) {
  err << signing::denial_code_name(denial.code) << ": " << signing::denial_message(denial.code)
      << "\n"
      << "cause: " << denial.cause << "\n";
  if (diagnosis) err << "likely: " << *diagnosis << "\n";
}

/// note_white_space tells of what verifies here, and what CloudFront's guide asks to avoid.
void note_white_space(const signing::Presented& presented, std::ostream& err) {
  const auto policy = signing::url_base64_decode(presented.policy.value_or(""));
  if (!policy || policy::compact_json(*policy) == *policy) return;
  err << "signgate verify: warning: the policy holds white space between its tokens; the guide "
         "says "
         "to take it out before signing\n";
}

/// trust gives the key every id that the URL could be meant to name, where the options name none: a
/// damaged URL hides its own, and the diagnosis finds it again.
signing::TrustedKeys trust(const VerifyOptions& options, const signing::Presented& presented,
                           const signing::PublicKey& key) {
  signing::TrustedKeys keys;
  if (options.key_pair_id) {
    keys.emplace(*options.key_pair_id, key);
    return keys;
  }
  if (presented.key_pair_id) keys.emplace(*presented.key_pair_id, key);
  constexpr std::string_view name = "Key-Pair-Id";
  constexpr std::size_t most_ids = 8;
  const std::string_view url = options.url;
  for (std::size_t at = url.find(name); at != std::string_view::npos && keys.size() < most_ids;
       at = url.find(name, at + 1)) {
    std::string_view rest = url.substr(at + name.size());
    for (const std::string_view equals : {"=", "%3D", "%3d", "%253D", "%253d"}) {
      if (!rest.starts_with(equals)) continue;
      rest.remove_prefix(equals.size());
      break;
    }
    const auto is_id = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_id);
    const auto length = static_cast<std::size_t>(end - rest.begin());
    if (length > 0) keys.emplace(std::string(rest.substr(0, length)), key);
  }
  return keys;
}

}  // namespace

int verify_signed_url(const VerifyOptions& options, std::ostream& out, std::ostream& err) {
  const auto viewer = read_viewer(options, err);
  if (!viewer) {
    err << "signgate verify: " << viewer.error().message << "\n";
    return 2;
  }
  auto key = read_key(options);
  if (!key) {
    err << "signgate verify: " << key.error().message << "\n";
    return 1;
  }
  const auto cookies = read_cookies(options);
  if (!cookies) {
    err << "signgate verify: " << cookies.error().message << "\n";
    return cookies.error().code == ErrorCode::bad_key ? 1 : 2;
  }
  const signing::SignedRequest request = signing::read_signed_url(options.url);
  signing::Presented presented = request.presented;
  const bool by_cookies = !signing::is_presented(presented) && !options.cookies.empty();
  if (by_cookies) signing::take_cookies(*cookies, presented);
  const signing::TrustedKeys keys = trust(options, presented, *key);
  const auto verdict = signing::verify(request.resource, presented, keys, *viewer);
  if (verdict) {
    note_white_space(presented, err);
    std::optional<std::string_view> covered;
    if (verdict->kind == signing::PolicyKind::custom) {
      covered = "*";
      if (verdict->statement.resource) covered = *verdict->statement.resource;
    }
    if (const auto warning = browser_warning(request.resource, covered))
      err << "signgate verify: warning: " << *warning << "\n";
    out << "allowed\n";
    out.flush();
    return 0;
  }
  const signing::Denial& denial = verdict.error();
  const auto hash = signing::parse_hash_name(presented.hash_algorithm.value_or("SHA1"));
  if (denial.reason == signing::DenialReason::bad_signature && hash && !key->can_verify(*hash)) {
    err << "signgate verify: no verdict: " << denial.cause
        << "; allow it in the system's crypto policy, or verify elsewhere\n";
    return 1;
  }
  explain(denial,
          by_cookies ? signing::diagnose(request.resource, presented, keys, *viewer, denial)
                     : signing::diagnose_url(options.url, keys, *viewer, denial),
          err);
  if (denial.reason == signing::DenialReason::viewer_address_unknown) {
    err << (options.ip ? "the address is one of IPv6, and IpAddress knows IPv4 alone: CloudFront "
                         "refuses such viewers\n"
                       : "give the viewer's address with --ip\n");
  }
  if (!by_cookies && !options.cookies.empty()) {
    err << "the cookies were not looked at: the URL bears signing parameters\n";
  }
  return 1;
}

void add_verify(CLI::App& app, int& exit_status) {
  const auto options = std::make_shared<VerifyOptions>();
  auto* command =
      app.add_subcommand("verify", "decide about a signed URL as CloudFront would, and say why");
  command->add_option("url", options->url, "the signed URL")->required()->type_name("URL");
  command
      ->add_option("--public-key", options->public_key, "the public key: file://F, F or PEM text")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--key-pair-id", options->key_pair_id,
                   "the id that the key has at CloudFront; without it any id will do")
      ->type_name("ID");
  command->add_option("--at", options->at, "the time of the request; now without it")
      ->type_name("TIME");
  command->add_option("--ip", options->ip, "the viewer's address, for policies with IpAddress")
      ->type_name("ADDRESS");
  command
      ->add_option("--cookie", options->cookies,
                   "cookies of the request: NAME=VALUE; ..., a Cookie or Set-Cookie line, the JSON "
                   "of sign-cookies, or file://F with such; may be repeated")
      ->allow_extra_args(false)
      ->type_name("COOKIES");
  command->footer(
      "Prints `allowed`, or on stderr CloudFront's error code and message and the likely cause.\n"
      "Exit status: 0 allowed, 1 denied or the key not readable, 2 wrong usage: a missing option,\n"
      "or a TIME or ADDRESS that is none.\n"
      "\n"
      "Signing parameters in the URL come before cookies, as at CloudFront. A likely cause that is "
      "told was tried.\n"
      "\n"
      "Examples:\n"
      "  signgate verify https://media.example.com/a.jpg --public-key file://public_key.pem \\\n"
      "    --cookie file://cookies.json\n"
      "  signgate verify \"$URL\" --public-key file://public_key.pem --at 2030-01-01 --ip "
      "192.0.2.1");
  command->callback(
      [options, &exit_status] { exit_status = verify_signed_url(*options, std::cout, std::cerr); });
}

}  // namespace signgate::cli
