// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/host.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace signgate::http {
namespace {

using namespace std::literals;

TEST(IsValidHost, TakesNamesAddressesAndPorts) {
  for (const std::string_view host : {
           ""sv,
           "gw.test"sv,
           "GW.Test"sv,
           "gw.test."sv,
           "localhost"sv,
           "127.0.0.1"sv,
           "gw.test:80"sv,
           "gw.test:"sv,
           "gw.test:0"sv,
           "gw.test:65535"sv,
           "[::1]"sv,
           "[::1]:80"sv,
           "[2001:db8::1]"sv,
           "[::]:"sv,
           "[::ffff:192.0.2.1]"sv,
           "a_b.test"sv,
           "xn--bcher-kva.example"sv,
           "a%20b"sv,
           "a-~!$&'()*+,;=b"sv,
       }) {
    EXPECT_TRUE(is_valid_host(host)) << host;
  }
  EXPECT_TRUE(is_valid_host(std::string(5000, 'a')));
}

TEST(IsValidHost, RefusesWhatRfc3986DoesNotAllow) {
  for (const std::string_view host : {
           "gw.test evil"sv,
           "gw\ttest"sv,
           "gw.test/x"sv,
           "user@gw.test"sv,
           "gw.test?x"sv,
           "gw.test#x"sv,
           "gw.test:http"sv,
           "gw\\test"sv,
           "<script>"sv,
           "gw\".test"sv,
           "gw\x01.test"sv,
           "gw\0.test"sv,
           "gw.test:+80"sv,
           "gw.test:-1"sv,
           "gw.test:80:90"sv,
           "gw.test:99999"sv,
           "gw.test:65536"sv,
           "gw.test:000080"sv,
           "gw.test: 80"sv,
           "g\xe9.test"sv,
           "gw..test"sv,
           ".."sv,
           "."sv,
           ".gw.test"sv,
           "../../etc"sv,
           ":80"sv,
           ":"sv,
           "a%"sv,
           "a%2"sv,
           "a%zz"sv,
           "a%4:80"sv,
           "gw.test, evil.test"sv,
           "[::1"sv,
           "::1"sv,
           "[]"sv,
           "[::1]x"sv,
           "[::1]80"sv,
           "[::1]:x"sv,
           "[::1%25eth0]"sv,
           "[::1]]"sv,
           "[[::1]]"sv,
           "a[::1]"sv,
           "[g::1]"sv,
           "[::1]:70000"sv,
           "[abc]"sv,
           "[...]"sv,
           "[1:2]"sv,
           "[:::]"sv,
           "[1::2::3]"sv,
           "[1:2:3:4:5:6:7:8:9]"sv,
           "[12345::]"sv,
           "[::256.1.1.1]"sv,
           "[127.0.0.1]"sv,
           "gw^test"sv,
           "gw`test"sv,
           "gw{test}"sv,
           "gw|test"sv,
           "gw\x7ftest"sv,
       }) {
    EXPECT_FALSE(is_valid_host(host)) << host;
  }
  EXPECT_FALSE(is_valid_host("[" + std::string(5000, ':') + "]"));
}

TEST(HostName, IsLowerCaseWithoutPortAndRootDot) {
  EXPECT_EQ(host_name("GW.Test:80"), "gw.test");
  EXPECT_EQ(host_name("gw.test."), "gw.test");
  EXPECT_EQ(host_name("gw.test.:8080"), "gw.test");
  EXPECT_EQ(host_name("[2001:DB8::1]:80"), "[2001:db8::1]");
  EXPECT_EQ(host_name("[::1]"), "[::1]");
  EXPECT_EQ(host_name("."), ".");
  EXPECT_EQ(host_name(""), "");
}

}  // namespace
}  // namespace signgate::http
