// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/http1_client.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/http/text.hpp"

namespace signgate::proxy {
namespace {

Milliseconds time_left(SteadyTime end, SteadyTime now) {
  const auto left = std::chrono::ceil<Milliseconds>(end - now);
  return std::max(left, Milliseconds(1));
}

}  // namespace

Http1Client::Http1Client(net::Socket socket, net::DeadlineWheel& wheel)
    : stream_(std::move(socket), wheel, Side::client) {}

Http1Client::~Http1Client() = default;

Result<void> Http1Client::make_room(const HeadLimits& limits) {
  if (end_ < capacity_) return {};
  // Once the request line is too long to be valid the rest of the head is of no interest.
  const std::string_view bytes(buffer_.get(), end_);
  if (bytes.size() > limits.rules.max_line &&
      bytes.substr(0, limits.rules.max_line).find('\n') == std::string_view::npos) {
    return Error{ErrorCode::uri_too_long, Side::client, Retry::no, "the request line is too long"};
  }
  if (capacity_ > limits.rules.max_head) {
    return Error{ErrorCode::header_too_large, Side::client, Retry::no,
                 "the request's head is too long"};
  }
  const std::size_t larger =
      capacity_ < limits.rules.max_line ? limits.rules.max_line + 1 : limits.rules.max_head + 1;
  auto grown = std::make_unique_for_overwrite<char[]>(larger);
  std::copy(buffer_.get(), buffer_.get() + end_, grown.get());
  buffer_ = std::move(grown);
  capacity_ = larger;
  return {};
}

// Gives back what the next request needs and an idle connection does not.
void Http1Client::release_memory() noexcept {
  buffer_.reset();
  capacity_ = 0;
  head_ = {};
  out_ = {};
  gather_ = {};
}

net::Awaitable<Result<bool>> Http1Client::read_head(const HeadLimits& limits) {
  // The fields' memory is used again; the views of the request before are gone.
  http::Fields fields = std::move(head_.fields);
  fields.clear();
  head_ = {};
  head_.fields = std::move(fields);
  pipelined_ = end_ > 0;
  started_ = ended_ = body_begun_ = reading_stopped_ = false;
  out_.clear();
  end_of_body_.clear();
  rest_.clear();
  body_bytes_sent_ = 0;
  written_before_ = stream_.bytes_written();
  began_ = stream_.now();
  bool begun = first_ || pipelined_;
  SteadyTime deadline = stream_.now() + (begun ? limits.header_timeout : limits.idle_timeout);
  while (true) {
    // Empty lines before a request line are skipped (RFC 9112 section 2.2).
    std::size_t blank = 0;
    while (blank < end_ && (buffer_[blank] == '\n' || (buffer_[blank] == '\r' && blank + 1 < end_ &&
                                                       buffer_[blank + 1] == '\n'))) {
      ++blank;
    }
    if (blank > 0) {
      std::copy(buffer_.get() + blank, buffer_.get() + end_, buffer_.get());
      end_ -= blank;
      head_end_.reset();
    }
    const std::string_view bytes(buffer_.get(), end_);
    if (const std::size_t size = head_end_.find(bytes); size != 0) {
      begin_ = size;
      request_length_ = size;
      const auto parsed = http::parse_request_head(bytes.substr(0, size), limits.rules, head_);
      if (!parsed) co_return parsed.error();
      const auto framing = http::request_framing(head_);
      if (!framing) co_return framing.error();
      framing_ = *framing;
      break;
    }
    if (buffer_ == nullptr) {
      capacity_ = limits.first_buffer;
      buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
    }
    if (const auto room = make_room(limits); !room) co_return room.error();
    const std::span<char> into(buffer_.get() + end_, capacity_ - end_);
    const Milliseconds timeout = time_left(deadline, stream_.now());
    const Milliseconds step = end_ == 0 ? std::min(timeout, limits::idle_grace) : timeout;
    Result<std::size_t> read = co_await stream_.read_some(into, step);
    if (!read && read.error().code == ErrorCode::timed_out && step < timeout) {
      release_memory();
      const Result<void> waited = co_await stream_.wait_readable(timeout - step);
      if (waited) continue;
      read = waited.error();
    }
    // Between requests, and before the first byte of the first, silence and an end are no errors.
    if (end_ == 0 && (!read || *read == 0)) {
      if (first_ && !read && read.error().code == ErrorCode::timed_out) co_return read.error();
      co_return false;
    }
    if (!read) co_return read.error();
    if (*read == 0)
      co_return Error{ErrorCode::closed, Side::client, Retry::no, "closed within a head"};
    if (end_ == 0) began_ = stream_.now();
    end_ += *read;
    if (!begun) deadline = stream_.now() + limits.header_timeout;
    begun = true;
  }
  first_ = false;
  left_ = framing_.length;
  chunks_.reset();
  if (framing_.kind == http::Framing::Kind::chunked) chunks_.emplace(Side::client);
  body_complete_ = framing_.kind == http::Framing::Kind::none ||
                   (framing_.kind == http::Framing::Kind::length && left_ == 0);
  // The target's own host is the request's, whatever Host says (RFC 9112 section 3.2.2).
  if (!head_.authority.empty()) head_.fields.set(http::HeaderId::host, "Host", head_.authority);
  co_return true;
}

bool Http1Client::finish_request() {
  if (!keep_alive_ || !ended_ || !body_complete_) return false;
  // What a chunked body's buffer holds beyond the body is the next request.
  const std::size_t over = body_end_ - body_begin_;
  const std::size_t rest = end_ - begin_;
  if (over > 0) {
    SIGNGATE_CHECK(rest == 0);
    if (over > capacity_) {
      buffer_ = std::make_unique_for_overwrite<char[]>(over);
      capacity_ = over;
    }
    std::copy(body_buffer_.get() + body_begin_, body_buffer_.get() + body_end_, buffer_.get());
    end_ = over;
  } else {
    std::copy(buffer_.get() + begin_, buffer_.get() + end_, buffer_.get());
    end_ = rest;
    // An idle connection keeps no large buffer.
    if (end_ == 0 && capacity_ > 4 * limits::kib) buffer_.reset();
  }
  body_buffer_.reset();
  begin_ = body_begin_ = body_end_ = 0;
  head_end_.reset();
  return true;
}

std::optional<std::string_view> Http1Client::whole_body() const noexcept {
  if (body_begun_) return std::nullopt;
  if (body_complete_) return std::string_view();
  if (framing_.kind != http::Framing::Kind::length || left_ > end_ - begin_) return std::nullopt;
  return std::string_view(buffer_.get() + begin_, static_cast<std::size_t>(left_));
}

void Http1Client::discard_whole_body() noexcept {
  begin_ += static_cast<std::size_t>(left_);
  request_length_ += left_;
  left_ = 0;
  body_complete_ = true;
}

Result<std::optional<ClientStream::BodyPart>> Http1Client::buffered_body() {
  if (body_complete_) return std::optional(BodyPart{.data = {}, .last = true});
  const bool from_head = begin_ < end_;
  std::size_t& begin = from_head ? begin_ : body_begin_;
  const std::size_t end = from_head ? end_ : body_end_;
  const char* base = from_head ? buffer_.get() : body_buffer_.get();
  while (begin < end) {
    const std::string_view bytes(base + begin, end - begin);
    BodyPart part;
    if (chunks_) {
      const auto step = chunks_->next(bytes);
      if (!step) return step.error();
      begin += step->consumed;
      request_length_ += step->consumed;
      part = {step->data, step->done};
      if (part.data.empty() && !part.last) continue;
    } else {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      begin += size;
      left_ -= size;
      request_length_ += size;
      part = {bytes.substr(0, size), left_ == 0};
    }
    body_complete_ = part.last;
    return std::optional(part);
  }
  return std::optional<BodyPart>();
}

net::Awaitable<Result<ClientStream::BodyPart>> Http1Client::read_body(Milliseconds timeout) {
  body_begun_ = body_begun_ || !body_complete_;
  while (true) {
    const auto ready = buffered_body();
    if (!ready) co_return ready.error();
    if (*ready) co_return **ready;
    // What stopped the reading may have come while the framing of a chunk was looked at.
    if (reading_stopped_) co_return Error{ErrorCode::cancelled, Side::client, Retry::no, {}};
    if (body_buffer_ == nullptr) {
      body_buffer_ = std::make_unique_for_overwrite<char[]>(limits::read_buffer);
    }
    body_begin_ = body_end_ = 0;
    // Never past a body of known length: what follows is the next request's.
    const std::size_t most =
        chunks_ ? limits::read_buffer
                : static_cast<std::size_t>(std::min<std::uint64_t>(left_, limits::read_buffer));
    const std::span<char> into(body_buffer_.get(), most);
    const Result<std::size_t> read = co_await stream_.read_some(into, timeout);
    if (!read) co_return read.error();
    if (*read == 0)
      co_return Error{ErrorCode::closed, Side::client, Retry::no, "closed within a body"};
    body_end_ = *read;
  }
}

bool Http1Client::waits_for_continue() const noexcept {
  const auto expect = head_.fields.value(http::HeaderId::expect);
  return expect && http::equal_ignoring_case(*expect, "100-continue") && head_.minor == 1 &&
         !body_complete_ && !has_bytes();
}

net::Awaitable<Result<void>> Http1Client::wait_readable(Milliseconds timeout) {
  if (has_bytes()) co_return Result<void>();
  if (reading_stopped_) co_return Error{ErrorCode::cancelled, Side::client, Retry::no, {}};
  const Result<void> waited = co_await stream_.wait_readable(timeout);
  co_return waited;
}

net::Awaitable<Result<std::size_t>> Http1Client::read_tunnel(std::span<char> into,
                                                             Milliseconds timeout) {
  std::size_t size = std::min(into.size(), end_ - begin_);
  if (size > 0) {
    std::copy_n(buffer_.get() + begin_, size, into.data());
    begin_ += size;
  } else {
    const Result<std::size_t> read = co_await stream_.read_some(into, timeout);
    if (!read) co_return read.error();
    size = *read;
  }
  request_length_ += size;
  co_return size;
}

net::Awaitable<void> Http1Client::linger() {
  // nginx's lingering_timeout and lingering_time.
  constexpr Milliseconds quiet{5000};
  constexpr Milliseconds whole{30000};
  // An answer that was cut must not end as if it were whole.
  if (started_ && !ended_ && form_ == BodyForm::until_close) co_return;
  stream_.shut_down();
  const SteadyTime end = std::chrono::steady_clock::now() + whole;
  const auto buffer = std::make_unique_for_overwrite<char[]>(limits::read_buffer);
  while (std::chrono::steady_clock::now() < end) {
    const std::span<char> into(buffer.get(), limits::read_buffer);
    const Result<std::size_t> read = co_await stream_.read_some(into, quiet);
    if (!read || *read == 0) break;
  }
}

}  // namespace signgate::proxy
