// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/base/error.hpp"
#include "gateway/http/framing.hpp"
#include "gateway/http/head.hpp"
#include "gateway/net/io.hpp"
#include "gateway/route/request_facts.hpp"

namespace signgate::proxy {

/// Answer is a response as the exchange sees it, whatever the client's protocol.
struct Answer {
  int status = 200;
  std::string_view reason;  // empty: the usual one
  http::Fields fields;      // end-to-end fields; no Content-Length, no Connection; Server and Date
                            // where upstream's own are passed on
  std::optional<std::uint64_t>
      length;             // of the body, or what a HEAD or 304 answer states; none = not known
  bool may_chunk = true;  // false: without a length its end is that of the connection
  std::uint32_t keep_alive_for = 0;  // seconds that the client is told a kept connection lasts
};

/// Linger is how long a connection is read from when nothing more is sent on it.
struct Linger {
  Milliseconds whole{30000};  // in all
  Milliseconds quiet{5000};   // without a byte
};

/// Discard bounds what is read of a body that nobody wants. Source: nginx, lingering_time and
/// lingering_timeout, which hold there too.
struct Discard {
  Linger within;
  std::uint64_t most = 0;  // bytes of the body; 0 = any number (client_max_body_size)
};

/// ClientStream is one request of a client and the way for its answer: all that the exchange and
/// the pumps know of the client. How messages are framed, whether the connection is kept, and what
/// else it carries at the same time is the implementation's: Http1Client, and in tests one that has
/// no connection at all. The worker's thread alone.
class ClientStream {
 public:
  /// BodyPart is a run of the request's body: a view that dies at the next read.
  struct BodyPart {
    std::string_view data;
    bool last = false;
  };

  virtual ~ClientStream() = default;
  ClientStream(const ClientStream&) = delete;
  ClientStream& operator=(const ClientStream&) = delete;

  /// head is the request's; of one that could not be read, what is known of it.
  [[nodiscard]] virtual const http::RequestHead& head() const noexcept = 0;

  /// began is when the first byte of the request had arrived, by the worker's clock.
  [[nodiscard]] virtual SteadyTime began() const noexcept = 0;

  /// framing says whether a body follows, and its length where the client has told it. `chunked` is
  /// a body whose length is not known, whatever ends it.
  [[nodiscard]] virtual const http::Framing& framing() const noexcept = 0;

  /// pipelined says that the request was sent before the answer to the one before. ($pipe)
  [[nodiscard]] virtual bool pipelined() const noexcept = 0;

  /// whole_body is the request's body if all of it has arrived together with the head; nothing
  /// otherwise, nor once read_body has given a part of it.
  [[nodiscard]] virtual std::optional<std::string_view> whole_body() const noexcept = 0;

  /// discard_whole_body marks the body that whole_body returned as read.
  virtual void discard_whole_body() noexcept = 0;

  /// read_body waits for the next part of the body, `timeout` at most. An end of the stream within
  /// the body is an error.
  [[nodiscard]] virtual net::Awaitable<Result<BodyPart>> read_body(Milliseconds timeout) = 0;

  /// stop_reading ends a read_body or read_tunnel under way with the error `cancelled`, and later
  /// ones of this request too, unless what they give is at hand already. Not while a write is under
  /// way, which might end with it.
  virtual void stop_reading() noexcept = 0;

  [[nodiscard]] virtual bool body_complete() const noexcept = 0;

  /// body_begun says that read_body was called for a body: what it gave cannot be had again.
  [[nodiscard]] virtual bool body_begun() const noexcept = 0;

  /// waits_for_continue says that the client has asked for a 100 (Continue) before it sends a body,
  /// was not sent one, and has not begun to send it (RFC 9110 section 10.1.1).
  [[nodiscard]] virtual bool waits_for_continue() const noexcept = 0;

  /// send_interim sends an answer of 1xx ahead of the final one: nothing to a client of HTTP/1.0,
  /// which knows none (RFC 9110 section 15.2). 100 (Continue) among them.
  [[nodiscard]] virtual net::Awaitable<Result<void>> send_interim(int status,
                                                                  const http::Fields& fields,
                                                                  Milliseconds timeout) = 0;

  /// trailers are the lines behind a body that was read to its end: see http::parse_trailers.
  [[nodiscard]] virtual std::string_view trailers() const noexcept = 0;

  /// takes_trailers says whether fields can follow the body of the answer that was started.
  [[nodiscard]] virtual bool takes_trailers() const noexcept = 0;

  /// add_trailers has fields sent behind the body, with the write that is `last`. Where
  /// takes_trailers says so; later ones follow those before.
  virtual void add_trailers(const http::Fields& fields) = 0;

  /// sent_trailers are the lines that add_trailers has had, one each with CRLF.
  [[nodiscard]] virtual std::string_view sent_trailers() const noexcept = 0;

  /// is_chunked says that the body of the answer that was started is framed by chunks.
  [[nodiscard]] virtual bool is_chunked() const noexcept = 0;

  /// is_kept says whether the client was told that the connection serves another request; before
  /// the answer is started, whether it wants that.
  [[nodiscard]] virtual bool is_kept() const noexcept = 0;

  /// tcp_state is what the kernel says of the connection now.
  [[nodiscard]] virtual std::optional<route::TcpState> tcp_state() = 0;

  /// start fixes the answer's head; it goes out with the first write. `keep_alive` false ends the
  /// connection after what is under way. `server` is the value of Server, `date` of Date.
  virtual void start(const Answer& answer, bool keep_alive, std::string_view server,
                     std::string_view date) = 0;

  /// write sends parts of the body, and the head before them; `last` ends the answer. Without parts
  /// and not last it sends the head alone.
  [[nodiscard]] virtual net::Awaitable<Result<void>> write(std::span<const std::string_view> parts,
                                                           bool last, Milliseconds timeout) = 0;

  /// write_now is write() without waiting: true when all is out. What is left otherwise has been
  /// copied, and goes out with flush() or before the next write(). Not while a write is under way.
  [[nodiscard]] virtual Result<bool> write_now(std::span<const std::string_view> parts,
                                               bool last) = 0;

  /// flush sends what write_now has left.
  [[nodiscard]] virtual net::Awaitable<Result<void>> flush(Milliseconds timeout) = 0;

  /// start_tunnel fixes a 101 answer, with Upgrade among its fields. From then on write() sends
  /// bytes as they are and read_tunnel reads them, what came behind the request first; 0 is the end
  /// of the client's sending. The connection ends with the request. (RFC 9110 section 7.8)
  virtual void start_tunnel(const Answer& answer, std::string_view server,
                            std::string_view date) = 0;
  [[nodiscard]] virtual net::Awaitable<Result<std::size_t>> read_tunnel(std::span<char> into,
                                                                        Milliseconds timeout) = 0;

  /// wait_readable waits until read_tunnel would return at once; postpone_read gives one of both
  /// that is under way `timeout` from now.
  [[nodiscard]] virtual net::Awaitable<Result<void>> wait_readable(Milliseconds timeout) = 0;
  virtual void postpone_read(Milliseconds timeout) noexcept = 0;

  /// end_tunnel tells the client that nothing more comes; it may go on sending.
  virtual void end_tunnel() noexcept = 0;

  /// cut ends an answer that cannot be completed, so that the client sees the truncation.
  virtual void cut() noexcept = 0;

  /// started says that the answer's head is fixed: another answer can no longer be given.
  [[nodiscard]] virtual bool started() const noexcept = 0;

  /// has_left says whether nobody is there any more to be answered. It reads nothing away.
  [[nodiscard]] virtual bool has_left() noexcept = 0;

  /// request_length is what the request took on the wire so far; bytes_sent what its answer took,
  /// body_bytes_sent of that all behind its head, chunk framing too. ($request_length, $bytes_sent,
  /// $body_bytes_sent)
  [[nodiscard]] virtual std::uint64_t request_length() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t bytes_sent() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t body_bytes_sent() const noexcept = 0;

 protected:
  ClientStream() = default;
};

}  // namespace signgate::proxy
