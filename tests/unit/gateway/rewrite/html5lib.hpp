// SPDX-License-Identifier: Apache-2.0
// Runs the tokenizer over a document in pieces and writes down the tags that it sees.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/html_tokenizer.hpp"
#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite::testing {

struct SeenTag {
  bool end = false;
  bool self_closing = false;
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;  // each name once; values decoded

  friend bool operator==(const SeenTag&, const SeenTag&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const SeenTag& tag) {
  out << '<' << (tag.end ? "/" : "") << tag.name;
  for (const auto& [name, value] : tag.attributes)
    out << ' ' << name << "=[" << value << ']';
  return out << (tag.self_closing ? "/>" : ">");
}

struct Seen {
  std::vector<SeenTag> tags;
  std::string text;  // of a raw text element, if asked for
};

/// tokenize feeds `document` to `tokenizer` and drops all that it does not hold.
inline Seen tokenize(HtmlTokenizer tokenizer, std::string_view document, Sizes sizes = whole()) {
  Seen seen;
  SeenTag tag;
  AttributeText decoded;
  std::string window;
  std::size_t read = 0;
  using Kind = HtmlTokenizer::EventKind;
  for (;;) {
    const bool last = read == document.size();
    HtmlTokenizer::Event event = tokenizer.next(window);
    if (event.kind == Kind::none && last) event = tokenizer.finish();
    switch (event.kind) {
      case Kind::tag_name:
        tag = {};
        tag.end = tokenizer.is_end_tag();
        tag.name = tokenizer.name();
        break;
      case Kind::attribute: {
        const bool known = std::ranges::any_of(tag.attributes, [&](const auto& attribute) {
          return attribute.first == tokenizer.name();
        });
        if (known) break;
        tag.attributes.emplace_back(tokenizer.name(), "");
        tokenizer.want_value();
        break;
      }
      case Kind::value:
        decoded.decode(std::string_view(window).substr(event.begin, event.end - event.begin));
        tag.attributes.back().second = decoded.text();
        break;
      case Kind::tag_end:
        tag.self_closing = event.self_closing;
        seen.tags.push_back(tag);
        break;
      case Kind::text:
        seen.text.append(window, event.begin, event.end - event.begin);
        break;
      case Kind::none: {
        if (last) return seen;
        const std::size_t hold = tokenizer.hold();
        window.erase(0, hold);
        tokenizer.drop(hold);
        const std::size_t left = document.size() - read;
        const std::size_t take = std::min(std::max<std::size_t>(sizes(left), 1), left);
        window.append(document.substr(read, take));
        read += take;
        break;
      }
    }
  }
}

}  // namespace signgate::rewrite::testing
