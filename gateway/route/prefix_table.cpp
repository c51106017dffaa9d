// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/prefix_table.hpp"

#include <algorithm>
#include <utility>

namespace signgate::route {

namespace {

constexpr std::size_t few = 6;

}  // namespace

PrefixTable::PrefixTable(std::vector<std::string> texts) {
  for (std::string& text : texts) {
    const auto place = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({.text = std::move(text), .place = place});
  }
  std::ranges::stable_sort(entries_, {}, &Entry::text);
  const auto repeated =
      std::unique(entries_.begin(), entries_.end(),
                  [](const Entry& a, const Entry& b) { return a.text == b.text; });
  entries_.erase(repeated, entries_.end());
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    // All between a text and one that begins with it begin with it as well.
    auto parent = static_cast<std::uint32_t>(i);
    while (parent != 0 && !entries_[i].text.starts_with(entries_[parent - 1].text))
      parent = entries_[parent - 1].parent;
    entries_[i].parent = parent;
  }
}

std::optional<std::size_t> PrefixTable::longest(std::string_view text) const noexcept {
  // Of a few a look at each is quicker: those that begin with another one come after it.
  if (entries_.size() <= few) {
    const auto last = std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& entry) {
      return text.starts_with(entry.text);
    });
    if (last == entries_.rend()) return std::nullopt;
    return last->place;
  }
  // The last one that is not behind `text` in the order begins with whichever prefix is sought.
  const auto behind = std::ranges::upper_bound(entries_, text, std::ranges::less(), &Entry::text);
  auto found = static_cast<std::size_t>(behind - entries_.begin());
  if (found == 0) return std::nullopt;
  const std::string& last = entries_[found - 1].text;
  const std::size_t most = std::min(last.size(), text.size());
  const auto differs =
      std::mismatch(last.begin(), last.begin() + static_cast<std::ptrdiff_t>(most), text.begin());
  const auto common = static_cast<std::size_t>(differs.first - last.begin());
  while (found != 0 && entries_[found - 1].text.size() > common)
    found = entries_[found - 1].parent;
  if (found == 0) return std::nullopt;
  return entries_[found - 1].place;
}

}  // namespace signgate::route
