// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/descriptor_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace signgate::cli {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;

}  // namespace

DescriptorOutput::DescriptorOutput(int descriptor) : descriptor_(descriptor), buffer_(buffer_size) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

bool DescriptorOutput::write_all(const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t written = ::write(descriptor_, bytes, count);
    if (written >= 0) {
      bytes += written;
      count -= static_cast<std::size_t>(written);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd waits{.fd = descriptor_, .events = POLLOUT, .revents = 0};
      ::poll(&waits, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

int DescriptorOutput::sync() {
  const bool good = write_all(pbase(), static_cast<std::size_t>(pptr() - pbase()));
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return good ? 0 : -1;
}

DescriptorOutput::int_type DescriptorOutput::overflow(int_type next) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(next, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(next);
    pbump(1);
  }
  return traits_type::not_eof(next);
}

// What is larger than the buffer is not copied.
std::streamsize DescriptorOutput::xsputn(const char* bytes, std::streamsize count) {
  if (count <= epptr() - pptr()) return std::streambuf::xsputn(bytes, count);
  if (sync() != 0) return 0;
  if (count < static_cast<std::streamsize>(buffer_.size()))
    return std::streambuf::xsputn(bytes, count);
  return write_all(bytes, static_cast<std::size_t>(count)) ? count : 0;
}

}  // namespace signgate::cli
