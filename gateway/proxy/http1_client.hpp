// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/net/stream.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/idle_clients.hpp"
#include "gateway/proxy/request_memory.hpp"

namespace signgate::proxy {

/// HeadLimits are what a listener's default server says about heads, and who says it once the host
/// is known.
struct HeadLimits {
  http::HeadRules rules;
  http::NamedRules named;
  std::size_t first_buffer = 1024;
  Milliseconds header_timeout{60000};  // for the whole head
  Milliseconds idle_timeout{75000};    // until the first byte of a further request
};

/// Http1Client is a client that speaks HTTP/1.x: one connection, the requests on which come one
/// after another. It alone knows of framing, keep-alive and pipelining there.
class Http1Client final : public ClientStream {
 public:
  /// Http1Client takes memory from `pool` while a request is under way.
  Http1Client(net::Socket socket, net::DeadlineWheel& wheel, RequestMemoryPool& pool);
  ~Http1Client() override;

  /// begin_head makes ready for the next request. True: there is no memory for those who only wait,
  /// and wait_for_head has to be awaited before read_head.
  [[nodiscard]] bool begin_head();

  /// wait_for_head waits until something has arrived. An error ends the connection: who says
  /// nothing has asked for nothing, and gets no answer (nginx).
  [[nodiscard]] net::Awaitable<Result<void>> wait_for_head(const HeadLimits& limits);

  /// read_head reads the next request's head, waiting for it, and parses it. False: the client
  /// ended the connection, or stayed idle, between two requests. An error is to be answered with
  /// its status, if there is one, and ends the connection.
  [[nodiscard]] net::Awaitable<Result<bool>> read_head(const HeadLimits& limits);

  /// owes_body says that the request was answered, that its body was not begun to be read, and that
  /// only the body keeps the connection from the next request.
  [[nodiscard]] bool owes_body() const noexcept {
    return keep_alive_ && ended_ && !body_begun_ && !body_complete_;
  }

  /// discard_body reads away a body that is owed. After an error the connection has to end.
  [[nodiscard]] net::Awaitable<Result<void>> discard_body(const Discard& bounds);

  /// finish_request makes ready for the next head; false when the connection has to end.
  [[nodiscard]] bool finish_request();

  /// has_bytes says whether something has arrived that was not read yet: the begin of the next
  /// request, or of the body, or what follows a body in a tunnel.
  [[nodiscard]] bool has_bytes() const noexcept {
    return begin_ < end_ || (memory_ && memory_->body_begin < memory_->body_end);
  }

  /// linger sends the end of the stream and reads on for a while, so that an answer sent before the
  /// request was read is not lost to a reset. (nginx: lingering_close)
  [[nodiscard]] net::Awaitable<void> linger(const Linger& limits);

  [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
  [[nodiscard]] net::Stream& stream() noexcept { return stream_; }

  /// idle_place is where it stands among those who wait. Whoever inserts it takes it out again;
  /// read_head does as soon as a byte of a request has come.
  [[nodiscard]] IdlePlace& idle_place() noexcept { return idle_place_; }

  [[nodiscard]] const http::RequestHead& head() const noexcept override { return memory_->head; }
  [[nodiscard]] SteadyTime began() const noexcept override { return began_; }
  [[nodiscard]] const http::Framing& framing() const noexcept override { return memory_->framing; }
  [[nodiscard]] bool pipelined() const noexcept override { return pipelined_; }
  [[nodiscard]] std::optional<std::string_view> whole_body() const noexcept override;
  void discard_whole_body() noexcept override;
  [[nodiscard]] net::Awaitable<Result<BodyPart>> read_body(Milliseconds timeout) override;
  void stop_reading() noexcept override {
    reading_stopped_ = true;
    stream_.interrupt();
  }
  [[nodiscard]] bool body_complete() const noexcept override { return body_complete_; }
  [[nodiscard]] bool body_begun() const noexcept override { return body_begun_; }
  [[nodiscard]] bool waits_for_continue() const noexcept override;
  [[nodiscard]] net::Awaitable<Result<void>> send_interim(int status, const http::Fields& fields,
                                                          Milliseconds timeout) override;
  [[nodiscard]] std::string_view trailers() const noexcept override {
    return memory_->chunks ? memory_->chunks->trailers() : std::string_view();
  }
  [[nodiscard]] bool takes_trailers() const noexcept override { return form_ == BodyForm::chunked; }
  void add_trailers(const http::Fields& fields) override;
  [[nodiscard]] std::string_view sent_trailers() const noexcept override;
  [[nodiscard]] bool is_chunked() const noexcept override {
    return started_ && form_ == BodyForm::chunked;
  }
  [[nodiscard]] bool is_kept() const noexcept override {
    return started_ ? told_kept_ : wants_more();
  }
  [[nodiscard]] std::optional<route::TcpState> tcp_state() override;
  void start(const Answer& answer, bool keep_alive, std::string_view server,
             std::string_view date) override;
  [[nodiscard]] net::Awaitable<Result<void>> write(std::span<const std::string_view> parts,
                                                   bool last, Milliseconds timeout) override;
  [[nodiscard]] Result<bool> write_now(std::span<const std::string_view> parts, bool last) override;
  [[nodiscard]] net::Awaitable<Result<void>> flush(Milliseconds timeout) override;
  void start_tunnel(const Answer& answer, std::string_view server, std::string_view date) override;
  [[nodiscard]] net::Awaitable<Result<std::size_t>> read_tunnel(std::span<char> into,
                                                                Milliseconds timeout) override;
  [[nodiscard]] net::Awaitable<Result<void>> wait_readable(Milliseconds timeout) override;
  void postpone_read(Milliseconds timeout) noexcept override { stream_.postpone_read(timeout); }
  void end_tunnel() noexcept override { stream_.shut_down(); }

  /// cut writes no last chunk, and resets the connection where only its close would say that the
  /// answer is whole.
  void cut() noexcept override;
  [[nodiscard]] bool started() const noexcept override { return started_; }
  /// has_left is true for a connection that is no more, and with TLS as soon as the client has
  /// closed it: TLS knows no client that only ends its half (RFC 5246 section 7.2.1). Without TLS a
  /// FIN is none: who has ended his half waits for the answer (RFC 9112 section 9.6).
  [[nodiscard]] bool has_left() noexcept override;
  [[nodiscard]] std::uint64_t request_length() const noexcept override { return request_length_; }
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept override {
    return stream_.bytes_written() - written_before_;
  }
  [[nodiscard]] std::uint64_t body_bytes_sent() const noexcept override { return body_bytes_sent_; }

 private:
  enum class HeadState : std::uint8_t { begun, whole, ended };
  enum class BodyForm : std::uint8_t { none, length, chunked, until_close, tunnel };

  [[nodiscard]] Milliseconds patience(const HeadLimits& limits) const noexcept;
  [[nodiscard]] Result<HeadState> read_at_hand(const HeadLimits& limits);
  [[nodiscard]] Result<HeadState> take_head(const HeadLimits& limits);
  void begin_body();
  [[nodiscard]] bool wants_more() const noexcept;
  [[nodiscard]] Result<void> make_room(const HeadLimits& limits);
  void write_head(const Answer& answer, std::string_view server, std::string_view date);
  void gather(std::span<const std::string_view> parts, bool last);
  [[nodiscard]] Result<std::optional<BodyPart>> buffered_body();
  [[nodiscard]] std::span<char> body_room();

  net::Stream stream_;
  IdlePlace idle_place_{stream_};
  RequestMemoryPool& pool_;
  RequestMemoryPool::Memory memory_;  // null: waits for a request
  std::size_t begin_ = 0;             // unread bytes of the buffer are [begin_, end_)
  std::size_t end_ = 0;
  SteadyTime began_{};
  std::uint64_t request_length_ = 0;
  std::uint64_t body_bytes_sent_ = 0;
  std::uint64_t written_before_ = 0;
  bool body_complete_ = true;
  bool body_begun_ = false;
  bool reading_stopped_ = false;
  bool continued_ = false;  // the client was sent a 100 (Continue)
  bool pipelined_ = false;
  bool first_ = true;
  BodyForm form_ = BodyForm::none;
  bool started_ = false;
  bool keep_alive_ = false;
  bool told_kept_ = false;  // by the head of the answer
  bool ended_ = false;
};

}  // namespace signgate::proxy
