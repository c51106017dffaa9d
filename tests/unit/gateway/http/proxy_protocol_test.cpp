// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/proxy_protocol.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "gateway/base/limits.hpp"

namespace signgate::http {
namespace {

const ProxyHeader v4{.known = true,
                     .source_address = "192.0.2.7",
                     .source_port = 51234,
                     .destination_address = "198.51.100.1",
                     .destination_port = 443};
const ProxyHeader v6{.known = true,
                     .source_address = "2001:db8::7",
                     .source_port = 1,
                     .destination_address = "::1",
                     .destination_port = 65535};

std::string binary(std::string_view rest) {
  return std::string("\r\n\r\n\0\r\nQUIT\n", 12) + std::string(rest);
}

TEST(ProxyProtocol, WritesBothVersionsAsTheSpecificationHasThem) {
  EXPECT_EQ(format_proxy_header(v4, 1), "PROXY TCP4 192.0.2.7 198.51.100.1 51234 443\r\n");
  EXPECT_EQ(format_proxy_header(v6, 1), "PROXY TCP6 2001:db8::7 ::1 1 65535\r\n");
  EXPECT_EQ(format_proxy_header({}, 1), "PROXY UNKNOWN\r\n");
  EXPECT_EQ(
      format_proxy_header(v4, 2),
      binary(std::string("\x21\x11\x00\x0c\xc0\x00\x02\x07\xc6\x33\x64\x01\xc8\x22\x01\xbb", 16)));
  EXPECT_EQ(format_proxy_header({}, 2), binary(std::string("\x21\x00\x00\x00", 4)));
  ProxyHeader mixed = v4;
  mixed.destination_address = "::1";
  EXPECT_EQ(format_proxy_header(mixed, 1), "PROXY UNKNOWN\r\n");
  mixed.destination_address = "unix:";
  EXPECT_EQ(format_proxy_header(mixed, 2), binary(std::string("\x21\x00\x00\x00", 4)));
}

TEST(ProxyProtocol, ReadsWhatItWritesCutAtEveryOffset) {
  for (const ProxyHeader& header : {v4, v6, ProxyHeader{}}) {
    for (const int version : {1, 2}) {
      const std::string whole = format_proxy_header(header, version);
      for (const std::string_view behind : {"", "GET / HTTP/1.1\r\n\r\n", "PROXY "}) {
        const auto step = parse_proxy_header(whole + std::string(behind));
        ASSERT_TRUE(step) << step.error().detail;
        EXPECT_EQ(step->consumed, whole.size());
        EXPECT_EQ(step->header, header);
      }
      for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        const auto step = parse_proxy_header(std::string_view(whole).substr(0, cut));
        ASSERT_TRUE(step) << cut;
        EXPECT_EQ(step->consumed, 0U) << cut;
      }
    }
  }
}

TEST(ProxyProtocol, IgnoresWhatFollowsUnknownAndKeepsTheFieldsOfVersion2) {
  const auto unknown = parse_proxy_header("PROXY UNKNOWN ffff::1 ::2 x y\r\n");
  ASSERT_TRUE(unknown);
  EXPECT_FALSE(unknown->header.known);
  const std::string fields = binary(std::string(
      "\x21\x11\x00\x10\xc0\x00\x02\x07\xc6\x33\x64\x01\xc8\x22\x01\xbb\x04\x00\x01\x00", 20));
  const auto step = parse_proxy_header(fields);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->consumed, fields.size());
  ProxyHeader expected = v4;
  expected.fields = std::string("\x04\x00\x01\x00", 4);
  EXPECT_EQ(step->header, expected);
}

TEST(ProxyProtocol, TakesTheSendersOwnConnectionsAndUnixSocketsAsUnknown) {
  for (const std::string& header :
       {binary(std::string("\x20\x11\x00\x0c\xc0\x00\x02\x07\xc6\x33\x64\x01\xc8\x22\x01\xbb", 16)),
        binary(std::string("\x20\x00\x00\x00", 4)), binary(std::string("\x21\x12\x00\x00", 4)),
        binary(std::string("\x21\x31\x00\xd8", 4) + std::string(216, 'a'))}) {
    const auto step = parse_proxy_header(header);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->consumed, header.size());
    EXPECT_FALSE(step->header.known);
  }
}

TEST(ProxyProtocol, RefusesEverythingElse) {
  const std::vector<std::string> broken = {"GET / HTTP/1.1\r\n",
                                           "PROXYTCP4",
                                           "proxy TCP4 ",
                                           "PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n",
                                           "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n",
                                           "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n",
                                           "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n",
                                           "PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n",
                                           "PROXY TCP4 1.1.1.1 1.1.1.1 1 65536\r\n",
                                           "PROXY TCP4 1.1.1.1 1.1.1.1 +1 1\r\n",
                                           "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n",
                                           "PROXY TCP4 ::1 ::1 1 1\r\n",
                                           "PROXY TCP6 1.1.1.1 1.1.1.1 1 1\r\n",
                                           "PROXY TCP4 1.1.1.256 1.1.1.1 1 1\r\n",
                                           "PROXY TCP4 " + std::string(100, 'a'),
                                           "PROXY \r\n",
                                           "\r\n\r\nGET",
                                           binary(std::string("\x11\x11\x00\x0c", 4)),
                                           binary(std::string("\x22\x11\x00\x0c", 4)),
                                           binary(std::string("\x21\x11\x00\x0b", 4)),
                                           binary(std::string("\x21\x21\x00\x23", 4)),
                                           binary(std::string("\x21\x11\xff\xff", 4))};
  for (const std::string& bytes : broken) {
    const auto step = parse_proxy_header(bytes);
    ASSERT_FALSE(step) << bytes;
    EXPECT_EQ(error_status(step.error()), 400);
  }
}

TEST(ProxyProtocol, HasItsLimits) {
  const auto line = [](std::size_t size) {
    return "PROXY UNKNOWN " + std::string(size - 16, 'a') + "\r\n";
  };
  EXPECT_EQ(parse_proxy_header(line(107))->consumed, 107U);
  EXPECT_FALSE(parse_proxy_header(line(108)));
  const auto fields = [](std::size_t size) {
    const std::size_t rest = size - 16;
    std::string length = {static_cast<char>(rest >> 8), static_cast<char>(rest & 255)};
    return binary(std::string("\x21\x00", 2) + length + std::string(rest, 'a'));
  };
  EXPECT_EQ(parse_proxy_header(fields(limits::proxy_header))->consumed, limits::proxy_header);
  EXPECT_FALSE(parse_proxy_header(fields(limits::proxy_header + 1)));
}

}  // namespace
}  // namespace signgate::http
