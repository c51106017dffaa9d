// SPDX-License-Identifier: Apache-2.0
#include "bench/answer_text.hpp"

#include <algorithm>

namespace signgate::bench {
namespace {

constexpr std::size_t growth = 16 * 1024;

}  // namespace

void AnswerText::begin(std::string_view content_encoding, std::string_view media_type) {
  text_.clear();
  media_type_ = media_type;
  decoder_.reset();
  if (const auto coding = codec::parse_coding(content_encoding)) decoder_.emplace(*coding);
}

void AnswerText::feed(std::string_view bytes, bool last) {
  while (decoder_ && text_.size() < limit_) {
    const std::size_t before = text_.size();
    text_.resize(std::min(before + growth, limit_));
    const auto step = decoder_->decode(bytes, last, {text_.data() + before, text_.size() - before});
    text_.resize(before + (step.has_error() ? 0 : step->produced));
    if (step.has_error()) {
      decoder_.reset();
      return;
    }
    bytes.remove_prefix(step->consumed);
    if (step->done || (step->consumed == 0 && step->produced == 0)) return;
  }
}

std::optional<std::string_view> AnswerText::finish() {
  feed({}, true);
  if (!decoder_) return std::nullopt;
  return text_;
}

}  // namespace signgate::bench
