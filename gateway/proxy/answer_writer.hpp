// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/net/event.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/proxy/temp_file.hpp"

namespace signgate::proxy {

/// AnswerWriter is the way of an answer's body to the client. Bytes that the client takes at once
/// go straight through. With `buffering`, what it does not take is kept, in memory first and then
/// in a file, so that the upstream can finish and serve others; only when both are full does
/// write() wait, and also when the file cannot be written, which is logged. Without `buffering`
/// write() waits for the client. A rate holds either back. finish() must have returned before the
/// ends it works on go away. Source: nginx, proxy_buffering, limit_rate.
class AnswerWriter {
 public:
  struct Options {
    bool buffering = false;
    std::size_t block = 4096;       // proxy_buffers: the size of one,
    std::size_t memory = 32768;     // and of all
    std::uint64_t max_file = 0;     // proxy_max_temp_file_size; 0 = no file
    std::size_t file_step = 16384;  // proxy_temp_file_write_size
    std::string_view folder;        // proxy_temp_path; outlives the writer
    std::uint64_t rate = 0;         // limit_rate, bytes a second; 0 = as fast as may be
    std::uint64_t rate_after = 0;   // limit_rate_after
    Milliseconds send_timeout{60000};
  };

  AnswerWriter(ClientStream& client, Services& services, const Options& options);

  /// before_end has `tell` called once, ahead of the write that is `last`.
  void before_end(std::function<void()> tell) { before_end_ = std::move(tell); }

  /// write takes parts of the body, and the started head before them, as ClientStream::write does.
  [[nodiscard]] net::Awaitable<Result<void>> write(std::span<const std::string_view> parts,
                                                   bool last);

  /// write_now is write() where that does not wait, which is nearly always; false: nothing was
  /// done, and write() is to be called.
  [[nodiscard]] Result<bool> write_now(std::span<const std::string_view> parts, bool last);

  /// takes_now says that write_now takes what it is given.
  [[nodiscard]] bool takes_now() const noexcept {
    return !running_ && options_.buffering && options_.rate == 0;
  }

  /// is_under_way says that finish() has something to wait for, or to tell.
  [[nodiscard]] bool is_under_way() const noexcept { return running_ || failure_; }

  /// finish waits until the client has all that was written, or is gone. No write() afterwards.
  /// When the last one was not `last`, the answer stays unfinished.
  [[nodiscard]] net::Awaitable<Result<void>> finish();

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// Gathered is what one write to the client takes.
  struct Gathered {
    std::array<std::string_view, 16> parts;
    std::size_t count = 0;
    std::size_t size = 0;
    bool from_file = false;
  };

  [[nodiscard]] net::Awaitable<Result<void>> keep(std::string_view part);
  [[nodiscard]] net::Awaitable<void> keep_in_file(std::string_view& part);
  void keep_in_memory(std::string_view& part);
  void run();
  [[nodiscard]] net::Awaitable<void> drain();
  [[nodiscard]] net::Awaitable<Result<void>> drain_all();
  [[nodiscard]] net::Awaitable<Result<void>> gather(std::uint64_t most, Gathered& out);
  void drop(const Gathered& sent);
  [[nodiscard]] net::Awaitable<std::uint64_t> await_allowance();
  [[nodiscard]] bool file_holds() const noexcept { return file_begin_ < file_end_; }
  [[nodiscard]] bool is_empty() const noexcept { return blocks_.empty() && !file_holds(); }

  void end() {
    if (before_end_) std::exchange(before_end_, nullptr)();
  }

  ClientStream& client_;
  Services& services_;
  Options options_;
  std::function<void()> before_end_;
  TempFile file_;
  // Made with the first need: nearly all answers go straight through.
  std::optional<net::Event> taken_;  // the client took something, or failed, or drain() has ended
  std::optional<net::Event> kept_;   // there is something for drain()
  std::vector<Block> blocks_;
  std::unique_ptr<char[]> spare_;      // the bytes of a block that was taken
  std::unique_ptr<char[]> from_file_;  // what was read from the file
  std::uint64_t file_begin_ = 0;       // what of the file is still to go out
  std::uint64_t file_end_ = 0;
  bool file_grows_ = false;       // a write to it is under way
  std::uint64_t kept_bytes_ = 0;  // in memory and in the file
  std::uint64_t sent_ = 0;
  SteadyTime began_{};
  bool running_ = false;  // drain() is under way
  bool last_ = false;     // no part follows
  bool ended_ = false;    // the last part has gone out, by way of drain()
  bool closed_ = false;   // finish() was called
  std::optional<Error> failure_;
};

}  // namespace signgate::proxy
