// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/temp_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <random>
#include <system_error>

namespace signgate::proxy {
namespace {

int open_nameless(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
    return descriptor;
  // A file system without such files: one with a name, which is taken away at once.
  std::string name = folder + "/signgate-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

// A number that no file of the folder has. Those that an earlier process has left are jumped over.
int open_named(const std::string& folder, std::string& path) {
  static std::atomic<std::uint32_t> next{1};
  constexpr int most_attempts = 1000;
  int descriptor = -1;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const std::string number = std::to_string(next++);
    path = folder + '/' + std::string(10 - std::min<std::size_t>(number.size(), 10), '0') + number;
    descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0 || errno != EEXIST) break;
    thread_local std::minstd_rand random{std::random_device{}()};
    next += static_cast<std::uint32_t>(random() % 123456);
  }
  if (descriptor < 0) path.clear();
  return descriptor;
}

}  // namespace

TempFile::~TempFile() {
  if (descriptor_ < 0) return;
  // With its last descriptor a file without a name gives its blocks back: milliseconds for a long
  // one.
  std::string unwanted;
  if (name_ == Name::removed) unwanted = std::move(path_);
  threads_.later([descriptor = descriptor_, unwanted = std::move(unwanted)] {
    if (!unwanted.empty()) ::unlink(unwanted.c_str());
    ::close(descriptor);
  });
}

Error TempFile::failure(const char* what, int number) const {
  return {ErrorCode::resource, Side::own, Retry::no,
          std::string(what) + " a temporary file in \"" + folder_ +
              "\" failed: " + std::generic_category().message(number)};
}

net::Awaitable<Result<void>> TempFile::open(const std::string& folder, Name name) {
  folder_ = folder;
  name_ = name;
  int number = 0;
  std::function<void()> job = [this, &number] {
    const auto create = [this] {
      return name_ == Name::none ? open_nameless(folder_) : open_named(folder_, path_);
    };
    descriptor_ = create();
    if (descriptor_ < 0 && errno == ENOENT && ::mkdir(folder_.c_str(), 0700) == 0)
      descriptor_ = create();
    if (descriptor_ < 0) number = errno;
  };
  co_await threads_.run(std::move(job));
  if (descriptor_ < 0) co_return failure("creating", number);
  co_return Result<void>();
}

std::string TempFile::path() const {
  if (!path_.empty()) return path_;
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor_);
}

net::Awaitable<Result<void>> TempFile::write(std::uint64_t offset, std::string_view data) {
  int number = 0;
  std::function<void()> job = [this, &number, offset, data] {
    std::size_t done = 0;
    while (done < data.size()) {
      const ssize_t size = ::pwrite(descriptor_, data.data() + done, data.size() - done,
                                    static_cast<off_t>(offset + done));
      if (size > 0) {
        done += static_cast<std::size_t>(size);
      } else if (size == 0 || errno != EINTR) {
        number = size == 0 ? ENOSPC : errno;
        return;
      }
    }
  };
  co_await threads_.run(std::move(job));
  if (number != 0) co_return failure("writing", number);
  co_return Result<void>();
}

net::Awaitable<Result<std::size_t>> TempFile::read(std::uint64_t offset, std::span<char> into) {
  int number = 0;
  std::size_t done = 0;
  std::function<void()> job = [this, &number, &done, offset, into] {
    while (done < into.size()) {
      const ssize_t size = ::pread(descriptor_, into.data() + done, into.size() - done,
                                   static_cast<off_t>(offset + done));
      if (size == 0) return;
      if (size > 0) {
        done += static_cast<std::size_t>(size);
      } else if (errno != EINTR) {
        number = errno;
        return;
      }
    }
  };
  co_await threads_.run(std::move(job));
  if (number != 0) co_return failure("reading", number);
  co_return done;
}

}  // namespace signgate::proxy
