// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/field_lines.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

Error refused(Side side, std::string detail) {
  const ErrorCode code = side == Side::client ? ErrorCode::bad_request : ErrorCode::bad_response;
  return {code, side, Retry::no, std::move(detail)};
}

enum class NameVerdict { valid, invalid, refused };

NameVerdict judge_name(std::string_view name, bool underscores) {
  if (name.empty()) return NameVerdict::invalid;
  if (name.back() == ' ' || name.back() == '\t') return NameVerdict::refused;
  NameVerdict verdict = NameVerdict::valid;
  for (const char c : name) {
    if (c == '\0' || c == '\r') return NameVerdict::refused;
    if (!is_token_char(c) || (c == '_' && !underscores)) verdict = NameVerdict::invalid;
  }
  return verdict;
}

}  // namespace

std::string_view take_line(std::string_view& rest) noexcept {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool is_clean_value(std::string_view value) noexcept {
  return value.find('\0') == std::string_view::npos && value.find('\r') == std::string_view::npos;
}

Result<void> parse_field_lines(std::string_view rest, Side side, const HeadRules& rules,
                               Fields& out) {
  while (true) {
    const std::string_view line = take_line(rest);
    if (line.empty()) return {};
    if (line.size() > rules.max_line) {
      return Error{ErrorCode::header_too_large, side, Retry::no, "a header line is too long"};
    }
    if (line.front() == ' ' || line.front() == '\t') return refused(side, "folded header line");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return refused(side, "header line without a colon");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim_ows(line.substr(colon + 1));
    switch (judge_name(name, rules.underscores_in_headers)) {
      case NameVerdict::refused:
        return refused(side, "white space or control byte in a header name");
      case NameVerdict::invalid:
        if (!rules.ignore_invalid_headers) return refused(side, "invalid header name");
        continue;
      case NameVerdict::valid:
        break;
    }
    if (!is_clean_value(value)) return refused(side, "control byte in a header value");
    if (out.size() == limits::header_count) {
      return Error{ErrorCode::header_too_large, side, Retry::no, "too many header lines"};
    }
    out.add(name, value);
  }
}

}  // namespace signgate::http
