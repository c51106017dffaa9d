// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace signgate::bench::report {

/// escape makes any text safe between tags and in double-quoted attributes, in HTML and in XML: &
/// < > " and ' become references; what XML does not allow, control characters and bytes that are
/// no UTF-8, become U+FFFD. Source: XML 1.0, production 2.
[[nodiscard]] std::string escape(std::string_view text);

/// Attribute is a name, which is written as it is, and a value, which is escaped.
using Attribute = std::pair<std::string_view, std::string>;
using Attributes = std::initializer_list<Attribute>;

/// Markup appends elements to a string, HTML and XML alike: every element is closed, every text
/// escaped. What stands inside is written by a callable, so the output cannot be unbalanced.
class Markup {
 public:
  explicit Markup(std::string& out) noexcept : out_(out) {}
  Markup(const Markup&) = delete;
  Markup& operator=(const Markup&) = delete;

  template <class Inside>
  void element(std::string_view tag, Attributes attributes, Inside&& inside) {
    begin(tag, attributes, ">");
    std::forward<Inside>(inside)();
    end(tag);
  }

  /// text_element is an element that holds text alone.
  void text_element(std::string_view tag, Attributes attributes, std::string_view text);

  /// empty_element is an element without content that needs no end tag, in SVG or a void one of
  /// HTML.
  void empty_element(std::string_view tag, Attributes attributes);

  void text(std::string_view text);

 private:
  void begin(std::string_view tag, Attributes attributes, std::string_view close);
  void end(std::string_view tag);

  std::string& out_;
};

}  // namespace signgate::bench::report
