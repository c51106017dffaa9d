// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/log_set.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/route/log_escape.hpp"

namespace signgate::proxy {
namespace {

// nginx's mode of new logs.
constexpr mode_t file_mode = 0644;

// 0, or what the system said. A line that could be written in part is not tried again: the rest of
// it would stand behind another's.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::write(descriptor, text.data(), text.size());
    if (done > 0) {
      text.remove_prefix(static_cast<std::size_t>(done));
    } else if (done == 0) {
      return ENOSPC;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

LogSet::LogSet(std::string path, std::string folder, const config::OpenLogFileCache& cache)
    : path_(std::move(path)), folder_(std::move(folder)), cache_(cache) {}

LogSet::~LogSet() {
  flush();
  const std::lock_guard guard(loss_);
  told_ = {};
  tell(std::chrono::steady_clock::now());
  while (!files_.empty())
    drop(files_.begin());
}

void LogSet::write(std::string_view path, std::string_view line) {
  std::unique_lock filling(fill_);
  auto found = pending_.find(path);
  if (found == pending_.end()) {
    found = pending_.emplace(path, Lines{}).first;
    pending_size_ += path.size();
  }
  found->second.text.append(line) += '\n';
  ++found->second.count;
  pending_size_ += line.size() + 1;
  if (pending_size_ >= limits::log_batch) write_out(filling, std::chrono::steady_clock::now());
}

void LogSet::refuse(std::string_view variable, std::string_view reason) {
  lose(1, std::string(variable).append(" ").append(reason), std::chrono::steady_clock::now());
}

bool LogSet::tick(SteadyTime now) {
  std::unique_lock filling(fill_);
  write_out(filling, now);
  const std::lock_guard writing(disk_);
  drop_unused(now);
  const std::lock_guard guard(loss_);
  tell(now);
  return !files_.empty() || lost_ != 0;
}

void LogSet::flush() {
  std::unique_lock filling(fill_);
  write_out(filling, std::chrono::steady_clock::now());
}

void LogSet::reopen() {
  flush();
  const std::lock_guard writing(disk_);
  while (!files_.empty())
    drop(files_.begin());
}

std::size_t LogSet::open_files() {
  const std::lock_guard writing(disk_);
  std::size_t open = 0;
  for (const File& file : files_)
    open += file.descriptor >= 0 ? 1 : 0;
  return open;
}

// Gives up fill_.
void LogSet::write_out(std::unique_lock<std::mutex>& filling, SteadyTime now) {
  if (pending_.empty()) {
    filling.unlock();
    return;
  }
  const std::lock_guard writing(disk_);
  const auto lines = std::exchange(pending_, {});
  pending_size_ = 0;
  filling.unlock();
  for (const auto& [path, each] : lines)
    append(path, each, now);
}

// Under disk_, as are those below.
void LogSet::append(const std::string& path, const Lines& lines, SteadyTime now) {
  int descriptor = -1;
  const auto known = by_path_.find(path);
  if (known != by_path_.end()) {
    File& file = *known->second;
    if (file.descriptor >= 0 && now - file.opened >= cache_.valid) {
      ::close(file.descriptor);
      file.descriptor = -1;
    }
    descriptor = file.descriptor;
  }
  const bool fresh = descriptor < 0;
  if (fresh) descriptor = open(path);
  const int error = descriptor < 0 ? errno : write_all(descriptor, lines.text);
  if (error != 0) {
    std::string shown;
    route::append_log_escaped(path, shown);
    lose(lines.count,
         "\"" + shown + "\" cannot be " + (descriptor < 0 ? "opened: " : "written: ") +
             std::strerror(error),
         now);
  }
  if (fresh && descriptor >= 0 && cache_.max == 0) {
    ::close(descriptor);
  } else if (descriptor >= 0) {
    keep(path, descriptor, lines.count, now);
  }
}

// Notes that a file was used, and keeps it open where that is wanted.
void LogSet::keep(const std::string& path, int descriptor, std::uint64_t lines, SteadyTime now) {
  auto known = by_path_.find(path);
  if (known == by_path_.end()) {
    if (files_.size() >= cache_.max) drop(std::prev(files_.end()));
    files_.push_front({.path = path, .descriptor = -1, .uses = 0, .used = now, .opened = now});
    known = by_path_.emplace(files_.front().path, files_.begin()).first;
  } else {
    files_.splice(files_.begin(), files_, known->second);
  }
  File& file = files_.front();
  file.used = now;
  file.uses += lines;
  if (file.uses < cache_.min_uses) {
    ::close(descriptor);
    return;
  }
  if (file.descriptor < 0) file.opened = now;
  file.descriptor = descriptor;
}

void LogSet::drop(Files::iterator file) {
  if (file->descriptor >= 0) ::close(file->descriptor);
  by_path_.erase(file->path);
  files_.erase(file);
}

void LogSet::drop_unused(SteadyTime now) {
  while (!files_.empty() && now - files_.back().used >= cache_.inactive)
    drop(std::prev(files_.end()));
}

void LogSet::lose(std::uint64_t lines, std::string why, SteadyTime now) {
  const std::lock_guard guard(loss_);
  lost_ += lines;
  why_ = std::move(why);
  tell(now);
}

// Under loss_.
void LogSet::tell(SteadyTime now) {
  if (lost_ == 0 || now - told_ < std::chrono::seconds(1)) return;
  told_ = now;
  log(ErrorLevel::crit, "access_log \"{}\": {}; {} lines were lost", path_, why_,
      std::exchange(lost_, 0));
}

// As ::open.
int LogSet::open(const std::string& path) const {
  const auto whole = std::filesystem::path(folder_) / path;
  return ::open(whole.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, file_mode);
}

}  // namespace signgate::proxy
