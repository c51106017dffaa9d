// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/http1_client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

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

// The rules for what comes after `begun`.
http::HeadRules rules_behind(const HeadLimits& limits, std::string_view begun) {
  const std::string_view host = limits.named ? http::find_host(begun) : std::string_view();
  return host.empty() ? limits.rules : limits.named(host);
}

}  // namespace

Http1Client::Http1Client(net::Socket socket, net::DeadlineWheel& wheel, RequestMemoryPool& pool)
    : stream_(std::move(socket), wheel, Side::client), pool_(pool) {}

Http1Client::~Http1Client() {
  if (memory_) pool_.give(std::move(memory_));
}

Result<void> Http1Client::make_room(const HeadLimits& limits) {
  RequestMemory& memory = *memory_;
  if (memory.buffer == nullptr) {
    memory.capacity = limits.first_buffer;
    memory.buffer = std::make_unique_for_overwrite<char[]>(memory.capacity);
  }
  if (end_ < memory.capacity) return {};
  // Once the request line is too long to be valid the rest of the head is of no interest.
  const std::string_view bytes(memory.buffer.get(), end_);
  const http::HeadRules rules = rules_behind(limits, bytes);
  const bool long_line =
      bytes.size() > limits.rules.max_line &&
      bytes.substr(0, limits.rules.max_line).find('\n') == std::string_view::npos;
  if (long_line || memory.capacity > rules.max_head) {
    // For the answer and the log: whom it was for, as far as that was said.
    static_cast<void>(http::parse_request_head(bytes, limits.rules, memory.head, limits.named));
  }
  if (long_line)
    return Error{ErrorCode::uri_too_long, Side::client, Retry::no, "the request line is too long"};
  if (memory.capacity > rules.max_head) {
    return Error{ErrorCode::header_too_large, Side::client, Retry::no,
                 "the request's head is too long"};
  }
  const std::size_t larger =
      memory.capacity < rules.max_line ? rules.max_line + 1 : rules.max_head + 1;
  auto grown = std::make_unique_for_overwrite<char[]>(larger);
  std::copy(memory.buffer.get(), memory.buffer.get() + end_, grown.get());
  memory.buffer = std::move(grown);
  memory.capacity = larger;
  return {};
}

bool Http1Client::begin_head() {
  pipelined_ = end_ > 0;
  started_ = ended_ = body_begun_ = reading_stopped_ = continued_ = false;
  body_bytes_sent_ = 0;
  written_before_ = stream_.bytes_written();
  began_ = stream_.now();
  if (!memory_ && pool_.has_to_spare()) memory_ = pool_.take();
  return memory_ == nullptr;
}

net::Awaitable<Result<void>> Http1Client::wait_for_head(const HeadLimits& limits) {
  return stream_.wait_readable(patience(limits));
}

net::Awaitable<Result<bool>> Http1Client::read_head(const HeadLimits& limits) {
  SteadyTime deadline = began_ + patience(limits);
  Result<HeadState> state = HeadState::begun;
  if (!memory_) {
    memory_ = pool_.take();
    state = read_at_hand(limits);
    if (!first_ && end_ > 0) deadline = began_ + limits.header_timeout;
  } else if (end_ > 0) {
    state = take_head(limits);
  }
  // Until the first byte has come, a further request's time is that of an idle connection: of TLS,
  // something may have arrived that holds none.
  bool idle = !first_ && end_ == 0;
  std::optional<RequestMemoryPool::BegunHead> begun;
  while (state && *state == HeadState::begun) {
    if (end_ > 0 && !begun) {
      begun.emplace(pool_);
      idle_place_.leave();
    }
    if (const auto room = make_room(limits); !room) co_return room.error();
    const std::span<char> into(memory_->buffer.get() + end_, memory_->capacity - end_);
    const Result<std::size_t> read =
        co_await stream_.read_some(into, time_left(deadline, stream_.now()));
    // Before the first byte silence and an end are no errors.
    if (end_ == 0 && (!read || *read == 0)) co_return false;
    if (!read) co_return read.error();
    if (*read == 0)
      co_return Error{ErrorCode::closed, Side::client, Retry::no, "closed within a head"};
    if (end_ == 0) began_ = stream_.now();
    // Once: empty lines gain no more time.
    if (idle) deadline = began_ + limits.header_timeout;
    idle = false;
    end_ += *read;
    state = take_head(limits);
  }
  if (!state) co_return state.error();
  if (*state == HeadState::ended) co_return false;
  begin_body();
  co_return true;
}

Milliseconds Http1Client::patience(const HeadLimits& limits) const noexcept {
  return first_ || pipelined_ ? limits.header_timeout : limits.idle_timeout;
}

// What can be had without waiting, after the wait for it.
Result<Http1Client::HeadState> Http1Client::read_at_hand(const HeadLimits& limits) {
  if (const auto room = make_room(limits); !room) return room.error();
  const std::span<char> into(memory_->buffer.get(), memory_->capacity);
  const auto read = stream_.read_now(into);
  if (!read || *read == 0U) return HeadState::ended;
  if (!*read) return HeadState::begun;
  began_ = stream_.now();
  end_ = **read;
  return take_head(limits);
}

// Parses the head if all of it is there.
Result<Http1Client::HeadState> Http1Client::take_head(const HeadLimits& limits) {
  RequestMemory& memory = *memory_;
  char* const begin = memory.buffer.get();
  // Empty lines before a request line are skipped (RFC 9112 section 2.2).
  std::size_t blank = 0;
  while (blank < end_ && (begin[blank] == '\n' ||
                          (begin[blank] == '\r' && blank + 1 < end_ && begin[blank + 1] == '\n'))) {
    ++blank;
  }
  if (blank > 0) {
    std::copy(begin + blank, begin + end_, begin);
    end_ -= blank;
    memory.head_end.reset();
  }
  const std::string_view bytes(begin, end_);
  const std::size_t size = memory.head_end.find(bytes);
  if (size == 0) return HeadState::begun;
  // The buffer may be larger than this server's.
  if (size > limits.first_buffer && size > rules_behind(limits, bytes.substr(0, size)).max_head) {
    static_cast<void>(
        http::parse_request_head(bytes.substr(0, size), limits.rules, memory.head, limits.named));
    return Error{ErrorCode::header_too_large, Side::client, Retry::no,
                 "the request's head is too long"};
  }
  begin_ = size;
  request_length_ = size;
  const auto parsed =
      http::parse_request_head(bytes.substr(0, size), limits.rules, memory.head, limits.named);
  if (!parsed) return parsed.error();
  const auto framing = http::request_framing(memory.head);
  if (!framing) return framing.error();
  memory.framing = *framing;
  return HeadState::whole;
}

void Http1Client::begin_body() {
  RequestMemory& memory = *memory_;
  first_ = false;
  memory.left = memory.framing.length;
  if (memory.framing.kind == http::Framing::Kind::chunked) memory.chunks.emplace(Side::client);
  body_complete_ = memory.framing.kind == http::Framing::Kind::none ||
                   (memory.framing.kind == http::Framing::Kind::length && memory.left == 0);
  // The target's own host is the request's, whatever Host says (RFC 9112 section 3.2.2).
  if (!memory.head.authority.empty())
    memory.head.fields.set(http::HeaderId::host, "Host", memory.head.authority);
}

bool Http1Client::finish_request() {
  if (!keep_alive_ || !ended_ || !body_complete_) return false;
  RequestMemory& memory = *memory_;
  // What a chunked body's buffer holds beyond the body is the next request.
  const std::size_t over = memory.body_end - memory.body_begin;
  const std::size_t rest = end_ - begin_;
  if (over > 0) {
    SIGNGATE_CHECK(rest == 0);
    if (over > memory.capacity) {
      memory.buffer = std::make_unique_for_overwrite<char[]>(over);
      memory.capacity = over;
    }
    std::copy_n(memory.body_buffer.get() + memory.body_begin, over, memory.buffer.get());
  } else if (rest > 0) {
    std::copy_n(memory.buffer.get() + begin_, rest, memory.buffer.get());
  }
  begin_ = 0;
  end_ = over + rest;
  if (end_ > 0) {
    memory.clear();
  } else {
    pool_.give(std::move(memory_));
  }
  return true;
}

std::optional<std::string_view> Http1Client::whole_body() const noexcept {
  if (body_begun_) return std::nullopt;
  if (body_complete_) return std::string_view();
  if (memory_->framing.kind != http::Framing::Kind::length || memory_->left > end_ - begin_)
    return std::nullopt;
  return std::string_view(memory_->buffer.get() + begin_, static_cast<std::size_t>(memory_->left));
}

void Http1Client::discard_whole_body() noexcept {
  begin_ += static_cast<std::size_t>(memory_->left);
  request_length_ += memory_->left;
  memory_->left = 0;
  body_complete_ = true;
}

Result<std::optional<ClientStream::BodyPart>> Http1Client::buffered_body() {
  if (body_complete_) return std::optional(BodyPart{.data = {}, .last = true});
  const bool from_head = begin_ < end_;
  std::size_t& begin = from_head ? begin_ : memory_->body_begin;
  const std::size_t end = from_head ? end_ : memory_->body_end;
  const char* base = from_head ? memory_->buffer.get() : memory_->body_buffer.get();
  while (begin < end) {
    const std::string_view bytes(base + begin, end - begin);
    BodyPart part;
    if (memory_->chunks) {
      const auto step = memory_->chunks->next(bytes);
      if (!step) return step.error();
      begin += step->consumed;
      request_length_ += step->consumed;
      part = {step->data, step->done};
      if (part.data.empty() && !part.last) continue;
    } else {
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(memory_->left, bytes.size()));
      begin += size;
      memory_->left -= size;
      request_length_ += size;
      part = {bytes.substr(0, size), memory_->left == 0};
    }
    body_complete_ = part.last;
    return std::optional(part);
  }
  return std::optional<BodyPart>();
}

// Where the next bytes of the body go, once those before were taken.
std::span<char> Http1Client::body_room() {
  RequestMemory& memory = *memory_;
  if (memory.body_buffer == nullptr)
    memory.body_buffer = std::make_unique_for_overwrite<char[]>(limits::read_buffer);
  memory.body_begin = memory.body_end = 0;
  // Never past a body of known length: what follows is the next request's.
  const std::size_t most =
      memory.chunks
          ? limits::read_buffer
          : static_cast<std::size_t>(std::min<std::uint64_t>(memory.left, limits::read_buffer));
  return {memory.body_buffer.get(), most};
}

net::Awaitable<Result<void>> Http1Client::discard_body(const Discard& bounds) {
  const SteadyTime end = std::chrono::steady_clock::now() + bounds.within.whole;
  std::uint64_t size = 0;
  while (!body_complete_) {
    const auto ready = buffered_body();
    if (!ready) co_return ready.error();
    if (*ready) {
      size += (*ready)->data.size();
      if (bounds.most != 0 && size > bounds.most)
        co_return Error{ErrorCode::body_too_large, Side::client, Retry::no, "client_max_body_size"};
      continue;
    }
    // Also while only the framing of chunks comes.
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now >= end)
      co_return Error{ErrorCode::timed_out, Side::client, Retry::no, "lingering_time"};
    const Milliseconds patience = std::min(bounds.within.quiet, time_left(end, now));
    const std::span<char> into = body_room();
    const Result<std::size_t> read = co_await stream_.read_some(into, patience);
    if (!read) co_return read.error();
    if (*read == 0)
      co_return Error{ErrorCode::closed, Side::client, Retry::no, "closed within a body"};
    memory_->body_end = *read;
  }
  co_return Result<void>();
}

net::Awaitable<Result<ClientStream::BodyPart>> Http1Client::read_body(Milliseconds timeout) {
  body_begun_ = body_begun_ || !body_complete_;
  while (true) {
    const auto ready = buffered_body();
    if (!ready) co_return ready.error();
    if (*ready) co_return **ready;
    // What stopped the reading may have come while the framing of a chunk was looked at.
    if (reading_stopped_) co_return Error{ErrorCode::cancelled, Side::client, Retry::no, {}};
    const std::span<char> into = body_room();
    const Result<std::size_t> read = co_await stream_.read_some(into, timeout);
    if (!read) co_return read.error();
    if (*read == 0)
      co_return Error{ErrorCode::closed, Side::client, Retry::no, "closed within a body"};
    memory_->body_end = *read;
  }
}

bool Http1Client::has_left() noexcept {
  return stream_.is_gone() || (stream_.tls() != nullptr && stream_.has_ended());
}

bool Http1Client::waits_for_continue() const noexcept {
  const auto expect = memory_->head.fields.value(http::HeaderId::expect);
  return expect && http::equal_ignoring_case(*expect, "100-continue") && memory_->head.minor == 1 &&
         !continued_ && !body_complete_ && !has_bytes();
}

net::Awaitable<Result<void>> Http1Client::wait_readable(Milliseconds timeout) {
  if (has_bytes()) co_return Result<void>();
  if (reading_stopped_) co_return Error{ErrorCode::cancelled, Side::client, Retry::no, {}};
  const Result<void> waited = co_await stream_.wait_readable(timeout);
  co_return waited;
}

net::Awaitable<Result<std::size_t>> Http1Client::read_tunnel(std::span<char> into,
                                                             Milliseconds timeout) {
  RequestMemory& memory = *memory_;
  // A chunked body's buffer may hold more than the body.
  const std::size_t behind_body = memory.body_end - memory.body_begin;
  std::size_t size = std::min(into.size(), behind_body > 0 ? behind_body : end_ - begin_);
  if (behind_body > 0) {
    std::copy_n(memory.body_buffer.get() + memory.body_begin, size, into.data());
    memory.body_begin += size;
  } else if (size > 0) {
    std::copy_n(memory.buffer.get() + begin_, size, into.data());
    begin_ += size;
  } else {
    const Result<std::size_t> read = co_await stream_.read_some(into, timeout);
    if (!read) co_return read.error();
    size = *read;
  }
  request_length_ += size;
  co_return size;
}

std::optional<route::TcpState> Http1Client::tcp_state() {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(stream_.socket().native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
    return std::nullopt;
  return route::TcpState{.rtt = info.tcpi_rtt,
                         .rttvar = info.tcpi_rttvar,
                         .snd_cwnd = info.tcpi_snd_cwnd,
                         .rcv_space = info.tcpi_rcv_space};
}

net::Awaitable<void> Http1Client::linger(const Linger& limits) {
  // An answer that was cut must not end as if it were whole.
  if (started_ && !ended_ && form_ == BodyForm::until_close) co_return;
  stream_.shut_down();
  const SteadyTime end = std::chrono::steady_clock::now() + limits.whole;
  const auto buffer = std::make_unique_for_overwrite<char[]>(limits::read_buffer);
  while (true) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now >= end) break;
    const std::span<char> into(buffer.get(), limits::read_buffer);
    const Milliseconds patience = std::min(limits.quiet, time_left(end, now));
    const Result<std::size_t> read = co_await stream_.read_some(into, patience);
    if (!read || *read == 0) break;
  }
}

}  // namespace signgate::proxy
