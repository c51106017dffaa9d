// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/request_text.hpp"

#include <algorithm>

#include "gateway/base/byte_set.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/json_string.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

// Between the values of a query, a form or JSON, and the words of a text; the rest are found in
// pictures. Links are divided by the same, so that none of them has to be told from a `+` that
// stands for a space.
constexpr ByteSet dividers(
    " +\"'<>`{}|^\x01\x02\x03\x04\x05\x06\x07\x08\x0B\x0C\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17"
    "\x18\x19\x1A\x1B\x1C\x1D\x1E\x1F\x7F");

// What browsers drop from URLs, and what UTF-16 puts beside each byte.
constexpr ByteSet dropped(std::string_view("\t\n\r\0", 4));

constexpr unsigned deepest = 3;         // decodings within each other
constexpr std::size_t least_piece = 4;  // "/p/2"

// Adds a byte to the run. An escape is read once its last digit is there, and what that completes
// in turn. True: the run has ended.
bool add_byte(char c, std::string& run) {
  while (!dividers.contains(c)) {
    if (dropped.contains(c)) return false;
    run.push_back(c);
    const std::size_t size = run.size();
    if (size < 3 || run[size - 3] != '%') return false;
    const int high = hex_value(run[size - 2]);
    const int low = hex_value(run[size - 1]);
    if (high < 0 || low < 0) return false;
    run.resize(size - 3);
    c = static_cast<char>(high * 16 + low);
  }
  return true;
}

template <class Take>
void for_each_run(std::string_view text, Take take) {
  std::string run;
  for (const char c : text) {
    if (!add_byte(c, run)) continue;
    take(run);
    run.clear();
  }
  take(run);
}

// How many bytes of UTF-8 beyond ASCII stand at the front; 0 = none.
std::size_t character_length(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t length = 2; length <= std::min<std::size_t>(text.size(), 4); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

// The parts of a run in the one form in which they are compared: what is no UTF-8 divides it too,
// since it is found in pictures, and in no path.
template <class Take>
void for_each_piece(std::string_view run, Take take) {
  std::string piece;
  for (std::size_t i = 0; i < run.size();) {
    if (static_cast<unsigned char>(run[i]) >= 0x80) {
      const std::size_t length = character_length(run.substr(i));
      piece.append(run, i, length);
      i += std::max<std::size_t>(length, 1);
      if (length != 0) continue;
      take(piece);
      piece.clear();
      continue;
    }
    const char c = run[i] == '\\' ? '/' : to_lower(run[i]);
    ++i;
    if (c == '/' && piece.ends_with('/')) continue;
    if (c == '/' && piece.ends_with("/.")) {
      piece.pop_back();
    } else {
      piece.push_back(c);
    }
  }
  take(piece);
}

bool is_telling(std::string_view piece, std::size_t least) noexcept {
  return piece.size() >= least && piece.find_first_of("/.") != std::string_view::npos;
}

std::string without_json_escapes(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t plain = text.find('\\');
    out.append(text.substr(0, plain));
    if (plain == std::string_view::npos) return out;
    text.remove_prefix(plain);
    const JsonEscape escape = read_json_escape(text, true);
    out.append(escape.text);
    text.remove_prefix(escape.length);
  }
}

}  // namespace

void RequestText::add(std::string_view part) {
  // So much of a run is looked at again that no key of a bucket (1,024 bytes) is cut, however its
  // bytes are escaped.
  constexpr std::size_t overlap = limits::link_length;
  for (const char c : part) {
    if (unclear_) return;
    const bool ended = add_byte(c, run_);
    if (ended) {
      end();
    } else if (run_.size() >= 2 * overlap) {
      settle();
      run_.erase(0, run_.size() - overlap);
      settled_ = run_.size();
    }
  }
}

void RequestText::settle() {
  if (settled_ != run_.size()) read_run(run_, 0);
  settled_ = run_.size();
}

void RequestText::end() {
  settle();
  run_.clear();
  settled_ = 0;
}

void RequestText::give_up() {
  unclear_ = true;
  run_ = {};
  kept_ = {};
}

void RequestText::read_run(std::string_view run, unsigned depth) {
  // Only what has one of these is a piece worth keeping, or becomes one.
  constexpr ByteSet telling("/.\\&");
  if (run.size() < least_piece || telling.find(run) == run.size()) return;
  for_each_piece(run, [this](std::string_view piece) { keep(piece); });
  if (depth == deepest) return;
  // Which of them the application decodes, and in which order, nobody tells.
  if (run.find('\\') != std::string_view::npos) {
    const std::string text = without_json_escapes(run);
    if (text != run) read_decoded(text, depth + 1);
  }
  if (run.find('&') != std::string_view::npos) {
    AttributeText attribute;
    attribute.decode(run);
    if (attribute.text() != run) read_decoded(attribute.text(), depth + 1);
  }
}

void RequestText::read_decoded(std::string_view text, unsigned depth) {
  for_each_run(text, [this, depth](std::string_view run) {
    if (!unclear_) read_run(run, depth);
  });
}

void RequestText::keep(std::string_view piece) {
  if (unclear_ || !is_telling(piece, least_piece)) return;
  if (piece.find("/../") != std::string_view::npos ||
      kept_.size() + piece.size() >= limits::request_text) {
    unclear_ = true;
    kept_ = {};
    return;
  }
  kept_.append(piece).push_back(' ');
}

std::optional<bool> RequestText::holds(std::string_view path, std::size_t least) const {
  bool any = false;
  bool all = true;
  for_each_run(path, [&](std::string_view run) {
    for_each_piece(run, [&](std::string_view piece) {
      if (!is_telling(piece, std::max(least, least_piece))) return;
      any = true;
      all = all && kept_.find(piece) != std::string::npos;
    });
  });
  if (!any) return std::nullopt;
  return all;
}

}  // namespace signgate::rewrite
