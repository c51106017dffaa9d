// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signgate::signing {

/// UrlSections is a URL, or the pattern for one, in the four sections that a policy's wildcards do
/// not leave: views into it. Source: CloudFront Developer Guide, "Create a signed URL using a
/// custom policy", use of wildcards in Resource.
struct UrlSections {
  std::string_view protocol;              // before `://`; empty when there is none
  std::string_view domain;                // with a port
  std::string_view path;                  // with its `/`; empty when there is none
  std::optional<std::string_view> query;  // behind the first `?`
};

/// url_sections cuts `url`; it checks nothing and drops a fragment. Any thread.
[[nodiscard]] UrlSections url_sections(std::string_view url) noexcept;

/// join_url puts sections together, `://` and `?` between them.
[[nodiscard]] std::string join_url(const UrlSections& sections);

}  // namespace signgate::signing
