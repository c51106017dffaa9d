// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_credential_source.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "gateway/net/tls_link.hpp"
#include "gateway/net/tls_session_cache.hpp"
#include "signing/key_memory.hpp"
#include "tests/unit/gateway/net/certificates.hpp"

namespace signgate::net {
namespace {

using namespace std::chrono_literals;

class TlsCredentialSourceTest : public testing::Test {
 protected:
  TlsCredentialSourceTest() { signing::prepare_key_memory(); }

  TlsPaths write(const std::string& name, const Issued& issued,
                 const std::string& passphrase = {}) const {
    return {folder_.write(name + ".pem", issued.pem()),
            folder_.write(name + ".key", issued.key_pem(passphrase))};
  }

  static TlsLoaded loaded(TlsCredentialSource& source, const TlsPaths& paths, SteadyTime now = {}) {
    auto found = source.load(paths, now);
    EXPECT_TRUE(found) << found.error().detail;
    return found ? *found : nullptr;
  }

  static std::string failure(TlsCredentialSource& source, const TlsPaths& paths) {
    const auto found = source.load(paths, {});
    return found ? "" : found.error().detail;
  }

  CertificateFolder folder_;
  SteadyTime now_ = SteadyTime() + 1h;
};

TEST_F(TlsCredentialSourceTest, SharesWhatIsInUseAndHasNotChanged) {
  TlsCredentialSource source("ssl_", "", {});
  const TlsPaths paths = write("a", issue({.name = "a.test"}));
  TlsLoaded first = loaded(source, paths);
  EXPECT_EQ(loaded(source, paths), first);
  EXPECT_EQ(source.find(paths, {}), nullptr);  // there is no cache
  const std::weak_ptr<const TlsCredentials> seen = first;
  first.reset();
  EXPECT_TRUE(seen.expired());
  first = loaded(source, paths);
  write("a", issue({.name = "a.test"}));
  EXPECT_NE(loaded(source, paths), first);
}

TEST_F(TlsCredentialSourceTest, KeepsWhatTheCacheSays) {
  TlsCredentialSource source("ssl_", "", {.max = 2, .inactive = 10s, .valid = 25s});
  const TlsPaths a = write("a", issue({.name = "a.test"}));
  const TlsPaths b = write("b", issue({.name = "b.test"}));
  const TlsPaths c = write("c", issue({.name = "c.test"}));
  EXPECT_EQ(source.find(a, now_), nullptr);
  EXPECT_TRUE(loaded(source, a, now_));
  EXPECT_TRUE(source.find(a, now_ + 9s));
  EXPECT_TRUE(source.find(a, now_ + 18s));
  EXPECT_EQ(source.find(a, now_ + 25s), nullptr);  // has to be read anew
  EXPECT_TRUE(loaded(source, a, now_ + 25s));
  EXPECT_TRUE(source.find(a, now_ + 30s));
  EXPECT_EQ(source.find(a, now_ + 40s), nullptr);  // was not used
  EXPECT_TRUE(loaded(source, a, now_ + 40s));
  EXPECT_TRUE(loaded(source, b, now_ + 41s));
  EXPECT_TRUE(source.find(a, now_ + 42s));
  EXPECT_TRUE(loaded(source, c, now_ + 43s));
  EXPECT_EQ(source.find(b, now_ + 44s), nullptr);  // had rested longest
  EXPECT_TRUE(source.find(a, now_ + 44s));
  EXPECT_TRUE(source.find(c, now_ + 44s));
}

TEST_F(TlsCredentialSourceTest, SaysWhatIsWrongWithAFile) {
  TlsCredentialSource source("proxy_ssl_", "", {});
  const Issued issued = issue({.name = "a.test"});
  TlsPaths paths = write("a", issued);
  paths.certificate = folder_.path("none.pem");
  EXPECT_EQ(failure(source, paths), "proxy_ssl_certificate: \"" + folder_.path("none.pem") +
                                        "\": No such file or directory");
  paths = {folder_.path("a.pem"), write("b", issue({.name = "b"})).key};
  EXPECT_EQ(failure(source, paths), "proxy_ssl_certificate_key: \"" + folder_.path("b.key") +
                                        "\" does not belong to the certificate \"" +
                                        folder_.path("a.pem") + '"');
  paths.certificate += std::string("\0x", 2);
  EXPECT_NE(failure(source, paths).find("is no path: it has a NUL"), std::string::npos);
}

TEST_F(TlsCredentialSourceTest, OpensEncryptedKeys) {
  const TlsPaths paths = write("a", issue({.name = "a.test"}), "secret");
  TlsCredentialSource with("ssl_", folder_.write("words", "other\nsecret\n"), {});
  EXPECT_TRUE(loaded(with, paths));
  TlsCredentialSource without("ssl_", "", {});
  EXPECT_NE(failure(without, paths).find("is encrypted"), std::string::npos);
}

TEST_F(TlsCredentialSourceTest, ForgetsWhatNobodyUses) {
  TlsCredentialSource source("ssl_", "", {});
  const Issued issued = issue({.name = "a.test"});
  for (int i = 0; i < 200; ++i) {
    const TlsPaths paths = write("many" + std::to_string(i), issued);
    ASSERT_TRUE(loaded(source, paths)) << i;
    ASSERT_LE(source.size(), 64U);
  }
}

class Lending : public TlsCredentialSourceTest {
 protected:
  Lending() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
    std::vector<TlsFinding> findings;
    TlsServerSettings settings;
    settings.certificates = {"$ssl_server_name.pem"};
    settings.certificate_keys = {"$ssl_server_name.key"};
    settings.certificates_vary = true;
    context_ = TlsServerContext::make(settings, sessions_, findings);
    client_context_ = TlsClientContext::make({}, findings);
    EXPECT_TRUE(findings.empty());
    TlsPeer peer;
    peer.name = "a.test";
    client_ = TlsLink::connect(ends_[0], *client_context_, peer);
    server_ = TlsLink::accept(ends_[1], *context_, choose_);
    EXPECT_EQ(client_->handshake(), TlsLink::Step::wants_read);
    EXPECT_EQ(server_->handshake(), TlsLink::Step::wants_certificate);
  }
  ~Lending() override {
    client_.reset();
    server_.reset();
    for (const int end : ends_)
      ::close(end);
  }

  TlsSessions sessions_;
  std::shared_ptr<const TlsServerContext> context_;
  std::shared_ptr<const TlsClientContext> client_context_;
  TlsChooser choose_ = [](std::string_view) { return nullptr; };
  std::array<int, 2> ends_{};
  std::unique_ptr<TlsLink> client_;
  std::unique_ptr<TlsLink> server_;
};

TEST_F(Lending, IsForTheHandshakeAlone) {
  ASSERT_NE(context_->credentials(), nullptr);
  TlsLoaded lent = loaded(*context_->credentials(), write("a.test", issue({.name = "a.test"})));
  const std::weak_ptr<const TlsCredentials> seen = lent;
  EXPECT_EQ(server_->handshake(), TlsLink::Step::wants_certificate);
  EXPECT_TRUE(server_->lend({lent}));
  lent.reset();
  EXPECT_EQ(server_->handshake(), TlsLink::Step::wants_read);
  EXPECT_EQ(client_->handshake(), TlsLink::Step::done);
  EXPECT_EQ(server_->handshake(), TlsLink::Step::done);
  EXPECT_EQ(SSL_get_certificate(server_->handle()), nullptr);
  EXPECT_EQ(SSL_get_privatekey(server_->handle()), nullptr);
}

TEST_F(Lending, IsRefusedWithAnAlert) {
  server_->withhold();
  EXPECT_EQ(server_->handshake(), TlsLink::Step::failed);
  EXPECT_EQ(client_->handshake(), TlsLink::Step::failed);
  EXPECT_NE(client_->reason().find("alert internal error"), std::string::npos) << client_->reason();
}

}  // namespace
}  // namespace signgate::net
