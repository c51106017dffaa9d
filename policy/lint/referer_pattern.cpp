// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/referer_pattern.hpp"

#include <algorithm>

#include "policy/json.hpp"
#include "policy/lint/policy_view.hpp"
#include "policy/wildcard.hpp"

namespace signgate::policy::lint {
namespace {

/// One character more than http: of what browsers send https alone.
constexpr std::string_view any_s = "http?";

bool has_capital(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool has_other_than_ascii(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_wild(std::string_view text) noexcept {
  return text.find_first_of("*?") != std::string_view::npos;
}

/// Within a policy variable, blanks are legal.
bool has_blank(std::string_view text) noexcept {
  return text.find("${") == std::string_view::npos && std::ranges::any_of(text, [](char c) {
           return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
         });
}

class Examination {
 public:
  Examination(std::string_view text, const RefererRules& rules)
      : text_(text), rules_(rules), parts_(take_apart(text)) {}

  std::vector<RefererFlaw> run() {
    if (!rules_.wildcards && text_.find('*') != std::string_view::npos) {
      add(code("referer-operator"), "is compared letter by letter, its * too");
      return std::move(flaws_);
    }
    if (!examine_scheme()) return std::move(flaws_);
    if (text_.find('#') != std::string_view::npos) {
      add(code("referer-fragment"), "has a fragment");
    }
    if (has_other_than_ascii(text_)) add(code("referer-idn"), "has letters outside ASCII");
    examine_address();
    if (!rules_.ignore_case && (has_capital(parts_.scheme) || has_capital(parts_.authority))) {
      add(code("referer-case"), "has a capital letter in its scheme or host");
    }
    const std::string scheme = lower_case(parts_.scheme);
    const bool is_secure = scheme == "https" || scheme == any_s;
    if ((is_secure && parts_.port == "443") || (scheme == "http" && parts_.port == "80")) {
      add(code("referer-default-port"), "names the default port");
    }
    if (parts_.path.empty()) {
      examine_end();
    } else {
      examine_host();
      examine_path();
    }
    return std::move(flaws_);
  }

 private:
  void add(Code code, std::string_view what) {
    flaws_.push_back({code, excerpt(text_) + ' ' + std::string(what)});
  }

  /// False when there is nothing more to be said.
  bool examine_scheme() {
    const bool wild = rules_.wildcards;
    if (text_.find("://") == std::string_view::npos) {
      if (wild && text_.starts_with('*')) {
        add(code("referer-wide"), "begins with *, which any scheme, host and path may be");
      } else {
        add(code("referer-no-scheme"), "has no scheme");
      }
      return false;
    }
    if (wild && parts_.scheme.find('*') != std::string_view::npos) {
      add(code("referer-wide"),
          "has a * in its scheme, which may be a foreign page's whole address");
      return false;
    }
    const std::string scheme = lower_case(parts_.scheme);
    if (scheme == "http" || scheme == "https" || (wild && scheme == any_s)) return true;
    add(code("referer-no-scheme"), "does not begin with http:// or https://");
    return false;
  }

  /// What stands in no page's address. A wildcard may be a foreign path, in which all may stand.
  void examine_address() {
    const bool wild = rules_.wildcards && is_wild(parts_.authority);
    if (!wild && parts_.authority.find('@') != std::string_view::npos) {
      add(code("referer-no-page"), "names a user");
    } else if (parts_.authority.empty() && !parts_.path.empty()) {
      add(code("referer-no-page"), "has no host");
    } else if (has_blank(text_)) {
      add(code("referer-no-page"), "has a blank or a control character");
    }
  }

  /// What ends before any slash.
  void examine_end() {
    const std::string_view authority = parts_.authority;
    if (!rules_.wildcards || !authority.ends_with('*')) {
      if (text_.find('#') == std::string_view::npos)
        add(code("referer-no-slash"), "ends before the slash that browsers send");
    } else if (authority.ends_with(":*")) {
      examine_host();
    } else if (authority.find_first_not_of("*?") == std::string_view::npos) {
      add(code("referer-wide"), "matches every host");
    } else {
      add(code("referer-open-end"),
          "matches longer hosts too, such as " +
              std::string(text_.substr(0, text_.find_last_not_of('*') + 1)) + ".evil.example/");
    }
  }

  /// The host before a slash, in which a wildcard may be anything, slashes included.
  void examine_host() {
    std::string_view host = parts_.host;
    if (!rules_.wildcards || !is_wild(host)) return;
    if (host.starts_with("*.") && host.size() > 2 && !is_wild(host.substr(2))) {
      add(code("referer-subdomains"), "takes every subdomain, and foreign paths that end so");
    } else {
      add(code("referer-wide"), "has a wildcard in its host");
    }
  }

  void examine_path() {
    const bool matches = rules_.wildcards ? wildcard_match(parts_.path, "/") : parts_.path == "/";
    if (matches || rules_.with_path || parts_.path.find('#') != std::string_view::npos) return;
    add(code("referer-path"), "asks for a path, and browsers send " + origin() + "/ alone");
  }

  [[nodiscard]] std::string origin() const {
    return std::string(parts_.scheme) + "://" + std::string(parts_.authority);
  }

  std::string_view text_;
  RefererRules rules_;
  RefererPattern parts_;
  std::vector<RefererFlaw> flaws_;
};

}  // namespace

RefererPattern take_apart(std::string_view text) noexcept {
  RefererPattern out;
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return out;
  out.scheme = text.substr(0, scheme);
  text.remove_prefix(scheme + 3);
  const std::size_t end = text.find_first_of("/#");
  out.authority = text.substr(0, end);
  if (end != std::string_view::npos && text[end] == '/') out.path = text.substr(end);
  out.host = out.authority;
  const std::size_t colon = out.authority.rfind(':');
  // The colons of an IPv6 address stand within brackets.
  if (colon != std::string_view::npos && out.authority.find(']', colon) == std::string_view::npos) {
    out.host = out.authority.substr(0, colon);
    out.port = out.authority.substr(colon + 1);
  }
  return out;
}

std::vector<RefererFlaw> referer_flaws(std::string_view text, const RefererRules& rules) {
  return Examination(text, rules).run();
}

}  // namespace signgate::policy::lint
