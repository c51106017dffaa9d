// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_link.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "gateway/net/tls_session_cache.hpp"
#include "tests/unit/gateway/net/certificates.hpp"

namespace signgate::net {
namespace {

using Step = TlsLink::Step;

TlsPeer to(std::string name, bool sends_name = true, TlsSession session = nullptr) {
  TlsPeer peer;
  peer.name = std::move(name);
  peer.sends_name = sends_name;
  peer.session = std::move(session);
  return peer;
}

class TlsLinkTest : public testing::Test {
 protected:
  TlsLinkTest() {
    std::signal(SIGPIPE, SIG_IGN);
    client_settings_.trusted_certificate = folder_.write("ca.pem", authority_.pem());
    client_settings_.verify = true;
    server_settings_ = settings_for("a", issue({.name = "a.test"}, &authority_));
  }
  ~TlsLinkTest() override { close_sockets(); }

  TlsServerSettings settings_for(const std::string& file, const Issued& issued) {
    TlsServerSettings settings;
    settings.certificates = {folder_.write(file + ".pem", issued.pem())};
    settings.certificate_keys = {folder_.write(file + ".key", issued.key_pem())};
    return settings;
  }

  std::shared_ptr<const TlsServerContext> server_context(const TlsServerSettings& settings) {
    std::vector<TlsFinding> findings;
    auto made = TlsServerContext::make(settings, sessions_, findings);
    EXPECT_TRUE(made) << (findings.empty() ? "" : findings.front().message);
    return made;
  }

  void close_sockets() {
    for (int& end : ends_) {
      if (end >= 0) ::close(std::exchange(end, -1));
    }
  }

  /// connect shakes hands between new ends; false when one of them fails.
  bool connect(const TlsPeer& peer, const TlsServerContext& server, TlsChooser choose = {}) {
    client_.reset();
    server_.reset();
    close_sockets();
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_), 0);
    if (!client_context_) {
      std::vector<TlsFinding> findings;
      client_context_ = TlsClientContext::make(client_settings_, findings);
    }
    choose_ = choose ? std::move(choose) : [](std::string_view) { return nullptr; };
    client_ = TlsLink::connect(ends_[0], *client_context_, peer);
    server_ = TlsLink::accept(ends_[1], server, choose_);
    Step ours = Step::wants_read;
    Step theirs = Step::wants_read;
    for (int turn = 0; turn < 20 && (ours != Step::done || theirs != Step::done); ++turn) {
      if (ours != Step::done) ours = client_->handshake();
      if (theirs != Step::done) theirs = server_->handshake();
      if (ours == Step::failed || theirs == Step::failed) return false;
    }
    return ours == Step::done && theirs == Step::done;
  }

  static std::string read_all(TlsLink& link, Step& last) {
    std::string text;
    std::array<char, 40000> into;
    std::size_t size = 0;
    while ((last = link.read(into, size)) == Step::done)
      text.append(into.data(), size);
    return text;
  }

  static void write_all(TlsLink& link, std::string_view text) {
    std::size_t size = 0;
    ASSERT_EQ(link.write(text, size), Step::done);
    ASSERT_EQ(size, text.size());
  }

  CertificateFolder folder_;
  Issued authority_ = issue({.name = "test authority", .is_authority = true});
  TlsSessions sessions_;
  TlsServerSettings server_settings_;
  TlsClientSettings client_settings_;
  std::shared_ptr<const TlsClientContext> client_context_;
  TlsChooser choose_;
  int ends_[2] = {-1, -1};
  std::unique_ptr<TlsLink> client_;
  std::unique_ptr<TlsLink> server_;
};

TEST_F(TlsLinkTest, CarriesBytesBothWays) {
  const auto server = server_context(server_settings_);
  ASSERT_TRUE(connect(to("a.test"), *server));
  write_all(*client_, "to the server");
  write_all(*server_, "to the client");
  Step last{};
  EXPECT_EQ(read_all(*server_, last), "to the server");
  EXPECT_EQ(last, Step::wants_read);
  EXPECT_EQ(read_all(*client_, last), "to the client");
}

TEST_F(TlsLinkTest, ReadsSeveralRecordsAtOnce) {
  const auto server = server_context(server_settings_);
  ASSERT_TRUE(connect(to("a.test"), *server));
  for (const char* part : {"one ", "two ", "three"})
    write_all(*client_, part);
  std::array<char, 100> into;
  std::size_t size = 0;
  ASSERT_EQ(server_->read(into, size), Step::done);
  EXPECT_EQ(std::string_view(into.data(), size), "one two three");
}

TEST_F(TlsLinkTest, TellsAProperEndFromACutOne) {
  const auto server = server_context(server_settings_);
  Step last{};
  ASSERT_TRUE(connect(to("a.test"), *server));
  write_all(*server_, "whole");
  server_->close();
  EXPECT_EQ(read_all(*client_, last), "whole");
  EXPECT_EQ(last, Step::ended);
  ASSERT_TRUE(connect(to("a.test"), *server));
  write_all(*server_, "half");
  ::shutdown(ends_[1], SHUT_WR);
  EXPECT_EQ(read_all(*client_, last), "half");
  EXPECT_EQ(last, Step::failed);
  EXPECT_EQ(client_->reason(), "the peer closed without close_notify");
}

TEST_F(TlsLinkTest, TakesAClientsCloseForAnEnd) {
  const auto server = server_context(server_settings_);
  ASSERT_TRUE(connect(to("a.test"), *server));
  ::shutdown(ends_[0], SHUT_WR);
  Step last{};
  EXPECT_EQ(read_all(*server_, last), "");
  EXPECT_EQ(last, Step::ended);
}

TEST_F(TlsLinkTest, GoesOnAfterTheOtherHalfHasEnded) {
  const auto server = server_context(server_settings_);
  ASSERT_TRUE(connect(to("a.test"), *server));
  client_->close();
  Step last{};
  EXPECT_EQ(read_all(*server_, last), "");
  write_all(*server_, "still here");
  EXPECT_EQ(read_all(*client_, last), "still here");
}

TEST_F(TlsLinkTest, WaitsWhereTheSocketTakesNoMore) {
  const auto server = server_context(server_settings_);
  ASSERT_TRUE(connect(to("a.test"), *server));
  const std::string block(16384, 'x');
  std::string sent;
  std::size_t size = 0;
  Step step{};
  while ((step = client_->write(block, size)) == Step::done)
    sent.append(block, 0, size);
  EXPECT_EQ(step, Step::wants_write);
  Step last{};
  std::string got = read_all(*server_, last);
  // From another place: the bytes count.
  const std::string copy = block;
  ASSERT_EQ(client_->write(copy, size), Step::done);
  sent.append(copy, 0, size);
  got += read_all(*server_, last);
  EXPECT_EQ(got, sent);
}

TEST_F(TlsLinkTest, VerifiesNameAddressAndAuthority) {
  const auto server = server_context(server_settings_);
  EXPECT_FALSE(connect(to("b.test"), *server));
  EXPECT_EQ(client_->reason(), "certificate verify error: (62:hostname mismatch)");
  EXPECT_FALSE(connect(to("127.0.0.1"), *server));
  EXPECT_EQ(client_->reason(), "certificate verify error: (64:IP address mismatch)");
  const auto by_address =
      server_context(settings_for("ip", issue({.name = "127.0.0.1"}, &authority_)));
  EXPECT_TRUE(connect(to("127.0.0.1"), *by_address));
  const auto expired = server_context(
      settings_for("old", issue({.name = "a.test", .begins = -7200, .ends = -3600}, &authority_)));
  EXPECT_FALSE(connect(to("a.test"), *expired));
  EXPECT_EQ(client_->reason(), "certificate verify error: (10:certificate has expired)");
  const Issued stranger = issue({.name = "stranger", .is_authority = true});
  const auto unknown = server_context(settings_for("x", issue({.name = "a.test"}, &stranger)));
  EXPECT_FALSE(connect(to("a.test"), *unknown));
  EXPECT_EQ(client_->reason(),
            "certificate verify error: (20:unable to get local issuer certificate)");
}

TEST_F(TlsLinkTest, AsksForTheContextOfTheNameThatIsSent) {
  const auto first = server_context(server_settings_);
  const auto second = server_context(settings_for("b", issue({.name = "b.test"}, &authority_)));
  std::vector<std::string> asked;
  const auto choose = [&](std::string_view name) {
    asked.emplace_back(name);
    return name == "b.test" ? second.get() : nullptr;
  };
  EXPECT_TRUE(connect(to("b.test"), *first, choose));
  EXPECT_TRUE(connect(to("a.test"), *first, choose));
  EXPECT_FALSE(connect(to("b.test", false), *first, choose));
  EXPECT_EQ(asked, (std::vector<std::string>{"b.test", "a.test", ""}));
}

TEST_F(TlsLinkTest, RefusesTheHandshakeOfAServerThatRejects) {
  const auto first = server_context(server_settings_);
  TlsServerSettings rejecting;
  rejecting.reject_handshake = true;
  const auto second = server_context(rejecting);
  EXPECT_FALSE(connect(to("a.test"), *first, [&](std::string_view) { return second.get(); }));
  EXPECT_EQ(client_->handshake(), Step::failed);
  EXPECT_EQ(client_->reason(), "tlsv1 unrecognized name (SSL alert number 112)");
}

class Resumption : public TlsLinkTest, public testing::WithParamInterface<bool> {
 protected:
  Resumption() {
    // TLS 1.2 has its session at the end of the handshake, 1.3 in a message after it.
    client_settings_.protocols.tls_1_3 = GetParam();
  }

  TlsSession session_with(const TlsServerContext& server, TlsChooser choose = {}) {
    EXPECT_TRUE(connect(to("a.test"), server, std::move(choose)));
    write_all(*server_, "x");
    Step last{};
    EXPECT_EQ(read_all(*client_, last), "x");
    close();
    return client_->session();
  }

  bool resumes(const TlsSession& session, const TlsServerContext& server, TlsChooser choose = {}) {
    EXPECT_TRUE(session);
    EXPECT_TRUE(connect(to("a.test", true, session), server, std::move(choose)));
    close();
    return SSL_session_reused(client_->handle()) == 1;
  }

  // OpenSSL forgets the sessions of connections that did not end well.
  void close() {
    client_->close();
    server_->close();
  }
};

INSTANTIATE_TEST_SUITE_P(Versions, Resumption, testing::Bool());

TEST_P(Resumption, OutlivesTheContextByTickets) {
  auto server = server_context(server_settings_);
  // A ticket of TLS 1.3 serves once.
  const TlsSession first = session_with(*server);
  const TlsSession second = session_with(*server);
  EXPECT_TRUE(resumes(first, *server));
  server = server_context(server_settings_);  // as after a reload
  EXPECT_TRUE(resumes(second, *server));
}

TEST_P(Resumption, OutlivesItByASharedCacheToo) {
  server_settings_.session_tickets = false;
  server_settings_.session_cache = {TlsSessionCache::Kind::shared, "SSL", 100000};
  auto server = server_context(server_settings_);
  const TlsSession session = session_with(*server);
  EXPECT_TRUE(resumes(session, *server));
}

TEST_P(Resumption, IsNotForServersOfOtherCertificates) {
  const auto server = server_context(server_settings_);
  const TlsSession session = session_with(*server);
  const auto other = server_context(settings_for("b", issue({.name = "a.test"}, &authority_)));
  EXPECT_FALSE(resumes(session, *other));
  // Nor by way of a name: the session must count for the server that is chosen.
  EXPECT_FALSE(resumes(session, *server, [&](std::string_view) { return other.get(); }));
}

TEST_P(Resumption, IsNotForServersOfOtherRulesAboutClients) {
  const auto server = server_context(server_settings_);
  const TlsSession session = session_with(*server);
  server_settings_.verify_client = TlsClientVerify::optional;
  server_settings_.client_certificate = folder_.path("ca.pem");
  const auto stricter = server_context(server_settings_);
  EXPECT_FALSE(resumes(session, *stricter));
  EXPECT_FALSE(server->is_verified_by(server_->handle()));
  EXPECT_TRUE(stricter->is_verified_by(server_->handle()));
}

TEST_F(TlsLinkTest, SendsNoTicketsAndKeepsNothingWhereBothAreOff) {
  server_settings_.session_tickets = false;
  server_settings_.session_cache.kind = TlsSessionCache::Kind::off;
  client_settings_.protocols.tls_1_3 = false;
  const auto server = server_context(server_settings_);
  ASSERT_TRUE(connect(to("a.test"), *server));
  const TlsSession session = client_->session();
  ASSERT_TRUE(connect(to("a.test", true, session), *server));
  EXPECT_EQ(SSL_session_reused(client_->handle()), 0);
}

}  // namespace
}  // namespace signgate::net
