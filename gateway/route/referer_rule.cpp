// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/referer_rule.hpp"

#include <algorithm>

#include "gateway/http/text.hpp"

namespace signgate::route {
namespace {

constexpr std::size_t longest_host = 256;

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = http::to_lower(c);
  return out;
}

// What follows the scheme of a web address; nothing when there is none, or no room for a host.
std::optional<std::string_view> after_scheme(std::string_view referer) {
  constexpr std::size_t shortest = std::string_view("http://i.ru").size();
  if (referer.size() < shortest) return std::nullopt;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (http::equal_ignoring_case(referer.substr(0, scheme.size()), scheme))
      return referer.substr(scheme.size());
  }
  return std::nullopt;
}

}  // namespace

RefererRule::RefererRule(const config::Referers& settings,
                         const std::vector<std::string>& server_names)
    : none_(settings.none), blocked_(settings.blocked) {
  for (const std::string& name : settings.names)
    add_name(name);
  for (const std::string& pattern : settings.patterns)
    patterns_.emplace_back(pattern, true);
  if (!settings.server_names) return;
  for (const std::string& name : server_names) {
    if (name.starts_with('~')) {
      host_patterns_.emplace_back(std::string_view(name).substr(1), true);
    } else if (!name.empty()) {
      add_name(name);
    }
  }
}

void RefererRule::add_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  Name name{lowered(text.substr(0, slash)), {}, Name::Match::exact};
  if (slash != std::string_view::npos) name.path = text.substr(slash);
  if (name.host.starts_with("*.")) {
    name.host.erase(0, 1);
    name.match = Name::Match::tail;
  } else if (name.host.starts_with('.')) {
    name.match = Name::Match::tail_or_whole;
  } else if (name.host.ends_with(".*")) {
    name.host.pop_back();
    name.match = Name::Match::head;
  }
  names_.push_back(std::move(name));
}

// nginx's order of names: exact, the longest end, the longest beginning.
const RefererRule::Name* RefererRule::find(std::string_view host) const noexcept {
  const Name* best = nullptr;
  const auto rank = [](const Name& name) { return name.match == Name::Match::head ? 0 : 1; };
  for (const Name& name : names_) {
    const std::string_view rest = name.host;
    bool hit = false;
    switch (name.match) {
      case Name::Match::exact:
        if (host == rest) return &name;
        break;
      case Name::Match::tail:
        hit = host.size() > rest.size() && host.ends_with(rest);
        break;
      case Name::Match::tail_or_whole:
        if (host == rest.substr(1)) return &name;
        hit = host.size() > rest.size() && host.ends_with(rest);
        break;
      case Name::Match::head:
        hit = host.size() > rest.size() && host.starts_with(rest);
        break;
    }
    if (!hit) continue;
    const bool better = best == nullptr || rank(name) > rank(*best) ||
                        (rank(name) == rank(*best) && rest.size() > best->host.size());
    if (better) best = &name;
  }
  return best;
}

bool RefererRule::is_valid(std::optional<std::string_view> referer) const {
  // nginx: "none" and "blocked" alone, which forbid nothing.
  if (names_.empty() && host_patterns_.empty() && patterns_.empty()) return true;
  if (!referer) return none_;
  const auto rest = after_scheme(*referer);
  if (!rest) return blocked_;
  const std::size_t end = std::min(rest->find_first_of("/:"), rest->size());
  if (end > longest_host) return false;
  const std::string host = lowered(rest->substr(0, end));
  if (const Name* name = find(host)) {
    if (name->path.empty()) return true;
    const std::size_t slash = rest->find('/', end);
    return slash != std::string_view::npos && rest->substr(slash).starts_with(name->path);
  }
  const auto hits = [](const std::vector<Regex>& patterns, std::string_view text) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [text](const Regex& pattern) { return pattern.matches(text); });
  };
  return hits(host_patterns_, host) || hits(patterns_, *rest);
}

}  // namespace signgate::route
