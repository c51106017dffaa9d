// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/charset_rewriter.hpp"

#include <algorithm>
#include <utility>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/rest_of_document.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::size_t longest_declaration = 256;
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

enum class Known : std::uint8_t { no, yes, not_yet };

// Whether `text` begins with `begin`, as far as it is there.
Known begins_with(std::string_view text, std::string_view begin, bool last) noexcept {
  if (text.starts_with(begin)) return Known::yes;
  return !last && begin.starts_with(text) ? Known::not_yet : Known::no;
}

// The text between `begin`, which `text` begins with, and `end`.
Known declaration(std::string_view text, std::string_view begin, std::string_view end, bool last,
                  std::string_view& inside) noexcept {
  const Known begins = begins_with(text, begin, last);
  if (begins != Known::yes) return begins;
  const std::size_t found = text.substr(0, longest_declaration).find(end, begin.size());
  if (found == std::string_view::npos)
    return last || text.size() >= longest_declaration ? Known::no : Known::not_yet;
  inside = text.substr(begin.size(), found - begin.size());
  return Known::yes;
}

// The value of `encoding` in an XML declaration.
std::string_view encoding_in(std::string_view declaration) noexcept {
  constexpr std::string_view name = "encoding";
  const std::size_t at = declaration.find(name);
  if (at == std::string_view::npos) return {};
  std::string_view rest = trim_space(declaration.substr(at + name.size()));
  if (!rest.starts_with('=')) return {};
  rest = trim_space(rest.substr(1));
  if (!rest.starts_with('"') && !rest.starts_with('\'')) return {};
  const std::size_t end = rest.find(rest.front(), 1);
  return end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
}

Known declared_label(Format format, std::string_view text, bool last, std::string_view& label) {
  std::string_view inside;
  Known known = Known::no;
  if (format == Format::css) {
    known = declaration(text, "@charset \"", "\";", last, inside);
    label = inside;
  } else if (format == Format::xml || format == Format::mpd) {
    known = declaration(text, "<?xml", "?>", last, inside);
    label = encoding_in(inside);
  }
  return known;
}

// Whether links are made of nothing but what stands there: variables may hold parts of words.
bool is_without_variables(Format format) noexcept {
  return format != Format::m3u8 && format != Format::mpd;
}

}  // namespace

bool can_read(Format format, const Charset& charset) noexcept {
  if (charset.kind == Charset::Kind::ascii_trails) return format == Format::html;
  return charset.kind != Charset::Kind::other;
}

CharsetRewriter::CharsetRewriter(Format format, const LinkMatcher& matcher, PageUrl page,
                                 RewriteOptions options)
    : format_(format), matcher_(&matcher), page_(std::move(page)), options_(options) {}

// False: what is there does not tell yet.
bool CharsetRewriter::begin(std::string_view window, bool last) {
  RewriteOptions options = options_;
  const auto is_mark = [&](std::string_view mark) { return begins_with(window, mark, last); };
  const Known big = is_mark("\xFE\xFF");
  const Known little = is_mark("\xFF\xFE");
  const Known mark = is_mark(utf8_mark);
  if (window.empty() && !last) return false;
  if (big == Known::not_yet || little == Known::not_yet || mark == Known::not_yet) return false;
  if (big == Known::yes || little == Known::yes) {
    options.charset = Charset{Charset::Kind::other};
  } else if (mark == Known::yes) {
    options.charset = Charset{};
  } else if (!options.charset) {
    std::string_view label;
    if (declared_label(format_, window, last, label) == Known::not_yet) return false;
    options.charset = find_declared_charset(label);
  }
  // Links in others are text after text, of which each would have to be resolved.
  if (options.charset && format_ != Format::html && format_ != Format::css)
    options.charset = options.charset->unresolved();
  passes_ = options.charset && !can_read(format_, *options.charset);
  if (passes_) {
    ++counters_.passed_charset;
  } else if (last && is_free(window, options)) {
    passes_ = true;
  } else {
    inner_ = make_rewriter(format_, *matcher_, page_, options);
  }
  return true;
}

// Whether a document that is all there can be passed over at a glance. Who explains it wants to
// know of each link.
bool CharsetRewriter::is_free(std::string_view document, const RewriteOptions& options) const {
  const Charset::Kind kind = options.charset.value_or(Charset{}).kind;
  const bool reads_bytes = kind == Charset::Kind::utf8 || kind == Charset::Kind::single_byte;
  if (options.candidates != nullptr || !reads_bytes || !is_without_variables(format_) ||
      !matcher_->words().tell(page_))
    return false;
  WordSearch search;
  RestOfDocument all(options.policies != nullptr);
  return all.is_free(matcher_->words(), search, document, 0);
}

std::size_t CharsetRewriter::scan(std::string_view window, bool last, Batch& out) {
  if (inner_) return inner_->scan(window, last, out);
  out.clear();
  if (!passes_ && !begin(window, last)) return 0;
  if (inner_) return inner_->scan(window, last, out);
  if (!window.empty()) out.pieces.push_back({window, -1});
  return window.size();
}

void CharsetRewriter::restart() {
  if (inner_) counters_ += inner_->counters();
  inner_.reset();
  passes_ = false;
}

Counters CharsetRewriter::counters() const {
  Counters all = counters_;
  if (inner_) all += inner_->counters();
  return all;
}

}  // namespace signgate::rewrite
