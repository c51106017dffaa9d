// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/log_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/codec/encoder.hpp"
#include "gateway/proxy/error_log.hpp"

namespace signgate::proxy {
namespace {

// nginx's mode of new logs.
constexpr mode_t file_mode = 0644;

bool is_stream(const std::string& path) {
  return path == "stderr" || path == "stdout";
}

SteadyTime::rep ticks(SteadyTime time) {
  return time.time_since_epoch().count();
}

std::string shown(const LogFile::Settings& settings) {
  return settings.directive + " \"" + settings.path + "\"";
}

}  // namespace

Result<int> LogFile::open_path(const Settings& settings) {
  if (settings.path == "stderr") return STDERR_FILENO;
  if (settings.path == "stdout") return STDOUT_FILENO;
  const auto path = std::filesystem::path(settings.folder) / settings.path;
  std::error_code failed;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failed);
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, file_mode);
  if (descriptor < 0) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 shown(settings) + " cannot be opened: " + std::strerror(errno)};
  }
  return descriptor;
}

Result<std::shared_ptr<LogFile>> LogFile::open(Settings settings) {
  const auto opened = open_path(settings);
  if (!opened) return opened.error();
  return std::shared_ptr<LogFile>(new LogFile(std::move(settings), *opened));
}

LogFile::LogFile(Settings settings, int descriptor)
    : settings_(std::move(settings)), descriptor_(descriptor) {
  if (settings_.mode == Mode::buffered) {
    capacity_ = static_cast<std::size_t>(settings_.buffer);
  } else if (settings_.mode == Mode::gathered && !is_stream(settings_.path)) {
    capacity_ = limits::log_batch;
  }
}

LogFile::~LogFile() {
  flush();
  if (const std::uint64_t lost = lost_.load(); lost > 0 && settings_.reports)
    log(ErrorLevel::alert, "{}: {} lines were lost", shown(settings_), lost);
  if (!is_stream(settings_.path)) ::close(descriptor_);
}

void LogFile::write(std::string_view line) {
  std::unique_lock filling(fill_);
  const bool failing = failing_.load(std::memory_order_relaxed);
  const std::size_t most = failing ? std::max(capacity_, limits::log_backlog) : SIZE_MAX;
  if (pending_.size() + line.size() >= most) {
    ++lost_;
  } else {
    if (pending_.empty() && settings_.flush.count() > 0) oldest_ = std::chrono::steady_clock::now();
    pending_.append(line) += '\n';
  }
  if (pending_.size() < capacity_) return;
  // While writing fails it is tried again at times, not with each line.
  if (failing && ticks(std::chrono::steady_clock::now()) < retry_at_.load()) return;
  write_out(filling);
}

bool LogFile::tick(SteadyTime now) {
  std::unique_lock filling(fill_);
  const bool failing = failing_.load(std::memory_order_relaxed);
  if (failing) {
    if (ticks(now) < retry_at_.load()) return true;
  } else if (pending_.empty()) {
    return false;
  } else if (settings_.mode == Mode::buffered) {
    if (settings_.flush.count() == 0) return false;
    if (now - oldest_ < settings_.flush) return true;
  }
  write_out(filling);
  // After a failure the backlog was written alone.
  return failing || failing_.load(std::memory_order_relaxed);
}

void LogFile::flush() {
  for (int pass = 0; pass < 2; ++pass) {
    std::unique_lock filling(fill_);
    if (pending_.empty() && !failing_.load()) return;
    write_out(filling);
  }
}

// Writes the lines at hand, or what could not be written before. Gives up fill_.
void LogFile::write_out(std::unique_lock<std::mutex>& filling) {
  const std::lock_guard writing(disk_);
  const bool fresh = unwritten_.empty();
  if (fresh) {
    std::swap(unwritten_, pending_);
    written_ = 0;
  }
  filling.unlock();
  if (fresh) compress();
  drain();
}

// Under disk_. Whether all could be written.
bool LogFile::drain() {
  while (written_ < unwritten_.size()) {
    const ssize_t done =
        ::write(descriptor_, unwritten_.data() + written_, unwritten_.size() - written_);
    if (done > 0) {
      written_ += static_cast<std::size_t>(done);
      continue;
    }
    if (done < 0 && errno == EINTR) continue;
    const int error = done < 0 ? errno : ENOSPC;
    failing_ = true;
    const SteadyTime now = std::chrono::steady_clock::now();
    retry_at_ = ticks(now + limits::log_retry);
    if (now - reported_ >= std::chrono::seconds(1)) {
      reported_ = now;
      report(error);
    }
    return false;
  }
  unwritten_.clear();
  written_ = 0;
  failing_ = false;
  if (std::exchange(told_, false))
    log(ErrorLevel::warn, "{} is written again; {} lines were lost", shown(settings_),
        lost_.exchange(0));
  return true;
}

// Under both locks.
bool LogFile::drain_all() {
  if (!drain()) return false;
  std::swap(unwritten_, pending_);
  compress();
  return drain();
}

// Under disk_: makes a gzip member of the lines at hand.
void LogFile::compress() {
  if (settings_.gzip == 0 || unwritten_.empty()) return;
  auto packed = codec::encode_whole(unwritten_, codec::Coding::gzip, settings_.gzip);
  if (packed) {
    unwritten_ = std::move(*packed);
    return;
  }
  lost_ += static_cast<std::uint64_t>(std::count(unwritten_.begin(), unwritten_.end(), '\n'));
  unwritten_.clear();
  report(ENOMEM);
}

void LogFile::report(int error) {
  if (!settings_.reports) return;
  told_ = true;
  log(ErrorLevel::alert, "{}: writing failed: {}; {} lines were lost so far", shown(settings_),
      std::strerror(error), lost_.load());
}

Result<void> LogFile::reopen() {
  if (is_stream(settings_.path)) return {};
  const auto opened = open_path(settings_);
  if (!opened) return opened.error();
  const std::lock_guard filling(fill_);
  const std::lock_guard writing(disk_);
  const bool done = drain_all();
  ::close(descriptor_);
  descriptor_ = *opened;
  if (done) return {};
  // A line that was cut begins anew in the new file, and so does a gzip member.
  if (settings_.gzip != 0) written_ = 0;
  while (written_ > 0 && unwritten_[written_ - 1] != '\n')
    --written_;
  drain_all();
  return {};
}

std::uint64_t LogFile::take_lost() noexcept {
  return failing_.load() ? 0 : lost_.exchange(0);
}

Result<std::shared_ptr<LogFile>> LogFiles::open(const LogFile::Settings& settings) {
  std::erase_if(files_, [](const std::weak_ptr<LogFile>& file) { return file.expired(); });
  for (const std::weak_ptr<LogFile>& each : files_) {
    const std::shared_ptr<LogFile> file = each.lock();
    if (!file || file->settings() != settings) continue;
    if (const auto reopened = file->reopen(); !reopened) return reopened.error();
    return file;
  }
  auto opened = LogFile::open(settings);
  if (opened) files_.push_back(*opened);
  return opened;
}

std::shared_ptr<LogSet> LogFiles::open_set(const std::string& path, const std::string& folder,
                                           const config::OpenLogFileCache& cache) {
  std::erase_if(sets_, [](const std::weak_ptr<LogSet>& set) { return set.expired(); });
  auto set = std::make_shared<LogSet>(path, folder, cache);
  sets_.push_back(set);
  return set;
}

void LogFiles::reopen() {
  for (const std::weak_ptr<LogSet>& each : sets_) {
    if (const std::shared_ptr<LogSet> set = each.lock()) set->reopen();
  }
  for (const std::weak_ptr<LogFile>& each : files_) {
    const std::shared_ptr<LogFile> file = each.lock();
    if (!file) continue;
    if (const auto reopened = file->reopen(); !reopened)
      log(ErrorLevel::alert, "{}; the old file stays in use", reopened.error().detail);
  }
}

}  // namespace signgate::proxy
