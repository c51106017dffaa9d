// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/page_links.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

constexpr std::string_view forms =
    "write \"ATTRIBUTE\" or \"ELEMENT ATTRIBUTE\", and behind it url, srcset, css or json if the "
    "value is more than one URL: \"data-full\", \"img data-zoom\", \"source data-set srcset\"";

std::optional<LinkAttribute::Kind> find_kind(std::string_view word) {
  using Kind = LinkAttribute::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 4> kinds = {
      {{"url", Kind::url}, {"srcset", Kind::srcset}, {"css", Kind::css}, {"json", Kind::json}}};
  const auto found = std::ranges::find(kinds, word, &std::pair<std::string_view, Kind>::first);
  if (found == kinds.end()) return std::nullopt;
  return found->second;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// A name that a page can hold and that no other character is taken for a part of.
std::optional<Flaw> check_name(const Word& word) {
  const auto odd = std::ranges::find_if(word.text, [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return !letter && c != '-' && c != '_' && c != ':' && c != '.';
  });
  if (odd != word.text.end()) {
    const auto place = static_cast<std::size_t>(odd - word.text.begin());
    return Flaw{
        "has a character that is in no name: letters, digits, \"-\", \"_\", \":\" and "
        "\".\" are",
        word.offset + place};
  }
  if (word.text.size() > longest_html_name) {
    return Flaw{"has a name of more than " + std::to_string(longest_html_name) + " characters",
                word.offset};
  }
  return std::nullopt;
}

}  // namespace

Parsed<LinkAttribute> parse_link_attribute(std::string_view text) {
  auto words = split_words(text);
  if (!words) return words.error();
  for (Word& word : *words)
    word.text = lower(word.text);
  LinkAttribute attribute;
  if (!words->empty()) {
    if (const auto kind = find_kind(words->back().text)) {
      attribute.kind = *kind;
      words->pop_back();
    }
  }
  if (words->empty()) return Flaw{"names no attribute: " + std::string(forms), 0};
  if (words->size() > 2) {
    return Flaw{in_quotes((*words)[2].text) + " is too much: " + std::string(forms),
                (*words)[2].offset};
  }
  for (const Word& word : *words) {
    if (auto flaw = check_name(word)) return *flaw;
  }
  attribute.name = words->back().text;
  if (words->size() == 2) attribute.element = words->front().text;
  if (attribute.element == "meta")
    return Flaw{
        "adds nothing to <meta>, which holds links in \"content\" alone: name another element",
        words->front().offset};
  return attribute;
}

Parsed<std::string> parse_attribute_name(std::string_view text) {
  Word word{lower(text), 0};
  if (auto flaw = check_name(word)) return *flaw;
  return {boost::system::in_place_value, std::move(word.text)};
}

Parsed<SignedType> parse_signed_type(std::string_view text) {
  const std::string type = lower(text);
  if (type == "text/vtt") return SignedType::webvtt;
  if (type == "text/plain") return SignedType::plain_text;
  return Flaw{"has " + in_quotes(text) +
                  ": \"text/vtt\" and \"text/plain\" are legal; what else links are looked for in "
                  "needs no mention, but for JavaScript, which script_strings asks for",
              0};
}

}  // namespace signgate::config
