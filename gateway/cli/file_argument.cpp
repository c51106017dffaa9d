// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/file_argument.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace signgate::cli {
namespace {

signing::Error unreadable(const std::string& path, const std::string& why) {
  return {signing::ErrorCode::bad_key, "cannot read the file " + path + ": " + why};
}

/// Descriptor closes a file when its scope ends.
struct Descriptor {
  int fd;
  explicit Descriptor(int opened) noexcept : fd(opened) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

}  // namespace

signing::Result<std::string> read_file_argument(const std::string& argument, std::size_t limit) {
  const std::string path = argument.starts_with("file://") ? argument.substr(7) : argument;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0) return unreadable(path, std::strerror(errno));
  std::string text;
  char buffer[4096];
  while (true) {
    const ssize_t got = ::read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, std::strerror(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > limit) {
      return unreadable(path, "it is larger than " + std::to_string(limit) + " bytes");
    }
  }
}

signing::Result<KeyArgument> read_key_argument(const std::string& argument) {
  if (argument.find("-----BEGIN ") != std::string::npos ||
      argument.find_first_of("\r\n") != std::string::npos)
    return KeyArgument(argument);
  const std::string path = argument.starts_with("file://") ? argument.substr(7) : argument;
  auto file = config::read_key_file(path, config::KeySource::anything);
  if (!file) {
    return signing::Error{signing::ErrorCode::bad_key,
                          "the key file that it names cannot be read: " + file.error().message};
  }
  return KeyArgument(*std::move(file));
}

}  // namespace signgate::cli
