// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/text_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace signgate::config {

Parsed<std::string> load_text(const std::string& path, std::size_t limit) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (failure) return Flaw{failure.message()};
  if (!std::filesystem::exists(status)) return Flaw{"No such file or directory"};
  if (!std::filesystem::is_regular_file(status)) return Flaw{"is not a regular file"};
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return Flaw{std::strerror(errno)};
  std::string text(limit + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return Flaw{"cannot be read"};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > limit) {
    return Flaw{"is larger than " + std::to_string(limit) + " bytes"};
  }
  return {boost::system::in_place_value, std::move(text)};
}

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

std::string join_path(const std::string& folder, const std::string& path) {
  constexpr std::string_view file_scheme = "file://";
  const bool has_scheme = path.compare(0, file_scheme.size(), file_scheme) == 0;
  return (std::filesystem::path(folder) / (has_scheme ? path.substr(file_scheme.size()) : path))
      .string();
}

}  // namespace signgate::config
