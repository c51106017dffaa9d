// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/error.hpp"
#include "gateway/proxy/log_set.hpp"

namespace signgate::proxy {

/// LogFile gathers lines and appends them to a file, to stderr or to stdout. Whole lines are handed
/// to the system at once, so that several processes may write to one file. What cannot be written
/// is kept up to limits::log_backlog and written when that is possible again; lines beyond are
/// counted and lost, and nobody waits for the disk. One object serves all workers; its members may
/// be called from any thread.
class LogFile {
 public:
  /// Mode says when lines reach the file: at the next tick, when the buffer is full or as old as
  /// `flush`, or each at once (as stderr and stdout always do).
  enum class Mode : std::uint8_t { gathered, buffered, at_once };

  /// Settings say which file it is, and how it is written.
  struct Settings {
    std::string directive;  // for messages: "access_log"
    std::string path;       // as configured; "stderr" and "stdout" are special
    std::string folder;     // what a relative path is taken from
    Mode mode = Mode::gathered;
    std::uint64_t buffer = 0;  // buffered: bytes
    int gzip =
        0;  // buffered: each buffer is a gzip member, compressed at that level; 0 = it is not
    Milliseconds flush{0};  // buffered: how long a line may lie there; 0 = until it is full
    bool reports = true;    // the error log is told when writing fails; false: it is the error log

    friend bool operator==(const Settings&, const Settings&) = default;
  };

  /// open creates the file, and its folder, if they are missing. Fails with `resource`, whose
  /// detail names the directive, the path and what the system said.
  [[nodiscard]] static Result<std::shared_ptr<LogFile>> open(Settings settings);

  /// The destructor writes what is left.
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  /// write adds a line, given without its end.
  void write(std::string_view line);

  /// tick writes what is due; the workers call it ten times a second for as long as it answers
  /// true: something is there still that a later tick has to write.
  [[nodiscard]] bool tick(SteadyTime now);

  /// flush writes all that there is.
  void flush();

  /// reopen ends the file that is open with the lines so far and goes on with the one that has its
  /// path now (nginx: USR1). On failure the old one stays in use. Nothing to do for stderr and
  /// stdout.
  [[nodiscard]] Result<void> reopen();

  /// take_lost is how many lines were lost, once writing works again; it then counts anew.
  [[nodiscard]] std::uint64_t take_lost() noexcept;

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }

 private:
  LogFile(Settings settings, int descriptor);

  [[nodiscard]] static Result<int> open_path(const Settings& settings);
  void write_out(std::unique_lock<std::mutex>& filling);
  void compress();
  bool drain();
  bool drain_all();
  void report(int error);

  const Settings settings_;
  std::size_t capacity_ = 0;  // bytes of pending_ at which it is written

  std::mutex fill_;
  std::string pending_;
  SteadyTime oldest_{};  // buffered: when pending_ got its first line

  // Taken while fill_ is held, so that blocks keep the order of their lines.
  std::mutex disk_;
  int descriptor_;
  std::string unwritten_;    // what the last write left
  std::size_t written_ = 0;  // bytes of it that are in the file
  SteadyTime reported_{};
  bool told_ = false;  // a failure that lasts was reported: its end will be

  std::atomic<bool> failing_ = false;
  std::atomic<SteadyTime::rep> retry_at_ = 0;
  std::atomic<std::uint64_t> lost_ = 0;
};

/// LogFiles are the open logs of the process, one for each different file and way of writing: a
/// reload that names a log again goes on with it; and the logs with many files. Used from one
/// thread.
class LogFiles {
 public:
  /// open is LogFile::open, or reopen where such a file is open already.
  [[nodiscard]] Result<std::shared_ptr<LogFile>> open(const LogFile::Settings& settings);

  /// open_set makes a log with many files; see LogSet.
  [[nodiscard]] std::shared_ptr<LogSet> open_set(const std::string& path, const std::string& folder,
                                                 const config::OpenLogFileCache& cache);

  /// reopen does so with all files that are in use. Those that cannot be are told of in the error
  /// log.
  void reopen();

 private:
  std::vector<std::weak_ptr<LogFile>> files_;
  std::vector<std::weak_ptr<LogSet>> sets_;
};

}  // namespace signgate::proxy
