// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_matcher.hpp"

#include <algorithm>
#include <optional>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/signed_query.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::string_view legal_link =
    "write https://HOST/PATH, http://HOST/PATH, //HOST/PATH or /PATH";
constexpr std::string_view legal_target = "write https://HOST/PATH or http://HOST/PATH";

// A prefix with nothing in it that could not be compared as it is written. The text says what is
// wrong.
std::optional<Url> parse_prefix(std::string_view text, const Url* base, std::string_view legal,
                                std::string& reason) {
  const auto refuse = [&](std::string_view why) {
    reason.assign(why).append("; ").append(legal);
    return std::nullopt;
  };
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= 0x20; })) {
    return refuse("a prefix has no white space or control characters");
  }
  if (text.find('\\') != std::string_view::npos) return refuse("a prefix has no backslash");
  std::optional<Url> url = parse_url(text, base);
  if (!url) return refuse("not a URL that a browser would fetch");
  if (url->has_query) return refuse("a prefix has no query");
  if (url->has_fragment) return refuse("a prefix has no fragment");
  if (url->has_credentials) return refuse("a prefix has no user or password");
  std::string_view path = text;
  if (const std::size_t host = path.find("//"); host != std::string_view::npos)
    path.remove_prefix(host + 2);
  const std::size_t slash = path.find('/');
  if (slash != std::string_view::npos && has_dot_segment(path.substr(slash))) {
    return refuse("a prefix has no dot segments");
  }
  return url;
}

// Lower case, and nothing that parse_url would read otherwise than as `http://`, `https://`.
bool has_scheme(std::string_view text) noexcept {
  return istarts_with(text, "http://") || istarts_with(text, "https://");
}

}  // namespace

void throw_exception_from_error(const MatcherError& error, const boost::source_location& where) {
  check_failed(error.text.c_str(), where.file_name(), static_cast<int>(where.line()));
}

boost::system::result<LinkMatcher, MatcherError> LinkMatcher::make(
    const std::vector<MediaRule>& rules) {
  Url nowhere;
  nowhere.https = true;
  nowhere.host = "own-origin.invalid";
  LinkMatcher matcher;
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    const MediaRule& media = rules[rule];
    matcher.signs_ = matcher.signs_ || !media.foreign;
    MatcherError error{rule, media.target, {}};
    std::optional<Url> target;
    if (has_scheme(media.target)) {
      target = parse_prefix(media.target, nullptr, legal_target, error.text);
    } else {
      error.text.assign("not an absolute URL; ").append(legal_target);
    }
    if (!target) return error;
    for (const std::string& link : media.links) {
      error.prefix = link;
      Prefix prefix;
      prefix.rule = rule;
      prefix.foreign = media.foreign;
      prefix.own_origin = link.starts_with('/') && !link.starts_with("//");
      prefix.any_scheme = link.starts_with("//");
      std::optional<Url> url;
      if (prefix.own_origin || prefix.any_scheme || has_scheme(link)) {
        url = parse_prefix(link, &nowhere, legal_link, error.text);
      } else {
        error.text.assign("neither a URL nor a path from the root; ").append(legal_link);
      }
      if (!url) return error;
      prefix.url = std::move(*url);
      matcher.prefixes_.push_back(std::move(prefix));
    }
    Prefix at_target;
    at_target.rule = rule;
    at_target.foreign = media.foreign;
    at_target.url = *target;
    matcher.prefixes_.push_back(std::move(at_target));
    matcher.targets_.push_back(std::move(*target));
  }
  std::ranges::stable_sort(matcher.prefixes_, [](const Prefix& a, const Prefix& b) {
    const std::size_t a_length = a.url.path.size();
    const std::size_t b_length = b.url.path.size();
    return a_length != b_length ? a_length > b_length : !a.foreign && b.foreign;
  });
  return matcher;
}

const LinkMatcher::Prefix* LinkMatcher::find(const Url& url, const PageUrl& page) const noexcept {
  for (const Prefix& prefix : prefixes_) {
    if (!url.path.starts_with(prefix.url.path)) continue;
    const Url& origin = prefix.own_origin ? page.page() : prefix.url;
    if (prefix.any_scheme || origin.https == url.https) {
      if (origin.port == url.port && origin.host == url.host) return &prefix;
    }
  }
  return nullptr;
}

// A prefix of ours may map a link to where the longer target of a foreign rule begins.
bool LinkMatcher::leads_to_foreign(const Url& target, std::string_view path) const noexcept {
  for (const Prefix& prefix : prefixes_) {
    if (prefix.url.path.size() <= target.path.size()) return false;
    if (prefix.foreign && !prefix.own_origin && path.starts_with(prefix.url.path) &&
        (prefix.any_scheme || prefix.url.https == target.https) && prefix.url.port == target.port &&
        prefix.url.host == target.host) {
      return true;
    }
  }
  return false;
}

LinkMatcher::Outcome LinkMatcher::match(std::string_view link, const PageUrl& page) const {
  Outcome outcome;
  if (!signs_) return outcome;
  const std::string_view trimmed = trim_space(link);
  if (trimmed.empty() || trimmed.front() == '#') return outcome;
  std::optional<Url> url = parse_url(trimmed, &page.base());
  if (!url || url->has_credentials) return outcome;
  const Prefix* prefix = find(*url, page);
  if (prefix == nullptr) return outcome;

  outcome.rule = prefix->rule;
  if (prefix->foreign) {
    outcome.verdict = Verdict::refused_rule;
    return outcome;
  }
  // Joining may give birth to a dot segment ("/a/b" + "..") and an encoded slash may hide one from
  // us, not from the origin.
  const std::string_view below = std::string_view(url->path).substr(prefix->url.path.size());
  std::string joined = targets_[prefix->rule].path;
  joined.append(below);
  if (has_dot_segment(joined)) {
    outcome.verdict = Verdict::refused_path;
    return outcome;
  }
  if (leads_to_foreign(targets_[prefix->rule], joined)) {
    outcome.verdict = Verdict::refused_rule;
    return outcome;
  }
  switch (classify_query(url->query)) {
    case QueryClass::plain:
      break;
    case QueryClass::signed_already:
      drop_signature(url->query);
      break;
    case QueryClass::reserved:
      outcome.verdict = Verdict::refused_reserved;
      return outcome;
  }

  const Url& target = targets_[prefix->rule];
  append_origin(target, outcome.url);
  outcome.url.append(joined);
  if (!url->query.empty()) outcome.url.append(1, '?').append(url->query);
  if (outcome.url.size() > limits::link_length) {
    outcome.url.clear();
    outcome.verdict = Verdict::refused_too_long;
    return outcome;
  }
  if (url->has_fragment) outcome.fragment.append(1, '#').append(url->fragment);
  outcome.path = std::move(url->path);
  outcome.verdict = Verdict::media;
  return outcome;
}

}  // namespace signgate::rewrite
