// SPDX-License-Identifier: Apache-2.0
#include "policy/resource_pattern.hpp"

#include "policy/wildcard.hpp"

namespace signgate::policy {
namespace {

/// Sections are the four parts between whose borders no wildcard reaches.
struct Sections {
  std::string_view protocol;
  std::string_view domain;
  std::string_view path;  // with its `/`; empty when there is none
  std::string_view query;
  bool has_query = false;
};

Sections split(std::string_view text) noexcept {
  Sections sections;
  // A `://` further on belongs to a path or query, as in /fetch/s3://bucket.
  const std::size_t mark = text.find("://");
  const std::size_t first_border = text.find_first_of("/?");
  if (mark != std::string_view::npos && first_border > mark) {
    sections.protocol = text.substr(0, mark);
    text.remove_prefix(mark + 3);
  } else if (!text.empty() && text.front() == '*') {
    sections.protocol = "*";
  }
  const std::size_t question = text.find('?');
  if (question != std::string_view::npos) {
    sections.has_query = true;
    sections.query = text.substr(question + 1);
    text = text.substr(0, question);
  }
  const std::size_t slash = text.find('/');
  sections.domain = text.substr(0, slash);
  if (slash != std::string_view::npos) sections.path = text.substr(slash);
  return sections;
}

bool ends_with_star(std::string_view text) noexcept {
  return !text.empty() && text.back() == '*';
}

}  // namespace

bool resource_matches(std::string_view pattern, std::string_view url) noexcept {
  const Sections want = split(pattern);
  const Sections have = split(url);
  if (want.protocol.empty() || have.protocol.empty()) return false;
  if (!wildcard_match(want.protocol, have.protocol)) return false;
  if (!wildcard_match(want.domain, have.domain)) return false;
  const bool domain_alone = want.path.empty() && !want.has_query;
  if (domain_alone && ends_with_star(want.domain)) return true;

  const std::string_view want_path = want.path.empty() ? "/" : want.path;
  const std::string_view have_path = have.path.empty() ? "/" : have.path;
  if (!wildcard_match(want_path, have_path)) return false;
  if (!want.has_query && ends_with_star(want_path)) return true;
  return wildcard_match(want.query, have.query);
}

bool resource_is_pattern(std::string_view resource) noexcept {
  if (resource.starts_with('*')) return true;
  const Sections sections = split(resource);
  return !sections.protocol.empty() && !sections.domain.empty() &&
         (wildcard_match(sections.protocol, "http") || wildcard_match(sections.protocol, "https"));
}

}  // namespace signgate::policy
