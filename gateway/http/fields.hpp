// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/http/header_id.hpp"

namespace signgate::http {

/// Field is one header line. Name and value are views into a buffer that somebody else owns.
struct Field {
  std::string_view name;
  std::string_view value;  // without white space at its ends
  HeaderId id = HeaderId::other;
};

/// Fields is a header section in the order of the wire. It owns no text.
class Fields {
 public:
  void add(std::string_view name, std::string_view value) {
    add({.name = name, .value = value, .id = header_id(name)});
  }
  void add(const Field& field) {
    // Nearly all heads fit; growing from one would allocate five times.
    if (fields_.capacity() == 0) fields_.reserve(16);
    fields_.push_back(field);
  }
  void clear() noexcept { fields_.clear(); }

  /// forget is clear, and keeps the memory of `most` fields at most for those to come.
  void forget(std::size_t most) noexcept {
    fields_.clear();
    if (fields_.capacity() > most) fields_ = std::vector<Field>();
  }

  /// find returns the first field with that id, or null. Valid until the next change.
  [[nodiscard]] const Field* find(HeaderId id) const noexcept {
    for (const Field& field : fields_) {
      if (field.id == id) return &field;
    }
    return nullptr;
  }

  /// find by name, in any case; for fields without an id.
  [[nodiscard]] const Field* find(std::string_view name) const noexcept;

  /// value is the first field's value, or nothing.
  [[nodiscard]] std::optional<std::string_view> value(HeaderId id) const noexcept {
    const Field* field = find(id);
    if (field == nullptr) return std::nullopt;
    return field->value;
  }

  [[nodiscard]] std::size_t count(HeaderId id) const noexcept;

  /// remove drops every field of that id; with `other`, every field that has no id.
  void remove(HeaderId id) noexcept {
    std::erase_if(fields_, [id](const Field& field) { return field.id == id; });
  }

  /// remove by name, in any case.
  void remove(std::string_view name) noexcept;

  /// transform calls `change` with each field, which may give it another value.
  template <class Change>
  void transform(Change change) {
    for (Field& field : fields_)
      change(field);
  }

  /// set gives the first field of that id the value and drops the others; adds one when there is
  /// none. Fields with the id `other` are the same field when their names are equal, in any case.
  void set(HeaderId id, std::string_view name, std::string_view value);

  [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }

  /// room is how many fields it has memory for.
  [[nodiscard]] std::size_t room() const noexcept { return fields_.capacity(); }
  [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
  [[nodiscard]] auto end() const noexcept { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

/// join_lines is all lines of a list field as one value, parted by ", "; empty without any.
/// `like` names the field: by its id, or by its name where it has none. Source: RFC 9110, 5.3.
[[nodiscard]] std::string join_lines(const Fields& fields, const Field& like);
[[nodiscard]] std::string join_lines(const Fields& fields, HeaderId id);

/// is_digest says whether the field is a digest of a message's content: Content-MD5, Digest,
/// Content-Digest or Repr-Digest (RFC 9530; RFC 3230 and RFC 1864 before it).
[[nodiscard]] bool is_digest(const Field& field) noexcept;

/// connection_lists says whether any Connection field lists that option (RFC 9110 section 7.6.1).
[[nodiscard]] bool connection_lists(const Fields& fields, std::string_view option) noexcept;

}  // namespace signgate::http
