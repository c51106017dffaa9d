// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign_stream.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <istream>
#include <memory>
#include <mutex>
#include <ostream>
#include <sstream>
#include <thread>
#include <vector>

#include "gateway/base/limits.hpp"

namespace signgate::cli {
namespace {

/// Line is one line of the input, or the fact that it was too long.
struct Line {
  std::string text;
  bool too_long = false;
};

/// Block is a run of lines on its way from the reader by a signer to the writer.
struct Block {
  std::size_t first = 1;  // the number of its first line
  std::vector<Line> lines;
  std::size_t bytes = 0;  // of the lines
  std::string signed_lines;
  std::string complaints;
  bool good = true;
  bool done = false;
};

/// read_line reads up to a line feed or the end; false when there is nothing more. What a line has
/// beyond the limit is passed over.
bool read_line(std::streambuf& in, Line& line) {
  constexpr int end = std::char_traits<char>::eof();
  line = {};
  int c = in.sbumpc();
  if (c == end) return false;
  for (; c != end && c != '\n'; c = in.sbumpc()) {
    if (line.text.size() < limits::sign_line)
      line.text += static_cast<char>(c);
    else
      line.too_long = true;
  }
  if (!line.text.empty() && line.text.back() == '\r') line.text.pop_back();
  return true;
}

void sign_block(const LineSigner& sign, Block& block) {
  std::ostringstream complaints;
  std::size_t number = block.first;
  for (const Line& line : block.lines) {
    if (line.too_long) {
      complaints << "signgate sign: line " << number << ": it is longer than " << limits::sign_line
                 << " bytes\n";
      block.good = false;
    } else if (!line.text.empty()) {
      const auto url = sign(line.text, complaints);
      if (url) {
        block.signed_lines += *url;
      } else {
        complaints << "signgate sign: line " << number << ": " << url.error().message << "\n";
        block.good = false;
      }
    }
    block.signed_lines += '\n';
    ++number;
  }
  block.lines.clear();
  block.complaints = std::move(complaints).str();
}

/// Pipeline holds the blocks under way. The reader adds them, signers take them in any order, the
/// writer in that of the input.
class Pipeline {
 public:
  explicit Pipeline(std::size_t most) : most_(most) {}

  /// add waits for room; false when the writer has given up.
  bool add(std::unique_ptr<Block> block) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return broken_ || ordered_.size() < most_; });
    if (broken_) return false;
    unsigned_.push_back(block.get());
    ordered_.push_back(std::move(block));
    changed_.notify_all();
    return true;
  }

  /// end says that nothing more is added.
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  void sign_all(const LineSigner& sign) {
    while (Block* block = take_unsigned()) {
      sign_block(sign, *block);
      const std::lock_guard lock(mutex_);
      block->done = true;
      changed_.notify_all();
    }
  }

  /// write_all is false when a line could not be signed; it gives up when `out` fails.
  bool write_all(std::ostream& out, std::ostream& err) {
    bool good = true;
    while (const auto block = take_done()) {
      out << block->signed_lines;
      // Whoever waits for the answer gets it, but a long run is written in large pieces.
      if (nothing_done()) out.flush();
      err << block->complaints;
      good = good && block->good;
      if (!out) give_up();
    }
    return good;
  }

 private:
  Block* take_unsigned() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return broken_ || ended_ || !unsigned_.empty(); });
    if (broken_ || unsigned_.empty()) return nullptr;
    Block* block = unsigned_.front();
    unsigned_.pop_front();
    return block;
  }

  std::unique_ptr<Block> take_done() {
    std::unique_lock lock(mutex_);
    changed_.wait(
        lock, [this] { return broken_ || (ordered_.empty() ? ended_ : ordered_.front()->done); });
    if (broken_ || ordered_.empty()) return nullptr;
    auto block = std::move(ordered_.front());
    ordered_.pop_front();
    changed_.notify_all();
    return block;
  }

  bool nothing_done() {
    const std::lock_guard lock(mutex_);
    return ordered_.empty() || !ordered_.front()->done;
  }

  void give_up() {
    const std::lock_guard lock(mutex_);
    broken_ = true;
    changed_.notify_all();
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Block>> ordered_;  // as in the input
  std::deque<Block*> unsigned_;                 // those of them that no signer has taken
  bool ended_ = false;
  bool broken_ = false;
};

void read_all(std::istream& in, Pipeline& pipeline) {
  std::size_t number = 1;
  std::unique_ptr<Block> block;
  Line line;
  while (read_line(*in.rdbuf(), line)) {
    if (!block) {
      block = std::make_unique<Block>();
      block->first = number;
    }
    block->bytes += line.text.size();
    block->lines.push_back(std::move(line));
    ++number;
    const bool pauses = in.rdbuf()->in_avail() <= 0;
    const bool full =
        block->lines.size() >= limits::sign_block || block->bytes >= limits::sign_block_bytes;
    if (!pauses && !full) continue;
    if (!pipeline.add(std::move(block))) return;
  }
  if (block) pipeline.add(std::move(block));
}

}  // namespace

bool sign_stream(const LineSigner& sign, unsigned threads, std::istream& in, std::ostream& out,
                 std::ostream& err) {
  Pipeline pipeline(std::size_t{4} * threads);
  bool good = true;
  std::vector<std::jthread> workers;
  workers.emplace_back([&] { good = pipeline.write_all(out, err); });
  for (unsigned i = 0; i < threads; ++i)
    workers.emplace_back([&] { pipeline.sign_all(sign); });
  read_all(in, pipeline);
  pipeline.end();
  workers.clear();
  return good;
}

}  // namespace signgate::cli
