// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/tls_target.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "gateway/base/limits.hpp"

namespace signgate::upstream {
namespace {

TlsTarget make_target(const std::string& name) {
  std::vector<TlsFinding> findings;
  TlsTarget target;
  target.context = net::TlsClientContext::make({}, findings);
  target.name = name;
  return target;
}

net::TlsSession make_session() {
  return {SSL_SESSION_new(), SSL_SESSION_free};
}

TEST(TlsHost, IsTheNameWithoutPortAndBrackets) {
  EXPECT_EQ(tls_host("site.test"), "site.test");
  EXPECT_EQ(tls_host("site.test:8443"), "site.test");
  EXPECT_EQ(tls_host("[::1]:8443"), "::1");
  EXPECT_EQ(tls_host("[::1]"), "::1");
  EXPECT_EQ(tls_host("unix:/run/a.sock"), "localhost");
  EXPECT_EQ(tls_host(""), "");
}

TEST(TlsTarget, DiffersByContextNameAndSni) {
  const TlsTarget one = make_target("a");
  TlsTarget other = one;
  EXPECT_EQ(one, other);
  EXPECT_NE(one, make_target("a"));
  other.name = "b";
  EXPECT_NE(one, other);
  other = one;
  other.sends_name = true;
  EXPECT_NE(one, other);
  other = one;
  other.paths = {"a.pem", "a.key"};
  EXPECT_NE(one, other);
  EXPECT_NE(one, TlsTarget{});
}

TEST(TlsSessionMemory, KeepsBySessionsTargetAndPeer) {
  TlsSessionMemory memory;
  const TlsTarget target = make_target("a");
  const net::TlsSession session = make_session();
  memory.keep(target, "127.0.0.1:1", session);
  EXPECT_EQ(memory.find(target, "127.0.0.1:1"), session);
  EXPECT_EQ(memory.find(target, "127.0.0.1:2"), nullptr);
  EXPECT_EQ(memory.find(make_target("a"), "127.0.0.1:1"), nullptr);
  TlsTarget other = target;
  other.name = "b";
  EXPECT_EQ(memory.find(other, "127.0.0.1:1"), nullptr);
  other = target;
  other.paths.certificate = "a.pem";
  EXPECT_EQ(memory.find(other, "127.0.0.1:1"), nullptr);
  memory.keep(target, "127.0.0.1:1", nullptr);
  EXPECT_EQ(memory.find(target, "127.0.0.1:1"), session);
  memory.forget(target, "127.0.0.1:1");
  EXPECT_EQ(memory.find(target, "127.0.0.1:1"), nullptr);
}

TEST(TlsSessionMemory, IsBounded) {
  TlsSessionMemory memory;
  const TlsTarget target = make_target("a");
  const net::TlsSession session = make_session();
  for (std::size_t i = 0; i <= limits::tls_upstream_sessions; ++i)
    memory.keep(target, std::to_string(i), session);
  std::size_t found = 0;
  for (std::size_t i = 0; i <= limits::tls_upstream_sessions; ++i)
    found += memory.find(target, std::to_string(i)) ? 1 : 0;
  EXPECT_EQ(found, limits::tls_upstream_sessions);
}

}  // namespace
}  // namespace signgate::upstream
