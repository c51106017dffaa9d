// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/forwarding.hpp"

#include <algorithm>
#include <optional>

#include "gateway/http/text.hpp"
#include "signing/query_parameters.hpp"

namespace signgate::edge {
namespace {

bool takes(const Selected& selected, std::string_view name) noexcept {
  return selected.all ||
         std::find(selected.names.begin(), selected.names.end(), name) != selected.names.end();
}

std::string selected_query(const Selected& selected, std::string_view query) {
  if (selected.all) return std::string(query);
  std::string out;
  signing::QueryCursor cursor(query);
  while (const auto parameter = cursor.next()) {
    if (!takes(selected, parameter->name)) continue;
    if (!out.empty()) out += '&';
    out += parameter->text;
  }
  return out;
}

/// CloudFront's own cookies never go on: they are no cache variant either.
std::string selected_cookies(const Selected& selected, const http::Fields& fields) {
  std::string out;
  for (const http::Field& field : fields) {
    if (field.id != http::HeaderId::cookie) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      const std::string_view pair = http::trim_ows(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      const std::string_view name = pair.substr(0, pair.find('='));
      if (pair.empty() || name.starts_with("CloudFront-") || !takes(selected, name)) continue;
      if (!out.empty()) out += "; ";
      out += pair;
    }
  }
  return out;
}

void copy_fields(const std::vector<std::string>& names, const http::Fields& fields,
                 OriginRequest& out) {
  for (const std::string& name : names) {
    for (const http::Field& field : fields) {
      if (!http::equal_ignoring_case(field.name, name)) continue;
      if (field.id == http::HeaderId::authorization) {
        out.authorization = std::string(field.value);
      } else {
        out.fields.emplace_back(name, field.value);
      }
    }
  }
}

}  // namespace

std::optional<std::string_view> find_line(const FieldLines& fields,
                                          std::string_view name) noexcept {
  for (const auto& [own, value] : fields) {
    if (http::equal_ignoring_case(own, name)) return value;
  }
  return std::nullopt;
}

bool lists_header(const std::vector<std::string>& names, std::string_view header) noexcept {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return http::equal_ignoring_case(name, header);
  });
}

bool forwards(const Behavior& behavior, std::string_view header) noexcept {
  return lists_header(behavior.forward_headers, header) ||
         lists_header(behavior.origin_headers, header);
}

bool is_condition(std::string_view header) noexcept {
  return http::equal_ignoring_case(header.substr(0, 3), "if-");
}

void forward(const Behavior& behavior, std::string_view query, const http::Fields& fields,
             OriginRequest& out) {
  out.query = selected_query(behavior.query_strings, query);
  copy_fields(behavior.forward_headers, fields, out);
  std::string cookies = selected_cookies(behavior.cookies, fields);
  if (!cookies.empty()) out.fields.emplace_back("Cookie", std::move(cookies));
  if (!forwards(behavior, "User-Agent")) out.fields.emplace_back("User-Agent", "Amazon CloudFront");
}

std::string cache_key(const Behavior& behavior, const OriginRequest& request) {
  std::string key = request.path;
  if (!request.query.empty()) key += '?' + request.query;
  for (const auto& [name, value] : request.fields) {
    if (name == "User-Agent" && !forwards(behavior, name)) continue;
    key += '\n' + name + ':' + value;
  }
  if (request.authorization) key += "\nAuthorization:" + *request.authorization;
  return key;
}

void forward_beside(const Behavior& behavior, const http::Fields& fields, OriginRequest& out) {
  copy_fields(behavior.origin_headers, fields, out);
}

}  // namespace signgate::edge
