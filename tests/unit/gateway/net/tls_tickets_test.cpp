// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_tickets.hpp"

#include <gtest/gtest.h>

#include "gateway/net/tls_files.hpp"
#include "tests/unit/gateway/net/certificates.hpp"

namespace signgate::net {
namespace {

const SteadyTime start{std::chrono::hours(1)};
constexpr Milliseconds life{300000};

std::string counted(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i)
    bytes += static_cast<char>(i);
  return bytes;
}

TEST(TicketKey, ReadsNginxsFilesInItsOrder) {
  const auto large = TicketKey::read(counted(80));
  ASSERT_TRUE(large);
  EXPECT_TRUE(large->is_aes_256());
  EXPECT_EQ(large->name()[15], 15);
  EXPECT_EQ(large->mac()[0], 16);
  EXPECT_EQ(large->mac_size(), 32U);
  EXPECT_EQ(large->cipher()[0], 48);
  const auto small = TicketKey::read(counted(48));
  ASSERT_TRUE(small);
  EXPECT_FALSE(small->is_aes_256());
  EXPECT_EQ(small->cipher()[0], 16);
  EXPECT_EQ(small->mac()[0], 32);
  EXPECT_EQ(small->mac_size(), 16U);
}

TEST(TicketKey, TakesNoOtherSize) {
  for (const std::size_t size : {0U, 47U, 49U, 79U, 81U})
    EXPECT_FALSE(TicketKey::read(counted(size))) << size;
}

TEST(TicketKeys, ChangeTheirKeyOnceALifeAndOpenWhatTheLastOneSealed) {
  TicketKeys keys(life);
  const auto first = keys.sealing(start);
  ASSERT_TRUE(first);
  EXPECT_EQ(keys.sealing(start + life - Milliseconds(1)), first);
  const auto second = keys.sealing(start + life);
  EXPECT_NE(second, first);
  const auto opening = keys.opening(first->name(), start + life);
  EXPECT_EQ(opening.key, first);
  EXPECT_TRUE(opening.renew);
  EXPECT_FALSE(keys.opening(second->name(), start + life).renew);
  const auto third = keys.sealing(start + 2 * life);
  EXPECT_FALSE(keys.opening(first->name(), start + 2 * life).key);
  EXPECT_EQ(keys.opening(second->name(), start + 2 * life).key, second);
  EXPECT_EQ(keys.opening(third->name(), start + 2 * life).key, third);
}

TEST(TicketKeys, ForgetWhatLayIdleForTwoLives) {
  TicketKeys keys(life);
  const auto first = keys.sealing(start);
  EXPECT_FALSE(keys.opening(first->name(), start + 2 * life).key);
}

TEST(TicketKeys, FromFilesNeverChange) {
  const auto first = TicketKey::make();
  const auto second = TicketKey::make();
  TicketKeys keys(std::vector<TicketKeys::Key>{first, second});
  EXPECT_EQ(keys.sealing(start), first);
  EXPECT_EQ(keys.sealing(start + 100 * life), first);
  EXPECT_TRUE(keys.opening(second->name(), start).renew);
  const auto stranger = TicketKey::make();
  EXPECT_FALSE(keys.opening(stranger->name(), start).key);
}

TEST(ReadTicketKeys, SaysWhichFileIsAtFault) {
  const CertificateFolder folder;
  std::vector<TlsFinding> findings;
  TlsFindings found(findings);
  const std::string good = folder.write("good", counted(80));
  EXPECT_TRUE(read_ticket_keys({good}, found));
  EXPECT_TRUE(findings.empty());
  EXPECT_FALSE(read_ticket_keys({good, folder.write("short", counted(79))}, found));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].setting, "ssl_session_ticket_key");
  EXPECT_EQ(findings[0].index, 1U);
  EXPECT_NE(findings[0].message.find("must hold 80 or 48 random bytes"), std::string::npos);
}

}  // namespace
}  // namespace signgate::net
