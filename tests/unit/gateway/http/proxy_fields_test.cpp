// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/proxy_fields.hpp"

#include <gtest/gtest.h>

#include "gateway/http/proxy_protocol.hpp"

namespace signgate::http {
namespace {

std::string field(int type, std::string_view value) {
  return std::string{static_cast<char>(type), static_cast<char>(value.size() >> 8),
                     static_cast<char>(value.size() & 255)} +
         std::string(value);
}

std::string ssl(std::string_view fields) {
  return field(0x20, std::string("\x07\x00\x00\x01\x02", 5) + std::string(fields));
}

std::string shown(std::string_view fields, std::string_view name) {
  std::string out;
  return append_proxy_field(fields, name, out) ? "[" + out + "]" : "none" + out;
}

TEST(ProxyFields, AreFoundByNginxsNames) {
  const std::string fields = field(1, "h2") + field(2, "www.example.com") + field(4, "   ") +
                             field(5, "id") + field(0x30, "ns") + field(0xE0, "") +
                             ssl(field(0x21, "TLSv1.3") + field(0x22, "me") + field(0x23, "C") +
                                 field(0x24, "S") + field(0x25, "K"));
  EXPECT_EQ(shown(fields, "alpn"), "[h2]");
  EXPECT_EQ(shown(fields, "authority"), "[www.example.com]");
  EXPECT_EQ(shown(fields, "unique_id"), "[id]");
  EXPECT_EQ(shown(fields, "netns"), "[ns]");
  EXPECT_EQ(shown(fields, "ssl_verify"), "[258]");
  EXPECT_EQ(shown(fields, "ssl_version"), "[TLSv1.3]");
  EXPECT_EQ(shown(fields, "ssl_cn"), "[me]");
  EXPECT_EQ(shown(fields, "ssl_cipher"), "[C]");
  EXPECT_EQ(shown(fields, "ssl_sig_alg"), "[S]");
  EXPECT_EQ(shown(fields, "ssl_key_alg"), "[K]");
  EXPECT_EQ(shown(fields, "ssl").substr(0, 2), "[\x07");
  for (const char* name : {"", "nonsense", "ssl_", "ssl_nonsense", "version", "verify"})
    EXPECT_EQ(shown(fields, name), "none") << name;
}

TEST(ProxyFields, AreFoundByTheirNumbers) {
  const std::string fields = field(0xE0, "private") + ssl(field(0xEA, "within")) + field(0xEB, "");
  EXPECT_EQ(shown(fields, "0xe0"), "[private]");
  EXPECT_EQ(shown(fields, "0xE0"), "[private]");
  EXPECT_EQ(shown(fields, "0x00e0"), "[private]");
  EXPECT_EQ(shown(fields, "0xeb"), "[]");
  EXPECT_EQ(shown(fields, "ssl_0xea"), "[within]");
  for (const char* name : {"0x", "0xea", "0x1e0", "0xg0", "0xe0 ", "0xfffffffffffffffff", "0x-20",
                           "ssl_0x", "ssl_0xe0"})
    EXPECT_EQ(shown(fields, name), "none") << name;
}

TEST(ProxyFields, TheFirstOfATypeCounts) {
  EXPECT_EQ(shown(field(5, "one") + field(5, "two"), "unique_id"), "[one]");
}

TEST(ProxyFields, WhatIsCutShortIsNotThereCutAtEveryOffset) {
  const std::string fields = field(1, "h2") + ssl(field(0x21, "TLSv1.3")) + field(5, "last");
  const std::size_t first = field(1, "h2").size();
  for (std::size_t cut = 0; cut < fields.size(); ++cut) {
    const std::string part = fields.substr(0, cut);
    EXPECT_EQ(shown(part, "alpn"), cut < first ? "none" : "[h2]") << cut;
    EXPECT_EQ(shown(part, "unique_id"), "none") << cut;
    EXPECT_EQ(shown(part, "ssl_version"), cut < fields.size() - 7 ? "none" : "[TLSv1.3]") << cut;
  }
  EXPECT_EQ(shown(field(0x20, "1234"), "ssl_verify"), "none");
  EXPECT_EQ(shown(field(0x20, "12345"), "ssl_version"), "none");
}

TEST(ProxyFields, AreThoseOfAHeaderOfVersion2) {
  const std::string header = std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x11", 16) +
                             std::string("\xc0\x00\x02\x07\xc6\x33\x64\x01\xc8\x22\x01\xbb", 12) +
                             field(5, "id");
  const auto step = parse_proxy_header(header + "GET /");
  ASSERT_TRUE(step);
  EXPECT_EQ(step->consumed, header.size());
  EXPECT_EQ(step->header.fields, field(5, "id"));
  const auto local =
      parse_proxy_header(std::string("\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x05", 16) + field(5, "id"));
  ASSERT_TRUE(local);
  EXPECT_EQ(local->header.fields, "");
}

}  // namespace
}  // namespace signgate::http
