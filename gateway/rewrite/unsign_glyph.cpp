// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/unsign_glyph.hpp"

#include <optional>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::size_t longest_name = 32;     // of a character reference
constexpr std::size_t most_backslashes = 7;  // a JSON text within two others
constexpr int most_references = 4;           // within each other

// Reads a body's octets, which a form writes as %XX, one after the other.
class Octets {
 public:
  Octets(std::string_view raw, BodyText kind, bool last) noexcept
      : raw_(raw), kind_(kind), last_(last) {}

  // The next octet; nothing at the end of what is there.
  std::optional<char> take() noexcept {
    if (place_ == raw_.size()) return std::nullopt;
    const char c = raw_[place_];
    if (kind_ == BodyText::plain) return step(c, 1);
    if (c == '+') return step(' ', 1);
    if (c == '&') return step('\n', 1);
    if (c != '%') return step(c, 1);
    const std::string_view digits = raw_.substr(place_ + 1, 2);
    for (const char digit : digits) {
      if (hex_value(digit) < 0) return step(c, 1);
    }
    if (digits.size() == 2)
      return step(static_cast<char>(hex_value(digits[0]) * 16 + hex_value(digits[1])), 3);
    return last_ ? step(c, 1) : std::nullopt;
  }

  // How many bytes were taken.
  [[nodiscard]] std::size_t place() const noexcept { return place_; }

  // What has run out was all that there is.
  [[nodiscard]] bool is_last() const noexcept { return last_; }

 private:
  std::optional<char> step(char c, std::size_t length) noexcept {
    place_ += length;
    return c;
  }

  std::string_view raw_;
  BodyText kind_;
  bool last_;
  std::size_t place_ = 0;
};

// What the end of the octets makes of a character that begins with `alone`.
Glyph at_end(const Octets& octets, Glyph alone) {
  return octets.is_last() ? alone : Glyph{};
}

// An `&` has been read: perhaps it begins a reference, to another `&` perhaps.
Glyph read_reference(Octets octets) {
  Glyph found{octets.place(), "&"};
  for (int i = 0; i < most_references; ++i) {
    std::string name;
    while (!name.ends_with(';')) {
      const std::optional<char> next = octets.take();
      if (!next) return at_end(octets, found);
      const bool belongs = is_alnum(*next) || *next == ';' || (*next == '#' && name.empty());
      if (!belongs || name.size() == longest_name) return found;
      name.push_back(*next);
    }
    const std::string text = character_reference(name);
    if (text.empty()) return found;
    found = {octets.place(), text};
    if (text != "&") return found;
  }
  return found;
}

// `\u` has been read.
Glyph read_unit(Octets octets, const Glyph& alone) {
  std::uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) {
    const std::optional<char> next = octets.take();
    if (!next) return at_end(octets, alone);
    const int digit = hex_value(*next);
    if (digit < 0) return alone;
    unit = unit * 16 + static_cast<std::uint32_t>(digit);
  }
  if (unit == '&') return read_reference(octets);
  Glyph found{octets.place(), {}};
  append_utf8(unit, found.text);
  return found;
}

// A backslash has been read.
Glyph read_escape(Octets octets) {
  const Glyph alone{octets.place(), "\\"};
  for (std::size_t i = 0; i < most_backslashes; ++i) {
    const std::optional<char> next = octets.take();
    if (!next) return at_end(octets, alone);
    if (*next == '/') return {octets.place(), "/"};
    if (*next == 'u') return read_unit(octets, alone);
    if (*next != '\\') return alone;
  }
  return alone;
}

}  // namespace

Glyph read_glyph(std::string_view raw, BodyText kind, bool last) {
  Octets octets(raw, kind, last);
  const std::optional<char> first = octets.take();
  if (!first) return {};
  if (*first == '\\') return read_escape(octets);
  if (*first == '&') return read_reference(octets);
  return {octets.place(), std::string(1, *first)};
}

}  // namespace signgate::rewrite
