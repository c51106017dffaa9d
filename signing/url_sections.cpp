// SPDX-License-Identifier: Apache-2.0
#include "signing/url_sections.hpp"

#include "signing/query_parameters.hpp"

namespace signgate::signing {

UrlSections url_sections(std::string_view url) noexcept {
  const UrlParts parts = split_url(url);
  UrlSections out;
  out.query = parts.query;
  std::string_view base = parts.base;
  if (const std::size_t mark = base.find("://"); mark != std::string_view::npos) {
    out.protocol = base.substr(0, mark);
    base.remove_prefix(mark + 3);
  }
  const std::size_t slash = base.find('/');
  out.domain = base.substr(0, slash);
  if (slash != std::string_view::npos) out.path = base.substr(slash);
  return out;
}

std::string join_url(const UrlSections& sections) {
  std::string url(sections.protocol);
  url.append("://").append(sections.domain).append(sections.path);
  if (sections.query) url.append("?").append(*sections.query);
  return url;
}

}  // namespace signgate::signing
