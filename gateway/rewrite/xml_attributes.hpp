// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rewrite/css_scanner.hpp"
#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/xml_scanner.hpp"

namespace signgate::rewrite {

/// add_xml_value matches the one link in the raw value [begin, end) of an attribute, or the text of
/// an element. A link with a reference that is not known is left alone. `scratch` is reused from
/// call to call. `is_template` is for LinkSink::add_template.
void add_xml_value(std::string_view window, LinkSink::Range raw, Encoding encoding,
                   LinkContext context, AttributeText& scratch, LinkSink& sink,
                   bool is_template = false);

/// XmlAttributes are the values of one start tag that may hold links. They are kept until the tag
/// ends, as an xml:base anywhere in it holds for all of them. Offsets are into the window, which
/// drop() moves.
class XmlAttributes {
 public:
  enum class Form : std::uint8_t { url, srcset, css };

  /// clear begins another tag.
  void clear() noexcept {
    values_.clear();
    next_ = 0;
    scanning_ = false;
  }

  /// add takes a value of the tag, in the order of the document.
  void add(Form form, const XmlScanner::Event& value) {
    values_.push_back({form, value.single_quoted, static_cast<std::ptrdiff_t>(value.begin),
                       static_cast<std::ptrdiff_t>(value.end)});
  }

  /// next looks at the next link of the values. False: there are no more.
  bool next(std::string_view window, LinkSink& sink, Counters& counters);

  /// pending says that there are values that next() has not gone through.
  [[nodiscard]] bool pending() const noexcept { return next_ < values_.size(); }

  /// give_up forgets all values, and returns how many there were.
  std::size_t give_up() noexcept;

  /// begin is the first byte that must be kept before the tag's end; only if pending().
  [[nodiscard]] std::size_t begin() const noexcept {
    return static_cast<std::size_t>(values_[next_].begin);
  }

  void drop(std::size_t count) noexcept;

  /// allow_relative says whether the base that links are resolved against is known.
  void allow_relative(bool allowed) noexcept { relative_ = allowed; }

 private:
  struct Value {
    Form form;
    bool single_quoted;
    std::ptrdiff_t begin;  // may leave the window while the value is gone through
    std::ptrdiff_t end;
  };

  bool next_in_list(const Value& value, LinkSink& sink, Counters& counters);

  std::vector<Value> values_;
  std::size_t next_ = 0;
  bool relative_ = true;
  bool scanning_ = false;     // text_ is the decoded value at next_
  std::size_t position_ = 0;  // srcset, in text_
  AttributeText text_;
  CssScanner css_;
  std::string unescaped_;  // scratch
};

}  // namespace signgate::rewrite
