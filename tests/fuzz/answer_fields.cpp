// SPDX-License-Identifier: Apache-2.0
// What is made of an answer's fields: trailers, and cookies and addresses by the rules of a route.
// The first byte picks one; the rest is the value. And the lines of such rules themselves.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/config/rules.hpp"
#include "gateway/http/text.hpp"
#include "gateway/http/trailers.hpp"
#include "gateway/route/cookie_rewrite.hpp"
#include "gateway/route/text_rule.hpp"

namespace {

using namespace signgate;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_one_line(std::string_view text) {
  return text.find('\r') == std::string_view::npos && text.find('\n') == std::string_view::npos;
}

void try_trailers(std::string_view lines) {
  http::Fields fields;
  if (!http::parse_trailers(lines, Side::upstream, fields)) return;
  for (const http::Field& field : fields) {
    require(!field.name.empty() && is_one_line(field.name) && is_one_line(field.value));
    require(!http::is_hop_by_hop(field.id));
    require(field.id != http::HeaderId::content_length && field.id != http::HeaderId::host &&
            field.id != http::HeaderId::set_cookie && field.id != http::HeaderId::location);
  }
}

void try_cookie(std::string_view value) {
  using Kind = config::TextRule::Kind;
  static const route::CookieRewrite rules = [] {
    config::ProxyAnswer settings;
    settings.proxy_cookie_domain = {{Kind::literal, "a.test", "b.test"}, {Kind::regex, "x", "y"}};
    settings.proxy_cookie_path = {{Kind::literal, "/two/", "/"}, {Kind::regex, "^/(.)", "/$1$1"}};
    settings.proxy_cookie_flags = {{Kind::literal, "s", {"secure", "httponly", "samesite=lax"}},
                                   {Kind::regex, "^n", {"nosecure", "nohttponly", "nosamesite"}}};
    return route::CookieRewrite(settings);
  }();
  const auto changed = rules.apply(value, {});
  if (!changed) return;
  require(is_one_line(*changed) || !is_one_line(value));
  // Name and value of the cookie itself are never touched; white space around them goes, as in
  // nginx.
  const std::string_view pair = value.substr(0, value.find(';'));
  const std::size_t equals = pair.find('=');
  std::string cookie(http::trim_ows(pair.substr(0, equals)));
  if (equals != std::string_view::npos)
    cookie.append("=").append(http::trim_ows(pair.substr(equals + 1)));
  require(changed->starts_with(cookie));
  require(changed->size() == cookie.size() || (*changed)[cookie.size()] == ';');
}

void try_rules(std::string_view text) {
  const auto rule = config::parse_text_rule(text, true);
  if (rule && rule->kind != config::TextRule::Kind::standard) {
    for (const auto form : {route::TextRule::Form::prefix, route::TextRule::Form::domain}) {
      const route::TextRule compiled(*rule, form);
      const auto applied = compiled.apply("http://a.test/x/y?z", {});
      require(!applied || is_one_line(*applied));
    }
  }
  if (const auto page = config::parse_error_page(text)) require(!page->codes.empty());
  if (const auto flags = config::parse_cookie_flags(text)) require(!flags->flags.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      try_trailers(rest);
      break;
    case 1:
      try_cookie(rest);
      break;
    default:
      try_rules(rest);
  }
  return 0;
}
