// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/script_rewriter.hpp"

#include <algorithm>
#include <array>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

// The value of `count` hexadecimal digits at the front; negative if there are fewer.
std::int32_t hex_number(std::string_view text, std::size_t count) noexcept {
  if (text.size() < count) return -1;
  std::int32_t number = 0;
  for (const char c : text.substr(0, count)) {
    const int digit = hex_value(c);
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

// Reads \uXXXX or \u{X...}, of which `text` begins behind the `u`; how many bytes it takes, 0: it
// is wrong. Pairs of surrogates make no link that a rule could have: they are left as U+FFFD.
std::size_t read_unicode(std::string_view text, std::uint32_t& code_point) noexcept {
  if (!text.starts_with('{')) {
    const std::int32_t number = hex_number(text, 4);
    if (number < 0) return 0;
    code_point = static_cast<std::uint32_t>(number);
    return 4;
  }
  const std::size_t end = text.find('}');
  if (end == std::string_view::npos || end < 2 || end > 7) return 0;
  const std::int32_t number = hex_number(text.substr(1), end - 1);
  if (number < 0) return 0;
  code_point = static_cast<std::uint32_t>(number);
  return end + 1;
}

constexpr std::array<std::string_view, 3> link_begins = {"http://", "https://", "/"};

// Whether text that begins so, and perhaps goes on, may be a link.
bool may_be_link(std::string_view text) noexcept {
  const std::size_t plain = std::min(text.find('\\'), text.size());
  return std::ranges::any_of(link_begins, [&](std::string_view begin) {
    const std::size_t known = std::min(plain, begin.size());
    return iequals(text.substr(0, known), begin.substr(0, known));
  });
}

bool is_link(std::string_view text) noexcept {
  if (text.ends_with('/') || !may_be_link(text) || text.size() < 2) return false;
  if (text.front() == '/' && text[1] == '/') return false;
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F || c == '"' || c == '\'' || c == '<' || c == '>';
  });
}

}  // namespace

bool append_script_unescaped(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out.push_back(text[i]);
      continue;
    }
    if (++i == text.size()) return false;
    const char c = text[i];
    std::uint32_t code_point = 0;
    if (c == 'u') {
      const std::size_t length = read_unicode(text.substr(i + 1), code_point);
      if (length == 0) return false;
      append_utf8(code_point, out);
      i += length;
    } else if (c == 'x') {
      const std::int32_t number = hex_number(text.substr(i + 1), 2);
      if (number < 0) return false;
      append_utf8(static_cast<std::uint32_t>(number), out);
      i += 2;
    } else if (is_digit(c)) {
      return false;
    } else if (constexpr std::string_view letters = "bfnrtv"; letters.find(c) != letters.npos) {
      out.push_back(std::string_view("\b\f\n\r\t\v")[letters.find(c)]);
    } else if (c == '\n' || c == '\r') {
      // It joins two lines; what is written so is no link that we would write in one.
      return false;
    } else {
      out.push_back(c);
    }
  }
  return true;
}

// Not inlined into the coroutine that calls it, as HtmlRewriter::scan.
[[gnu::noinline]] std::size_t ScriptRewriter::scan(std::string_view window, bool last, Batch& out) {
  out.clear();
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool used_up = finished_;
  ScriptScanner::Literal literal;
  while (out.links.size() < options_.links_per_batch && !used_up) {
    used_up = !scanner_.next(window, literal);
    if (!used_up || (last && scanner_.finish(literal))) add(literal, sink);
  }
  finished_ = last && used_up;
  if (used_up && !last) give_up_hopeless(window);
  const std::size_t used = finished_ ? window.size() : scanner_.hold();
  sink.finish(used);
  if (!finished_) scanner_.drop(used);
  return used;
}

void ScriptRewriter::add(const ScriptScanner::Literal& literal, LinkSink& sink) {
  const std::string_view text = sink.window().substr(literal.begin, literal.end - literal.begin);
  if (!may_be_link(text)) return;
  if (text.size() > limits::link_length) {
    ++counters_.too_long;
    return;
  }
  decoded_.clear();
  if (!append_script_unescaped(text, decoded_) || !is_link(decoded_)) return;
  Encoding encoding;
  encoding.outer[0] = text.find("\\/") == std::string_view::npos
                          ? Encoding::Outer::script_string
                          : Encoding::Outer::script_string_solidi;
  sink.add(decoded_, {literal.begin, literal.end}, encoding, LinkContext::script_string);
}

// A literal is held until the token behind it is known.
void ScriptRewriter::give_up_hopeless(std::string_view window) {
  if (!scanner_.holds()) return;
  const std::string_view held = window.substr(scanner_.literal_begin());
  if (!may_be_link(held)) {
    scanner_.drop_literal();
  } else if (held.size() > 2 * limits::link_length) {
    ++counters_.too_long;
    scanner_.drop_literal();
  }
}

void ScriptRewriter::restart() {
  scanner_ = ScriptScanner();
  finished_ = false;
}

}  // namespace signgate::rewrite
