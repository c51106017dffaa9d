// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/grant_prefix.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "signing/prefix_resource.hpp"

namespace signgate::route {
namespace {

// Where the slash behind the scope'th segment ends, or the path, if it has not so many. Empty
// segments do not count, as in the scope of a signature.
std::size_t end_of_scope(std::string_view path, std::size_t begin, std::size_t scope) {
  std::size_t end = begin;
  for (std::size_t segment = 0; segment < scope; ++segment) {
    while (end > 0 && end < path.size() && path[end - 1] == '/' && path[end] == '/')
      ++end;
    end = path.find('/', end);
    if (end == std::string_view::npos) return path.size();
    ++end;
  }
  return end;
}

// Where the last slash or backslash that is hidden by its escape ends; 0 = there is none. Storage
// takes such a link for one of a deeper folder.
std::size_t end_of_hidden_slash(std::string_view path, std::size_t begin) noexcept {
  std::size_t end = 0;
  for (std::size_t at = path.find('%', begin); at != std::string_view::npos;
       at = path.find('%', at + 1)) {
    const std::string_view escape = path.substr(at, 3);
    if (escape == "%2F" || escape == "%2f" || escape == "%5C" || escape == "%5c") end = at + 3;
  }
  return end;
}

}  // namespace

std::string_view grant_prefix(const MediaSigner& rule, std::string_view url) {
  SIGNGATE_CHECK(rule.grant_request.has_value());
  std::string_view path = url.substr(0, url.find('?'));
  const std::size_t target = std::min(rule.target_length, path.size());
  const std::optional<std::uint32_t>& scope = rule.grant_request->scope;
  const std::size_t hidden = end_of_hidden_slash(path, target);
  const std::size_t folder = std::max(path.rfind('/') + 1, hidden);
  std::size_t end = scope ? end_of_scope(path, target, *scope) : folder;
  // A name that merely begins as the target does, or whose folder is not where it seems to be.
  if (end < target || hidden != 0) end = path.size();
  // The `?` of the query stands for any character, a slash among them.
  const bool opens_more = rule.policy != signing::PolicyForm::canned && path.size() != url.size();
  if (opens_more) end = std::min(end, folder);
  if (rule.policy == signing::PolicyForm::prefix) {
    const auto opened = signing::prefix_scope(url, rule.target_length, rule.scope);
    if (opened && opened->wildcard) end = std::min(end, opened->length);
  }
  path = path.substr(0, end);
  const std::size_t host = path.find("//");
  const std::size_t begin = path.find('/', host == std::string_view::npos ? 0 : host + 2);
  return path.substr(std::min(begin, path.size()));
}

}  // namespace signgate::route
