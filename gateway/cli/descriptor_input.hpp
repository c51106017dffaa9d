// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <streambuf>
#include <vector>

namespace signgate::cli {

/// DescriptorInput reads a file descriptor, and can be told from another thread to stop: reading
/// then ends as at the end of a file, even where it waits for more. in_avail() says whether
/// reading would wait. One thread reads.
class DescriptorInput : public std::streambuf {
 public:
  /// DescriptorInput reads from `descriptor`, which stays the caller's.
  explicit DescriptorInput(int descriptor);
  ~DescriptorInput() override;
  DescriptorInput(const DescriptorInput&) = delete;
  DescriptorInput& operator=(const DescriptorInput&) = delete;

  /// stop ends the reading. Any thread.
  void stop() noexcept;

  /// error is the errno that ended the reading; 0 at the end of the file and after stop.
  [[nodiscard]] int error() const noexcept { return error_; }

 protected:
  int_type underflow() override;
  std::streamsize showmanyc() override;

 private:
  /// ready says whether reading would not wait; after `milliseconds`, -1 for no limit, it does.
  bool ready(int milliseconds);

  int descriptor_;
  int error_;
  int stop_;  // an eventfd
  bool stopped_ = false;
  std::vector<char> buffer_;
};

}  // namespace signgate::cli
