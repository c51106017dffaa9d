// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/base/clock.hpp"
#include "gateway/config/logs.hpp"

namespace signgate::proxy {

/// LogSet appends the lines of one access_log to the many files that the variables in its path
/// name (nginx, ngx_http_log_script_write). Lines are gathered and written with the next tick, at
/// the latest when there are limits::log_batch bytes of them; their file is opened for that and
/// closed, but for those that open_log_file_cache keeps open. Folders are not made. Lines that
/// cannot be written are lost, which is told once a second with their number. One object serves
/// all workers; its members may be called from any thread.
class LogSet {
 public:
  /// LogSet takes the log's path as configured, for messages, and the folder at which relative
  /// paths begin.
  LogSet(std::string path, std::string folder, const config::OpenLogFileCache& cache);

  /// The destructor writes what is left.
  ~LogSet();
  LogSet(const LogSet&) = delete;
  LogSet& operator=(const LogSet&) = delete;

  /// write adds a line, given without its end, to the file at `path`, which route::LogPath gave.
  void write(std::string_view path, std::string_view line);

  /// refuse counts a line that has no path, by what route::LogPath::Refusal says.
  void refuse(std::string_view variable, std::string_view reason);

  /// tick writes the lines at hand and closes files that are not used; the workers call it ten
  /// times a second for as long as it answers true: there is something left to do.
  [[nodiscard]] bool tick(SteadyTime now);

  /// flush writes all that there is.
  void flush();

  /// reopen does so and closes all files, so that the next line finds those which have the paths
  /// then.
  void reopen();

  /// open_files is how many are kept open now.
  [[nodiscard]] std::size_t open_files();

 private:
  struct Lines {
    std::string text;
    std::uint64_t count = 0;
  };
  struct File {
    std::string path;
    int descriptor = -1;     // -1: known, and not open
    std::uint64_t uses = 0;  // lines since it is known
    SteadyTime used;
    SteadyTime opened;
  };
  using Files = std::list<File>;  // the one used last in front

  void write_out(std::unique_lock<std::mutex>& filling, SteadyTime now);
  void append(const std::string& path, const Lines& lines, SteadyTime now);
  void keep(const std::string& path, int descriptor, std::uint64_t lines, SteadyTime now);
  void drop(Files::iterator file);
  void drop_unused(SteadyTime now);
  void lose(std::uint64_t lines, std::string why, SteadyTime now);
  void tell(SteadyTime now);
  [[nodiscard]] int open(const std::string& path) const;

  const std::string path_;
  const std::string folder_;
  const config::OpenLogFileCache cache_;

  std::mutex fill_;
  std::map<std::string, Lines, std::less<>> pending_;
  std::size_t pending_size_ = 0;

  // Taken while fill_ is held, so that a file's lines keep their order.
  std::mutex disk_;
  Files files_;
  std::unordered_map<std::string_view, Files::iterator> by_path_;

  std::mutex loss_;
  std::uint64_t lost_ = 0;
  std::string why_;
  SteadyTime told_{};
};

}  // namespace signgate::proxy
