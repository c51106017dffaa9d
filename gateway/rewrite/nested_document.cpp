// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/nested_document.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/check.hpp"

namespace signgate::rewrite {

void NestedDocument::begin(std::size_t position, Encoding::Outer layer) {
  if (!fresh_) inner_->restart();
  fresh_ = true;
  layer_ = layer;
  text_.clear();
  begin_ = 0;
  end_ = static_cast<std::ptrdiff_t>(position);
  let_go_ = end_;
  breaks_.assign(1, {0, end_});
}

std::size_t NestedDocument::room() const noexcept {
  return limits::scan_window - std::min(limits::scan_window, text_.size() - begin_);
}

void NestedDocument::append(std::string_view text, std::size_t raw_end, bool verbatim) {
  SIGNGATE_CHECK(verbatim ? text.size() <= room() : room() > 0 && text.size() <= longest_escape);
  if (begin_ > 0) forget_consumed();
  text_.append(text);
  end_ = static_cast<std::ptrdiff_t>(raw_end);
  if (!verbatim) breaks_.push_back({text_.size(), end_});
}

void NestedDocument::forget_consumed() {
  const auto next = std::ranges::upper_bound(breaks_, begin_, {}, &Break::text);
  breaks_.erase(breaks_.begin(), std::prev(next));
  // The first one may begin within what goes.
  breaks_.front().raw += static_cast<std::ptrdiff_t>(begin_ - breaks_.front().text);
  breaks_.front().text = begin_;
  for (Break& each : breaks_)
    each.text -= begin_;
  text_.erase(0, begin_);
  begin_ = 0;
}

bool NestedDocument::scan(bool last, LinkSink& sink) {
  fresh_ = false;
  const std::string_view text = std::string_view(text_).substr(begin_);
  const std::size_t used = inner_->scan(text, last, batch_);
  const bool found = !batch_.links.empty();
  if (found) {
    Link& link = batch_.links.front();
    const auto offset = static_cast<std::size_t>(link.original.data() - text_.data());
    const std::ptrdiff_t first = raw_offset(offset);
    const std::ptrdiff_t end = raw_offset(offset + link.original.size());
    sink.add_nested(std::move(link), first < let_go_ ? -1 : first,
                    static_cast<std::size_t>(std::max<std::ptrdiff_t>(end, 0)), layer_);
  }
  begin_ += used;
  return found;
}

std::ptrdiff_t NestedDocument::raw_offset(std::size_t offset) const noexcept {
  const auto next = std::ranges::upper_bound(breaks_, offset, {}, &Break::text);
  const Break& before = *std::prev(next);
  return before.raw + static_cast<std::ptrdiff_t>(offset - before.text);
}

std::size_t NestedDocument::hold() const noexcept {
  const std::ptrdiff_t first = begin_ == text_.size() ? end_ : raw_offset(begin_);
  return static_cast<std::size_t>(std::max(first, let_go_));
}

void NestedDocument::let_go() noexcept {
  let_go_ = end_;
}

void NestedDocument::drop(std::size_t count) noexcept {
  const auto distance = static_cast<std::ptrdiff_t>(count);
  for (Break& each : breaks_)
    each.raw -= distance;
  end_ -= distance;
  let_go_ -= distance;
}

}  // namespace signgate::rewrite
