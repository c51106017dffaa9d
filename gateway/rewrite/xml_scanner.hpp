// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// XmlScanner splits an XML document, fed in pieces, into tags, attributes and text. It is pulled:
/// next() runs over what it is given up to the next event. Entities are not resolved, a document
/// type with its internal subset is passed over, nothing outside the document is ever asked for. It
/// takes what is not well-formed without complaint: a `<` that begins nothing is passed over, a `<`
/// within a tag ends it and begins the next, what has no quotes is no value. Source: XML 1.0 (fifth
/// edition), sections 2 and 3. One document, one thread.
class XmlScanner {
 public:
  enum class Kind : std::uint8_t {
    none,       // the window is used up
    start_tag,  // name() is the element's
    attribute,  // name() is the attribute's; want_value() asks for its value
    value,      // [begin, end) is the raw value that was asked for, between its quotes
    tag_end,    // of a start tag, `self_closing` or not
    end_tag,    // name() is the element's; comes before `>`
    text,       // [begin, end) is character data, perhaps a part of it: the next event goes on
    cdata,      // the same, within a CDATA section; an empty section has no such event
    cdata_end,
    other,  // a comment, processing instruction or declaration begins
  };

  struct Event {
    Kind kind = Kind::none;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool self_closing = false;
    bool single_quoted = false;
  };

  /// next looks at text[position(), end). Offsets are into `text`.
  Event next(std::string_view text);

  /// name is valid until the next call. A name longer than name_capacity is empty.
  [[nodiscard]] std::string_view name() const noexcept {
    return name_length_ <= name_capacity ? std::string_view(name_) : std::string_view();
  }

  /// want_value asks for the value of the attribute that next() has just found.
  void want_value() noexcept { wanted_ = true; }

  /// holds_value says that a value that was asked for has begun and is not ended; it begins at
  /// value_begin().
  [[nodiscard]] bool holds_value() const noexcept { return value_begin_ != nowhere; }
  [[nodiscard]] std::size_t value_begin() const noexcept { return value_begin_; }

  /// drop_value gives up that value: there will be no event for it.
  void drop_value() noexcept { value_begin_ = nowhere; }

  [[nodiscard]] std::size_t position() const noexcept { return position_; }

  /// hold is the first byte that must be kept.
  [[nodiscard]] std::size_t hold() const noexcept;

  /// drop says that `count` bytes (at most hold()) have left the window's front.
  void drop(std::size_t count) noexcept;

  static constexpr std::size_t name_capacity = 64;

 private:
  enum class State : std::uint8_t {
    text,
    open,         // behind `<`
    declaration,  // behind `<!`
    start_name,
    end_name,
    end_rest,   // in an end tag, behind its name
    in_tag,     // between attributes
    slash,      // behind `/` in a tag
    attribute,  // in a name
    before_equal,
    before_value,
    unquoted,
    value,
    comment,
    instruction,
    doctype,
    doctype_string,
    doctype_open,  // behind `<` in the internal subset
    doctype_bang,  // behind `<!` there
    markup,        // in a declaration of another kind
    cdata,
  };

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  bool step(std::string_view text, Event& event);
  bool step_text(std::string_view text, Event& event);
  bool step_open(char c, Event& event);
  bool step_declaration(char c, Event& event);
  bool step_name(char c, Event& event);
  bool step_tag(char c, Event& event);
  bool step_before_value(char c);
  bool step_value(std::string_view text, Event& event);
  bool step_cdata(std::string_view text, Event& event);
  void step_until(std::string_view text, std::string_view end);
  void step_doctype(char c);
  void begin_name(State state, char c);
  void add_to_name(char c);
  void begin_tag_open();

  State state_ = State::text;
  State resume_ = State::text;  // behind a comment or instruction
  char quote_ = '"';
  bool wanted_ = false;
  bool in_subset_ = false;
  std::size_t matched_ = 0;  // characters of a delimiter that were read
  std::size_t position_ = 0;
  std::size_t value_begin_ = nowhere;
  std::size_t cdata_begin_ = nowhere;  // of what was not handed out yet
  std::size_t name_length_ = 0;        // may exceed the capacity
  std::string name_;
  std::string delimiter_;  // declaration: what was read behind `<!`
};

}  // namespace signgate::rewrite
