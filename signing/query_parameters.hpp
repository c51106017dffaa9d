// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signgate::signing {

/// ReservedParameter names the query parameters that belong to CloudFront.
/// Source: CloudFront Developer Guide, "Create a signed URL ...", "you cannot use these as your
/// own".
enum class ReservedParameter : std::uint8_t {
  expires,
  policy,
  signature,
  key_pair_id,
  hash_algorithm
};

/// reserved_parameter is which of them `name` is, exact in case (`expires` is free); nothing for
/// any other.
[[nodiscard]] std::optional<ReservedParameter> reserved_parameter(std::string_view name) noexcept;

/// reserved_name is its spelling, such as "Key-Pair-Id".
[[nodiscard]] std::string_view reserved_name(ReservedParameter parameter) noexcept;

/// QueryParameter is one piece of a query between `&`: all views into the query, nothing decoded.
struct QueryParameter {
  std::string_view text;   // the whole piece
  std::string_view name;   // up to the first `=`, or all
  std::string_view value;  // behind it, or empty
};

/// QueryCursor walks over the pieces of a query, also empty ones (`x=1&&y` has three). The query
/// is borrowed.
class QueryCursor {
 public:
  /// QueryCursor starts at the front of `query`, the text behind the first `?` and before any `#`.
  explicit QueryCursor(std::string_view query) noexcept : rest_(query) {}

  /// next is the next piece; nothing after the last. An empty query has one, empty piece.
  [[nodiscard]] std::optional<QueryParameter> next() noexcept;

 private:
  std::string_view rest_;
  bool done_ = false;
};

/// UrlParts is a URL cut at its first `#` and the first `?` before that: views into the URL.
struct UrlParts {
  std::string_view base;                  // up to the `?`
  std::optional<std::string_view> query;  // behind the `?`; present, maybe empty, when there is one
  std::string_view fragment;              // with its `#`; empty when there is none
};

/// split_url cuts `url`; it checks nothing. Any thread.
[[nodiscard]] UrlParts split_url(std::string_view url) noexcept;

/// append_without_reserved writes `base`, and `?` with the pieces of `query` that are not
/// CloudFront's, in order, joined by `&`; no `?` when nothing is left. It is the URL that a
/// signature covers.
void append_without_reserved(std::string& out, std::string_view base,
                             std::optional<std::string_view> query);

}  // namespace signgate::signing
