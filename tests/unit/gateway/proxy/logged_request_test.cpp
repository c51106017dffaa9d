// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/logged_request.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

TEST(LoggedRequest, TellsWhoAskedWhom) {
  route::VariableValues values;
  values.remote_addr = "192.0.2.1";
  values.server_name = "www.example";
  values.request_line = "GET /a\"b?Signature=SECRET HTTP/1.1";
  values.host = "www.example\x01";
  EXPECT_EQ(logged_request(values),
            ", client: 192.0.2.1, server: www.example, request: \"GET /a\\x22b?Signature=*** "
            "HTTP/1.1\", host: \"www.example\\x01\"");
  values.host = "h";
  values.request_line = "R";
  EXPECT_EQ(logged_request(values, "127.0.0.1:80"),
            ", client: 192.0.2.1, server: www.example, request: \"R\", upstream: \"127.0.0.1:80\", "
            "host: \"h\"");
  EXPECT_EQ(
      logged_request(values, ""),
      ", client: 192.0.2.1, server: www.example, request: \"R\", upstream: \"-\", host: \"h\"");
}

}  // namespace
}  // namespace signgate::proxy
