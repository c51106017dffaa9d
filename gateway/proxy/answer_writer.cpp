// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/answer_writer.hpp"

#include <algorithm>
#include <limits>

#include "gateway/base/fault.hpp"
#include "gateway/net/child.hpp"

namespace signgate::proxy {

AnswerWriter::AnswerWriter(ClientStream& client, Services& services, const Options& options)
    : client_(client), services_(services), options_(options), file_(services.files) {}

Result<bool> AnswerWriter::write_now(std::span<const std::string_view> parts, bool last) {
  if (failure_) return *failure_;
  if (!takes_now()) return false;
  if (last) end();
  const Result<bool> all = client_.write_now(parts, last);
  if (!all) return all.error();
  if (!*all) run();
  return true;
}

net::Awaitable<Result<void>> AnswerWriter::write(std::span<const std::string_view> parts,
                                                 bool last) {
  if (last) end();
  if (!options_.buffering && options_.rate == 0) {
    const Result<void> sent = co_await client_.write(parts, last, options_.send_timeout);
    co_return sent;
  }
  const Result<bool> done = write_now(parts, last);
  if (!done) co_return done.error();
  if (*done) co_return Result<void>();
  if (!running_) run();
  for (const std::string_view part : parts) {
    const Result<void> kept = co_await keep(part);
    if (!kept) co_return kept.error();
  }
  last_ = last_ || last;
  if (!running_ && (last_ || !is_empty())) run();
  kept_->notify();
  co_return Result<void>();
}

// Takes all of `part`; waits for the client where there is no room.
net::Awaitable<Result<void>> AnswerWriter::keep(std::string_view part) {
  while (true) {
    if (failure_) co_return *failure_;
    if (!file_holds()) keep_in_memory(part);
    if (part.empty()) co_return Result<void>();
    kept_->notify();
    if (!running_) run();
    if (failure_) co_return *failure_;
    if (options_.buffering && file_end_ < options_.max_file) {
      co_await keep_in_file(part);
    } else {
      co_await taken_->wait();
    }
  }
}

void AnswerWriter::keep_in_memory(std::string_view& part) {
  while (!part.empty()) {
    if (blocks_.empty() || blocks_.back().end == options_.block) {
      if ((blocks_.size() + 1) * options_.block > options_.memory && !blocks_.empty()) return;
      Block& block = blocks_.emplace_back();
      block.bytes =
          spare_ ? std::move(spare_) : std::make_unique_for_overwrite<char[]>(options_.block);
    }
    Block& block = blocks_.back();
    const std::size_t size = std::min(part.size(), options_.block - block.end);
    std::copy_n(part.data(), size, block.bytes.get() + block.end);
    block.end += size;
    kept_bytes_ += size;
    part.remove_prefix(size);
  }
}

net::Awaitable<void> AnswerWriter::keep_in_file(std::string_view& part) {
  file_grows_ = true;
  Result<void> done;
  if (!file_.is_open()) done = co_await file_.open(std::string(options_.folder));
  const std::uint64_t most = std::min<std::uint64_t>(options_.file_step, part.size());
  const auto size =
      static_cast<std::size_t>(std::min<std::uint64_t>(most, options_.max_file - file_end_));
  const std::string_view piece = part.substr(0, size);
  if (done) done = co_await file_.write(file_end_, piece);
  file_grows_ = false;
  if (done) {
    file_end_ += size;
    kept_bytes_ += size;
    part.remove_prefix(size);
    co_return;
  }
  // The client then sets the pace: a full disk costs speed, and no answer.
  options_.max_file = 0;
  services_.file_log.error(services_.wheel.now(), done.error().detail);
}

void AnswerWriter::run() {
  if (!taken_) {
    taken_.emplace(services_.context.get_executor());
    kept_.emplace(services_.context.get_executor());
  }
  if (began_ == SteadyTime{}) began_ = std::chrono::steady_clock::now();
  running_ = true;
  const auto ended = [this](const std::exception_ptr& thrown) {
    if (thrown) failure_ = fault_of(thrown);
    running_ = false;
    // Something may have come after it had found nothing more.
    if (!failure_ && !ended_ && (last_ || !is_empty())) run();
    taken_->notify();
  };
  net::spawn_child(
      services_.context.get_executor(), [this] { return drain(); }, ended);
}

net::Awaitable<void> AnswerWriter::drain() {
  const Result<void> drained = co_await drain_all();
  if (!drained) failure_ = drained.error();
}

// Sends what is kept until there is nothing; with a rate, until the end.
net::Awaitable<Result<void>> AnswerWriter::drain_all() {
  const Result<void> flushed = co_await client_.flush(options_.send_timeout);
  if (!flushed) co_return flushed;
  while (!ended_) {
    if (is_empty() && !last_) {
      if (closed_ || options_.rate == 0) break;
      // The head does not wait for a body that takes its time.
      const Result<void> sent = co_await client_.write({}, false, options_.send_timeout);
      if (!sent) co_return sent;
      if (is_empty() && !last_ && !closed_) co_await kept_->wait();
      continue;
    }
    const std::uint64_t allowance = co_await await_allowance();
    Gathered next;
    const Result<void> gathered = co_await gather(allowance, next);
    if (!gathered) co_return gathered;
    const bool ends = last_ && kept_bytes_ == next.size;
    const std::span<const std::string_view> parts(next.parts.data(), next.count);
    const Result<void> sent = co_await client_.write(parts, ends, options_.send_timeout);
    if (!sent) co_return sent;
    ended_ = ends;
    drop(next);
    taken_->notify();
  }
  co_return Result<void>();
}

// How many bytes may go out now; waits until it is some.
net::Awaitable<std::uint64_t> AnswerWriter::await_allowance() {
  constexpr std::uint64_t second = 1000;
  constexpr std::uint64_t longest = 1000;
  if (options_.rate == 0) co_return std::numeric_limits<std::uint64_t>::max();
  while (true) {
    const auto elapsed =
        std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - began_).count();
    // A second's worth goes out at once, as in nginx.
    const std::uint64_t granted =
        options_.rate_after +
        static_cast<std::uint64_t>(
            static_cast<double>(options_.rate) *
            static_cast<double>(static_cast<std::uint64_t>(elapsed) + second) /
            static_cast<double>(second));
    const std::uint64_t left = granted > sent_ ? granted - sent_ : 0;
    // Neither single bytes nor a timer for each: a tenth of a second's worth at least.
    const std::uint64_t least =
        std::clamp<std::uint64_t>(options_.rate / 10, 1, std::max<std::uint64_t>(kept_bytes_, 1));
    if (left >= least || kept_bytes_ == 0) co_return std::max<std::uint64_t>(left, 1);
    const std::uint64_t wait = (least - left) * second / options_.rate + 1;
    net::Event pause(services_.context.get_executor());
    co_await pause.wait_for(Milliseconds(std::min(wait, longest)));
  }
}

// Lines up what the next write takes, at most `most` bytes: from memory, where the older ones are,
// or from the file.
net::Awaitable<Result<void>> AnswerWriter::gather(std::uint64_t most, Gathered& out) {
  for (const Block& block : blocks_) {
    if (out.count == out.parts.size() || most == 0) break;
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(most, block.end - block.begin));
    out.parts[out.count++] = {block.bytes.get() + block.begin, size};
    out.size += size;
    most -= size;
  }
  if (out.count > 0 || !file_holds()) co_return Result<void>();
  if (!from_file_) from_file_ = std::make_unique_for_overwrite<char[]>(options_.file_step);
  const auto size = static_cast<std::size_t>(
      std::min<std::uint64_t>({most, options_.file_step, file_end_ - file_begin_}));
  const std::span<char> into(from_file_.get(), size);
  const Result<std::size_t> read = co_await file_.read(file_begin_, into);
  if (!read || *read != size) {
    co_return Error{ErrorCode::resource, Side::own, Retry::no,
                    read ? "an answer's file has become shorter" : read.error().detail};
  }
  out.parts[0] = {from_file_.get(), size};
  out.count = 1;
  out.size = size;
  out.from_file = true;
  co_return Result<void>();
}

void AnswerWriter::drop(const Gathered& sent) {
  sent_ += sent.size;
  kept_bytes_ -= sent.size;
  if (sent.from_file) {
    file_begin_ += sent.size;
    if (file_begin_ == file_end_ && !file_grows_) file_begin_ = file_end_ = 0;
    return;
  }
  std::size_t left = sent.size;
  while (left > 0) {
    Block& block = blocks_.front();
    const std::size_t size = std::min(left, block.end - block.begin);
    block.begin += size;
    left -= size;
    if (block.begin < block.end) return;
    spare_ = std::move(block.bytes);
    blocks_.erase(blocks_.begin());
  }
}

net::Awaitable<Result<void>> AnswerWriter::finish() {
  closed_ = true;
  if (running_) kept_->notify();
  while (running_)
    co_await taken_->wait();
  if (failure_) co_return *failure_;
  co_return Result<void>();
}

}  // namespace signgate::proxy
