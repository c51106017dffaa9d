// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace signgate::cli::demo {
namespace {

Error failure(const std::string& what, const std::filesystem::path& path, int code) {
  return Error{ErrorCode::resource, Side::own, Retry::no,
               what + " " + path.string() + ": " + std::generic_category().message(code)};
}

}  // namespace

Folder::Folder(std::filesystem::path path, bool temporary)
    : path_(std::move(path)), temporary_(temporary) {}

Folder::Folder(Folder&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}

Folder::~Folder() {
  if (!temporary_) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<Folder> Folder::make_temporary() {
  std::error_code failed;
  const auto base = std::filesystem::temp_directory_path(failed);
  if (failed) return failure("cannot use the folder for temporary files", base, failed.value());
  std::string name = (base / "signgate-demo-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return failure("cannot make", name, errno);
  return Folder(name, true);
}

Result<Folder> Folder::open(const std::filesystem::path& path) {
  std::error_code failed;
  const auto whole = std::filesystem::absolute(path, failed);
  std::filesystem::create_directories(whole, failed);
  if (failed) return failure("cannot make", path, failed.value());
  const bool empty = std::filesystem::is_empty(whole, failed);
  if (failed) return failure("cannot read", path, failed.value());
  if (!empty) return failure("will not write into", path, ENOTEMPTY);
  return Folder(whole, false);
}

Result<void> Folder::write(std::string_view name, std::string_view bytes, bool secret) const {
  const auto file = path_ / name;
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) return failure("cannot make", file.parent_path(), failed.value());
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644);
  if (descriptor < 0) return failure("cannot write", file, errno);
  int code = 0;
  while (!bytes.empty() && code == 0) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      code = errno;
    }
  }
  if (::close(descriptor) != 0 && code == 0) code = errno;
  if (code != 0) return failure("cannot write", file, code);
  return {};
}

}  // namespace signgate::cli::demo
