// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/reader.hpp"

/// What the tests of the reader share: a small configuration that is legal, and short forms of
/// findings.
namespace signgate::config {

/// tail completes a text that is to be tested: one key, one media rule, one upstream, one server
/// that uses them.
inline constexpr std::string_view tail =
    "[[server]]\n"
    "[[server.route]]\n"
    "location = '/'\n"
    "proxy_pass = 'http://website'\n"
    "sign = 'photos'\n"
    "[upstream.website]\n"
    "server = '127.0.0.1:3000'\n"
    "[key.K1]\n"
    "private_key = 'k.pem'\n"
    "[media.photos]\n"
    "target = 'https://d1.example.net/p/'\n"
    "key = 'K1'\n";

/// read gives the config of a text in which no error is expected.
inline Config read(const std::string& text) {
  Reading reading = read_toml(text, "a.toml", "conf");
  for (const Diagnostic& found : reading.diagnostics) {
    EXPECT_NE(found.severity, Severity::error) << render(found);
  }
  EXPECT_TRUE(reading.config);
  if (!reading.config) return {};
  return *std::move(reading.config);
}

/// findings are "LINE:COL: severity: message" of all that was found.
inline std::vector<std::string> findings(const std::string& text) {
  const Reading reading = read_toml(text, "a.toml", "conf");
  std::vector<std::string> lines;
  bool has_error = false;
  for (const Diagnostic& found : reading.diagnostics) {
    has_error = has_error || found.severity == Severity::error;
    lines.push_back(std::to_string(found.place.line) + ':' + std::to_string(found.place.column) +
                    ": " + std::string{severity_name(found.severity)} + ": " + found.message);
  }
  EXPECT_EQ(reading.config.has_value(), !has_error);
  return lines;
}

using Findings = std::vector<std::string>;

/// The findings of a media rule with these lines, which are the second and following ones.
inline Findings in_media(const std::string& lines) {
  return findings("[media.photos]\n" + lines +
                  "[key.K1]\nprivate_key = 'k'\n[[server]]\nsign = "
                  "'photos'\n[[server.route]]\nlocation = '/'\nreturn = "
                  "'200'\n");
}

/// The findings of an upstream, a server or a route with these lines, in a file that is legal
/// otherwise.
inline Findings in_upstream(const std::string& lines) {
  return findings("[upstream.website]\n" + lines +
                  "[[server]]\n[[server.route]]\nlocation = '/'\nreturn = '200'\n");
}
inline Findings in_server(const std::string& lines) {
  return findings("[[server]]\n" + lines + "[[server.route]]\nlocation = '/'\nreturn = '200'\n");
}
inline Findings in_route(const std::string& lines) {
  return findings("[[server]]\n[[server.route]]\n" + lines);
}

}  // namespace signgate::config
