// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/bucket_folder.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/edge/media_types.hpp"

namespace signgate::edge {
namespace {

std::string hex(const unsigned char* bytes, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

class Md5 {
 public:
  Md5() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    ok_ = context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr) == 1;
  }
  void add(const void* bytes, std::size_t count) {
    ok_ = ok_ && EVP_DigestUpdate(context_.get(), bytes, count) == 1;
  }
  [[nodiscard]] std::optional<std::string> finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (!ok_ || EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1)
      return std::nullopt;
    return hex(digest.data(), length);
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  bool ok_ = false;
};

std::optional<std::string> content_md5(const File& file) {
  Md5 md5;
  std::vector<char> buffer(limits::edge_file_read);
  off_t at = 0;
  for (;;) {
    const ssize_t got = ::pread(file.get(), buffer.data(), buffer.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return md5.finish();
    md5.add(buffer.data(), static_cast<std::size_t>(got));
    at += got;
  }
}

std::optional<std::string> make_etag(const File& file, std::uint64_t size,
                                     std::int64_t modified_ns) {
  if (size <= limits::edge_hashed_object) {
    auto md5 = content_md5(file);
    if (!md5) return std::nullopt;
    return '"' + *md5 + '"';
  }
  Md5 md5;
  md5.add(&size, sizeof size);
  md5.add(&modified_ns, sizeof modified_ns);
  auto digest = md5.finish();
  if (!digest) return std::nullopt;
  const std::uint64_t parts = (size - 1) / limits::edge_hashed_object + 1;
  return '"' + *digest + '-' + std::to_string(parts) + '"';
}

/// Opens `key` below `root` one segment at a time, so that no link is followed on the way.
File open_below(int root, std::string_view key) {
  if (key.empty() || key.find('\0') != std::string_view::npos) return {};
  File folder;
  int at = root;
  for (;;) {
    const std::size_t slash = key.find('/');
    const std::string segment(key.substr(0, slash));
    if (segment.empty() || segment == "." || segment == "..") return {};
    const bool last = slash == std::string_view::npos;
    // Not blocking: opening a FIFO would wait for its writer.
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (last ? 0 : O_DIRECTORY);
    File next(::openat(at, segment.c_str(), flags));
    if (!next.is_open() || last) return next;
    folder = std::move(next);
    at = folder.get();
    key.remove_prefix(slash + 1);
  }
}

}  // namespace

Result<BucketFolder> BucketFolder::open(const std::string& path) {
  File root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) {
    return Error{ErrorCode::resource, Side::own, Retry::no, std::strerror(errno)};
  }
  return BucketFolder(std::move(root));
}

std::optional<Object> BucketFolder::find(std::string_view key) {
  Object object;
  object.file = open_below(root_.get(), key);
  if (!object.file.is_open()) return std::nullopt;
  struct stat status {};
  if (::fstat(object.file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  object.size = static_cast<std::uint64_t>(status.st_size);
  object.last_modified = status.st_mtim.tv_sec;
  object.content_type = media_type_of(key);

  const std::int64_t modified_ns =
      std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  auto known = tags_.find(key);
  if (known == tags_.end() || known->second.inode != status.st_ino ||
      known->second.size != object.size || known->second.modified_ns != modified_ns) {
    auto etag = make_etag(object.file, object.size, modified_ns);
    if (!etag) return std::nullopt;
    if (tags_.size() >= limits::edge_tags) tags_.clear();
    known = tags_
                .insert_or_assign(std::string(key),
                                  Tag{status.st_ino, object.size, modified_ns, *std::move(etag)})
                .first;
  }
  object.etag = known->second.etag;
  return object;
}

}  // namespace signgate::edge
