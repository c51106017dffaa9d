// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/base/error.hpp"
#include "gateway/edge/file.hpp"

namespace signgate::edge {

/// Object is an object of the bucket, open for reading.
struct Object {
  File file;
  std::uint64_t size = 0;
  UnixSeconds last_modified = 0;
  std::string etag;  // with its quotes
  std::string_view content_type;
};

/// BucketFolder is a folder whose files are a bucket's objects: the file `a/b.jpg` is the key
/// "a/b.jpg". A key with an empty, "." or ".." segment, or a NUL, is nobody's; neither is a
/// symbolic link below the folder, nor what is no regular file. So nothing outside the folder can
/// be reached. Not thread-safe.
class BucketFolder {
 public:
  /// open opens the folder at `path`. Fails with `resource`; the detail is the system's reason.
  [[nodiscard]] static Result<BucketFolder> open(const std::string& path);

  /// find opens the object with that key; nothing when there is none. The ETag is the MD5 of the
  /// bytes up to limits::edge_hashed_object, and of size and time beyond, in the form of a
  /// multipart upload's. An object's ETag is kept until its file changes. Blocks for the time of
  /// reading the file once.
  [[nodiscard]] std::optional<Object> find(std::string_view key);

 private:
  struct Tag {
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;
    std::string etag;
  };

  explicit BucketFolder(File root) noexcept : root_(std::move(root)) {}

  File root_;
  std::map<std::string, Tag, std::less<>> tags_;  // at most limits::edge_tags
};

}  // namespace signgate::edge
