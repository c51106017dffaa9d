// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/config/key_file_reader.hpp"
#include "signing/error.hpp"

namespace signgate::cli {

/// read_file_argument is the content of the file that an option names: `file://F` as the AWS CLI
/// has it, or `F`. Anything that can be read will do, a pipe too. On failure, or beyond `limit`
/// bytes, the error names the file and the system's reason.
[[nodiscard]] signing::Result<std::string> read_file_argument(const std::string& argument,
                                                              std::size_t limit);

/// KeyArgument is a key that an option gave: as a file, which lies in the key memory, or as text.
class KeyArgument {
 public:
  explicit KeyArgument(config::KeyFile file) : file_(std::move(file)) {}
  explicit KeyArgument(std::string text) : text_(std::move(text)) {}

  /// text is a view into this object.
  [[nodiscard]] std::string_view text() const noexcept {
    return file_ ? file_->text.text() : std::string_view(text_);
  }

  /// file is what was read; null for a key that was itself the argument.
  [[nodiscard]] const config::KeyFile* file() const noexcept { return file_ ? &*file_ : nullptr; }

 private:
  std::optional<config::KeyFile> file_;
  std::string text_;
};

/// read_key_argument reads the key file that an option names, a pipe too; an argument that holds a
/// line end or the begin of PEM text is the key itself, as the AWS CLI has it. The error shows
/// nothing of the argument, which may be a key that was pasted in some other form.
[[nodiscard]] signing::Result<KeyArgument> read_key_argument(const std::string& argument);

}  // namespace signgate::cli
