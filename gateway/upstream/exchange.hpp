// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "gateway/base/limits.hpp"
#include "gateway/http/chunked.hpp"
#include "gateway/http/framing.hpp"
#include "gateway/http/head_end.hpp"
#include "gateway/upstream/idle_pool.hpp"

namespace signgate::upstream {

/// Exchange is one request and its answer on a connection to a peer: HTTP/1.1 framing on the
/// upstream's side, and nothing else of it elsewhere. It owns the connection and one read buffer.
class Exchange {
 public:
  /// BodyPart is a run of the answer's body without its framing: a view that dies at the next read.
  struct BodyPart {
    std::string_view data;
    bool last = false;  // nothing follows; `data` may still hold bytes
  };

  explicit Exchange(std::unique_ptr<Connection> connection) noexcept;
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// send writes bytes of the request as they are.
  [[nodiscard]] net::Awaitable<Result<void>> send(std::span<net::asio::const_buffer> parts,
                                                  Milliseconds timeout);

  /// send_now is send() without waiting; what the socket did not take is left of `parts`, for
  /// send().
  [[nodiscard]] Result<void> send_now(std::span<net::asio::const_buffer>& parts);

  /// allow sets how long each read of the answer may take; one under way gets as long from now.
  void allow(Milliseconds patience);

  /// watch sets what is asked every second while the upstream is silent; once it says false, the
  /// read fails with `closed` of the client's side: nobody is left to answer. Not while a request's
  /// body is still sent: the read's end would end that write too.
  void watch(std::function<bool()> is_wanted) { is_wanted_ = std::move(is_wanted); }

  /// read_head reads until the final answer's head is there; 1xx answers are passed over. An error
  /// before the first byte of an answer on a connection that was used before has
  /// Retry::reused_only.
  [[nodiscard]] net::Awaitable<Result<void>> read_head(http::Method method);

  /// read_next_head is read_head for one head: false when it was that of a 1xx answer, after which
  /// another follows. With `upgrades` the request asked for another protocol, and a 101 is final:
  /// what follows it is no HTTP, and there is no body.
  [[nodiscard]] net::Awaitable<Result<bool>> read_next_head(http::Method method, bool upgrades);

  /// HeadState is what take_head has found: too little yet, a final head, or that of a 1xx answer,
  /// after which another follows.
  enum class HeadState : std::uint8_t { begun, whole, informational };

  /// take_head is the step of read_next_head that does not wait, for callers who save its frame:
  /// after `begun`, await read_more_of_head(), give add_to_head() what came of it, and ask again.
  [[nodiscard]] Result<HeadState> take_head(http::Method method, bool upgrades);
  [[nodiscard]] net::Awaitable<Result<std::size_t>> read_more_of_head();
  [[nodiscard]] Result<void> add_to_head(const Result<std::size_t>& got);

  /// take_rest is what has been read behind a 101 head; a view that lives as long as the Exchange.
  [[nodiscard]] std::string_view take_rest() noexcept;

  /// trailers are the lines behind a chunked body that was read to its end: see parse_trailers.
  [[nodiscard]] std::string_view trailers() const noexcept {
    return chunks_ ? chunks_->trailers() : std::string_view();
  }

  /// limit_head sets how long a head may be; limits::response_head before.
  void limit_head(std::size_t bytes) noexcept { head_limit_ = bytes; }

  /// limit_rate sets how many bytes a second of the body are read from now on; 0 = as they come. A
  /// second's worth is read at once. (nginx: proxy_limit_rate)
  void limit_rate(std::uint64_t bytes) noexcept {
    rate_ = bytes;
    if (bytes != 0) rate_since_ = std::chrono::steady_clock::now();
  }

  /// head is the answer's head; its views live as long as the Exchange.
  [[nodiscard]] const http::ResponseHead& head() const noexcept { return head_; }
  [[nodiscard]] const http::Framing& framing() const noexcept { return framing_; }

  /// buffered gives the next part of the body if it needs no read; nothing otherwise.
  [[nodiscard]] Result<std::optional<BodyPart>> buffered();

  /// has_rest_of_body says that buffered() gives all that is left, as one part.
  [[nodiscard]] bool has_rest_of_body() const noexcept {
    return complete_ || (framing_.kind == http::Framing::Kind::length && left_ <= end_ - begin_);
  }

  /// read_body waits for the next part. An end of the stream before the end of the body is an
  /// error.
  [[nodiscard]] net::Awaitable<Result<BodyPart>> read_body();

  /// put_back makes the last `count` bytes of the last part come again, in front of the next one:
  /// for a reader that needs them together. False, and nothing is put back, where they would not
  /// lie together: of a body in chunks, of the last part, or of more than limits::put_back bytes.
  [[nodiscard]] bool put_back(std::size_t count);

  /// take_connection gives the connection back once the body was read to its end; null if it must
  /// not be used again (close asked for, bytes left over, body not read).
  [[nodiscard]] std::unique_ptr<Connection> take_connection();

  /// bytes_received counts all that was read of the answer, body_received what came behind its
  /// head.
  [[nodiscard]] std::uint64_t bytes_received() const noexcept { return received_; }
  [[nodiscard]] std::uint64_t body_received() const noexcept { return received_ - heads_; }

  [[nodiscard]] Connection& connection() noexcept { return *connection_; }

 private:
  static void on_silence(void* self);
  [[nodiscard]] Milliseconds step_of(Milliseconds patience) const noexcept;
  [[nodiscard]] Result<void> make_room();
  [[nodiscard]] Error head_failure(const Result<std::size_t>& got) const;
  [[nodiscard]] Error send_failure(const Error& cause) const;
  [[nodiscard]] std::span<char> space();
  [[nodiscard]] net::Awaitable<Result<std::size_t>> read(std::span<char> into);
  [[nodiscard]] Result<std::size_t> judge(const Result<std::size_t>& got);
  [[nodiscard]] std::uint64_t allowance() const noexcept;
  [[nodiscard]] net::Awaitable<Result<std::size_t>> await_allowance();

  std::unique_ptr<Connection> connection_;
  std::function<bool()> is_wanted_;
  Milliseconds patience_{60000};
  SteadyTime patient_since_{};
  std::uint64_t rate_ = 0;
  SteadyTime rate_since_{};
  std::unique_ptr<char[]> buffer_;
  std::unique_ptr<char[]> head_buffer_;  // the head's, once the body has one of its own
  std::size_t capacity_ = 0;
  std::size_t head_limit_ = limits::response_head;
  std::size_t informational_ = 0;  // 1xx answers so far
  std::size_t begin_ = 0;          // unread bytes are [begin_, end_)
  std::size_t end_ = 0;
  std::size_t body_start_ = 0;  // the head lies before it and stays
  std::size_t put_back_ = 0;    // bytes before `begin_` that the next part begins with
  http::HeadEnd head_end_;
  http::ResponseHead head_;
  http::Framing framing_;
  std::optional<http::ChunkedDecoder> chunks_;
  std::uint64_t left_ = 0;  // Framing::Kind::length
  std::uint64_t received_ = 0;
  std::uint64_t heads_ = 0;  // of `received_`: the heads
  bool complete_ = false;
  bool is_abandoned_ = false;  // the read was ended since nobody is left to answer
};

}  // namespace signgate::upstream
