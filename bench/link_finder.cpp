// SPDX-License-Identifier: Apache-2.0
#include "bench/link_finder.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/rewrite/entities.hpp"

namespace signgate::bench {
namespace {

constexpr std::string_view mark = "Signature=";

bool ends_token(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '<' || c == '>' || c == '`';
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool contains_folded(std::string_view text, std::string_view word) noexcept {
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

// JSON's escapes of ASCII; all else stays.
std::string without_json_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
    } else if (text[i + 1] == '/') {
      out += text[++i];
    } else if (text[i + 1] == 'u' && text.size() - i >= 6 &&
               std::from_chars(&text[i + 2], &text[i] + 6, code, 16).ptr == &text[i] + 6 &&
               code < 0x80) {
      out += static_cast<char>(code);
      i += 5;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The end of a URL that begins at `begin`: where what opened before it is closed.
std::size_t end_of_url(std::string_view token, std::size_t begin) noexcept {
  const char before = begin == 0 ? '\0' : token[begin - 1];
  std::size_t end = begin;
  while (end < token.size() && !ends_token(token[end]) && !(before == '\'' && token[end] == '\'') &&
         !(before == '(' && token[end] == ')'))
    ++end;
  return end;
}

std::size_t find_scheme(std::string_view token, std::size_t from) noexcept {
  while (true) {
    const std::size_t slashes = token.find("://", from);
    if (slashes == std::string_view::npos) return slashes;
    for (const std::string_view scheme : {"https", "http"}) {
      if (slashes < from + scheme.size()) continue;
      const std::size_t begin = slashes - scheme.size();
      if (std::ranges::equal(token.substr(begin, scheme.size()), scheme, {}, lower)) return begin;
    }
    from = slashes + 3;
  }
}

// Also with `&amp;` before it, left in where it does not belong; X-Amz-Signature is another thing.
bool carries_signature(std::string_view url) noexcept {
  std::size_t at = 0;
  while ((at = url.find(mark, at)) != std::string_view::npos) {
    const char before = url[at - 1];
    if (before == '?' || before == '&' || before == ';') return true;
    at += mark.size();
  }
  return false;
}

void add_links(std::string_view token, std::vector<std::string>& links) {
  std::size_t at = 0;
  while ((at = find_scheme(token, at)) != std::string_view::npos) {
    const std::size_t end = end_of_url(token, at);
    std::string_view url = token.substr(at, end - at);
    while (url.ends_with(',') || url.ends_with('\\'))
      url.remove_suffix(1);
    at = end;
    if (carries_signature(url)) links.emplace_back(url);
  }
}

}  // namespace

std::vector<std::string> find_signed_links(std::string_view body, std::string_view media_type) {
  const bool has_references =
      contains_folded(media_type, "html") || contains_folded(media_type, "xml");
  std::vector<std::string> links;
  rewrite::AttributeText text;
  std::size_t done = 0;
  std::size_t found = 0;
  while ((found = body.find(mark, done)) != std::string_view::npos) {
    std::size_t begin = found;
    while (begin > done && !ends_token(body[begin - 1]))
      --begin;
    std::size_t end = found;
    while (end < body.size() && !ends_token(body[end]))
      ++end;
    const std::string_view token = body.substr(begin, end - begin);
    done = end;
    // An attribute within a string, as in JSON that carries HTML.
    const bool is_attribute = begin >= 2 && body[begin - 1] == '"' && body[begin - 2] == '\\';
    if (has_references || is_attribute) {
      text.decode(token);
      add_links(text.text(), links);
    } else {
      add_links(without_json_escapes(token), links);
    }
  }
  return links;
}

}  // namespace signgate::bench
