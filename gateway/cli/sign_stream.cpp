// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign_stream.hpp"

#include <condition_variable>
#include <deque>
#include <istream>
#include <memory>
#include <mutex>
#include <ostream>
#include <thread>

#include "gateway/base/limits.hpp"
#include "gateway/cli/line_blocks.hpp"

namespace signgate::cli {
namespace {

/// Job is a block of lines on its way from the reader by a signer to the writer.
struct Job {
  LineBlock block;
  std::string answers;
  std::string complaints;
  bool good = true;
  bool done = false;
};

void complain(Job& job, std::size_t number, std::string_view what) {
  job.complaints.append("signgate sign: line ").append(std::to_string(number));
  job.complaints.append(": ").append(what).append("\n");
}

void sign_lines(const LineSigner& sign, Job& job) {
  std::vector<std::string> warnings;
  std::size_t number = job.block.first;
  for (const LineBlock::Line& line : job.block.lines) {
    if (line.too_long) {
      complain(job, number, "it is longer than " + std::to_string(limits::sign_line) + " bytes");
      job.good = false;
    } else if (line.length > 0) {
      const auto url = sign(job.block.line(line), warnings);
      for (const std::string& warning : warnings)
        complain(job, number, "warning: " + warning);
      warnings.clear();
      if (url) job.answers += *url;
      if (!url) complain(job, number, url.error().message);
      job.good = job.good && url.has_value();
    }
    job.answers += '\n';
    ++number;
  }
  job.block = {};
}

/// Pipeline holds the jobs under way. The reader adds them, signers take them in any order, the
/// writer in that of the input.
class Pipeline {
 public:
  explicit Pipeline(std::size_t most) : most_(most) {}

  /// add waits for room; false when the writer has given up.
  bool add(LineBlock block) {
    auto job = std::make_unique<Job>();
    job->block = std::move(block);
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return broken_ || ordered_.size() < most_; });
    if (broken_) return false;
    waiting_.push_back(job.get());
    ordered_.push_back(std::move(job));
    lock.unlock();
    work_.notify_one();
    return true;
  }

  /// end says that nothing more is added.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    work_.notify_all();
    done_.notify_one();
  }

  void sign_all(const LineSigner& sign) {
    while (Job* job = take_waiting()) {
      sign_lines(sign, *job);
      bool is_next = false;
      {
        const std::lock_guard lock(mutex_);
        job->done = true;
        is_next = !broken_ && ordered_.front().get() == job;
      }
      if (is_next) done_.notify_one();
    }
  }

  /// write_all is false when a line could not be signed; it gives up when `out` fails.
  bool write_all(std::ostream& out, std::ostream& err) {
    bool good = true;
    while (const auto job = take_done()) {
      out << job->answers;
      // Whoever waits for the answer gets it, but a long run is written in large pieces.
      if (nothing_done()) out.flush();
      if (!job->complaints.empty()) err << job->complaints;
      good = good && job->good;
      if (!out) {
        give_up();
        break;
      }
    }
    return good;
  }

 private:
  Job* take_waiting() {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this] { return broken_ || ended_ || !waiting_.empty(); });
    if (broken_ || waiting_.empty()) return nullptr;
    Job* job = waiting_.front();
    waiting_.pop_front();
    return job;
  }

  std::unique_ptr<Job> take_done() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return ordered_.empty() ? ended_ : ordered_.front()->done; });
    if (ordered_.empty()) return nullptr;
    auto job = std::move(ordered_.front());
    ordered_.pop_front();
    lock.unlock();
    room_.notify_one();
    return job;
  }

  bool nothing_done() {
    const std::lock_guard lock(mutex_);
    return ordered_.empty() || !ordered_.front()->done;
  }

  void give_up() {
    {
      const std::lock_guard lock(mutex_);
      broken_ = true;
    }
    work_.notify_all();
    room_.notify_one();
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable room_;              // for the reader
  std::condition_variable work_;              // for the signers
  std::condition_variable done_;              // for the writer
  std::deque<std::unique_ptr<Job>> ordered_;  // as in the input
  std::deque<Job*> waiting_;                  // those of them that no signer has taken
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace

bool sign_stream(const LineSigner& sign, unsigned threads, std::istream& in, std::ostream& out,
                 std::ostream& err, const std::function<void()>& stop_input) {
  Pipeline pipeline(std::size_t{4} * threads);
  bool good = true;
  std::vector<std::jthread> workers;
  workers.emplace_back([&] {
    good = pipeline.write_all(out, err);
    if (!out && stop_input) stop_input();
  });
  for (unsigned i = 0; i < threads; ++i)
    workers.emplace_back([&] { pipeline.sign_all(sign); });
  LineBlocks blocks(*in.rdbuf());
  while (auto block = blocks.next()) {
    if (!pipeline.add(*std::move(block))) break;
  }
  pipeline.end();
  workers.clear();
  return good;
}

}  // namespace signgate::cli
