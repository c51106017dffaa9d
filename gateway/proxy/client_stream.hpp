// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/chunked.hpp"
#include "gateway/http/framing.hpp"
#include "gateway/net/stream.hpp"

namespace signgate::proxy {

/// HeadLimits are what a listener's default server says about heads.
struct HeadLimits {
  http::HeadRules rules;
  std::size_t first_buffer = 1024;
  Milliseconds header_timeout{60000};  // for the whole head
  Milliseconds idle_timeout{75000};    // until the first byte of a further request
};

/// Answer is a response as the exchange sees it: nothing of HTTP/1.1 framing.
struct Answer {
  int status = 200;
  std::string_view reason;  // empty: the usual one
  http::Fields fields;      // end-to-end fields; no Content-Length, no Connection
  std::optional<std::uint64_t>
      length;  // of the body, or what a HEAD or 304 answer states; none = not known
};

/// ClientStream is the client's side of the exchanges on one connection, spoken in HTTP/1.x: it
/// alone knows of framing, keep-alive and pipelining there. Another protocol is another class with
/// the members from `head` on.
class ClientStream {
 public:
  /// BodyPart is a run of the request's body: a view that dies at the next read.
  struct BodyPart {
    std::string_view data;
    bool last = false;
  };

  ClientStream(net::Socket socket, net::DeadlineWheel& wheel);
  ~ClientStream();

  /// read_head waits for the next request's head and parses it. False: the client ended the
  /// connection, or stayed idle, between two requests. An error is to be answered with its status,
  /// if there is one, and ends the connection.
  [[nodiscard]] net::Awaitable<Result<bool>> read_head(const HeadLimits& limits);

  /// finish_request makes ready for the next head; false when the connection has to end.
  [[nodiscard]] bool finish_request();

  [[nodiscard]] const http::RequestHead& head() const noexcept { return head_; }
  [[nodiscard]] const http::Framing& framing() const noexcept { return framing_; }
  [[nodiscard]] std::string_view request_line() const noexcept;
  [[nodiscard]] bool pipelined() const noexcept { return pipelined_; }

  /// whole_body is the request's body if all of it has arrived together with the head; nothing
  /// otherwise.
  [[nodiscard]] std::optional<std::string_view> whole_body() const noexcept;

  /// has_body_bytes says whether some of the body is already there: such a client waits for no 100
  /// (Continue).
  [[nodiscard]] bool has_body_bytes() const noexcept { return begin_ < end_; }

  /// is_idle says that no byte of a request has arrived that was not answered.
  [[nodiscard]] bool is_idle() const noexcept { return end_ == 0; }

  /// discard_whole_body marks the body that whole_body returned as read.
  void discard_whole_body() noexcept;

  /// read_body waits for the next part of the body. An end of the stream within the body is an
  /// error.
  [[nodiscard]] net::Awaitable<Result<BodyPart>> read_body(Milliseconds timeout);

  [[nodiscard]] bool body_complete() const noexcept { return body_complete_; }

  /// send_continue sends 100 (Continue).
  [[nodiscard]] net::Awaitable<Result<void>> send_continue(Milliseconds timeout);

  /// start fixes the answer's head; it goes out with the first write. `keep_alive` false closes
  /// afterwards. `server` is the value of Server, `date` of Date.
  void start(const Answer& answer, bool keep_alive, std::string_view server, std::string_view date);

  /// write sends parts of the body, and the head before them; `last` ends the answer. Without parts
  /// and not last it sends the head alone.
  [[nodiscard]] net::Awaitable<Result<void>> write(std::span<const std::string_view> parts,
                                                   bool last, Milliseconds timeout);

  /// cut ends an answer that cannot be completed, so that the client sees the truncation: no last
  /// chunk, and a reset where only the close would say that it is whole.
  void cut() noexcept;

  /// linger sends the end of the stream and reads on for a while, so that an answer sent before the
  /// request was read is not lost to a reset. (nginx: lingering_close)
  [[nodiscard]] net::Awaitable<void> linger();

  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
  [[nodiscard]] std::uint64_t request_length() const noexcept { return request_length_; }
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept {
    return stream_.bytes_written() - written_before_;
  }
  [[nodiscard]] std::uint64_t body_bytes_sent() const noexcept { return body_bytes_sent_; }
  [[nodiscard]] net::Stream& stream() noexcept { return stream_; }

 private:
  friend class IdleClients;
  enum class BodyForm : std::uint8_t { none, length, chunked, until_close };

  [[nodiscard]] Result<void> make_room(const HeadLimits& limits);
  void write_head(const Answer& answer, std::string_view server, std::string_view date);
  [[nodiscard]] Result<std::optional<BodyPart>> buffered_body();

  net::Stream stream_;
  std::unique_ptr<char[]> buffer_;  // the head, then what has arrived after it
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  // unread bytes are [begin_, end_)
  std::size_t end_ = 0;
  std::unique_ptr<char[]> body_buffer_;
  std::size_t body_begin_ = 0;
  std::size_t body_end_ = 0;

  http::HeadEnd head_end_;
  http::RequestHead head_;
  http::Framing framing_;
  std::optional<http::ChunkedDecoder> chunks_;
  std::uint64_t left_ = 0;
  bool body_complete_ = true;
  bool pipelined_ = false;
  bool first_ = true;
  std::uint64_t request_length_ = 0;

  std::string out_;  // the head, then chunk framing
  std::vector<net::asio::const_buffer> gather_;
  BodyForm form_ = BodyForm::none;
  bool started_ = false;
  bool keep_alive_ = false;
  bool ended_ = false;
  std::uint64_t body_bytes_sent_ = 0;
  std::uint64_t written_before_ = 0;
  std::size_t idle_place_ = 0;  // in IdleClients
};

}  // namespace signgate::proxy
