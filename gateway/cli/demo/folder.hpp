// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"

namespace signgate::cli::demo {

/// Folder is the one place where the demo writes. It removes what it made itself, with all that is
/// in it, when it goes; a folder that the user named stays.
class Folder {
 public:
  /// make_temporary makes a new folder of mode 0700 below $TMPDIR or /tmp.
  [[nodiscard]] static Result<Folder> make_temporary();

  /// open makes `path` if need be; a folder that holds anything already is an error, for it might
  /// be overwritten.
  [[nodiscard]] static Result<Folder> open(const std::filesystem::path& path);

  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// write makes the file `name` (relative, folders on the way are made) of exactly `bytes`;
  /// `secret`: mode 0600.
  [[nodiscard]] Result<void> write(std::string_view name, std::string_view bytes,
                                   bool secret = false) const;

 private:
  Folder(std::filesystem::path path, bool temporary);

  std::filesystem::path path_;
  bool temporary_;
};

}  // namespace signgate::cli::demo
