// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/fields.hpp"
#include "gateway/http/multipart.hpp"
#include "gateway/proxy/counters.hpp"
#include "gateway/rewrite/unsigner.hpp"

namespace signgate::proxy {

/// BodyUnsigner takes our signatures out of the links in one request's body (unsign = "on"). It is
/// pure: bytes in, bytes out, with no more held back than rewrite::Unsigner and
/// http::MultipartScanner hold. The rules must outlive it.
class BodyUnsigner {
 public:
  /// make makes one for a body that has these fields; null where it is not looked into: forms, text
  /// of any kind, JSON and XML are. What has a coding, or a charset that cannot be scanned, passes
  /// as it came and is counted.
  [[nodiscard]] static std::unique_ptr<BodyUnsigner> make(const rewrite::UnsignRules& rules,
                                                          const http::Fields& fields,
                                                          Counters& counters);

  /// BodyUnsigner is for a body of that kind; with a `boundary` it is multipart/form-data, of whose
  /// parts those of text are looked into: by their type, or fields that have neither a type nor the
  /// name of a file.
  BodyUnsigner(const rewrite::UnsignRules& rules, rewrite::BodyText kind,
               std::optional<std::string_view> boundary);

  /// feed takes the next bytes of the body and appends to `out` what is known of them; with `last`
  /// all that is left.
  void feed(std::string_view text, bool last, std::string& out);

  [[nodiscard]] const rewrite::UnsignCounts& counts() const noexcept { return unsigner_.counts(); }

  /// has_changed says that what came out so far is not what went in.
  [[nodiscard]] bool has_changed() const noexcept { return counts().stripped != 0; }

 private:
  void feed_parts(std::string_view text, bool last, std::string& out);
  void take(const http::MultipartScanner::Piece& piece, std::string& out);

  rewrite::Unsigner unsigner_;
  std::optional<http::MultipartScanner> parts_;
  std::string held_;      // of a multipart body: what is no piece yet
  bool is_text_ = false;  // the part that is read now is looked into
};

}  // namespace signgate::proxy
