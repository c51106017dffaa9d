// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/buffer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/net/deadline.hpp"
#include "gateway/net/io.hpp"
#include "gateway/net/poller.hpp"
#include "gateway/net/socket.hpp"
#include "gateway/net/tls_link.hpp"

namespace signgate::net {

/// TlsLender loads the certificates for a handshake with a client, by what is known of the
/// connection by then: for contexts with TlsServerContext::credentials. Awaited within the
/// handshake, on the connection's thread.
using TlsLender = std::function<Awaitable<Result<std::vector<TlsLoaded>>>(ssl_st* connection)>;

/// SocketWishes is what a socket of our own is to have that one of the system's making has not.
struct SocketWishes {
  bool keepalive = false;  // TCP's probes
  int rcvbuf = 0;          // bytes of SO_RCVBUF and SO_SNDBUF; 0 = the system's own
  int sndbuf = 0;

  friend bool operator==(const SocketWishes&, const SocketWishes&) = default;
};

/// Stream is one connection, to a client or to an upstream, plain or TLS, with a deadline on every
/// operation. It owns its socket and belongs to one worker. At most one read and one write may be
/// under way at a time. Its errors carry the side it was made with: timed_out, closed. A plain
/// stream pays one branch an operation for TLS.
class Stream {
 public:
  Stream(Socket socket, DeadlineWheel& wheel, Side side);
  /// ~Stream ends a TLS connection with close_notify, unless it failed or reset_on_close was asked
  /// for.
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// accept_tls is the server's side of a TLS handshake, all of it within `timeout`; the stream is
  /// a TLS one from then on. `context` is for clients that name no server, and `choose` for the
  /// others; `lend` is asked by those without certificates of their own, and its errors are told.
  /// `closed` says in its detail what went wrong; nothing can be sent then.
  [[nodiscard]] Awaitable<Result<void>> accept_tls(const TlsServerContext& context,
                                                   const TlsChooser& choose, const TlsLender& lend,
                                                   Milliseconds timeout);

  /// connect_tls is the client's side on a connected stream. A handshake that fails, a certificate
  /// that does not verify among them, is `connect_failed` and may be tried elsewhere.
  [[nodiscard]] Awaitable<Result<void>> connect_tls(const TlsClientContext& context,
                                                    const TlsPeer& peer, Milliseconds timeout);

  /// tls is the connection's TLS; null for a plain one.
  [[nodiscard]] const TlsLink* tls() const noexcept { return tls_.get(); }

  /// wait_readable waits until something can be read, or the peer has ended. Now and then it
  /// returns for neither: whoever acts on it without reading has to look first.
  [[nodiscard]] Awaitable<Result<void>> wait_readable(Milliseconds timeout);

  /// read_some waits for bytes and reads what is there, at most `into.size()`; 0 is the end of the
  /// stream. `into` must live until it returns. A TLS stream to an upstream that ends without
  /// close_notify is `closed`, since anybody may have cut it (RFC 9112 section 9.8).
  [[nodiscard]] Awaitable<Result<std::size_t>> read_some(std::span<char> into,
                                                         Milliseconds timeout);

  /// read_now reads what is there without waiting. Nothing: it has to be waited for, or, of a TLS
  /// stream, read_some has to look. 0 is the end of the stream. Not while a read is under way.
  [[nodiscard]] Result<std::optional<std::size_t>> read_now(std::span<char> into);

  /// write sends all of `parts`, waiting at most `timeout` for each bit of progress.
  [[nodiscard]] Awaitable<Result<void>> write(std::span<asio::const_buffer> parts,
                                              Milliseconds timeout);

  /// write_now sends what the socket takes at once and says how much that was; it moves `parts` on.
  /// What is left has to be the first that the next write sends, all of it: a TLS record may be
  /// half out. Not while a write is under way.
  [[nodiscard]] Result<std::size_t> write_now(std::span<asio::const_buffer>& parts);

  /// prepare makes the new socket, for `endpoint`, ready for a connect() that wants more than a
  /// socket of the system's making: bound to `local`, unless that has no family, and with `wishes`,
  /// of which the system may refuse some. `resource` of our own side when it does not bind it so.
  [[nodiscard]] Result<void> prepare(const Endpoint& endpoint, const Endpoint& local,
                                     const SocketWishes& wishes);

  /// connect connects the new socket to `endpoint` within `timeout`.
  [[nodiscard]] Awaitable<Result<void>> connect(Endpoint endpoint, Milliseconds timeout);

  /// postpone_read gives a read that is under way `timeout` from now; nothing happens when there is
  /// none.
  void postpone_read(Milliseconds timeout);

  /// when_silent has `on_silence(owner)` called in place of expire() when a read's time is over:
  /// it calls extend_read() or expire(). Null: expire().
  void when_silent(Deadline::OnExpiry on_silence, void* owner) noexcept {
    if (on_silence == nullptr)
      read_deadline_.call(&Stream::on_expiry, this);
    else
      read_deadline_.call(on_silence, owner);
  }
  void extend_read(Milliseconds timeout) { read_deadline_.set(timeout); }

  /// expire ends the operations under way with `timed_out`.
  void expire() noexcept { on_expiry(this); }

  /// is_quiet says whether a kept connection is still open with nothing to read: what is closed, or
  /// speaks unasked, must not be used again. Without `looks` it is what the event loop knows, which
  /// is as old as its last turn; with it, a system call. Session tickets that come late are no
  /// speech.
  [[nodiscard]] bool is_quiet(bool looks) noexcept;

  /// has_ended says whether the peer has ended its sending half, or is gone, and nothing it sent is
  /// left to read. One system call. No read may be under way.
  [[nodiscard]] bool has_ended() noexcept;

  /// is_gone says whether the connection is no more: it was reset, or both halves have ended. A
  /// peer that has ended its sending half alone may still read; TCP does not tell whether it does.
  /// One system call.
  [[nodiscard]] bool is_gone() const noexcept;

  /// shut_down ends our sending half; the peer sees the end of the stream.
  void shut_down() noexcept;

  /// interrupt ends the operations under way with `cancelled`; later ones work again.
  void interrupt() noexcept;

  /// abort ends every operation under way with `cancelled` and makes later ones fail at once.
  void abort() noexcept;

  /// reset_on_close makes the close a reset: the peer then knows that what it got is cut short.
  void reset_on_close() noexcept;

  [[nodiscard]] Socket& socket() noexcept { return socket_; }
  /// now is the worker's clock: DeadlineWheel::now.
  /// stopping says that the worker ends all I/O: who waits for something else has to end too.
  [[nodiscard]] bool stopping() const noexcept { return read_deadline_.stopping(); }

  [[nodiscard]] SteadyTime now() const noexcept { return read_deadline_.wheel().now(); }

  [[nodiscard]] std::uint64_t bytes_written() const noexcept { return bytes_written_; }

 private:
  using Direction = Readiness::Direction;

  static void on_expiry(void* self);
  [[nodiscard]] Error failure(boost::system::error_code code) const;
  // Also what was waited for without being in Readiness's places: see read_plain.
  [[nodiscard]] bool is_ended() const noexcept { return aborted_ || interrupted_ || timed_out_; }
  [[nodiscard]] bool is_over() const noexcept { return aborted_ || read_deadline_.stopping(); }
  void begin_read(Milliseconds timeout);
  void end_read() noexcept;
  [[nodiscard]] Result<std::optional<std::size_t>> receive(std::span<char> into);
  [[nodiscard]] bool is_silent() const noexcept;
  [[nodiscard]] Awaitable<std::tuple<boost::system::error_code>> wait(Direction direction);
  [[nodiscard]] Awaitable<Result<std::size_t>> read_plain(std::span<char> into,
                                                          Milliseconds timeout);
  [[nodiscard]] Awaitable<Result<std::size_t>> read_tls(std::span<char> into, Milliseconds timeout);
  [[nodiscard]] Awaitable<Result<void>> write_plain(std::span<asio::const_buffer> parts,
                                                    Milliseconds timeout);
  [[nodiscard]] Awaitable<Result<void>> write_tls(std::span<asio::const_buffer> parts,
                                                  Milliseconds timeout);
  [[nodiscard]] Result<TlsLink::Step> send_records(std::span<asio::const_buffer>& parts);
  [[nodiscard]] Result<std::size_t> write_tls_now(std::span<asio::const_buffer>& parts);
  [[nodiscard]] Awaitable<Result<void>> shake_hands(Milliseconds timeout, const TlsLender* lend);
  [[nodiscard]] Awaitable<Result<void>> borrow(const TlsLender& lend);
  [[nodiscard]] Error tls_failure() const;
  [[nodiscard]] Direction told(TlsLink::Step step) noexcept;

  template <class Handler>
  struct PendingRead;

  Socket socket_;
  Readiness readiness_;
  std::unique_ptr<TlsLink> tls_;
  Deadline read_deadline_;
  Deadline write_deadline_;
  std::uint64_t bytes_written_ = 0;
  std::uint8_t reads_ = 0;  // since another connection had its turn
  Side side_;
  bool timed_out_ = false;
  bool interrupted_ = false;
  bool aborted_ = false;
  bool resets_ = false;
};

}  // namespace signgate::net
