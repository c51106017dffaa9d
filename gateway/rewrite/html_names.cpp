// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_names.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/format.hpp"

namespace signgate::rewrite {
namespace {

struct NamedTag {
  std::string_view name;
  Tag tag;
};

// Sorted by name.
constexpr auto tags = std::to_array<NamedTag>({
    {"annotation-xml", Tag::math_point},
    {"b", Tag::breakout},
    {"base", Tag::base},
    {"big", Tag::breakout},
    {"blockquote", Tag::breakout},
    {"body", Tag::breakout},
    {"br", Tag::breakout_end},
    {"center", Tag::breakout},
    {"code", Tag::breakout},
    {"dd", Tag::breakout},
    {"desc", Tag::svg_point},
    {"div", Tag::breakout},
    {"dl", Tag::breakout},
    {"dt", Tag::breakout},
    {"em", Tag::breakout},
    {"embed", Tag::breakout},
    {"foreignobject", Tag::svg_point},
    {"h1", Tag::breakout},
    {"h2", Tag::breakout},
    {"h3", Tag::breakout},
    {"h4", Tag::breakout},
    {"h5", Tag::breakout},
    {"h6", Tag::breakout},
    {"head", Tag::breakout},
    {"hr", Tag::breakout},
    {"i", Tag::breakout},
    {"iframe", Tag::raw},
    {"img", Tag::breakout},
    {"li", Tag::breakout},
    {"listing", Tag::breakout},
    {"math", Tag::math},
    {"menu", Tag::breakout},
    {"meta", Tag::meta},
    {"mi", Tag::math_point},
    {"mn", Tag::math_point},
    {"mo", Tag::math_point},
    {"ms", Tag::math_point},
    {"mtext", Tag::math_point},
    {"nobr", Tag::breakout},
    {"noembed", Tag::raw},
    {"noframes", Tag::raw},
    {"object", Tag::object},
    {"ol", Tag::breakout},
    {"p", Tag::breakout_end},
    {"plaintext", Tag::plaintext},
    {"pre", Tag::breakout},
    {"ruby", Tag::breakout},
    {"s", Tag::breakout},
    {"script", Tag::script},
    {"small", Tag::breakout},
    {"span", Tag::breakout},
    {"strike", Tag::breakout},
    {"strong", Tag::breakout},
    {"style", Tag::style},
    {"sub", Tag::breakout},
    {"sup", Tag::breakout},
    {"svg", Tag::svg},
    {"table", Tag::breakout},
    {"textarea", Tag::textarea},
    {"title", Tag::title},
    {"tt", Tag::breakout},
    {"u", Tag::breakout},
    {"ul", Tag::breakout},
    {"var", Tag::breakout},
    {"xmp", Tag::raw},
});
static_assert(std::ranges::is_sorted(tags, {}, &NamedTag::name));

// The first four and the last four bytes of a name, or all that it has.
constexpr std::uint64_t ends_of(std::string_view name) noexcept {
  std::uint64_t word = 0;
  const std::size_t half = std::min<std::size_t>(name.size(), 4);
  for (std::size_t i = 0; i < half; ++i) {
    const auto first = static_cast<unsigned char>(name[i]);
    const auto last = static_cast<unsigned char>(name[name.size() - half + i]);
    word |= std::uint64_t{first} << (8 * i) | std::uint64_t{last} << (8 * i + 32);
  }
  return word;
}

constexpr auto tag_ends = [] {
  std::array<std::uint64_t, tags.size()> ends{};
  for (std::size_t i = 0; i < tags.size(); ++i)
    ends[i] = ends_of(tags[i].name);
  return ends;
}();

// first_of_letter[n] is the index of the first name that begins with the n-th letter or a later
// one.
constexpr auto first_of_letter = [] {
  std::array<std::size_t, 27> first{};
  for (std::size_t letter = 0; letter < first.size(); ++letter) {
    while (first[letter] < tags.size() &&
           static_cast<std::size_t>(tags[first[letter]].name.front() - 'a') < letter) {
      ++first[letter];
    }
  }
  return first;
}();

constexpr auto common = std::to_array<std::string_view>(
    {"a",      "abbr",  "address", "area",  "article", "aside",  "audio",   "b",      "bdi",
     "bdo",    "big",   "body",    "br",    "button",  "canvas", "caption", "center", "cite",
     "code",   "col",   "dd",      "del",   "details", "dfn",    "dialog",  "div",    "dl",
     "dt",     "em",    "figure",  "font",  "footer",  "form",   "h1",      "h2",     "h3",
     "h4",     "h5",    "h6",      "head",  "header",  "hgroup", "hr",      "html",   "i",
     "img",    "input", "ins",     "kbd",   "label",   "legend", "li",      "link",   "main",
     "map",    "mark",  "menu",    "nav",   "ol",      "option", "output",  "p",      "picture",
     "pre",    "q",     "s",       "samp",  "section", "select", "small",   "source", "span",
     "strong", "sub",   "summary", "sup",   "table",   "tbody",  "td",      "tfoot",  "th",
     "thead",  "time",  "tr",      "track", "u",       "ul",     "var",     "video"});
static_assert(std::ranges::all_of(common, [](std::string_view name) {
  const auto* known = std::ranges::find(tags, name, &NamedTag::name);
  return name.size() < 8 && (known == tags.end() || known->tag >= Tag::svg_point);
}));

// By a hash that sends no two of them to one place.
constexpr std::size_t common_bits = 10;
constexpr std::size_t common_place(std::uint64_t word, std::uint64_t factor) noexcept {
  return static_cast<std::size_t>(word * factor >> (64 - common_bits));
}
constexpr std::uint64_t common_factor = [] {
  for (std::uint64_t factor = 0x9E3779B97F4A7C15;; factor += 0x51ED2701F3A5C766) {
    std::array<bool, std::size_t{1} << common_bits> taken{};
    const bool fits = std::ranges::all_of(common, [&](std::string_view name) {
      return !std::exchange(taken[common_place(name_word(name), factor)], true);
    });
    if (fits) return factor;
  }
}();
constexpr auto common_table = [] {
  std::array<std::uint64_t, std::size_t{1} << common_bits> table{};
  for (const std::string_view name : common)
    table[common_place(name_word(name), common_factor)] = name_word(name);
  return table;
}();

// Compares a name with one of the same length, in one or two words.
template <std::size_t Size>
bool is(std::string_view name, const char (&known)[Size]) noexcept {
  return std::memcmp(name.data(), known, Size - 1) == 0;
}

Attribute when(bool equal, Attribute attribute) noexcept {
  return equal ? attribute : Attribute::none;
}

}  // namespace

bool is_common_tag(std::uint64_t word) noexcept {
  return word != 0 && common_table[common_place(word, common_factor)] == word;
}

Tag find_tag(std::string_view name) noexcept {
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return Tag::other;
  const auto letter = static_cast<std::size_t>(name.front() - 'a');
  const std::uint64_t ends = ends_of(name);
  for (std::size_t i = first_of_letter[letter]; i < first_of_letter[letter + 1]; ++i) {
    // Most names are told apart by length and ends; where these are equal, so are those of up to
    // eight bytes.
    if (tag_ends[i] != ends || tags[i].name.size() != name.size()) continue;
    if (name.size() <= 8 || tags[i].name == name) return tags[i].tag;
  }
  return Tag::other;
}

Attribute find_attribute(std::string_view name) noexcept {
  switch (name.size()) {
    case 3:
      return when(is(name, "src"), Attribute::src);
    case 4:
      if (is(name, "href")) return Attribute::href;
      if (is(name, "name")) return Attribute::name;
      if (is(name, "type")) return Attribute::type;
      if (is(name, "cite")) return Attribute::cite;
      if (is(name, "ping")) return Attribute::ping;
      return when(is(name, "data"), Attribute::data);
    case 5:
      return when(is(name, "style"), Attribute::style);
    case 6:
      if (is(name, "srcset")) return Attribute::srcset;
      if (is(name, "srcdoc")) return Attribute::srcdoc;
      if (is(name, "poster")) return Attribute::poster;
      if (is(name, "lowsrc")) return Attribute::lowsrc;
      return when(is(name, "action"), Attribute::action);
    case 7:
      if (is(name, "charset")) return Attribute::charset;
      return when(is(name, "content"), Attribute::content);
    case 8:
      if (is(name, "data-src")) return Attribute::data_src;
      if (is(name, "property")) return Attribute::property;
      if (is(name, "longdesc")) return Attribute::longdesc;
      return when(is(name, "itemprop"), Attribute::itemprop);
    case 10:
      if (is(name, "xlink:href")) return Attribute::xlink_href;
      if (is(name, "formaction")) return Attribute::formaction;
      if (is(name, "background")) return Attribute::background;
      return when(is(name, "http-equiv"), Attribute::http_equiv);
    case 11:
      if (is(name, "imagesrcset")) return Attribute::imagesrcset;
      return when(is(name, "data-srcset"), Attribute::data_srcset);
    case 14:
      return when(is(name, "referrerpolicy"), Attribute::referrerpolicy);
    default:
      return Attribute::none;
  }
}

bool is_link_property(std::string_view value) noexcept {
  value = trim_space(value);
  const bool twitter = istarts_with(value, "twitter:");
  if (!twitter && !istarts_with(value, "og:")) return false;
  std::string_view last = value.substr(value.rfind(':') + 1);
  // The gallery card's twitter:image0 to twitter:image3.
  if (twitter && last.size() == 6 && last.back() >= '0' && last.back() <= '3')
    last.remove_suffix(1);
  constexpr std::array<std::string_view, 9> kinds = {"image",  "video",      "audio",  "url", "src",
                                                     "player", "secure_url", "stream", "logo"};
  return std::ranges::any_of(kinds, [last](std::string_view kind) { return iequals(last, kind); });
}

bool is_link_itemprop(std::string_view value) noexcept {
  value = trim_space(value);
  constexpr std::array<std::string_view, 5> kinds = {"image", "contenturl", "thumbnailurl",
                                                     "embedurl", "url"};
  return std::ranges::any_of(kinds,
                             [value](std::string_view kind) { return iequals(value, kind); });
}

bool is_json_script_type(std::string_view value) noexcept {
  value = trim_space(value.substr(0, value.find(';')));
  return iequals(value, "importmap") || iequals(value, "speculationrules") ||
         find_format(value) == Format::json;
}

bool is_code_script_type(std::string_view value) noexcept {
  value = trim_space(value);
  return value.empty() || iequals(value, "module") || find_format(value) == Format::script;
}

}  // namespace signgate::rewrite
