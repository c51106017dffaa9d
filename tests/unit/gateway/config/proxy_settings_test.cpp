// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/proxy_settings.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

Settings settings_of(const std::string& lines) {
  return read(lines + "\n" + std::string{tail}).settings;
}

std::string flaw_of(const std::string& line) {
  const Findings found = findings(line + "\n" + std::string{tail});
  return found.empty() ? "" : found.front();
}

TEST(ProxySettings, ReadsEveryKeyAboutRequests) {
  const ProxyRequest read =
      settings_of(
          "proxy_request_buffering = 'off'\nclient_body_buffer_size = '8k'\n"
          "client_body_temp_path = 'tmp'\nproxy_http_version = '1.0'\n"
          "proxy_method = '$request_method'\nproxy_pass_request_body = 'off'\n"
          "proxy_pass_request_headers = 'off'\nproxy_set_body = '$request_body'\n"
          "proxy_pass_trailers = 'on'\nproxy_bind = '127.0.0.1:9'\n"
          "client_body_in_file_only = 'clean'\nproxy_socket_keepalive = 'on'\n"
          "proxy_socket_rcvbuf = '64k'\nproxy_socket_sndbuf = 32768\n"
          "proxy_ignore_client_abort = 'on'")
          .proxy_request;
  EXPECT_EQ(read, (ProxyRequest{.proxy_request_buffering = false,
                                .client_body_buffer_size = 8192,
                                .client_body_temp_path = "tmp",
                                .client_body_in_file_only = InFileOnly::clean,
                                .proxy_http_minor = 0,
                                .proxy_method = "$request_method",
                                .proxy_pass_request_body = false,
                                .proxy_pass_request_headers = false,
                                .proxy_set_body = "$request_body",
                                .proxy_pass_trailers = true,
                                .proxy_bind = "127.0.0.1:9",
                                .proxy_socket_keepalive = true,
                                .proxy_socket_rcvbuf = 65536,
                                .proxy_socket_sndbuf = 32768,
                                .proxy_ignore_client_abort = true}));
}

TEST(ProxySettings, ReadsEveryKeyAboutAnswers) {
  const ProxyAnswer read =
      settings_of(
          "proxy_buffering = 'off'\nproxy_buffer_size = '8k'\nproxy_buffers = '4 16k'\n"
          "proxy_max_temp_file_size = 0\nproxy_temp_file_write_size = '32k'\nproxy_temp_path = "
          "'p'\n"
          "limit_rate = '10k'\nlimit_rate_after = '$arg_after'\nproxy_limit_rate = '$arg_up'\n"
          "proxy_ignore_headers = ['x-accel-redirect', 'X-Accel-Limit-Rate', 'X-Accel-Buffering']\n"
          "proxy_redirect = ['http://a /b', 'default']\nproxy_cookie_domain = 'a b'\n"
          "proxy_cookie_path = ['/a /b', '~x y']\nproxy_cookie_flags = 'a secure'\n"
          "proxy_hide_header = 'X-A'\nproxy_pass_header = ['Server', 'Date']\n"
          "proxy_intercept_errors = 'on'\nerror_page = '404 /x'\nrecursive_error_pages = 'on'\n"
          "absolute_redirect = 'off'\nport_in_redirect = 'off'\nserver_name_in_redirect = 'on'")
          .proxy_answer;
  using Kind = TextRule::Kind;
  EXPECT_EQ(
      read,
      (ProxyAnswer{.proxy_buffering = false,
                   .proxy_buffer_size = 8192,
                   .proxy_buffers_number = 4,
                   .proxy_buffers_size = 16384,
                   .proxy_max_temp_file_size = 0,
                   .proxy_temp_file_write_size = 32768,
                   .proxy_temp_path = "p",
                   .limit_rate = "10k",
                   .limit_rate_after = "$arg_after",
                   .proxy_limit_rate = "$arg_up",
                   .ignore_accel_redirect = true,
                   .ignore_accel_limit_rate = true,
                   .ignore_accel_buffering = true,
                   .proxy_redirect = {{Kind::literal, "http://a", "/b"}, {Kind::standard, "", ""}},
                   .proxy_cookie_domain = {{Kind::literal, "a", "b"}},
                   .proxy_cookie_path = {{Kind::literal, "/a", "/b"}, {Kind::regex, "x", "y"}},
                   .proxy_cookie_flags = {{Kind::literal, "a", {"secure"}}},
                   .proxy_hide_header = {"X-A"},
                   .proxy_pass_header = {"Server", "Date"},
                   .proxy_intercept_errors = true,
                   .error_page = {{{404}, std::nullopt, "/x"}},
                   .recursive_error_pages = true,
                   .absolute_redirect = false,
                   .port_in_redirect = false,
                   .server_name_in_redirect = true}));
}

TEST(ProxySettings, OffIsTheEmptyList) {
  EXPECT_TRUE(settings_of("proxy_redirect = 'off'").proxy_answer.proxy_redirect.empty());
  EXPECT_TRUE(settings_of("error_page = 'off'").proxy_answer.error_page.empty());
}

TEST(ProxySettings, SayWhatIsWrong) {
  EXPECT_NE(flaw_of("proxy_buffers = '1 4k'").find("proxy_buffers"), std::string::npos);
  EXPECT_NE(flaw_of("proxy_buffers = '4k'").find("write \"8 4k\""), std::string::npos);
  EXPECT_NE(flaw_of("proxy_http_version = '2'").find("1.0"), std::string::npos);
  EXPECT_NE(flaw_of("limit_rate = 'fast'").find("limit_rate"), std::string::npos);
  EXPECT_NE(flaw_of("limit_rate = '$nonsense'").find("$nonsense"), std::string::npos);
  EXPECT_EQ(flaw_of("proxy_ignore_headers = 'X-Accel'"),
            "1:24: error: proxy_ignore_headers has \"X-Accel\"; legal: \"X-Accel-Redirect\", "
            "\"X-Accel-Expires\", \"X-Accel-Limit-Rate\", \"X-Accel-Buffering\", "
            "\"X-Accel-Charset\", \"Expires\", \"Cache-Control\", \"Set-Cookie\", \"Vary\"");
  EXPECT_NE(flaw_of("proxy_hide_header = 'a b'").find("no header's name"), std::string::npos);
  EXPECT_NE(flaw_of("proxy_temp_path = '/tmp 1 2'").find("alone"), std::string::npos);
  EXPECT_NE(flaw_of("proxy_method = 'GET x'").find("one word"), std::string::npos);
}

TEST(ProxySettings, WhatIsAboutACacheMayBeIgnored) {
  EXPECT_EQ(flaw_of("proxy_ignore_headers = ['X-Accel-Expires', 'x-accel-charset', 'Expires', "
                    "'Cache-Control', 'set-cookie', 'Vary']"),
            "");
}

TEST(ProxySettings, ReadTheAddressThatUpstreamsAreAskedFrom) {
  for (const char* address :
       {"192.0.2.1", "192.0.2.1:8000", "::1", "[::1]", "[::1]:80", "$remote_addr:$arg_port"})
    EXPECT_EQ(settings_of("proxy_bind = '" + std::string(address) + "'").proxy_request.proxy_bind,
              address);
  EXPECT_EQ(settings_of("proxy_bind = 'off'").proxy_request.proxy_bind, "");
  EXPECT_EQ(
      flaw_of("proxy_bind = '$remote_addr transparent'"),
      "1:28: error: proxy_bind cannot be \"transparent\", which takes privileges and routes of "
      "the system's own: legal is an address of this machine");
  EXPECT_EQ(flaw_of("proxy_bind = 'eth0'"),
            "1:15: error: proxy_bind \"eth0\" is no address: write \"192.0.2.1\", "
            "\"192.0.2.1:8000\", \"[2001:db8::1]\", a value with variables, or \"off\"");
  for (const char* wrong : {"", "unix:", "unix:/a", "192.0.2.1:0", "192.0.2.1:99999", "localhost",
                            "192.0.2.1 x", "$nonsense"})
    EXPECT_NE(flaw_of("proxy_bind = '" + std::string(wrong) + "'"), "") << wrong;
}

TEST(ProxySettings, AnErrorPagesNameShouldBeThere) {
  EXPECT_EQ(findings("error_page = '404 @gone'\n[[server]]\n[[server.route]]\nlocation = '/'\n"
                     "return = '404'\n"),
            Findings{"2:1: warning: error_page names \"@gone\", but this server has no route with "
                     "that location: such an error is answered with 500"});
  EXPECT_EQ(findings("[[server]]\nerror_page = '404 @gone'\n[[server.route]]\nlocation = '@gone'\n"
                     "return = '410'\n[[server.route]]\nlocation = '/'\nreturn = '404'\n"),
            Findings{});
}

}  // namespace
}  // namespace signgate::config
