// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/tls_settings.hpp"
#include "gateway/net/tls_credential_source.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace signgate::net {

class TlsSessions;

/// TlsServerContext is one server's certificates and rules, loaded and ready for handshakes.
/// Shared by all workers, and immutable but for what its source of certificates keeps. A connection
/// keeps what it needs of the context that it was made with, so a context may go while its
/// connections live on.
class TlsServerContext {
 public:
  /// make reads what `settings` name. Null when something is wrong; `found` says what, and what is
  /// merely suspicious. Blocks on files. Resumption across reloads and workers is by `sessions`,
  /// which the context shares.
  [[nodiscard]] static std::shared_ptr<const TlsServerContext> make(
      const TlsServerSettings& settings, TlsSessions& sessions, std::vector<TlsFinding>& found);

  ~TlsServerContext();
  TlsServerContext(const TlsServerContext&) = delete;
  TlsServerContext& operator=(const TlsServerContext&) = delete;

  [[nodiscard]] ssl_ctx_st* handle() const noexcept { return context_; }
  [[nodiscard]] TlsClientVerify verify() const noexcept { return verify_; }
  /// rejects says that handshakes with this server are refused (ssl_reject_handshake).
  [[nodiscard]] bool rejects() const noexcept { return rejects_; }
  /// record_size is how many bytes one record holds at most (ssl_buffer_size).
  [[nodiscard]] long record_size() const noexcept { return record_size_; }

  /// credentials is where the certificates come from that connections are lent (TlsLink::lend);
  /// null: the context has its own.
  [[nodiscard]] TlsCredentialSource* credentials() const noexcept { return credentials_.get(); }

  /// is_verified_by says whether a connection was made under the same rules about client
  /// certificates, authorities and revocations: only then what its client proved counts here.
  [[nodiscard]] bool is_verified_by(const ssl_st* connection) const noexcept;

 private:
  TlsServerContext() = default;

  ssl_ctx_st* context_ = nullptr;
  TlsClientVerify verify_ = TlsClientVerify::off;
  bool rejects_ = false;
  long record_size_ = 0;
  std::unique_ptr<TlsCredentialSource> credentials_;
  std::string verify_digest_;
};

/// TlsChooser gives the context for the server name of a handshake, "" when the client names none;
/// null = the one that the handshake began with. Called once, on the connection's thread.
using TlsChooser = std::function<const TlsServerContext*(std::string_view server_name)>;

/// TlsGreeting is what the callbacks of a server's handshake ask for.
struct TlsGreeting {
  const TlsChooser* choose = nullptr;
  bool is_withheld = false;  // there is no certificate to be had for this client
};

/// TlsClientContext is our side of connections to upstreams. Shared by all workers, and immutable
/// but for what its source of certificates keeps.
class TlsClientContext {
 public:
  /// make reads what `settings` name, as TlsServerContext::make does.
  [[nodiscard]] static std::shared_ptr<const TlsClientContext> make(
      const TlsClientSettings& settings, std::vector<TlsFinding>& found);

  ~TlsClientContext();
  TlsClientContext(const TlsClientContext&) = delete;
  TlsClientContext& operator=(const TlsClientContext&) = delete;

  [[nodiscard]] ssl_ctx_st* handle() const noexcept { return context_; }
  [[nodiscard]] bool verifies() const noexcept { return verifies_; }
  [[nodiscard]] bool reuses_sessions() const noexcept { return reuses_sessions_; }
  /// credentials is as TlsServerContext::credentials: for TlsPeer::credentials.
  [[nodiscard]] TlsCredentialSource* credentials() const noexcept { return credentials_.get(); }

 private:
  TlsClientContext() = default;

  ssl_ctx_st* context_ = nullptr;
  bool verifies_ = false;
  bool reuses_sessions_ = true;
  std::unique_ptr<TlsCredentialSource> credentials_;
};

}  // namespace signgate::net
