// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_matcher.hpp"

#include <algorithm>
#include <iterator>
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

bool is_escape(std::string_view text) noexcept {
  return text.size() >= 3 && text[0] == '%' && hex_value(text[1]) >= 0 && hex_value(text[2]) >= 0;
}

bool is_plain(std::string_view path) noexcept {
  return path.find_first_of("%\\") == std::string_view::npos &&
         path.find("//") == std::string_view::npos;
}

// The object that a path may mean to an origin: S3 decodes %XX, nginx merges slashes too.
std::string lenient(std::string_view path) {
  std::string read;
  read.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    char c = path[i];
    if (is_escape(path.substr(i))) {
      c = static_cast<char>(hex_value(path[i + 1]) * 16 + hex_value(path[i + 2]));
      i += 2;
    }
    if (c == '\\') c = '/';
    if (c != '/' || !read.ends_with('/')) read.push_back(c);
  }
  return read;
}

// Whether some character between the two makes a dot segment, of itself or by ending or beginning
// an encoded slash. Beyond the nearest few bytes it changes nothing.
bool may_join_to_dots(std::string_view path, std::string_view query) {
  constexpr std::size_t near = 9;  // "%2f" and "%2e%2e"
  if (has_dot_segment(std::string("/").append(query))) return true;
  std::string joined(path.size() > near ? "x" : "");
  joined.append(path.substr(path.size() - std::min(path.size(), near)));
  const std::size_t mark = joined.size();
  joined.append(1, '?').append(query.substr(0, near)).append(query.size() > near ? "x" : "");
  for (const char c : std::string_view("./\\%25eEfFcC")) {
    joined[mark] = c;
    if (has_dot_segment(joined)) return true;
  }
  return false;
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
      prefix.wildcard = media.wildcard;
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
      prefix.lenient = lenient(prefix.url.path);
      matcher.prefixes_.push_back(std::move(prefix));
    }
    Prefix at_target;
    at_target.rule = rule;
    at_target.foreign = media.foreign;
    at_target.wildcard = media.wildcard;
    at_target.url = std::move(*target);
    at_target.lenient = lenient(at_target.url.path);
    matcher.prefixes_.push_back(at_target);
    matcher.targets_.push_back(std::move(at_target));
  }
  std::ranges::stable_sort(matcher.prefixes_, [](const Prefix& a, const Prefix& b) {
    const std::size_t a_length = a.url.path.size();
    const std::size_t b_length = b.url.path.size();
    return a_length != b_length ? a_length > b_length : !a.foreign && b.foreign;
  });
  std::ranges::copy_if(matcher.prefixes_, std::back_inserter(matcher.foreign_), &Prefix::foreign);
  return matcher;
}

bool LinkMatcher::Prefix::holds_origin(const Url& other, const PageUrl& page) const noexcept {
  const Url& origin = own_origin ? page.page() : url;
  return (any_scheme || origin.https == other.https) && origin.port == other.port &&
         origin.host == other.host;
}

const LinkMatcher::Prefix* LinkMatcher::find(const Url& url, const PageUrl& page) const noexcept {
  for (const Prefix& prefix : prefixes_) {
    if (!url.path.starts_with(prefix.url.path)) continue;
    if (prefix.holds_origin(url, page)) return &prefix;
  }
  return nullptr;
}

// A link may be ours by its spelling, and another's by where it leads.
bool LinkMatcher::is_foreign(const Prefix& own, const Url& origin, std::string_view path,
                             const PageUrl& page) const {
  if (foreign_.empty()) return false;
  std::string scratch;
  if (!is_plain(path)) {
    scratch = lenient(path);
    path = scratch;
  }
  return std::ranges::any_of(foreign_, [&](const Prefix& prefix) {
    return prefix.lenient.size() > own.lenient.size() && path.starts_with(prefix.lenient) &&
           prefix.holds_origin(origin, page);
  });
}

// The `?` behind `path` stands for any character. To reach a foreign prefix from here, `path` must
// be its beginning, save for an escape that is not complete without that character.
bool LinkMatcher::may_become_foreign(const Prefix& own, std::string_view path,
                                     const PageUrl& page) const {
  if (foreign_.empty()) return false;
  if (path.ends_with('%')) {
    path.remove_suffix(1);
  } else if (path.size() > 1 && path[path.size() - 2] == '%') {
    path.remove_suffix(2);
  }
  const std::string beginning = lenient(path);
  return std::ranges::any_of(foreign_, [&](const Prefix& prefix) {
    return prefix.lenient.size() > own.lenient.size() && prefix.lenient.starts_with(beginning) &&
           prefix.holds_origin(own.url, page);
  });
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
  if (prefix->foreign || is_foreign(*prefix, *url, url->path, page)) {
    outcome.verdict = Verdict::refused_rule;
    return outcome;
  }
  // Joining may give birth to a dot segment ("/a/b" + "..") and an encoded slash may hide one from
  // us, not from the origin.
  const std::string_view below = std::string_view(url->path).substr(prefix->url.path.size());
  const Prefix& target = targets_[prefix->rule];
  std::string joined = target.url.path;
  joined.append(below);
  if (has_dot_segment(joined)) {
    outcome.verdict = Verdict::refused_path;
    return outcome;
  }
  if (is_foreign(target, target.url, joined, page)) {
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
  if (target.wildcard && !url->query.empty()) {
    if (may_join_to_dots(joined, url->query)) {
      outcome.verdict = Verdict::refused_path;
      return outcome;
    }
    if (may_become_foreign(target, joined, page)) {
      outcome.verdict = Verdict::refused_rule;
      return outcome;
    }
  }

  append_origin(target.url, outcome.url);
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
