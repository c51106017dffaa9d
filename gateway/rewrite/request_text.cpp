// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/request_text.hpp"

#include <algorithm>
#include <cstring>

#include "gateway/base/byte_set.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/json_string.hpp"

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

// A text of 64 KiB leaves a third of the bits unset: few links of a page pass all of theirs.
constexpr std::size_t window = 4;
constexpr unsigned window_bits = 16;
constexpr std::size_t short_text = 1024;  // is searched as soon as that

std::size_t hash_window(const char* bytes) noexcept {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes, window);
  return (word * 0x9E3779B1U) >> (32 - window_bits);
}

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

// The parts of a run in the one form in which they are compared. Bytes beyond ASCII divide it: of
// which bytes a link has them depends on the page's charset, which the request need not share. And
// they are what pictures are made of.
template <class Take>
void for_each_piece(std::string_view run, Take take) {
  std::string piece;
  for (const char byte : run) {
    if (static_cast<unsigned char>(byte) >= 0x80) {
      take(piece);
      piece.clear();
      continue;
    }
    const char c = byte == '\\' ? '/' : to_lower(byte);
    if (c == '/' && piece.ends_with('/')) continue;
    if (c == '/' && piece.ends_with("/.")) {
      piece.pop_back();
    } else {
      piece.push_back(c);
    }
  }
  take(piece);
}

bool has_dot(std::string_view piece) noexcept {
  return piece.find('.') != std::string_view::npos;
}

bool is_beyond_ascii(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
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
  blank_ = blank_ && part.empty();
  for (const char c : part) {
    if (unclear_) return;
    const bool ended = add_byte(c, run_);
    // Not by its length: an escape that is complete makes the run shorter, and other.
    is_settled_ = is_settled_ && ended;
    if (ended) {
      end();
    } else if (run_.size() >= 2 * overlap) {
      settle();
      run_.erase(0, run_.size() - overlap);
    }
  }
}

void RequestText::settle() {
  if (!is_settled_) read_run(run_, 0);
  is_settled_ = true;
}

void RequestText::end() {
  settle();
  run_.clear();
}

void RequestText::give_up() {
  unclear_ = true;
  run_ = {};
  kept_ = {};
  windows_ = {};
}

void RequestText::read_run(std::string_view run, unsigned depth) {
  // Only what has one of these is a piece worth keeping, or becomes one.
  constexpr ByteSet telling("/.\\&");
  has_backslash_ = has_backslash_ || run.find('\\') != std::string_view::npos;
  has_base_ = has_base_ || istarts_with(run, "base") || run.find(":base") != std::string_view::npos;
  if (!words_ && (run.size() < least_piece || telling.find(run) == run.size())) return;
  beyond_ascii_ = beyond_ascii_ || is_beyond_ascii(run);
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
  if (!words_ && !has_dot(piece)) {
    dotless_ += piece.size() + 1;
    if (dotless_ > limits::request_text_without_dots) {
      dotless_ -= piece.size() + 1;
      lacks_dotless_ = true;
      return;
    }
  }
  if (piece.find("/../") != std::string_view::npos ||
      kept_.size() + piece.size() >= limits::request_text) {
    unclear_ = true;
    kept_ = {};
    windows_ = {};
    return;
  }
  kept_.append(piece).push_back(' ');
  if (!windows_.empty()) {
    note_windows(piece);
  } else if (kept_.size() > short_text) {
    windows_.resize((std::size_t{1} << window_bits) / 64);
    note_windows(kept_);
  }
}

void RequestText::note_windows(std::string_view piece) {
  for (std::size_t at = 0; at + window <= piece.size(); ++at) {
    const std::size_t hash = hash_window(piece.data() + at);
    windows_[hash / 64] |= std::uint64_t{1} << (hash % 64);
  }
}

bool RequestText::is_telling(std::string_view piece, std::size_t least) const noexcept {
  if (words_) return !piece.empty();
  return piece.size() >= least && piece.find_first_of("/.") != std::string_view::npos;
}

// False: for sure the text has not got the piece.
bool RequestText::may_hold(std::string_view piece) const noexcept {
  if (piece.size() > kept_.size()) return false;
  if (windows_.empty()) return true;
  for (std::size_t at = 0; at + window <= piece.size(); ++at) {
    const std::size_t hash = hash_window(piece.data() + at);
    if (((windows_[hash / 64] >> (hash % 64)) & 1) == 0) return false;
  }
  return true;
}

bool RequestText::find(std::string_view piece, std::size_t* searched) const noexcept {
  if (!may_hold(piece)) return false;
  // Linear, which std::string's is not: what is looked for may come with the request too.
  const void* const found = memmem(kept_.data(), kept_.size(), piece.data(), piece.size());
  if (searched != nullptr) {
    *searched += found == nullptr
                     ? kept_.size()
                     : static_cast<std::size_t>(static_cast<const char*>(found) - kept_.data());
  }
  return found != nullptr;
}

std::optional<bool> RequestText::holds(std::string_view path, std::size_t least,
                                       std::size_t* searched) const {
  bool any = false;
  bool all = true;
  bool beyond_ascii = false;
  for_each_run(path, [&](std::string_view run) {
    beyond_ascii = beyond_ascii || is_beyond_ascii(run);
    for_each_piece(run, [&](std::string_view piece) {
      if (!is_telling(piece, std::max(least, least_piece))) return;
      any = true;
      all = all && (find(piece, searched) || (lacks_dotless_ && !has_dot(piece)));
    });
  });
  if (any) return all;
  // Nothing is left to compare of such as "/p/\xE9": the request may have it.
  if (least == 0 && beyond_ascii && beyond_ascii_) return true;
  return std::nullopt;
}

}  // namespace signgate::rewrite
