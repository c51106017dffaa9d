// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"

namespace signgate::route {

/// SentFraming is what the client's protocol adds to an answer's fields; before the answer has
/// begun, what it would add.
struct SentFraming {
  std::optional<std::uint64_t> content_length = {};
  bool chunked = false;
  bool keeps_alive = false;          // the connection serves another request
  std::uint32_t keep_alive_for = 0;  // the seconds of Keep-Alive; 0 = there is no such field
};

/// Connections are the clients' connections of one worker: nginx's numbers of stub_status.
struct Connections {
  std::uint64_t active = 0;
  std::uint64_t reading = 0;  // a part of a request's head has come
  std::uint64_t writing = 0;  // a request is answered
  std::uint64_t waiting = 0;  // for a request
};

/// TcpState is what the kernel knows of a client's connection (TCP_INFO of Linux).
struct TcpState {
  std::uint32_t rtt = 0;  // microseconds
  std::uint32_t rttvar = 0;
  std::uint32_t snd_cwnd = 0;
  std::uint32_t rcv_space = 0;
};

/// GzipSizes are those of an answer's body before and after gzip, in bytes.
struct GzipSizes {
  std::uint64_t plain = 0;
  std::uint64_t coded = 0;
};

/// RequestFacts tells what the shell knows of a request: each is asked for when a value needs it,
/// and not otherwise.
class RequestFacts {
 public:
  [[nodiscard]] virtual SentFraming sent_framing() const = 0;
  [[nodiscard]] virtual Connections connections() const = 0;
  [[nodiscard]] virtual Milliseconds connection_time() const = 0;

  /// tcp_state costs a system call; nothing for a connection that is none of TCP.
  [[nodiscard]] virtual std::optional<TcpState> tcp_state() const = 0;

  /// limit_rate is what the answer is held to, in bytes a second; 0 = as fast as may be, or not
  /// known yet.
  [[nodiscard]] virtual std::uint64_t limit_rate() const = 0;

  /// is_complete says that the answer has gone out whole.
  [[nodiscard]] virtual bool is_complete() const = 0;

  /// gzip_sizes are there once a body that we have compressed by gzip has gone out.
  [[nodiscard]] virtual std::optional<GzipSizes> gzip_sizes() const = 0;

  /// append_body_file writes the path of the file in which the request's body lies; nothing when it
  /// lies in none.
  virtual void append_body_file(std::string& out) const = 0;

  /// upstream_trailers and sent_trailers are the lines behind the body of the upstream's answer,
  /// none where they are not passed on, and behind that of ours: one each with CRLF.
  [[nodiscard]] virtual std::string_view upstream_trailers() const = 0;
  [[nodiscard]] virtual std::string_view sent_trailers() const = 0;

 protected:
  RequestFacts() = default;
  RequestFacts(const RequestFacts&) = default;
  RequestFacts& operator=(const RequestFacts&) = default;
  ~RequestFacts() = default;
};

}  // namespace signgate::route
