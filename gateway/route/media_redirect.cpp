// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/media_redirect.hpp"

#include <algorithm>

#include "gateway/http/path.hpp"
#include "gateway/http/text.hpp"
#include "gateway/rewrite/url.hpp"

namespace signgate::route {
namespace {

using rewrite::LinkMatcher;

// Whether `spelled` is the normalised text with nothing but single characters percent-encoded, and
// a URL parser takes none of it for something else.
bool spells(std::string_view spelled, std::string_view normal) {
  const bool odd = std::ranges::any_of(spelled, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7F || c == '#' || c == '?' || c == '\\';
  });
  if (odd || std::ranges::count(spelled, '/') != std::ranges::count(normal, '/')) return false;
  std::size_t at = 0;
  for (std::size_t i = 0; i < spelled.size(); ++i, ++at) {
    char c = spelled[i];
    if (c == '%' && i + 2 < spelled.size()) {
      c = static_cast<char>(http::hex_value(spelled[i + 1]) * 16 + http::hex_value(spelled[i + 2]));
      i += 2;
    }
    if (at >= normal.size() || normal[at] != c) return false;
  }
  return at == normal.size();
}

}  // namespace

LinkMatcher::Outcome find_media(const MediaRedirect& redirect, const RedirectedPath& request,
                                const rewrite::PageUrl& page) {
  const std::string_view normal = request.uri.substr(request.location.size());
  if (normal.empty() && !request.exact) return {};
  LinkMatcher::Outcome refused;
  refused.verdict = LinkMatcher::Verdict::refused_path;
  if (!request.location.ends_with('/') && redirect.target.ends_with('/')) {
    // The location's end and what follows were one segment, and would be two below the target.
    const std::string_view first = normal.substr(0, normal.find('/'));
    if (first == "." || first == "..") return refused;
  }
  std::string rest;
  if (request.written.starts_with(request.location) &&
      spells(request.written.substr(request.location.size()), normal)) {
    rest = request.written.substr(request.location.size());
  } else {
    if (request.judged && !request.written.empty()) return refused;
    rest = http::escape_path(normal);
  }
  std::string link = redirect.target + rest;
  if (!request.args.empty()) {
    link += '?';
    // The rest of an internal redirect's address; a fragment would be no part of what is asked for.
    for (const char c : request.args)
      link.append(c == '#' ? "%23" : std::string_view(&c, 1));
  }
  LinkMatcher::Outcome outcome = redirect.set->matcher.match(link, page);
  if (outcome.verdict != LinkMatcher::Verdict::media) return outcome;
  const auto own = rewrite::parse_url(
      "http://own.invalid" + http::escape_path(request.location) + rest, nullptr);
  outcome.path = own ? own->path : std::string();
  return outcome;
}

}  // namespace signgate::route
