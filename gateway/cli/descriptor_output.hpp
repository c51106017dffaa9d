// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <streambuf>
#include <vector>

namespace signgate::cli {

/// DescriptorOutput writes to a file descriptor, through a buffer, and waits where a non-blocking
/// one takes nothing for now. What cannot be written fails the stream. One thread writes.
class DescriptorOutput : public std::streambuf {
 public:
  /// DescriptorOutput writes to `descriptor`, which stays the caller's.
  explicit DescriptorOutput(int descriptor);
  DescriptorOutput(const DescriptorOutput&) = delete;
  DescriptorOutput& operator=(const DescriptorOutput&) = delete;

 protected:
  int_type overflow(int_type next) override;
  std::streamsize xsputn(const char* bytes, std::streamsize count) override;
  int sync() override;

 private:
  [[nodiscard]] bool write_all(const char* bytes, std::size_t count);

  int descriptor_;
  std::vector<char> buffer_;
};

}  // namespace signgate::cli
