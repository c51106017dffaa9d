// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/net/file_threads.hpp"

namespace signgate::proxy {

/// TempFile is a file without a name, which goes with the process, whatever happens; or with one,
/// for others to read. All its system calls run on the worker's file threads. Errors are `resource`
/// of our own side and name the folder.
class TempFile {
 public:
  /// Name says whether the file has one: ten digits.
  enum class Name : std::uint8_t {
    none,
    removed,  // with the TempFile
    kept,     // nobody removes it
  };

  explicit TempFile(net::FileThreads& threads) noexcept : threads_(threads) {}
  ~TempFile();
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  /// open creates it in `folder`, and the folder itself (mode 0700) where only that is missing.
  [[nodiscard]] net::Awaitable<Result<void>> open(const std::string& folder,
                                                  Name name = Name::none);
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  /// path is its name; of a file without one where others can open it while it is open here, if
  /// they may look into this process: its user and root.
  [[nodiscard]] std::string path() const;

  /// write puts all of `data` at `offset`.
  [[nodiscard]] net::Awaitable<Result<void>> write(std::uint64_t offset, std::string_view data);

  /// read fills `into` from `offset`; less only at the file's end.
  [[nodiscard]] net::Awaitable<Result<std::size_t>> read(std::uint64_t offset,
                                                         std::span<char> into);

 private:
  [[nodiscard]] Error failure(const char* what, int number) const;

  net::FileThreads& threads_;
  std::string folder_;
  std::string path_;
  Name name_ = Name::none;
  int descriptor_ = -1;
};

}  // namespace signgate::proxy
