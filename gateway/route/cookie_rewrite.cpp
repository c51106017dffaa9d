// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/cookie_rewrite.hpp"

#include <algorithm>
#include <array>

#include "gateway/http/text.hpp"

namespace signgate::route {
namespace {

struct Attribute {
  std::string_view name;
  std::optional<std::string> value;
};

// The cookie itself first, then its attributes, without white space around names and values.
std::vector<Attribute> split_cookie(std::string_view text) {
  std::vector<Attribute> attributes;
  while (true) {
    const std::size_t end = text.find(';');
    const std::string_view part = http::trim_ows(text.substr(0, end));
    if (!part.empty() || attributes.empty()) {
      const std::size_t equals = part.find('=');
      Attribute& attribute = attributes.emplace_back();
      attribute.name = http::trim_ows(part.substr(0, equals));
      if (equals != std::string_view::npos)
        attribute.value = http::trim_ows(part.substr(equals + 1));
    }
    if (end == std::string_view::npos) return attributes;
    text.remove_prefix(end + 1);
  }
}

std::vector<Attribute>::iterator find(std::vector<Attribute>& attributes, std::string_view name) {
  return std::find_if(attributes.begin() + 1, attributes.end(), [name](const Attribute& each) {
    return http::equal_ignoring_case(each.name, name);
  });
}

bool set_flag(std::vector<Attribute>& attributes, std::string_view flag) {
  if (flag.starts_with("no")) {
    const std::size_t before = attributes.size();
    for (auto at = find(attributes, flag.substr(2)); at != attributes.end();
         at = find(attributes, flag.substr(2))) {
      attributes.erase(at);
    }
    return attributes.size() != before;
  }
  const std::size_t equals = flag.find('=');
  const bool same_site = equals != std::string_view::npos;
  const std::string_view name = same_site ? "SameSite" : flag == "secure" ? "Secure" : "HttpOnly";
  const auto at = find(attributes, name);
  if (at == attributes.end()) {
    Attribute& added = attributes.emplace_back(Attribute{name, std::nullopt});
    if (!same_site) return true;
    added.value = flag.substr(equals + 1);
  } else {
    const std::string_view wanted = flag.substr(equals + 1);
    if (!same_site || (at->value && http::equal_ignoring_case(*at->value, wanted))) return false;
    at->name = name;
    at->value = wanted;
  }
  std::string& value = *find(attributes, name)->value;
  value.front() = static_cast<char>(value.front() - 'a' + 'A');
  return true;
}

// Of flags that contradict each other nginx's order decides, not the rule's. What is no flag, as
// variables may have it, is passed over.
bool set_flags(std::vector<Attribute>& attributes, const std::vector<std::string>& wanted) {
  static constexpr std::array<std::string_view, 4> kinds[] = {
      {"secure", "nosecure"},
      {"httponly", "nohttponly"},
      {"samesite=strict", "samesite=lax", "samesite=none", "nosamesite"}};
  bool changed = false;
  for (const auto& kind : kinds) {
    const auto first = std::find_if(kind.begin(), kind.end(), [&](std::string_view flag) {
      return !flag.empty() && std::find(wanted.begin(), wanted.end(), flag) != wanted.end();
    });
    if (first != kind.end()) changed = set_flag(attributes, *first) || changed;
  }
  return changed;
}

}  // namespace

CookieRewrite::CookieRewrite(const config::ProxyAnswer& settings) {
  for (const config::TextRule& rule : settings.proxy_cookie_domain)
    domains_.emplace_back(rule, TextRule::Form::domain);
  for (const config::TextRule& rule : settings.proxy_cookie_path)
    paths_.emplace_back(rule, TextRule::Form::prefix);
  for (const config::CookieFlags& rule : settings.proxy_cookie_flags) {
    Flags& flags = flags_.emplace_back();
    if (rule.kind == config::TextRule::Kind::literal) {
      flags.name = Template(rule.name);
    } else {
      flags.regex.emplace(rule.name, true);  // nginx knows no case here, whatever the rule says
    }
    for (const std::string& flag : rule.flags)
      flags.flags.emplace_back(flag, flags.regex ? &*flags.regex : nullptr);
  }
}

bool CookieRewrite::Flags::fits(std::string_view cookie, const VariableValues& values,
                                std::vector<std::string_view>& captures) const {
  if (regex) {
    captures.resize(regex->groups() + 1);
    return regex->search(cookie, captures);
  }
  std::string wanted;
  name.append(values, Escape::none, wanted);
  return http::equal_ignoring_case(cookie, wanted);
}

std::optional<std::string> CookieRewrite::apply(std::string_view value,
                                                const VariableValues& values) const {
  std::vector<Attribute> attributes = split_cookie(value);
  if (attributes.front().name.empty()) return std::nullopt;
  bool changed = false;
  for (std::size_t i = 1; i < attributes.size(); ++i) {
    Attribute& attribute = attributes[i];
    if (!attribute.value) continue;
    const bool domain = http::equal_ignoring_case(attribute.name, "domain");
    if (!domain && !http::equal_ignoring_case(attribute.name, "path")) continue;
    if (auto rewritten = apply_first(domain ? domains_ : paths_, *attribute.value, values)) {
      attribute.value = std::move(*rewritten);
      changed = true;
    }
  }
  const std::string_view cookie = attributes.front().name;
  std::vector<std::string_view> captures;
  for (const Flags& rule : flags_) {
    if (!rule.fits(cookie, values, captures)) continue;
    std::vector<std::string> wanted;
    for (const Replacement& each : rule.flags) {
      each.append(values, captures, wanted.emplace_back());
      for (char& c : wanted.back())
        c = http::to_lower(c);
    }
    changed = set_flags(attributes, wanted) || changed;
    break;
  }
  if (!changed) return std::nullopt;
  std::string out;
  for (const Attribute& attribute : attributes) {
    if (!out.empty()) out += "; ";
    out += attribute.name;
    if (attribute.value) out.append("=").append(*attribute.value);
  }
  return out;
}

}  // namespace signgate::route
