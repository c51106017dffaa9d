// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/field_lines.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/http/text.hpp"
#include "policy/byte_marks.hpp"

namespace signgate::http {
namespace {

Error refused(Side side, std::string detail) {
  const ErrorCode code = side == Side::client ? ErrorCode::bad_request : ErrorCode::bad_response;
  return {code, side, Retry::no, std::move(detail)};
}

enum class NameVerdict { valid, invalid, refused };

NameVerdict judge_name(std::string_view name, const HeadRules& rules) {
  if (name.empty()) return NameVerdict::refused;
  NameVerdict verdict = NameVerdict::valid;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) return NameVerdict::refused;
    const bool valid =
        c == '_' ? rules.underscores_in_headers : rules.odd_names || is_token_char(c);
    if (!valid) verdict = NameVerdict::invalid;
  }
  return verdict;
}

// The first byte below 0x20 from `at` on, or `end`: eight bytes at a time.
const char* find_control(const char* at, const char* end) {
  for (; policy::words_are_ordered && end - at >= 8; at += 8) {
    const std::uint64_t found = policy::marks_below(policy::load_word(at), 0x20);
    if (found != 0) return at + policy::first_mark(found);
  }
  while (at != end && static_cast<unsigned char>(*at) >= 0x20)
    ++at;
  return at;
}

// Takes a line off `rest` if it is one that any reader takes alike: a name of tchars without
// underscores, a colon, a value without NUL and CR, an end. Otherwise leaves it alone.
bool take_plain_line(std::string_view& rest, Field& out) {
  const char* const begin = rest.data();
  const char* const end = begin + rest.size();
  const char* colon = begin;
  while (colon != end && is_token_char(*colon) && *colon != '_')
    ++colon;
  if (colon == begin || colon == end || *colon != ':') return false;
  const char* stop = find_control(colon + 1, end);
  while (stop != end && *stop != '\n' && *stop != '\r' && *stop != '\0')
    stop = find_control(stop + 1, end);
  if (stop == end) return false;
  const char* next = stop + 1;
  if (*stop == '\r' && next != end && *next == '\n') {
    ++next;
  } else if (*stop != '\n') {
    return false;
  }
  out.name = {begin, static_cast<std::size_t>(colon - begin)};
  out.value = trim_ows({colon + 1, static_cast<std::size_t>(stop - colon - 1)});
  rest.remove_prefix(static_cast<std::size_t>(next - begin));
  return true;
}

Result<void> add_line(const Field& line, std::size_t size, Side side, const HeadRules& rules,
                      Fields& out) {
  if (size > rules.max_line)
    return Error{ErrorCode::header_too_large, side, Retry::no, "a header line is too long"};
  if (out.size() >= rules.max_fields)
    return Error{ErrorCode::header_too_large, side, Retry::no, "too many header lines"};
  out.add(line.name, line.value);
  return {};
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

Result<void> parse_field_lines(std::string_view rest, Side side, const HeadRules& first_rules,
                               Fields& out, const NamedRules& named) {
  HeadRules rules = first_rules;
  bool switches = static_cast<bool>(named);
  Field field;
  while (true) {
    const std::string_view before = rest;
    if (take_plain_line(rest, field)) {
      // With its line end, which max_line does not count.
      const std::size_t size = before.size() - rest.size();
      const std::size_t end = before[size - 1] == '\n' && before[size - 2] == '\r' ? 2 : 1;
      if (const auto added = add_line(field, size - end, side, rules, out); !added) return added;
      if (switches && (out.end() - 1)->id == HeaderId::host) {
        rules = named(field.value);
        switches = false;
      }
      continue;
    }
    const std::string_view line = take_line(rest);
    if (line.empty()) return {};
    if (line.size() > rules.max_line) {
      return Error{ErrorCode::header_too_large, side, Retry::no, "a header line is too long"};
    }
    if (line.front() == ' ' || line.front() == '\t') return refused(side, "folded header line");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return refused(side, "header line without a colon");
    field.name = line.substr(0, colon);
    field.value = trim_ows(line.substr(colon + 1));
    switch (judge_name(field.name, rules)) {
      case NameVerdict::refused:
        return refused(side, "a header name that is empty or has white space or a control byte");
      case NameVerdict::invalid:
        if (!rules.ignore_invalid_headers) return refused(side, "invalid header name");
        continue;
      case NameVerdict::valid:
        break;
    }
    if (!is_clean_value(field.value)) return refused(side, "control byte in a header value");
    if (const auto added = add_line(field, line.size(), side, rules, out); !added) return added;
  }
}

}  // namespace signgate::http
