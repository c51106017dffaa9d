// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/upstream_variables.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

std::string shown(std::string_view name, const VariableValues& values) {
  const auto found = find_upstream_variable(name);
  EXPECT_TRUE(found) << name;
  std::string out;
  if (found) found->append(found->text, values, out);
  return out;
}

TEST(UpstreamVariables, ShowWhoWasAsked) {
  UpstreamTries tries(2);
  tries[0].addr = std::make_shared<const std::string>("a:1");
  tries[1].addr = std::make_shared<const std::string>("b:1");
  tries[1].status = 200;
  VariableValues values;
  EXPECT_EQ(shown("upstream_addr", values), "");
  values.tries = &tries;
  EXPECT_EQ(shown("upstream_addr", values), "a:1, b:1");
  EXPECT_EQ(shown("upstream_status", values), "-, 200");
  EXPECT_EQ(shown("upstream_bytes_sent", values), "0, 0");
}

TEST(UpstreamVariables, ShowWhatTheProxyProtocolSaid) {
  http::ProxyHeader header;
  VariableValues values;
  values.proxy_protocol = &header;
  EXPECT_EQ(shown("proxy_protocol_addr", values), "");
  EXPECT_EQ(shown("proxy_protocol_port", values), "");
  header = {.known = true,
            .source_address = "192.0.2.1",
            .source_port = 7,
            .destination_address = "::1",
            .destination_port = 443};
  EXPECT_EQ(shown("proxy_protocol_addr", values), "192.0.2.1");
  EXPECT_EQ(shown("proxy_protocol_port", values), "7");
  EXPECT_EQ(shown("proxy_protocol_server_addr", values), "::1");
  EXPECT_EQ(shown("proxy_protocol_server_port", values), "443");
}

TEST(UpstreamVariables, ShowTheFieldsOfAProxyHeader) {
  http::ProxyHeader header;
  header.known = true;
  header.fields = std::string("\x05\x00\x02id\x01\x00\x00", 8);
  VariableValues values;
  EXPECT_EQ(shown("proxy_protocol_tlv_unique_id", values), "");
  values.proxy_protocol = &header;
  EXPECT_EQ(shown("proxy_protocol_tlv_unique_id", values), "id");
  EXPECT_EQ(shown("proxy_protocol_tlv_0x05", values), "id");
  std::string out;
  Template("$proxy_protocol_tlv_alpn|$proxy_protocol_tlv_netns").append(values, Escape::log, out);
  EXPECT_EQ(out, "|-");
}

TEST(UpstreamVariables, ShowCaptures) {
  VariableValues values;
  EXPECT_EQ(shown("1", values), "");
  Captured captured;
  captured.numbered[1] = "one";
  captured.numbered[9] = "nine";
  values.captured = &captured;
  EXPECT_EQ(shown("1", values), "one");
  EXPECT_EQ(shown("2", values), "");
  EXPECT_EQ(shown("9", values), "nine");
  std::string out;
  Template("/$1x/${9}").append(values, Escape::none, out);
  EXPECT_EQ(out, "/onex/nine");
}

TEST(UpstreamVariables, AreNoOthers) {
  EXPECT_FALSE(find_upstream_variable("0"));
  EXPECT_FALSE(find_upstream_variable("10"));
  EXPECT_FALSE(find_upstream_variable("upstream_cache_status"));
}

}  // namespace
}  // namespace signgate::route
