// SPDX-License-Identifier: Apache-2.0
#include "signing/query_parameters.hpp"

#include <array>

namespace signgate::signing {
namespace {

constexpr std::array<std::string_view, 5> names = {"Expires", "Policy", "Signature", "Key-Pair-Id",
                                                   "Hash-Algorithm"};

}  // namespace

std::optional<ReservedParameter> reserved_parameter(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<ReservedParameter>(i);
  }
  return std::nullopt;
}

std::string_view reserved_name(ReservedParameter parameter) noexcept {
  return names[static_cast<std::size_t>(parameter)];
}

std::optional<QueryParameter> QueryCursor::next() noexcept {
  if (done_) return std::nullopt;
  const std::size_t end = rest_.find('&');
  QueryParameter parameter;
  parameter.text = rest_.substr(0, end);
  done_ = end == std::string_view::npos;
  if (!done_) rest_.remove_prefix(end + 1);
  const std::size_t equals = parameter.text.find('=');
  parameter.name = parameter.text.substr(0, equals);
  if (equals != std::string_view::npos) parameter.value = parameter.text.substr(equals + 1);
  return parameter;
}

UrlParts split_url(std::string_view url) noexcept {
  UrlParts parts;
  const std::size_t hash = url.find('#');
  if (hash != std::string_view::npos) {
    parts.fragment = url.substr(hash);
    url = url.substr(0, hash);
  }
  const std::size_t question = url.find('?');
  parts.base = url.substr(0, question);
  if (question != std::string_view::npos) parts.query = url.substr(question + 1);
  return parts;
}

void append_without_reserved(std::string& out, std::string_view base,
                             std::optional<std::string_view> query) {
  out += base;
  if (!query) return;
  const std::size_t start = out.size();
  QueryCursor cursor(*query);
  bool any = false;
  while (const auto parameter = cursor.next()) {
    if (reserved_parameter(parameter->name)) continue;
    out += any ? '&' : '?';
    out += parameter->text;
    any = true;
  }
  if (out.size() == start + 1) out.pop_back();  // a lone `?`
}

}  // namespace signgate::signing
