// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/temp_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
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

}  // namespace

TempFile::~TempFile() {
  // With its last descriptor a file without a name gives its blocks back: milliseconds for a long
  // one.
  if (descriptor_ >= 0) threads_.later([descriptor = descriptor_] { ::close(descriptor); });
}

Error TempFile::failure(const char* what, int number) const {
  return {ErrorCode::resource, Side::own, Retry::no,
          std::string(what) + " a temporary file in \"" + folder_ +
              "\" failed: " + std::generic_category().message(number)};
}

net::Awaitable<Result<void>> TempFile::open(const std::string& folder) {
  folder_ = folder;
  int number = 0;
  std::function<void()> job = [this, &number] {
    descriptor_ = open_nameless(folder_);
    if (descriptor_ < 0 && errno == ENOENT && ::mkdir(folder_.c_str(), 0700) == 0)
      descriptor_ = open_nameless(folder_);
    if (descriptor_ < 0) number = errno;
  };
  co_await threads_.run(std::move(job));
  if (descriptor_ < 0) co_return failure("creating", number);
  co_return Result<void>();
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
