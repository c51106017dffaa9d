// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/base/byte_set.hpp"

namespace signgate::rewrite {

/// TextModel is how the text after a start tag is read; who knows the element sets it
/// (html_context.hpp).
enum class TextModel : std::uint8_t { data, rcdata, rawtext, script_data, plaintext };

/// AttributeQuote is how an attribute's value is delimited.
enum class AttributeQuote : std::uint8_t { double_quoted, single_quoted, unquoted };

/// HtmlTokenizer walks through HTML by the states of WHATWG HTML section 13.2.5, without building
/// tokens: it reports where tags and attributes are. It is pulled: next() runs to the next event
/// or to the end of the window, and takes up there when the window has grown, so that no byte is
/// looked at twice. Character references are not decoded.
///
/// Offsets are into the window of the latest call. When the caller drops bytes from the window's
/// front it says so by drop(); it must keep what lies behind hold().
class HtmlTokenizer {
 public:
  enum class EventKind : std::uint8_t {
    none,       // the window is used up
    tag_name,   // the name of a tag is complete: name(), is_end_tag()
    attribute,  // the name of an attribute is complete: name(); want_value() asks for its value
    value,      // the value asked for: [begin, end) is the raw text, without quotes; quote
    tag_end,    // `>`: name() is void, is_end_tag() and self_closing hold; set_text_model() may
                // follow
    text,       // [begin, end): text that set_text_model() or report_data() asked for
  };

  struct Event {
    EventKind kind = EventKind::none;
    AttributeQuote quote = AttributeQuote::double_quoted;
    bool self_closing = false;
    bool in_cdata = false;  // of text
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// The bytes of a name that are kept; a longer name is cut there and is then no name we know.
  static constexpr std::size_t name_capacity = 32;

  /// next runs over `window` from where it stands.
  Event next(std::string_view window);

  /// name is the tag's or attribute's name in lower case, valid until the next call of next().
  [[nodiscard]] std::string_view name() const noexcept {
    return {name_.data(), name_length_ < name_capacity ? name_length_ : name_capacity};
  }
  [[nodiscard]] bool is_end_tag() const noexcept { return is_end_tag_; }

  /// want_value, right after an attribute event, asks for the value: its begin is held until its
  /// end is seen.
  void want_value() noexcept { want_value_ = true; }

  /// held_value is the value that is held but not ended: [begin, position()). False if there is
  /// none.
  [[nodiscard]] bool holds_value() const noexcept { return value_begin_ != nowhere; }
  [[nodiscard]] std::size_t value_begin() const noexcept { return value_begin_; }

  /// drop_value gives up the value asked for; its end will not be reported.
  void drop_value() noexcept {
    want_value_ = false;
    value_begin_ = nowhere;
  }

  /// set_text_model says how to go on after the tag that has just ended. `element` (at most
  /// name_capacity bytes, lower case) is the one whose end tag ends the text; `report` asks for
  /// text events (rawtext and script_data).
  void set_text_model(TextModel model, std::string_view element, bool report = false);

  /// report_data asks for text events in data, and in the CDATA sections there, from the tag that
  /// has just ended on, or no more for them.
  void report_data(bool wanted) noexcept {
    report_data_ = wanted;
    data_begin_ = nowhere;
  }

  /// data_begin is the first byte of such text that was not reported; past every window where
  /// markup has begun.
  [[nodiscard]] std::size_t data_begin() const noexcept { return data_begin_; }

  /// allow_cdata says whether `<![CDATA[` opens a CDATA section here, as in SVG and MathML, or is
  /// a bogus comment.
  void allow_cdata(bool allowed) noexcept { allow_cdata_ = allowed; }

  /// enter_cdata begins inside of a CDATA section (for tests that name this initial state).
  void enter_cdata() noexcept { state_ = State::cdata_section; }

  /// is_in_data says that it stands in text between tags; skip_to goes on at a later place that is
  /// so as well (html_skimmer.hpp).
  [[nodiscard]] bool is_in_data() const noexcept { return state_ == State::data; }
  void skip_to(std::size_t position) noexcept { position_ = position; }

  /// position is how far the window was looked at; hold is the first byte that must be kept, or
  /// position().
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t hold() const noexcept;

  /// finish is called at the end of input, after next() has returned none: text that looked like
  /// the begin of an end tag and was held back is reported once, then none.
  Event finish() noexcept;

  /// drop says that `count` bytes (at most hold()) have left the window's front.
  void drop(std::size_t count);

 private:
  enum class State : std::uint8_t {
    data,
    tag_open,
    end_tag_open,
    tag_name,
    before_attribute_name,
    attribute_name,
    after_attribute_name,
    before_attribute_value,
    value_double_quoted,
    value_single_quoted,
    value_unquoted,
    after_value_quoted,
    self_closing_start_tag,
    markup_open,
    markup_dash,
    markup_cdata,
    bogus_comment,
    comment_start,
    comment_start_dash,
    comment,
    comment_end_dash,
    comment_end,
    comment_end_bang,
    cdata_section,
    cdata_bracket,
    cdata_end,
    raw,
    raw_less_than,
    raw_end_tag_open,
    raw_end_tag_name,
    script_escape_start,
    script_escape_start_dash,
    script_escaped,
    script_escaped_dash,
    script_escaped_dash_dash,
    script_escaped_less_than,
    script_double_escape_start,
    script_double_escaped,
    script_double_escaped_dash,
    script_double_escaped_dash_dash,
    script_double_escaped_less_than,
    script_double_escape_end,
    plaintext,
  };

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  void clear_name() noexcept { name_length_ = 0; }
  void add_to_name(char c) noexcept;
  bool take_name(std::string_view window, const ByteSet& ends) noexcept;
  [[nodiscard]] bool is_appropriate_end_tag() const noexcept { return name() == element_name(); }
  [[nodiscard]] std::string_view element_name() const noexcept {
    return {element_.data(), element_length_};
  }

  Event end_of_tag(bool self_closing) noexcept;
  Event end_of_value(std::size_t end, AttributeQuote quote) noexcept;
  void begin_value() noexcept;
  bool step_comment(std::string_view window) noexcept;
  bool step_raw(std::string_view window, Event& event) noexcept;
  void step_script(std::string_view window) noexcept;
  bool take_text(std::size_t end, Event& event) noexcept;
  bool take_data(std::string_view window, Event& event) noexcept;
  bool take_cdata(std::string_view window, Event& event) noexcept;

  State state_ = State::data;
  State raw_return_ = State::raw;  // where an end tag that is none leads back to
  TextModel model_ = TextModel::data;
  bool is_end_tag_ = false;
  bool want_value_ = false;
  bool report_text_ = false;
  bool report_data_ = false;
  bool allow_cdata_ = false;
  std::uint8_t matched_ = 0;  // characters of "CDATA[" seen
  std::size_t position_ = 0;
  std::size_t value_begin_ = nowhere;
  std::size_t text_begin_ = 0;        // report_text_: first byte of text not yet reported
  std::size_t less_than_ = nowhere;   // report_text_: the `<` that may begin the end tag
  std::size_t data_begin_ = nowhere;  // report_data_: first byte of data not yet reported
  std::size_t name_length_ = 0;       // may exceed the capacity
  std::size_t element_length_ = 0;
  std::array<char, name_capacity> name_{};
  std::array<char, name_capacity> element_{};
};

}  // namespace signgate::rewrite
