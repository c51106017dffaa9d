// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signgate::http {

/// parameter is the first parameter of that name, in any case, of `parameters` as they stand behind
/// a Content-Type or Content-Disposition: without its quotes; nothing when there is none, or it or
/// one before it is malformed. Pure. Source: RFC 9110 section 5.6.6.
[[nodiscard]] std::optional<std::string> parameter(std::string_view parameters,
                                                   std::string_view name);

/// MediaType is a parsed Content-Type: views into the value that was parsed, valid as long as it.
struct MediaType {
  std::string_view essence;  // `type/subtype`
  std::string_view type;
  std::string_view subtype;
  std::string_view parameters;  // all that follows the first `;`, unparsed

  /// is compares with a lower-case `type/subtype`, in any case, parameters aside.
  [[nodiscard]] bool is(std::string_view essence) const noexcept;

  /// charset is the first `charset` parameter in lower case, unquoted; nothing when there is none
  /// or it is malformed.
  [[nodiscard]] std::optional<std::string> charset() const;
};

/// parse_media_type reads `type/subtype` and leaves the parameters for later; white space at the
/// ends and around `;` is taken. Nothing when type or subtype is missing or not a token: such a
/// body has no known type.
/// Source: RFC 9110 section 8.3.1.
[[nodiscard]] std::optional<MediaType> parse_media_type(std::string_view content_type) noexcept;

}  // namespace signgate::http
