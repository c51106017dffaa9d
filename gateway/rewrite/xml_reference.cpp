// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_reference.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::size_t longest = 32;  // leading zeros and all

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> names = {
    {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}}};

// The code point of "#38" or "#x26"; 0 if it is none. HTML reads the C1 controls otherwise, and
// no link has one: they are taken for unknown.
std::uint32_t code_point(std::string_view text) noexcept {
  text.remove_prefix(1);
  const std::uint32_t base = text.starts_with('x') ? 16 : 10;
  if (base == 16) text.remove_prefix(1);
  std::uint32_t value = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0 || digit >= static_cast<int>(base)) return 0;
    value = value * base + static_cast<std::uint32_t>(digit);
    if (value > 0x10FFFF) return 0;
  }
  const bool unfit = (value >= 0x80 && value < 0xA0) || (value >= 0xD800 && value < 0xE000);
  return unfit ? 0 : value;
}

}  // namespace

XmlReference read_xml_reference(std::string_view text) {
  XmlReference reference;
  std::size_t end = 1;
  while (end < text.size() && end < longest && (is_alnum(text[end]) || text[end] == '#'))
    ++end;
  if (end == text.size()) {
    reference.cut = end < longest;
    return reference;
  }
  if (text[end] != ';' || end == 1) return reference;
  const std::string_view name = text.substr(1, end - 1);
  if (name.front() == '#') {
    const std::uint32_t value = code_point(name);
    if (value == 0) return reference;
    append_utf8(value, reference.text);
  } else {
    const auto* const found = std::ranges::find(names, name, &decltype(names)::value_type::first);
    if (found == names.end()) return reference;
    reference.text.assign(found->second);
  }
  reference.length = end + 1;
  return reference;
}

bool has_known_references(std::string_view raw) {
  for (std::size_t at = 0; (at = raw.find('&', at)) != std::string_view::npos;) {
    const std::size_t length = read_xml_reference(raw.substr(at)).length;
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace signgate::rewrite
