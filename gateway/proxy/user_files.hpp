// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <list>
#include <memory>
#include <string>

#include "gateway/base/error.hpp"
#include "gateway/proxy/password.hpp"

namespace signgate::proxy {

/// UserFiles reads the files of auth_basic_user_file and keeps them while they do not change: each
/// look-up asks the system for the file's time, size and number, and reads it afresh when one
/// differs. At most limits::user_files are kept. One worker's.
class UserFiles {
 public:
  /// find gives the users of the file at that path. Fails with `not_found` when there is none, and
  /// with `resource` when it cannot be read or is longer than limits::user_file.
  [[nodiscard]] Result<std::shared_ptr<const UserFile>> find(const std::string& path);

 private:
  struct Known {
    std::string path;
    struct stat state {};
    std::shared_ptr<const UserFile> users;
  };
  std::list<Known> known_;  // the latest first
};

}  // namespace signgate::proxy
