// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/user_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gateway/base/limits.hpp"
#include "gateway/route/log_escape.hpp"

namespace signgate::proxy {
namespace {

Error failure(const std::string& path, int code) {
  const ErrorCode what = code == ENOENT ? ErrorCode::not_found : ErrorCode::resource;
  std::string shown;
  route::append_log_escaped(path, shown);
  return {what, Side::own, Retry::no, "\"" + shown + "\": " + std::strerror(code)};
}

bool is_same(const struct stat& a, const struct stat& b) noexcept {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec &&
         a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

Result<std::string> read_all(int file, const std::string& path) {
  std::string text;
  while (text.size() <= limits::user_file) {
    const std::size_t before = text.size();
    text.resize(before + 64 * limits::kib);
    const ssize_t size = ::read(file, text.data() + before, text.size() - before);
    if (size < 0 && errno == EINTR) {
      text.resize(before);
      continue;
    }
    if (size < 0) return failure(path, errno);
    text.resize(before + static_cast<std::size_t>(size));
    if (size == 0) return {boost::system::in_place_value, std::move(text)};
  }
  return failure(path, EFBIG);
}

}  // namespace

Result<std::shared_ptr<const UserFile>> UserFiles::find(const std::string& path) {
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) return failure(path, errno);
  const auto found = std::find_if(known_.begin(), known_.end(),
                                  [&](const Known& known) { return known.path == path; });
  if (found != known_.end()) {
    if (is_same(found->state, now)) {
      known_.splice(known_.begin(), known_, found);
      return known_.front().users;
    }
    known_.erase(found);
  }
  // A pipe of that name would hold the worker up.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return failure(path, errno);
  const bool regular = ::fstat(file, &now) == 0 && S_ISREG(now.st_mode);
  Result<std::string> text = regular ? read_all(file, path) : failure(path, EINVAL);
  ::close(file);
  if (!text) return text.error();
  auto users = std::make_shared<const UserFile>(parse_user_file(*text));
  known_.push_front({path, now, users});
  if (known_.size() > limits::user_files) known_.pop_back();
  return std::shared_ptr<const UserFile>(std::move(users));
}

}  // namespace signgate::proxy
