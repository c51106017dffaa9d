// SPDX-License-Identifier: Apache-2.0
#include "signing/percent_escapes.hpp"

namespace signgate::signing {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// with_escapes is the text with each %XX given to `visit`, which appends what takes its place.
template <class Visit>
std::string with_escapes(std::string_view text, Visit visit) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    visit(out, text[i + 1], text[i + 2]);
    i += 2;
  }
  return out;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  return with_escapes(text, [](std::string& out, char high, char low) {
    out += static_cast<char>(hex_digit(high) * 16 + hex_digit(low));
  });
}

std::string percent_recased(std::string_view text, bool capital) {
  return with_escapes(text, [capital](std::string& out, char high, char low) {
    const auto cased = [capital](char c) {
      const char small = lower(c);
      return capital && small >= 'a' ? static_cast<char>(small - 32) : small;
    };
    out += '%';
    out += cased(high);
    out += cased(low);
  });
}

}  // namespace signgate::signing
