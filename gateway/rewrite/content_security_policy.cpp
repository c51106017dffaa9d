// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/content_security_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::array<std::string_view, 11> governed = {
    "img-src",    "media-src", "font-src",  "style-src",    "style-src-elem", "connect-src",
    "object-src", "frame-src", "child-src", "manifest-src", "prefetch-src"};

// Those that default-src speaks for when they do not stand, and that media are fetched by.
constexpr std::array<std::string_view, 2> by_default = {"img-src", "media-src"};

// Of the governed those that embed documents: a policy that denies them all denies that to what is
// in a bucket too, and pictures, media and fonts do without.
constexpr std::array<std::string_view, 3> embedding = {"object-src", "frame-src", "child-src"};

// Views into the policy.
struct Directive {
  std::string_view name;
  std::string_view value;  // trimmed; empty, but in its place, when there is none
};

bool is_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string_view take_word(std::string_view& text) noexcept {
  text = trim_space(text);
  const auto end = std::ranges::find_if(text, is_space);
  const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

template <class Visit>
void for_each_source(std::string_view list, Visit visit) {
  while (true) {
    const std::string_view source = take_word(list);
    if (source.empty()) return;
    visit(source);
  }
}

// Section 2.2.1: the first of a name counts, and a directive outside of ASCII is none.
std::vector<Directive> parse_policy(std::string_view policy) {
  std::vector<Directive> directives;
  while (!policy.empty()) {
    const std::size_t end = std::min(policy.find(';'), policy.size());
    std::string_view text = trim_space(policy.substr(0, end));
    policy.remove_prefix(std::min(end + 1, policy.size()));
    if (text.empty() || !is_ascii(text)) continue;
    const std::string_view name = take_word(text);
    directives.push_back({name, trim_space(text)});
  }
  return directives;
}

const Directive* find(const std::vector<Directive>& directives, std::string_view name) noexcept {
  const auto found = std::ranges::find_if(directives, [&](const Directive& each) {
    return std::ranges::equal(each.name, name, {}, to_lower, to_lower);
  });
  return found == directives.end() ? nullptr : &*found;
}

bool is_scheme(std::string_view text) noexcept {
  return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || c == '+' || c == '-' || c == '.';
  });
}

// Section 6.7.2.9: a source of plain http is met by https as well. By the section ws and wss stand
// for http and https too, but not in Chromium.
bool fits_scheme(std::string_view scheme, const Url& target) noexcept {
  return iequals(scheme, "http") || (target.https && iequals(scheme, "https"));
}

bool fits_host(std::string_view pattern, std::string_view host) noexcept {
  if (pattern == "*") return true;
  if (pattern.starts_with("*.")) {
    const std::string_view domain = pattern.substr(1);
    return host.size() > domain.size() && iequals(domain, host.substr(host.size() - domain.size()));
  }
  return iequals(pattern, host);
}

bool fits_port(std::string_view port, const Url& target) noexcept {
  if (port == "*") return true;
  std::uint32_t number = 0;
  const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (code != std::errc() || end != port.data() + port.size()) return false;
  const std::uint32_t own = target.port != 0 ? target.port : target.https ? 443 : 80;
  return number == own;
}

// Whether all that may lie below `target` does. A path that does not end in a slash is one file.
bool holds_path(std::string_view path, const Url& target) noexcept {
  if (path.empty() || path == "/") return true;
  return path.ends_with('/') && target.path.starts_with(path);
}

bool is_same_site(const Url& page, const Url& target) noexcept {
  if (page.host != target.host) return false;
  const bool upgraded = page.port == 0 && target.port == 0 && target.https;
  return upgraded || (page.port == target.port && page.https == target.https);
}

// Section 6.7.2.8.
bool allows(std::string_view source, const Url& target, const Url& page) noexcept {
  if (source == "*") return true;
  if (source.starts_with('\'')) return iequals(source, "'self'") && is_same_site(page, target);
  if (source.ends_with(':') && is_scheme(source.substr(0, source.size() - 1)))
    return fits_scheme(source.substr(0, source.size() - 1), target);
  const std::size_t mark = source.find("://");
  if (mark != std::string_view::npos) {
    if (!fits_scheme(source.substr(0, mark), target)) return false;
    source.remove_prefix(mark + 3);
  } else if (page.https && !target.https) {
    return false;
  }
  const std::size_t path = std::min(source.find('/'), source.size());
  std::string_view host = source.substr(0, path);
  if (!holds_path(source.substr(path), target)) return false;
  const std::size_t colon = host.find(':');
  const bool fits = colon == std::string_view::npos ? target.port == 0
                                                    : fits_port(host.substr(colon + 1), target);
  return fits && fits_host(host.substr(0, colon), target.host);
}

// What has no place in a host-source could end the directive or the policy.
bool can_be_named(const Url& target) noexcept {
  return std::ranges::all_of(
      target.host, [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

/// Extension is the work on one header value.
class Extension {
 public:
  Extension(const std::vector<Url>& targets, const Url& page) : targets_(targets), page_(page) {}

  // Appends the policy, changed or not.
  void add(std::string_view policy) {
    const std::vector<Directive> directives = parse_policy(policy);
    const char* copied = policy.data();
    for (const Directive& each : directives) {
      if (&each != find(directives, each.name) || !is_governed(each.name)) continue;
      if (is_embedding(each.name) && allows_nothing(each.value)) continue;
      const std::string origins = missing(each.value);
      if (origins.empty()) continue;
      out_.append(copied, each.value.data());
      out_.append(each.value.empty() ? " " : "");
      out_.append(with(each.value, origins, false));
      copied = each.value.data() + each.value.size();
    }
    out_.append(copied, policy.data() + policy.size());
    const Directive* fallback = find(directives, "default-src");
    const std::string origins = fallback == nullptr ? std::string() : missing(fallback->value);
    if (origins.empty()) return;
    for (const std::string_view name : by_default) {
      if (find(directives, name) != nullptr) continue;
      while (!out_.empty() && (is_space(out_.back()) || out_.back() == ';'))
        out_.pop_back();
      out_.append("; ").append(name).append(" ");
      out_.append(with(fallback->value, origins, true));
    }
  }

  void add_comma() { out_.push_back(','); }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static bool is_governed(std::string_view name) noexcept {
    return std::ranges::any_of(governed,
                               [name](std::string_view each) { return iequals(name, each); });
  }

  static bool is_embedding(std::string_view name) noexcept {
    return std::ranges::any_of(embedding,
                               [name](std::string_view each) { return iequals(name, each); });
  }

  static bool allows_nothing(std::string_view list) {
    bool any = false;
    for_each_source(list,
                    [&](std::string_view source) { any = any || !iequals(source, "'none'"); });
    return !any;
  }

  // The origins of the targets that the list does not allow, with spaces between.
  [[nodiscard]] std::string missing(std::string_view list) const {
    std::vector<std::string> origins;
    for (const Url& target : targets_) {
      bool allowed = !can_be_named(target);
      for_each_source(list, [&](std::string_view source) {
        allowed = allowed || allows(source, target, page_);
      });
      std::string origin;
      append_origin(target, origin);
      if (allowed || std::ranges::find(origins, origin) != origins.end()) continue;
      origins.push_back(std::move(origin));
    }
    std::string text;
    for (const std::string& origin : origins)
      text.append(text.empty() ? "" : " ").append(origin);
    return text;
  }

  // The list with the origins behind it, without the 'none' that would deny them; and for a
  // directive that has no use for them without nonces, hashes and words about scripts.
  static std::string with(std::string_view list, std::string_view origins, bool sources_alone) {
    std::string out;
    bool none = false;
    for_each_source(list, [&](std::string_view source) {
      const bool is_none = iequals(source, "'none'");
      none = none || is_none;
      if (is_none || (sources_alone && source.starts_with('\'') && !iequals(source, "'self'")))
        return;
      out.append(source).append(" ");
    });
    // As it was written, where nothing is left out.
    if (!none && !sources_alone && !list.empty()) out.assign(list).append(" ");
    return out.append(origins);
  }

  const std::vector<Url>& targets_;
  const Url& page_;
  std::string out_;
};

}  // namespace

std::optional<std::string> extend_policies(std::string_view value, const std::vector<Url>& targets,
                                           const Url& page) {
  Extension extension(targets, page);
  std::string_view rest = value;
  while (true) {
    const std::size_t comma = rest.find(',');
    extension.add(rest.substr(0, comma));
    if (comma == std::string_view::npos) break;
    extension.add_comma();
    rest.remove_prefix(comma + 1);
  }
  std::string extended = extension.take();
  if (extended == value) return std::nullopt;
  return extended;
}

}  // namespace signgate::rewrite
