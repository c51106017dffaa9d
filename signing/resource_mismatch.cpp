// SPDX-License-Identifier: Apache-2.0
#include "signing/resource_mismatch.hpp"

#include <algorithm>

#include "policy/json.hpp"
#include "policy/resource_pattern.hpp"
#include "policy/wildcard.hpp"
#include "signing/url_sections.hpp"

namespace signgate::signing {
namespace {

/// first_difference is the place of the first character that the pattern's literal begin does not
/// match; nothing when it all matches up to a `*`.
std::optional<std::size_t> first_difference(std::string_view pattern, std::string_view text) {
  for (std::size_t i = 0;; ++i) {
    if (i < pattern.size() && pattern[i] == '*') return std::nullopt;
    if (i == pattern.size() && i == text.size()) return std::nullopt;
    const bool same =
        i < pattern.size() && i < text.size() && (pattern[i] == text[i] || pattern[i] == '?');
    if (!same) return i;
  }
}

std::string shown(std::string_view text, std::size_t from) {
  return from < text.size() ? policy::excerpt(text.substr(from)) : "its end";
}

std::string differs(std::string_view name, std::string_view wanted, std::string_view had) {
  std::string says = "the " + std::string(name) + " differs: the policy has " +
                     policy::excerpt(wanted) + ", the request " + policy::excerpt(had);
  const auto at = first_difference(wanted, had);
  // Without it the whole says as much.
  if (!at || *at == 0) return says;
  return says + "; from character " + std::to_string(*at + 1) + " on " + shown(wanted, *at) +
         " against " + shown(had, *at);
}

bool covers(const UrlSections& pattern, std::string_view url) {
  return policy::resource_matches(join_url(pattern), url);
}

}  // namespace

std::string explain_mismatch(std::string_view pattern, std::string_view url) {
  const UrlSections want = url_sections(pattern);
  const UrlSections have = url_sections(url);
  // Section by section, each put into a pattern that leaves the others open.
  if (!want.protocol.empty() && !covers({want.protocol, "*", {}, {}}, url))
    return differs("protocol", want.protocol, have.protocol);
  if (!covers({"*", want.domain, "/*", {}}, url)) {
    if (policy::wildcard_match(pattern, url)) {
      return "the pattern " + policy::excerpt(pattern) +
             " would cover the URL if its wildcards reached from one of protocol, domain, path and "
             "query into the next, which they do not";
    }
    return differs("domain", want.domain, have.domain);
  }
  const std::string_view path = want.path.empty() ? std::string_view("/") : want.path;
  const std::string_view had_path = have.path.empty() ? std::string_view("/") : have.path;
  if (!policy::wildcard_match(path, had_path)) {
    if (policy::wildcard_match(pattern, url)) {
      return "the pattern " + policy::excerpt(pattern) +
             " would cover the URL if its wildcards reached from one of protocol, domain, path and "
             "query into the next, which they do not";
    }
    return differs("path", path, had_path);
  }
  if (want.query && !have.query) {
    return "the policy asks for a query (" + policy::excerpt(*want.query) +
           "), and the request has none";
  }
  if (!want.query && have.query) {
    return "the policy covers no query, and the request has " + policy::excerpt(*have.query) +
           ": end the path of the Resource with * to cover any";
  }
  return differs("query", want.query.value_or(""), have.query.value_or(""));
}

}  // namespace signgate::signing
