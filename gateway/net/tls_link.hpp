// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "gateway/net/tls_context.hpp"

struct ssl_session_st;

namespace signgate::net {

/// TlsSession is what a client keeps of a connection to resume it on the next.
using TlsSession = std::shared_ptr<ssl_session_st>;

/// TlsPeer says whom a connection to an upstream is with.
struct TlsPeer {
  std::string name;        // what its certificate has to be for, a name or an address
  bool sends_name = true;  // whether the name is told in the handshake (SNI); addresses never are
  TlsSession session;      // to be resumed, or null
  TlsLoaded credentials;   // our own for this connection; null: the context's, if it has any
};

/// TlsLink is TLS on a connected, non-blocking socket: one SSL object that reads and writes the
/// descriptor itself, so that an idle connection has no buffer at all, and no byte is copied
/// between buffers of ours. Each step does what can be done without waiting and says what to wait
/// for. One thread at a time; the process must ignore SIGPIPE.
class TlsLink {
 public:
  /// Step is how far an operation came.
  enum class Step : std::uint8_t {
    done,
    wants_read,         // again when the socket is readable
    wants_write,        // again when it is writable
    wants_certificate,  // again after lend() or withhold()
    ended,              // the peer said that it sends no more (close_notify)
    failed,             // see reason()
  };

  /// accept begins the server's side. `choose` must live until the handshake is done.
  [[nodiscard]] static std::unique_ptr<TlsLink> accept(int socket, const TlsServerContext& context,
                                                       const TlsChooser& choose);
  /// connect begins the client's side. Null when OpenSSL refuses the name or is out of memory, as
  /// is accept.
  [[nodiscard]] static std::unique_ptr<TlsLink> connect(int socket, const TlsClientContext& context,
                                                        const TlsPeer& peer);

  ~TlsLink();
  TlsLink(const TlsLink&) = delete;
  TlsLink& operator=(const TlsLink&) = delete;

  [[nodiscard]] Step handshake();

  /// lend gives a server's handshake the certificates that it wants; false when OpenSSL refuses one
  /// of them. They are given back when the handshake is done: an idle connection holds no key.
  [[nodiscard]] bool lend(const std::vector<TlsLoaded>& credentials);

  /// withhold makes the handshake fail in its next step, which tells the client so.
  void withhold() noexcept;

  /// read fills `into` with what has arrived; `size` is at least 1 when it is done. On the client's
  /// side an end without close_notify has failed: what came may be cut short. On the server's it is
  /// an end, since requests say how long they are.
  [[nodiscard]] Step read(std::span<char> into, std::size_t& size);

  /// write sends the front of `data`, `size` bytes of it; after wants_write it must be called with
  /// the same bytes again.
  [[nodiscard]] Step write(std::span<const char> data, std::size_t& size);

  /// has_pending says that bytes were taken from the socket that read has not given yet.
  [[nodiscard]] bool has_pending() const noexcept;

  /// peek looks for data without taking it; what is no data (a session ticket) is dealt with.
  [[nodiscard]] Step peek();

  /// close says close_notify, if the connection is in a state for it. It does not wait.
  void close() noexcept;

  /// reason says why a step failed, for the log: "certificate verify failed (...)".
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

  /// session is what the next connection may resume; null when there is nothing for that. TLS 1.3
  /// has it once something was read after the handshake.
  [[nodiscard]] TlsSession session() const;

  [[nodiscard]] ssl_st* handle() const noexcept { return ssl_; }

 private:
  explicit TlsLink(ssl_st* ssl) noexcept : ssl_(ssl) {}
  [[nodiscard]] static std::unique_ptr<TlsLink> begin(ssl_ctx_st* context, int socket);
  [[nodiscard]] Step judge(int result);

  ssl_st* ssl_;
  bool broken_ = false;
  bool borrows_ = false;                   // its certificate, for the handshake
  std::unique_ptr<TlsGreeting> greeting_;  // until a server's handshake is done
  std::string reason_;
};

}  // namespace signgate::net
