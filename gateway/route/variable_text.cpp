// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/variable_text.hpp"

#include <algorithm>
#include <ctime>

#include "gateway/http/text.hpp"

namespace signgate::route {
namespace {

// A header's name with `-` written `_`, as variables have it.
bool names_field(std::string_view variable, std::string_view field) {
  if (variable.size() != field.size()) return false;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const char c = field[i] == '-' ? '_' : http::to_lower(field[i]);
    if (http::to_lower(variable[i]) != c) return false;
  }
  return true;
}

}  // namespace

void append_seconds(Milliseconds span, std::string& out) {
  if (span.count() < 0) return;
  const auto count = span.count();
  append_number(count / 1000, out);
  const auto rest = count % 1000;
  out += {'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10),
          static_cast<char>('0' + rest % 10)};
}

void append_time(std::chrono::system_clock::time_point now, const char* format, std::string& out) {
  // A second's text serves all its requests; each thread keeps one for each of the two formats.
  struct Cached {
    const char* format = nullptr;
    std::time_t second = -1;
    std::string text;
  };
  thread_local std::array<Cached, 2> cache;
  Cached& entry = cache[format[1] == 'd' ? 0 : 1];
  const std::time_t second = std::chrono::system_clock::to_time_t(now);
  if (entry.second != second || entry.format != format) {
    std::tm local{};
    ::localtime_r(&second, &local);
    std::array<char, 64> text;
    const std::size_t size = std::strftime(text.data(), text.size(), format, &local);
    entry = {format, second, std::string(text.data(), size)};
    // strftime writes +hhmm, ISO 8601 wants +hh:mm.
    if (format[1] != 'd') entry.text.insert(entry.text.size() - 2, ":");
  }
  out += entry.text;
}

void append_field(const http::Fields& fields, std::string_view variable, std::string& out) {
  // Cookie lines are joined as one Cookie line would be (RFC 6265bis, section 5.7.3).
  const std::string_view separator = variable == "cookie" ? "; " : ", ";
  bool first = true;
  for (const http::Field& field : fields) {
    if (!names_field(variable, field.name)) continue;
    if (!first) out += separator;
    out += field.value;
    first = false;
  }
}

void append_request_uri(const http::RequestHead& head, std::string& out) {
  if (head.authority.empty()) {
    out += head.target;
    return;
  }
  out += head.path.empty() ? std::string_view("/") : head.path;
  if (head.has_query) out.append("?").append(head.query);
  const std::size_t fragment = head.target.find('#');
  if (fragment != std::string_view::npos) out += head.target.substr(fragment);
}

bool has_field(const http::Fields& fields, std::string_view variable) {
  return std::any_of(fields.begin(), fields.end(), [variable](const http::Field& field) {
    return names_field(variable, field.name);
  });
}

}  // namespace signgate::route
