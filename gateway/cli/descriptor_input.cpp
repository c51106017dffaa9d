// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/descriptor_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace signgate::cli {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;

}  // namespace

DescriptorInput::DescriptorInput(int descriptor)
    : descriptor_(descriptor),
      // Before anything is opened, which would take the number of a descriptor that is closed.
      error_(::fcntl(descriptor, F_GETFD) < 0 ? errno : 0),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      buffer_(buffer_size) {
  if (stop_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

DescriptorInput::~DescriptorInput() {
  ::close(stop_);
}

void DescriptorInput::stop() noexcept {
  const std::uint64_t one = 1;
  // The counter cannot be full: it is stopped once.
  [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
}

bool DescriptorInput::ready(int milliseconds) {
  std::array<pollfd, 2> polled{{{.fd = descriptor_, .events = POLLIN, .revents = 0},
                                {.fd = stop_, .events = POLLIN, .revents = 0}}};
  int count = 0;
  do
    count = ::poll(polled.data(), polled.size(), milliseconds);
  while (count < 0 && errno == EINTR && milliseconds < 0);
  if (count <= 0) return false;
  stopped_ = stopped_ || polled[1].revents != 0;
  return true;
}

DescriptorInput::int_type DescriptorInput::underflow() {
  while (!stopped_ && error_ == 0) {
    if (!ready(-1)) {
      error_ = errno;
      break;
    }
    if (stopped_) break;
    const ssize_t got = ::read(descriptor_, buffer_.data(), buffer_.size());
    if (got > 0) {
      setg(buffer_.data(), buffer_.data(), buffer_.data() + got);
      return traits_type::to_int_type(buffer_.front());
    }
    if (got == 0) break;
    if (errno != EINTR && errno != EAGAIN) error_ = errno;
  }
  return traits_type::eof();
}

std::streamsize DescriptorInput::showmanyc() {
  return ready(0) ? 1 : 0;
}

}  // namespace signgate::cli
