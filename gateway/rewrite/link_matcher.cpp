// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_matcher.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/plain_link.hpp"
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

// A browser leaves a backslash as it is, and JSON writes it in two bytes. Whether CloudFront does
// so too when it rebuilds a canned policy nobody tells: encoded, it makes no difference.
void append_query(std::string_view query, std::string& url) {
  url.push_back('?');
  for (const char c : query) {
    if (c == '\\')
      url.append("%5C");
    else
      url.push_back(c);
  }
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
    at_target.prefix = media.prefix;
    at_target.url = std::move(*target);
    at_target.lenient = lenient(at_target.url.path);
    append_origin(at_target.url, at_target.origin);
    matcher.prefixes_.push_back(at_target);
    matcher.targets_.push_back(std::move(at_target));
  }
  std::ranges::stable_sort(matcher.prefixes_, [](const Prefix& a, const Prefix& b) {
    const std::size_t a_length = a.url.path.size();
    const std::size_t b_length = b.url.path.size();
    return a_length != b_length ? a_length > b_length : !a.foreign && b.foreign;
  });
  for (const Prefix& prefix : matcher.prefixes_) {
    matcher.words_.add(prefix.url, prefix.own_origin);
    const std::string& path = prefix.url.path;
    if (path.size() < 2)
      matcher.roots_.push_back(prefix);
    else
      matcher.begins_[static_cast<unsigned char>(path[1])] = true;
  }
  std::ranges::copy_if(matcher.prefixes_, std::back_inserter(matcher.foreign_), &Prefix::foreign);
  return matcher;
}

bool LinkMatcher::Prefix::holds(const Origin& other, const PageUrl& page) const noexcept {
  const Url& origin = own_origin ? page.page() : url;
  return (any_scheme || origin.https == other.https) && origin.port == other.port &&
         origin.host == other.host;
}

const LinkMatcher::Prefix* LinkMatcher::find(const Origin& origin, std::string_view path,
                                             const PageUrl& page) const noexcept {
  for (const Prefix& prefix : prefixes_) {
    if (path.starts_with(prefix.url.path) && prefix.holds(origin, page)) return &prefix;
  }
  return nullptr;
}

// A link may be ours by its spelling, and another's by where it leads.
bool LinkMatcher::leads_to(const std::vector<Prefix>& others, const Prefix& own,
                           const Origin& origin, std::string_view path, const PageUrl& page) {
  if (others.empty()) return false;
  std::string scratch;
  if (!is_plain(path)) {
    scratch = lenient(path);
    path = scratch;
  }
  return std::ranges::any_of(others, [&](const Prefix& other) {
    return other.rule != own.rule && other.lenient.size() > own.lenient.size() &&
           path.starts_with(other.lenient) && other.holds(origin, page);
  });
}

// The `?` behind `path` stands for any character. To reach a foreign prefix from here, `path` must
// be its beginning, save for an escape that is not complete without that character.
bool LinkMatcher::may_become_foreign(const Prefix& own, std::string_view path,
                                     const PageUrl& page) const {
  if (foreign_.empty() && !own.prefix) return false;
  if (path.ends_with('%')) {
    path.remove_suffix(1);
  } else if (path.size() > 1 && path[path.size() - 2] == '%') {
    path.remove_suffix(2);
  }
  const std::string beginning = lenient(path);
  const auto may_become = [&](const Prefix& prefix) {
    return prefix.rule != own.rule && prefix.lenient.size() > own.lenient.size() &&
           prefix.lenient.starts_with(beginning) && prefix.holds(origin_of(own.url), page);
  };
  return std::ranges::any_of(foreign_, may_become) ||
         (own.prefix && std::ranges::any_of(targets_, may_become));
}

LinkMatcher::Verdict LinkMatcher::match(std::string_view link, const PageUrl& page,
                                        const Into& into) const {
  if (!signs_) return Verdict::not_media;
  const std::string_view trimmed = trim_space(link);
  if (trimmed.empty() || trimmed.front() == '#') return Verdict::not_media;
  const std::optional<PlainLink> plain = read_plain_link(trimmed);
  const Prefix* prefix = nullptr;
  if (plain) {
    const Origin origin =
        plain->host.empty() ? origin_of(page.base()) : Origin{plain->https, 0, plain->host};
    prefix = find(origin, plain->path, page);
    if (prefix == nullptr) return Verdict::not_media;
    if (plain->rest.empty()) {
      Found found{origin, plain->path, {}, {}, true};
      into.led_by_base = plain->host.empty() && page.is_led_by_base(trimmed);
      return lead(*prefix, found, page, into);
    }
  }
  std::optional<Url> url = parse_url(trimmed, &page.base());
  if (!url || url->has_credentials) return Verdict::not_media;
  const Origin origin = origin_of(*url);
  prefix = find(origin, url->path, page);
  if (prefix == nullptr) return Verdict::not_media;
  std::string fragment;
  if (url->has_fragment) fragment.append(1, '#').append(url->fragment);
  Found found{origin, url->path, std::move(url->query), std::move(fragment), false};
  const Verdict verdict = lead(*prefix, found, page, into);
  if (verdict == Verdict::media) {
    into.relative = relative_path(trimmed, page.base());
    into.led_by_base = page.is_led_by_base(trimmed);
  }
  return verdict;
}

// What becomes of a link below `prefix`.
LinkMatcher::Verdict LinkMatcher::lead(const Prefix& prefix, Found& link, const PageUrl& page,
                                       const Into& into) const {
  into.rule = prefix.rule;
  if (prefix.foreign || leads_to(foreign_, prefix, link.origin, link.path, page))
    return Verdict::refused_rule;
  const Prefix& target = targets_[prefix.rule];
  const std::string_view below = link.path.substr(prefix.url.path.size());
  std::string& url = into.url;
  url.reserve(target.origin.size() + target.url.path.size() + below.size() + 1 + link.query.size());
  url.append(target.origin).append(target.url.path).append(below);
  // Joining may give birth to a dot segment ("/a/b" + "..") and an encoded slash may hide one from
  // us, not from the origin.
  const std::string_view path = std::string_view(url).substr(target.origin.size());
  const bool may_hide_dots = !link.is_plain || below.starts_with('.');
  if (may_hide_dots && has_dot_segment(path)) return Verdict::refused_path;
  const Origin leads_from = origin_of(target.url);
  if (leads_to(foreign_, target, leads_from, path, page)) return Verdict::refused_rule;
  // A policy with a wildcard opens all that begins as the link does: where that is another rule's
  // target, the link is not this rule's to sign, whoever signs the other.
  if (target.prefix && leads_to(targets_, target, leads_from, path, page))
    return Verdict::refused_rule;
  if (!link.query.empty()) {
    switch (classify_query(link.query)) {
      case QueryClass::plain:
        break;
      case QueryClass::signed_already:
        drop_signature(link.query);
        break;
      case QueryClass::reserved:
        return Verdict::refused_reserved;
    }
  }
  if (target.wildcard && !link.query.empty()) {
    if (may_join_to_dots(path, link.query)) return Verdict::refused_path;
    if (may_become_foreign(target, path, page)) return Verdict::refused_rule;
  }
  if (!link.query.empty()) append_query(link.query, url);
  if (url.size() > limits::link_length) return Verdict::refused_too_long;
  into.fragment = std::move(link.fragment);
  into.path = link.path;
  return Verdict::media;
}

}  // namespace signgate::rewrite
