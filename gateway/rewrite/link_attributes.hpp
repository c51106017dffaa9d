// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signgate::rewrite {

/// LinkAttributes are the attributes of HTML that a configuration adds to those which hold links by
/// the standard. Compiled once, then immutable; looking one up allocates nothing.
class LinkAttributes {
 public:
  enum class Kind : std::uint8_t {
    url,     // one URL
    srcset,  // image candidates
    css,     // declarations, as in `style`
    json,    // a text of JSON
  };

  /// Found is what an attribute's value holds, and which of the added attributes it is.
  struct Found {
    Kind kind = Kind::url;
    std::size_t index = 0;
  };

  /// The most there can be: each has a bit where equal names within a tag are told.
  static constexpr std::size_t capacity = 64;

  /// add takes one more, its names in lower case and shorter than HtmlTokenizer::name_capacity;
  /// `element` empty: of any element. At most `capacity` of them.
  void add(std::string_view element, std::string_view name, Kind kind);

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  /// element_of is the number by which find() knows the element with this name, in lower case: 0
  /// for all that no entry names.
  [[nodiscard]] std::size_t element_of(std::string_view name) const noexcept;

  /// find looks for an attribute by its name in lower case, on an element that element_of has told.
  /// What is said of one element goes before what is said of all. False: it is none of them.
  [[nodiscard]] bool find(std::size_t element, std::string_view name, Found& found) const noexcept;

 private:
  struct Entry {
    std::size_t element = 0;  // 0: any
    std::string name;
    Kind kind = Kind::url;
  };

  std::vector<std::string> elements_;  // element n is elements_[n - 1]
  std::vector<Entry> entries_;
  std::uint64_t lengths_ = 0;  // bit n: an attribute's name has n bytes
};

}  // namespace signgate::rewrite
