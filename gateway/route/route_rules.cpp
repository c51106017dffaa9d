// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/route_rules.hpp"

#include <algorithm>

#include "gateway/config/text_file.hpp"
#include "gateway/config/units.hpp"
#include "gateway/http/text.hpp"

namespace signgate::route {
namespace {

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [name](const std::string& each) {
    return http::equal_ignoring_case(each, name);
  });
}

bool is_hidden_by_default(const http::Field& field) {
  using http::HeaderId;
  if (field.id == HeaderId::server || field.id == HeaderId::date) return true;
  if (field.id == HeaderId::x_accel_buffering || field.id == HeaderId::x_accel_limit_rate ||
      field.id == HeaderId::x_accel_redirect) {
    return true;
  }
  if (field.id != HeaderId::other) return false;
  constexpr std::string_view internal = "x-accel-";
  return (field.name.size() > internal.size() &&
          http::equal_ignoring_case(field.name.substr(0, internal.size()), internal)) ||
         http::equal_ignoring_case(field.name, "x-pad");
}

}  // namespace

Rate::Rate(const std::string& text) {
  if (const auto size = config::parse_size(text)) {
    fixed_ = *size;
  } else {
    computed_ = Template(text);
  }
}

std::uint64_t Rate::of(const VariableValues& values) const {
  if (computed_.empty()) return fixed_;
  std::string text;
  computed_.append(values, Escape::none, text);
  const auto size = config::parse_size(text);
  return size ? *size : 0;
}

bool RouteRules::hides(const http::Field& field) const {
  if (is_hidden_by_default(field)) return passed.empty() || !lists(passed, field.name);
  return !hidden.empty() && lists(hidden, field.name);
}

std::string RouteRules::own_address(const VariableValues& values, std::string_view path) const {
  std::string address;
  if (!absolute_redirect) return address.append(path);
  address.append(values.scheme).append("://");
  const std::string_view name = server_name_in_redirect ? values.server_name : values.host;
  if (!name.empty()) {
    address += name;
  } else if (values.server_addr.find(':') != std::string_view::npos &&
             !values.server_addr.starts_with("unix:")) {
    address.append("[").append(values.server_addr).append("]");
  } else {
    address += values.server_addr;
  }
  const std::uint16_t usual = values.scheme == "https" ? 443 : 80;
  if (port_in_redirect && values.server_port != 0 && values.server_port != usual)
    address.append(":").append(std::to_string(values.server_port));
  return address.append(path);
}

RouteRules make_route_rules(const config::ProxyRequest& request, const config::ProxyAnswer& answer,
                            const std::optional<ImpliedRedirect>& implied,
                            const std::string& folder) {
  RouteRules rules;
  rules.method = Template(request.proxy_method);
  if (request.proxy_set_body) rules.body.emplace(*request.proxy_set_body);
  rules.body_folder = config::join_path(folder, request.client_body_temp_path);
  rules.answer_folder = config::join_path(folder, answer.proxy_temp_path);
  rules.limit_rate = Rate(answer.limit_rate);
  rules.limit_rate_after = Rate(answer.limit_rate_after);
  rules.upstream_rate = Rate(answer.proxy_limit_rate);
  rules.bind = Template(request.proxy_bind);
  for (const config::TextRule& rule : answer.proxy_redirect) {
    if (rule.kind != config::TextRule::Kind::standard) {
      rules.redirects.emplace_back(rule, TextRule::Form::prefix);
    } else if (implied) {
      const config::TextRule meant{
          .kind = config::TextRule::Kind::literal, .from = implied->url, .to = implied->location};
      rules.redirects.emplace_back(meant, TextRule::Form::prefix);
    }
  }
  rules.cookies = CookieRewrite(answer);
  rules.absolute_redirect = answer.absolute_redirect;
  rules.port_in_redirect = answer.port_in_redirect;
  rules.server_name_in_redirect = answer.server_name_in_redirect;
  rules.passed = answer.proxy_pass_header;
  for (const std::string& name : answer.proxy_hide_header) {
    if (!lists(rules.passed, name)) rules.hidden.push_back(name);
  }
  for (const config::ErrorPage& page : answer.error_page)
    rules.error_pages.emplace_back(page);
  return rules;
}

}  // namespace signgate::route
