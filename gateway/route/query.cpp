// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/query.hpp"

#include <algorithm>
#include <cstdint>

#include "gateway/http/text.hpp"

namespace signgate::route {

std::string_view query_argument(std::string_view query, std::string_view name) noexcept {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view argument = query.substr(0, end);
    const std::size_t equals = argument.find('=');
    if (equals != std::string_view::npos &&
        http::equal_ignoring_case(argument.substr(0, equals), name)) {
      return argument.substr(equals + 1);
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

std::string_view cookie_value(const http::Fields& fields, std::string_view name) noexcept {
  for (const http::Field& field : fields) {
    if (field.id != http::HeaderId::cookie) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      const std::string_view cookie = http::trim_ows(rest.substr(0, end));
      const std::size_t equals = cookie.find('=');
      if (equals != std::string_view::npos &&
          http::equal_ignoring_case(cookie.substr(0, equals), name)) {
        return cookie.substr(equals + 1);
      }
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  return {};
}

std::string_view set_cookie_value(const http::Fields& fields, std::string_view name) noexcept {
  const auto skip_spaces = [](std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  };
  for (const http::Field& field : fields) {
    if (field.id != http::HeaderId::set_cookie) continue;
    std::string_view rest = field.value;
    if (!http::equal_ignoring_case(rest.substr(0, name.size()), name)) continue;
    rest.remove_prefix(name.size());
    skip_spaces(rest);
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    skip_spaces(rest);
    return rest.substr(0, rest.find(';'));
  }
  return {};
}

std::string basic_user(std::string_view authorization) {
  if (authorization.size() < 6 || !http::equal_ignoring_case(authorization.substr(0, 6), "basic "))
    return {};
  std::string user;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : http::trim_ows(authorization.substr(6))) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (http::is_digit(c)) value = c - '0' + 52;
    if (c == '+') value = 62;
    if (c == '/') value = 63;
    if (value < 0) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    const char byte = static_cast<char>(bits >> count & 255);
    // The password after the colon is not even decoded.
    if (byte == ':') return user;
    user += byte;
  }
  return {};
}

namespace {

// The size of the sign whose hexadecimal code is `code` ("3D", "=") at a place, as it is or
// percent-encoded any number of times (%3D, %253D, ...); 0 when something else stands there.
std::size_t sign_at(std::string_view text, std::size_t at, char sign, std::string_view code) {
  if (at >= text.size()) return 0;
  if (text[at] == sign) return 1;
  if (text[at] != '%') return 0;
  std::size_t next = at + 1;
  while (text.substr(next, 2) == "25")
    next += 2;
  return http::equal_ignoring_case(text.substr(next, 2), code) ? next + 2 - at : 0;
}

// Whether what stands before a name sets it off: the beginning, or a sign between parameters or
// cookies, or the beginning of a longer name of the same meaning.
bool sets_off(std::string_view before) {
  if (before.empty() || before.ends_with("X-Amz-")) return true;
  constexpr std::string_view signs = "?&;";
  if (signs.find(before.back()) != std::string_view::npos) return true;
  if (before.size() < 3) return false;
  const std::string_view code = before.substr(before.size() - 2);
  before.remove_suffix(2);
  while (before.ends_with("25"))
    before.remove_suffix(2);
  return before.ends_with('%') && (code == "26" || http::equal_ignoring_case(code, "3F") ||
                                   http::equal_ignoring_case(code, "3B"));
}

// Where a value ends that begins at `at`. What is encoded with the sign before it ends at an
// encoded one as well.
std::size_t value_end(std::string_view text, std::size_t at, bool encoded, bool cookie) {
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '&' || c == ' ' || c == '"' || c == '#' || (cookie && c == ';')) break;
    if (!encoded || c != '%') continue;
    if (sign_at(text, at, '&', "26") != 0 || sign_at(text, at, '#', "23") != 0 ||
        (cookie && sign_at(text, at, ';', "3B") != 0)) {
      break;
    }
  }
  return at;
}

}  // namespace

std::string redact_signatures(std::string_view text) {
  std::string out(text);
  for (const std::string_view name : {"Signature", "Policy"}) {
    std::size_t at = 0;
    while ((at = out.find(name, at)) != std::string::npos) {
      const std::string_view before = std::string_view(out).substr(0, at);
      at += name.size();
      const std::size_t equals = sign_at(out, at, '=', "3D");
      const bool cookie = before.ends_with("CloudFront-");
      if (equals == 0 || (!cookie && !sets_off(before))) continue;
      at += equals;
      out.replace(at, value_end(out, at, equals > 1, cookie) - at, "***");
    }
  }
  return out;
}

bool may_hold_signature(std::string_view text) noexcept {
  return text.find("Signature") != std::string_view::npos ||
         text.find("Policy") != std::string_view::npos;
}

}  // namespace signgate::route
