// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/key_file_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/limits.hpp"

namespace signgate::config {
namespace {

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

// Not by way of a stream, whose buffer would keep the key in ordinary memory.
Parsed<KeyFile> read_key_file(const std::string& path, KeySource source) {
  const int waits = source == KeySource::regular_file ? O_NONBLOCK : 0;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | waits));
  struct stat facts {};
  if (file.fd < 0 || ::fstat(file.fd, &facts) != 0) return Flaw{std::strerror(errno)};
  const bool regular = S_ISREG(facts.st_mode);
  if (!regular && source == KeySource::regular_file) return Flaw{"is not a regular file"};
  KeyFile read{signing::SecretText(limits::key_file + 1), facts.st_mode, regular};
  if (read.text.room() == nullptr) return Flaw{"there is no key memory left for it"};
  while (read.text.room_size() > 0) {
    const ssize_t got = ::read(file.fd, read.text.room(), read.text.room_size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Flaw{std::strerror(errno)};
    if (got == 0) return {boost::system::in_place_value, std::move(read)};
    read.text.grown(static_cast<std::size_t>(got));
  }
  return Flaw{"is larger than " + std::to_string(limits::key_file) + " bytes"};
}

std::optional<std::string> key_mode_warning(const std::string& name, const KeyFile& file) {
  if (!file.regular || (file.mode & 0177) == 0) return std::nullopt;
  constexpr char digits[] = "01234567";
  const std::string text = {'0', digits[file.mode >> 6 & 7], digits[file.mode >> 3 & 7],
                            digits[file.mode & 7]};
  const bool others = (file.mode & 077) != 0;
  return name + " has the mode " + text +
         (others ? ": others may use it; set it to 0600" : ": set it to 0600");
}

}  // namespace signgate::config
