// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/tls_settings.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace signgate::net {

class TlsSessions;

/// TlsServerContext is one server's certificates and rules, loaded and ready for handshakes.
/// Immutable and shared by all workers. A connection keeps what it needs of the context that it was
/// made with, so a context may go while its connections live on.
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

  /// is_verified_by says whether a connection was made under the same rules about client
  /// certificates, authorities and revocations: only then what its client proved counts here.
  [[nodiscard]] bool is_verified_by(const ssl_st* connection) const noexcept;

 private:
  TlsServerContext() = default;

  ssl_ctx_st* context_ = nullptr;
  TlsClientVerify verify_ = TlsClientVerify::off;
  bool rejects_ = false;
  long record_size_ = 0;
  std::string verify_digest_;
};

/// TlsChooser gives the context for the server name of a handshake, "" when the client names none;
/// null = the one that the handshake began with. Called once, on the connection's thread.
using TlsChooser = std::function<const TlsServerContext*(std::string_view server_name)>;

/// TlsClientContext is our side of connections to upstreams. Immutable and shared by all workers.
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

 private:
  TlsClientContext() = default;

  ssl_ctx_st* context_ = nullptr;
  bool verifies_ = false;
  bool reuses_sessions_ = true;
};

}  // namespace signgate::net
