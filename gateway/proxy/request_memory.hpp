// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/http/chunked.hpp"
#include "gateway/http/framing.hpp"
#include "gateway/http/head.hpp"
#include "gateway/http/head_end.hpp"
#include "gateway/net/io.hpp"

namespace signgate::proxy {

/// RequestMemory is what a client's connection needs from the first byte of a request to the end of
/// its answer, and not while it waits for one.
struct RequestMemory {
  std::unique_ptr<char[]> buffer;  // the head, then what has arrived after it
  std::size_t capacity = 0;
  std::unique_ptr<char[]> body_buffer;
  std::size_t body_begin = 0;  // unread bytes of it are [body_begin, body_end)
  std::size_t body_end = 0;

  http::HeadEnd head_end;
  http::RequestHead head;
  http::Framing framing;
  std::optional<http::ChunkedDecoder> chunks;
  std::uint64_t left = 0;  // of a body with a length

  std::string out;          // the answer's head, then chunk framing
  std::string end_of_body;  // the last chunk with trailers; empty: without any
  std::string rest;         // what could not be sent at once
  std::vector<net::asio::const_buffer> gather;

  /// clear forgets the request and its answer; the buffer is left as it is, and so is what was
  /// allocated where the next request is likely to need it.
  void clear() noexcept {
    // The fields' memory is used again, unless a head had very many; their views go.
    http::Fields fields = std::move(head.fields);
    fields.forget(limits::kept_fields);
    head = {};
    head.fields = std::move(fields);
    framing = {};
    chunks.reset();
    left = 0;
    head_end.reset();
    body_buffer.reset();
    body_begin = body_end = 0;
    // An assignment keeps what was allocated, as does clear().
    if (out.capacity() > limits::kept_head_buffer) std::string().swap(out);
    out.clear();
    std::string().swap(end_of_body);
    std::string().swap(rest);
    gather.clear();
  }

  /// shrink drops a buffer that a long head has made large.
  void shrink() noexcept {
    if (capacity <= limits::kept_head_buffer) return;
    buffer.reset();
    capacity = 0;
  }
};

/// RequestMemoryPool lends a worker's memories, so that idle connections hold none and busy ones
/// allocate none. The worker's thread alone; it outlives who borrows.
class RequestMemoryPool {
 public:
  using Memory = std::unique_ptr<RequestMemory>;

  [[nodiscard]] Memory take() {
    ++lent_;
    if (kept_.empty()) return std::make_unique<RequestMemory>();
    Memory memory = std::move(kept_.back());
    kept_.pop_back();
    return memory;
  }

  /// give takes one back and clears it; what is more than limits::request_memories is freed.
  void give(Memory memory) {
    --lent_;
    if (kept_.size() >= limits::request_memories) return;
    memory->clear();
    memory->shrink();
    kept_.push_back(std::move(memory));
  }

  /// has_to_spare says that even those who only wait may borrow: a read that is waited for with its
  /// buffer at hand costs less than a wait and a read.
  [[nodiscard]] bool has_to_spare() const noexcept { return lent_ < limits::waiting_memories; }

  /// BegunHead counts, for as long as it lives, a head of which only a part has come.
  class BegunHead {
   public:
    explicit BegunHead(RequestMemoryPool& pool) noexcept : pool_(pool) { ++pool_.begun_; }
    ~BegunHead() { --pool_.begun_; }
    BegunHead(const BegunHead&) = delete;
    BegunHead& operator=(const BegunHead&) = delete;

   private:
    RequestMemoryPool& pool_;
  };

  /// begun_heads counts these.
  [[nodiscard]] std::size_t begun_heads() const noexcept { return begun_; }

  [[nodiscard]] std::size_t kept() const noexcept { return kept_.size(); }

 private:
  std::vector<Memory> kept_;
  std::size_t lent_ = 0;
  std::size_t begun_ = 0;
};

}  // namespace signgate::proxy
