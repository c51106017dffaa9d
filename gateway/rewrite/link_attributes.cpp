// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_attributes.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/html_tokenizer.hpp"

namespace signgate::rewrite {

void LinkAttributes::add(std::string_view element, std::string_view name, Kind kind) {
  SIGNGATE_CHECK(entries_.size() < capacity && element.size() < HtmlTokenizer::name_capacity &&
                 name.size() < HtmlTokenizer::name_capacity);
  std::size_t number = element.empty() ? 0 : element_of(element);
  if (!element.empty() && number == 0) {
    elements_.emplace_back(element);
    number = elements_.size();
  }
  entries_.push_back({number, std::string(name), kind});
  lengths_ |= std::uint64_t{1} << name.size();
}

std::size_t LinkAttributes::element_of(std::string_view name) const noexcept {
  const auto found = std::ranges::find(elements_, name);
  return found == elements_.end() ? 0 : static_cast<std::size_t>(found - elements_.begin()) + 1;
}

bool LinkAttributes::find(std::size_t element, std::string_view name, Found& found) const noexcept {
  // Most attributes of a page end here.
  if ((lengths_ >> name.size() & 1) == 0) return false;
  const Entry* best = nullptr;
  for (const Entry& entry : entries_) {
    if ((entry.element != 0 && entry.element != element) || entry.name != name) continue;
    if (best == nullptr || (best->element == 0 && entry.element != 0)) best = &entry;
  }
  if (best == nullptr) return false;
  found = {best->kind, static_cast<std::size_t>(best - entries_.data())};
  return true;
}

}  // namespace signgate::rewrite
