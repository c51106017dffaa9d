// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_session_cache.hpp"

#include <gtest/gtest.h>

#include "gateway/net/tls_tickets.hpp"

namespace signgate::net {
namespace {

const SteadyTime start{std::chrono::hours(1)};
const SteadyTime later = start + Milliseconds(1000);

TEST(TlsSessionStore, FindsUntilTheTimeIsUp) {
  TlsSessionStore store(4096);
  store.put("a", "session", later);
  EXPECT_EQ(store.find("a", start), "session");
  EXPECT_EQ(store.find("b", start), "");
  EXPECT_EQ(store.find("a", later), "");
  EXPECT_EQ(store.size(), 0U);
}

TEST(TlsSessionStore, ReplacesAndRemoves) {
  TlsSessionStore store(4096);
  store.put("a", "one", later);
  store.put("a", "two", later);
  EXPECT_EQ(store.size(), 1U);
  EXPECT_EQ(store.find("a", start), "two");
  store.remove("a");
  store.remove("a");
  EXPECT_EQ(store.find("a", start), "");
}

TEST(TlsSessionStore, StaysWithinItsBytes) {
  // 128 of bookkeeping, 1 of id, 71 of session: ten of them at the limit.
  TlsSessionStore store(2000);
  for (char id = 'a'; id < 'a' + 10; ++id)
    store.put(std::string(1, id), std::string(71, 's'), later);
  EXPECT_EQ(store.size(), 10U);
  store.put("z", std::string(71, 's'), later);
  EXPECT_EQ(store.size(), 10U);
  EXPECT_EQ(store.find("a", start), "");
  EXPECT_NE(store.find("b", start), "");
  EXPECT_NE(store.find("z", start), "");
  store.resize(200);
  EXPECT_EQ(store.size(), 1U);
  EXPECT_NE(store.find("z", start), "");
  store.put("huge", std::string(300, 's'), later);
  EXPECT_EQ(store.size(), 0U);
}

TEST(TlsSessions, AreTheSameForWhoeverAsksByTheSameName) {
  TlsSessions sessions;
  EXPECT_EQ(sessions.store("SSL", 40000), sessions.store("SSL", 80000));
  EXPECT_NE(sessions.store("SSL", 40000), sessions.store("other", 40000));
  EXPECT_EQ(sessions.ticket_keys(Milliseconds(1000)), sessions.ticket_keys(Milliseconds(1000)));
  EXPECT_NE(sessions.ticket_keys(Milliseconds(1000)), sessions.ticket_keys(Milliseconds(2000)));
}

}  // namespace
}  // namespace signgate::net
