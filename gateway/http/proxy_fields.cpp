// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/proxy_fields.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace signgate::http {
namespace {

constexpr unsigned ssl_type = 0x20;
constexpr std::size_t ssl_start = 5;  // what the client did, and how it was verified

constexpr std::pair<std::string_view, unsigned> types[] = {
    {"alpn", 0x01}, {"authority", 0x02}, {"unique_id", 0x05}, {"ssl", ssl_type}, {"netns", 0x30}};
constexpr std::pair<std::string_view, unsigned> ssl_types[] = {
    {"version", 0x21}, {"cn", 0x22}, {"cipher", 0x23}, {"sig_alg", 0x24}, {"key_alg", 0x25}};

unsigned byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

std::optional<std::string_view> find(std::string_view fields, unsigned type) {
  constexpr std::size_t head = 3;
  while (fields.size() >= head) {
    const unsigned found = byte_at(fields, 0);
    const std::size_t size = byte_at(fields, 1) << 8 | byte_at(fields, 2);
    fields.remove_prefix(head);
    if (size > fields.size()) break;
    if (found == type) return fields.substr(0, size);
    fields.remove_prefix(size);
  }
  return std::nullopt;
}

template <std::size_t count>
std::optional<unsigned> type_of(std::string_view name,
                                const std::pair<std::string_view, unsigned> (&known)[count]) {
  if (name.starts_with("0x")) {
    unsigned type = 0;
    const char* const end = name.data() + name.size();
    const auto [stop, code] = std::from_chars(name.data() + 2, end, type, 16);
    if (name.size() == 2 || code != std::errc() || stop != end) return std::nullopt;
    return type;
  }
  for (const auto& [each, type] : known) {
    if (each == name) return type;
  }
  return std::nullopt;
}

}  // namespace

bool append_proxy_field(std::string_view fields, std::string_view name, std::string& out) {
  constexpr std::string_view within = "ssl_";
  std::optional<unsigned> type;
  if (name.starts_with(within)) {
    name.remove_prefix(within.size());
    const auto ssl = find(fields, ssl_type);
    if (!ssl || ssl->size() < ssl_start) return false;
    if (name == "verify") {
      out += std::to_string(byte_at(*ssl, 1) << 24 | byte_at(*ssl, 2) << 16 |
                            byte_at(*ssl, 3) << 8 | byte_at(*ssl, 4));
      return true;
    }
    fields = ssl->substr(ssl_start);
    type = type_of(name, ssl_types);
  } else {
    type = type_of(name, types);
  }
  if (!type) return false;
  const auto value = find(fields, *type);
  if (value) out += *value;
  return value.has_value();
}

}  // namespace signgate::http
