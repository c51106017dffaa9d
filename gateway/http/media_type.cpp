// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/media_type.hpp"

#include <algorithm>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

// Reads a quoted string from the front of `text`, which begins with the quote; nothing if it does
// not end.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value.push_back(text[i]);
  }
  return std::nullopt;
}

}  // namespace

bool MediaType::is(std::string_view essence) const noexcept {
  const std::size_t slash = essence.find('/');
  return slash != std::string_view::npos && equal_ignoring_case(type, essence.substr(0, slash)) &&
         equal_ignoring_case(subtype, essence.substr(slash + 1));
}

std::optional<std::string> MediaType::charset() const {
  auto value = parameter(parameters, "charset");
  if (!value || value->empty()) return std::nullopt;
  std::transform(value->begin(), value->end(), value->begin(), to_lower);
  return value;
}

std::optional<std::string> parameter(std::string_view parameters, std::string_view name) {
  std::string_view rest = parameters;
  while (!rest.empty()) {
    const std::size_t end_of_name = rest.find_first_of(";=");
    if (end_of_name == std::string_view::npos) return std::nullopt;
    const std::string_view found = trim_ows(rest.substr(0, end_of_name));
    const bool has_value = rest[end_of_name] == '=';
    rest.remove_prefix(end_of_name + 1);
    if (!has_value) continue;

    rest = trim_ows(rest);
    std::optional<std::string> value;
    if (!rest.empty() && rest.front() == '"') {
      value = take_quoted(rest);
      if (!value) return std::nullopt;
    } else {
      const std::string_view token = trim_ows(rest.substr(0, rest.find(';')));
      if (is_token(token)) value.emplace(token);
    }
    if (equal_ignoring_case(found, name)) return value;
    const std::size_t next = rest.find(';');
    rest = next == std::string_view::npos ? std::string_view() : rest.substr(next + 1);
  }
  return std::nullopt;
}

std::optional<MediaType> parse_media_type(std::string_view content_type) noexcept {
  const std::size_t semicolon = content_type.find(';');
  const std::string_view essence = trim_ows(content_type.substr(0, semicolon));
  const std::size_t slash = essence.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  MediaType result;
  result.essence = essence;
  result.type = essence.substr(0, slash);
  result.subtype = essence.substr(slash + 1);
  if (!is_token(result.type) || !is_token(result.subtype)) return std::nullopt;
  if (semicolon != std::string_view::npos) {
    result.parameters = trim_ows(content_type.substr(semicolon + 1));
  }
  return result;
}

}  // namespace signgate::http
