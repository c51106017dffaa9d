// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/fields.hpp"

#include <algorithm>

#include "gateway/http/text.hpp"

namespace signgate::http {

const Field* Fields::find(std::string_view name) const noexcept {
  for (const Field& field : fields_) {
    if (equal_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

std::size_t Fields::count(HeaderId id) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(begin(), end(), [id](const Field& field) { return field.id == id; }));
}

void Fields::remove(std::string_view name) noexcept {
  std::erase_if(fields_, [&](const Field& field) { return equal_ignoring_case(field.name, name); });
}

void Fields::set(HeaderId id, std::string_view name, std::string_view value) {
  bool found = false;
  std::erase_if(fields_, [&](Field& field) {
    if (field.id != id || (id == HeaderId::other && !equal_ignoring_case(field.name, name))) {
      return false;
    }
    if (found) return true;
    found = true;
    field.value = value;
    return false;
  });
  if (!found) add({.name = name, .value = value, .id = id});
}

std::string join_lines(const Fields& fields, const Field& like) {
  std::string value;
  for (const Field& field : fields) {
    if (field.id != like.id) continue;
    if (like.id == HeaderId::other && !equal_ignoring_case(field.name, like.name)) continue;
    if (!value.empty()) value += ", ";
    value += field.value;
  }
  return value;
}

std::string join_lines(const Fields& fields, HeaderId id) {
  return join_lines(fields, Field{.name = {}, .value = {}, .id = id});
}

bool is_digest(const Field& field) noexcept {
  return field.id == HeaderId::content_md5 || field.id == HeaderId::digest ||
         field.id == HeaderId::repr_digest ||
         (field.id == HeaderId::other && equal_ignoring_case(field.name, "Content-Digest"));
}

bool connection_lists(const Fields& fields, std::string_view option) noexcept {
  bool listed = false;
  for (const Field& field : fields) {
    if (field.id != HeaderId::connection) continue;
    for_each_list_element(field.value, [&](std::string_view element) {
      listed = listed || equal_ignoring_case(element, option);
    });
  }
  return listed;
}

}  // namespace signgate::http
