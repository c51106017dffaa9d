// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/tls_values.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

using Kind = TlsSessionCache::Kind;

TEST(AddTlsProtocols, TakesOneOrSeveral) {
  TlsProtocols protocols{.tls_1_2 = false, .tls_1_3 = false};
  EXPECT_TRUE(add_tls_protocols("TLSv1.3", protocols));
  EXPECT_EQ(protocols, (TlsProtocols{.tls_1_2 = false, .tls_1_3 = true}));
  EXPECT_TRUE(add_tls_protocols(" TLSv1.3  TLSv1.2 ", protocols));
  EXPECT_EQ(protocols, TlsProtocols{});
}

TEST(AddTlsProtocols, RefusesOldAndUnknownOnes) {
  TlsProtocols protocols;
  for (const char* text : {"", " ", "TLSv1", "TLSv1.2 TLSv1.1", "SSLv3", "tlsv1.2", "TLSv1.4"})
    EXPECT_FALSE(add_tls_protocols(text, protocols)) << text;
  EXPECT_EQ(add_tls_protocols("TLSv1.2 TLSv1.1", protocols).error().offset, 8U);
}

TEST(ParseSessionCache, TakesNginxsForms) {
  EXPECT_EQ(parse_session_cache("off")->kind, Kind::off);
  EXPECT_EQ(parse_session_cache("none")->kind, Kind::none);
  EXPECT_EQ(*parse_session_cache("builtin"), (TlsSessionCache{Kind::builtin, "", 20480}));
  EXPECT_EQ(*parse_session_cache("builtin:1000"), (TlsSessionCache{Kind::builtin, "", 1000}));
  const TlsSessionCache shared{Kind::shared, "SSL", 10U * 1024 * 1024};
  EXPECT_EQ(*parse_session_cache("shared:SSL:10m"), shared);
  EXPECT_EQ(*parse_session_cache("builtin:1000 shared:SSL:10m"), shared);
  EXPECT_EQ(*parse_session_cache("shared:SSL:10m builtin"), shared);
}

TEST(ParseSessionCache, RefusesTheRest) {
  for (const char* text :
       {"", "on", "builtin:", "builtin:0", "shared", "shared:SSL", "shared::10m", "shared:SSL:1k",
        "shared:SSL:x", "shared:SSL:5g", "off none", "off shared:SSL:10m", "builtin builtin"}) {
    EXPECT_FALSE(parse_session_cache(text)) << text;
  }
  EXPECT_EQ(parse_session_cache("shared:SSL:1k").error().offset, 11U);
}

}  // namespace
}  // namespace signgate::config
