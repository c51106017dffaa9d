// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_work.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

#include "bench/scan_page.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/codec/decoder.hpp"
#include "gateway/rewrite/charset_rewriter.hpp"

namespace signgate::bench {
namespace {

rewrite::LinkMatcher make_matcher() {
  const std::string path(scan_media_path);
  return rewrite::LinkMatcher::make({{.name = "media",
                                      .links = {path, "https://media.example.com" + path},
                                      .target = std::string(scan_target)}})
      .value();
}

/// Feed is one body on its way through a rewriter.
class Feed {
 public:
  Feed(const ScanSubject& subject, codec::Coding coding, const TakeBatch& take)
      : take_(take),
        rewriter_(std::make_unique<rewrite::CharsetRewriter>(
            subject.format, subject.matcher, subject.page,
            rewrite::RewriteOptions{.rules = &subject.rules, .charset = rewrite::Charset{}})) {
    if (coding != codec::Coding::identity) decoder_.emplace(coding);
  }

  Result<void> consume(std::string_view raw, bool last) {
    if (!decoder_ && held_ == 0) {
      const auto scanned = scan(raw, last);
      if (!scanned) return scanned.error();
      raw.remove_prefix(*scanned);
      if (raw.empty()) return {};
    }
    if (window_ == nullptr) window_ = std::make_unique_for_overwrite<char[]>(limits::scan_window);
    bool ended = false;
    while (!ended) {
      const std::span<char> space(window_.get() + held_, limits::scan_window - held_);
      const auto filled = fill(raw, last, space, ended);
      if (!filled) return filled.error();
      if (!*filled && !ended) return {};
      const auto scanned = scan(std::string_view(window_.get(), held_), ended);
      if (!scanned) return scanned.error();
      if (*scanned == 0 && held_ == limits::scan_window && !ended)
        return Error{ErrorCode::resource, Side::own, Retry::no, "the scanner made no progress"};
      std::copy(window_.get() + *scanned, window_.get() + held_, window_.get());
      held_ -= *scanned;
      if (!decoder_ && raw.empty()) return {};
    }
    return {};
  }

  [[nodiscard]] rewrite::Counters counters() const { return rewriter_->counters(); }

 private:
  // Whether there is anything new in the window.
  Result<bool> fill(std::string_view& raw, bool last, std::span<char> space, bool& ended) {
    if (!decoder_) {
      const std::size_t size = std::min(raw.size(), space.size());
      std::copy_n(raw.data(), size, space.data());
      raw.remove_prefix(size);
      held_ += size;
      ended = last && raw.empty();
      return true;
    }
    const auto step = decoder_->decode(raw, last, space);
    if (!step) return step.error();
    raw.remove_prefix(step->consumed);
    held_ += step->produced;
    ended = step->done && last;
    return step->consumed > 0 || step->produced > 0;
  }

  Result<std::size_t> scan(std::string_view text, bool last) {
    std::size_t done = 0;
    while (true) {
      const std::size_t used = rewriter_->scan(text.substr(done), last, batch_);
      done += used;
      const bool full = batch_.links.size() >= limits::links_per_batch;
      const Result<void> taken = take_(batch_, last && done == text.size() && !full);
      if (!taken) return taken.error();
      if (!full) return done;
    }
  }

  const TakeBatch& take_;
  std::unique_ptr<rewrite::Rewriter> rewriter_;
  std::optional<codec::Decoder> decoder_;
  std::unique_ptr<char[]> window_;
  std::size_t held_ = 0;
  rewrite::Batch batch_;
};

// Calls `consume` with each read of the body.
template <class Consume>
Result<void> for_each_read(std::string_view body, Consume consume) {
  while (true) {
    const std::string_view read = body.substr(0, limits::response_buffer);
    body.remove_prefix(read.size());
    const Result<void> done = consume(read, body.empty());
    if (!done || body.empty()) return done;
  }
}

}  // namespace

ScanSubject::ScanSubject(rewrite::Format its_format, std::string its_text)
    : format(its_format),
      text(std::move(its_text)),
      matcher(make_matcher()),
      page(*rewrite::PageUrl::make("https://www.example.org/blog/")) {}

Result<rewrite::Counters> scan_body(const ScanSubject& subject, std::string_view body,
                                    codec::Coding coding, const TakeBatch& take) {
  Feed feed(subject, coding, take);
  const Result<void> done = for_each_read(
      body, [&feed](std::string_view raw, bool last) { return feed.consume(raw, last); });
  if (!done) return done.error();
  return feed.counters();
}

Result<void> decode_body(
    std::string_view body, codec::Coding coding,
    const std::function<Result<void>(std::string_view part, bool last)>& take) {
  codec::Decoder decoder(coding);
  const auto window = std::make_unique_for_overwrite<char[]>(limits::scan_window);
  return for_each_read(body, [&](std::string_view raw, bool last) -> Result<void> {
    while (true) {
      const auto step = decoder.decode(raw, last, {window.get(), limits::scan_window});
      if (!step) return step.error();
      raw.remove_prefix(step->consumed);
      const bool ended = step->done && last;
      if (step->consumed == 0 && step->produced == 0 && !ended) return {};
      const Result<void> taken = take({window.get(), step->produced}, ended);
      if (!taken || ended) return taken;
    }
  });
}

}  // namespace signgate::bench
