// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/charset.hpp"

#include <algorithm>
#include <array>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

enum class Named : std::uint8_t {
  utf8,
  windows_1250,
  windows_1251,
  windows_1252,
  windows_1253,
  windows_1254,
  windows_1255,
  windows_1256,
  windows_1257,
  windows_1258,
  ascii_based,
  ascii_trails,
  user_defined,
  utf16,
  other,
};

struct Label {
  std::string_view text;
  Named named;
};

#include "gateway/rewrite/charset_table.inc"

static_assert(std::ranges::is_sorted(labels, {}, &Label::text));

constexpr std::size_t longest_label = 24;

const std::array<std::uint16_t, 128>* table_of(Named named) noexcept {
  switch (named) {
    case Named::windows_1250:
      return &windows_1250;
    case Named::windows_1251:
      return &windows_1251;
    case Named::windows_1252:
      return &windows_1252;
    case Named::windows_1253:
      return &windows_1253;
    case Named::windows_1254:
      return &windows_1254;
    case Named::windows_1255:
      return &windows_1255;
    case Named::windows_1256:
      return &windows_1256;
    case Named::windows_1257:
      return &windows_1257;
    case Named::windows_1258:
      return &windows_1258;
    default:
      return nullptr;
  }
}

Charset charset_of(Named named) noexcept {
  if (const auto* table = table_of(named)) return {Charset::Kind::single_byte, table->data()};
  switch (named) {
    case Named::ascii_based:
    case Named::user_defined:
      return {Charset::Kind::ascii_based};
    case Named::ascii_trails:
      return {Charset::Kind::ascii_trails};
    case Named::utf16:
    case Named::other:
      return {Charset::Kind::other};
    default:
      return {};
  }
}

std::optional<Named> find_label(std::string_view text) noexcept {
  text = trim_space(text);
  std::array<char, longest_label> lower{};
  if (text.empty() || text.size() > lower.size()) return std::nullopt;
  std::ranges::transform(text, lower.begin(), to_lower);
  const std::string_view label(lower.data(), text.size());
  const auto found = std::ranges::lower_bound(labels, label, {}, &Label::text);
  if (found != labels.end() && found->text == label) return found->named;
  constexpr std::array<std::string_view, 5> unknown = {"utf-7", "utf-32", "ucs-4", "iso-10646-ucs-",
                                                       "iso-2022-"};
  const bool odd = std::ranges::any_of(
      unknown, [label](std::string_view prefix) { return label.starts_with(prefix); });
  return odd ? std::optional(Named::other) : std::nullopt;
}

}  // namespace

std::optional<Charset> find_charset(std::string_view label) noexcept {
  const auto named = find_label(label);
  if (!named) return std::nullopt;
  return charset_of(*named);
}

std::optional<Charset> find_declared_charset(std::string_view label) noexcept {
  const auto named = find_label(label);
  if (!named) return std::nullopt;
  if (*named == Named::utf16) return Charset{};
  return charset_of(*named == Named::user_defined ? Named::windows_1252 : *named);
}

bool has_other_than_ascii(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

void append_as_utf8(char byte, const Charset& charset, std::string& out) {
  const std::uint16_t code_point = charset.high[static_cast<unsigned char>(byte) - 0x80];
  append_utf8(code_point == 0 ? 0xFFFDU : code_point, out);
}

std::string_view charset_in_content(std::string_view content) noexcept {
  constexpr std::string_view name = "charset";
  for (std::size_t i = 0; i + name.size() <= content.size(); ++i) {
    if (!istarts_with(content.substr(i), name)) continue;
    std::string_view rest = trim_space(content.substr(i + name.size()));
    if (!rest.starts_with('=')) continue;
    rest = trim_space(rest.substr(1));
    if (rest.starts_with('"') || rest.starts_with('\'')) {
      const std::size_t end = rest.find(rest.front(), 1);
      return end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
    }
    const auto end = std::ranges::find_if(rest, [](char c) { return is_space(c) || c == ';'; });
    return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  }
  return {};
}

}  // namespace signgate::rewrite
