// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/entities.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

/// A name and what it stands for, as places in two blobs.
struct EntityRow {
  std::uint16_t name;
  std::uint8_t name_length;
  std::uint16_t text;
  std::uint8_t text_length;
};

#include "gateway/rewrite/entities_table.inc"

constexpr std::size_t longest_name = 32;  // "CounterClockwiseContourIntegral;"

std::string_view name_of(const EntityRow& row) noexcept {
  return {&entity_names[row.name], row.name_length};
}

/// A reference at the front of some text: how many bytes it takes (0: there is none) and what it
/// stands for.
struct Reference {
  std::size_t length = 0;
  std::uint32_t code_point = 0;  // numeric
  std::string_view named;        // named
};

// What Windows-1252 makes of 0x80 to 0x9F (section 13.2.5.80); 0 = the code point itself.
constexpr std::array<std::uint16_t, 32> c1_controls = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// `text` begins with "&#".
Reference numeric_reference(std::string_view text) noexcept {
  std::size_t i = 2;
  const bool hex = i < text.size() && (text[i] == 'x' || text[i] == 'X');
  if (hex) ++i;
  const std::size_t digits = i;
  std::uint32_t value = 0;
  for (; i < text.size(); ++i) {
    const int digit = hex ? hex_value(text[i]) : (is_digit(text[i]) ? text[i] - '0' : -1);
    if (digit < 0) break;
    // Stays above the range once it is there, without overflow.
    value = std::min<std::uint32_t>(value * (hex ? 16U : 10U) + static_cast<std::uint32_t>(digit),
                                    0x110000);
  }
  if (i == digits) return {};
  if (i < text.size() && text[i] == ';') ++i;
  if (value == 0) value = 0xFFFD;
  if (value >= 0x80 && value < 0xA0 && c1_controls[value - 0x80] != 0)
    value = c1_controls[value - 0x80];
  return {i, value, {}};
}

// In an attribute a name without its semicolon counts only if neither `=` nor a letter or digit
// follows. So the name is the whole run of letters and digits, or nothing.
Reference attribute_reference(std::string_view text) noexcept {
  if (text.size() < 2) return {};
  if (text[1] == '#') return numeric_reference(text);
  // By far the most frequent one in links; the table would answer the same.
  if (text.starts_with("&amp;")) return {5, 0, "&"};
  std::size_t end = 1;
  while (end < text.size() && end <= longest_name && is_alnum(text[end]))
    ++end;
  if (end < text.size() && text[end] == ';') {
    ++end;
  } else if (end < text.size() && (text[end] == '=' || is_alnum(text[end]))) {
    return {};
  }
  const std::string_view named = named_reference(text.substr(1, end - 1));
  if (named.empty()) return {};
  return {end, 0, named};
}

// The first byte from `begin` on that does not stand for itself in a charset of single bytes.
std::size_t find_resolved(std::string_view raw, std::size_t begin) noexcept {
  std::size_t i = begin;
  while (i < raw.size() && raw[i] != '&' && raw[i] != '\0' &&
         static_cast<unsigned char>(raw[i]) < 0x80)
    ++i;
  return i;
}

}  // namespace

std::string_view named_reference(std::string_view name) noexcept {
  const auto row = std::ranges::lower_bound(entity_rows, name, {}, name_of);
  if (row == entity_rows.end() || name_of(*row) != name) return {};
  return {&entity_texts[row->text], row->text_length};
}

std::string character_reference(std::string_view name) {
  if (!name.starts_with('#')) return std::string(named_reference(name));
  std::string text;
  const Reference reference = numeric_reference(std::string("&").append(name));
  if (reference.length == name.size() + 1) append_utf8(reference.code_point, text);
  return text;
}

bool AttributeText::is_plain(std::string_view raw, const Charset& charset) noexcept {
  if (charset.kind == Charset::Kind::single_byte && has_other_than_ascii(raw)) return false;
  return raw.find('&') == std::string_view::npos && raw.find('\0') == std::string_view::npos;
}

constexpr ByteSet ends_plain(std::string_view("&\0", 2));

void AttributeText::decode(std::string_view raw, const Charset& charset) {
  text_.clear();
  breaks_.clear();
  std::size_t i = 0;
  while (i < raw.size()) {
    const std::size_t plain = charset.kind == Charset::Kind::single_byte ? find_resolved(raw, i)
                                                                         : ends_plain.find(raw, i);
    text_.append(raw.substr(i, plain - i));
    i = plain;
    if (i == raw.size()) return;
    if (raw[i] == '\0') {
      append_utf8(0xFFFD, text_);
      ++i;
    } else if (raw[i] != '&') {
      append_as_utf8(raw[i], charset, text_);
      ++i;
    } else {
      const Reference reference = attribute_reference(raw.substr(i));
      if (reference.length == 0) {
        text_.push_back('&');
        ++i;
        continue;
      }
      if (reference.named.empty()) {
        append_utf8(reference.code_point, text_);
      } else {
        text_.append(reference.named);
      }
      i += reference.length;
    }
    breaks_.push_back({text_.size(), i});
  }
}

std::size_t AttributeText::raw_offset(std::size_t offset) const noexcept {
  const auto next = std::ranges::upper_bound(breaks_, offset, {}, &Break::text);
  if (next == breaks_.begin()) return offset;
  const Break& before = *std::prev(next);
  return before.raw + (offset - before.text);
}

}  // namespace signgate::rewrite
