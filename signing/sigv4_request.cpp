// SPDX-License-Identifier: Apache-2.0
#include "signing/sigv4_request.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "signing/percent_escapes.hpp"
#include "signing/query_parameters.hpp"
#include "signing/time_text.hpp"

namespace signgate::signing {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// std::tolower asks the locale.
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string recoded(std::string_view text, std::string_view kept) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  const std::string decoded = percent_decoded(text);
  std::string out;
  out.reserve(decoded.size());
  for (const char c : decoded) {
    if (is_unreserved(c) || kept.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string single_spaced(std::string_view value) {
  std::string out;
  bool is_pending = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t') {
      is_pending = !out.empty();
      continue;
    }
    if (is_pending) out += ' ';
    is_pending = false;
    out += c;
  }
  return out;
}

using Line = std::pair<std::string, std::string>;  // a name, and its values joined

std::vector<Line> canonical_lines(std::span<const SigV4Field> fields) {
  std::vector<Line> lines;
  lines.reserve(fields.size());
  for (const SigV4Field& field : fields) {
    Line line{field.name, single_spaced(field.value)};
    std::transform(line.first.begin(), line.first.end(), line.first.begin(), lower);
    lines.push_back(std::move(line));
  }
  const auto by_name = [](const Line& a, const Line& b) { return a.first < b.first; };
  std::stable_sort(lines.begin(), lines.end(), by_name);
  std::vector<Line> joined;
  for (Line& line : lines) {
    if (!joined.empty() && joined.back().first == line.first) {
      joined.back().second.append(",").append(line.second);
    } else {
      joined.push_back(std::move(line));
    }
  }
  return joined;
}

std::string names_of(const std::vector<Line>& lines) {
  std::string names;
  for (const Line& line : lines) {
    if (!names.empty()) names += ';';
    names += line.first;
  }
  return names;
}

}  // namespace

std::string sigv4_timestamp(UnixSeconds time) {
  std::string text = format_time(time);
  if (!text.ends_with('Z')) return {};
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string sigv4_path(std::string_view path) {
  return recoded(path, "/");
}

std::string sigv4_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  QueryCursor cursor(query);
  while (const auto piece = cursor.next()) {
    if (!piece->text.empty())
      pairs.emplace_back(recoded(piece->name, {}), recoded(piece->value, {}));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string sigv4_signed_headers(std::span<const SigV4Field> fields) {
  return names_of(canonical_lines(fields));
}

std::string sigv4_canonical_request(const SigV4Request& request) {
  const std::vector<Line> lines = canonical_lines(request.fields);
  std::string out(request.method);
  out.append("\n").append(sigv4_path(request.path));
  out.append("\n").append(sigv4_query(request.query)).append("\n");
  for (const auto& [name, value] : lines)
    out.append(name).append(":").append(value).append("\n");
  out.append("\n").append(names_of(lines));
  return out.append("\n").append(request.payload_hash);
}

}  // namespace signgate::signing
