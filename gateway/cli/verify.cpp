// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/verify.hpp"

#include <arpa/inet.h>

#include <iostream>
#include <memory>

#include "gateway/base/clock.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/file_argument.hpp"
#include "signing/time_text.hpp"
#include "signing/verifier.hpp"

namespace signgate::cli {
namespace {

using signing::Error;
using signing::ErrorCode;
using signing::Result;

bool is_ipv6(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

Result<signing::Viewer> read_viewer(const VerifyOptions& options) {
  signing::Viewer viewer{unix_now(), std::nullopt};
  if (options.at) {
    const auto time = signing::parse_time(*options.at);
    if (!time) return Error{ErrorCode::bad_time, "--at: " + time.error().message};
    viewer.now = time->seconds;
  }
  if (options.ip) {
    viewer.ipv4_address = policy::parse_ipv4_address(*options.ip);
    if (!viewer.ipv4_address && !is_ipv6(*options.ip)) {
      return Error{ErrorCode::bad_policy, "--ip: give one IPv4 or IPv6 address, such as 192.0.2.1"};
    }
  }
  return viewer;
}

Result<signing::PublicKey> read_key(const VerifyOptions& options) {
  const auto text = read_key_argument(options.public_key);
  if (!text) return Error{ErrorCode::bad_key, "--public-key: " + text.error().message};
  auto key = signing::PublicKey::parse(*text);
  if (!key) return Error{ErrorCode::bad_key, "--public-key: " + key.error().message};
  return key;
}

}  // namespace

int verify_signed_url(const VerifyOptions& options, std::ostream& out, std::ostream& err) {
  const auto viewer = read_viewer(options);
  if (!viewer) {
    err << "signgate verify: " << viewer.error().message << "\n";
    return 2;
  }
  auto key = read_key(options);
  if (!key) {
    err << "signgate verify: " << key.error().message << "\n";
    return 1;
  }
  const signing::SignedRequest request = signing::read_signed_url(options.url);
  signing::TrustedKeys keys;
  keys.emplace(
      options.key_pair_id.value_or(std::string(request.presented.key_pair_id.value_or(""))),
      *std::move(key));
  const auto verdict = signing::verify(request.resource, request.presented, keys, *viewer);
  if (verdict) {
    out << "allowed\n";
    out.flush();
    return 0;
  }
  const signing::Denial& denial = verdict.error();
  err << signing::denial_code_name(denial.code) << ": " << signing::denial_message(denial.code)
      << "\n"
      << "cause: " << denial.cause << "\n";
  if (denial.reason == signing::DenialReason::viewer_address_unknown && !options.ip) {
    err << "give the viewer's address with --ip\n";
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
  command->footer(
      "Prints `allowed`, or on stderr CloudFront's error code and message and the likely cause.\n"
      "Exit status: 0 allowed, 1 denied or the key not readable, 2 wrong usage: a missing option,\n"
      "or a TIME or ADDRESS that is none.\n"
      "\n"
      "Example:\n"
      "  signgate verify \"$URL\" --public-key file://public_key.pem --at 2030-01-01 --ip "
      "192.0.2.1");
  command->callback(
      [options, &exit_status] { exit_status = verify_signed_url(*options, std::cout, std::cerr); });
}

}  // namespace signgate::cli
