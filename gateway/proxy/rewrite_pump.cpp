// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/rewrite_pump.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/charset_rewriter.hpp"

namespace signgate::proxy {

RewritePump::RewritePump(const route::SignSet& set, rewrite::PageUrl page, const ResponsePlan& plan,
                         rewrite::PolicyFitter policies, LinkSigner& signer, AnswerWriter& out,
                         codec::EncoderPool& encoders, AnswerExplainer* explainer)
    : policies_(std::move(policies)),
      rewriter_(std::make_unique<rewrite::CharsetRewriter>(
          plan.format, set.matcher, std::move(page),
          rewrite::RewriteOptions{
              .candidates = explainer != nullptr ? &explainer->candidates() : nullptr,
              .rules = &set.page,
              .charset = plan.charset,
              .policies = policies_ ? &policies_ : nullptr})),
      signer_(signer),
      out_(out),
      explainer_(explainer) {
  if (plan.upstream_coding != codec::Coding::identity) decoder_.emplace(plan.upstream_coding);
  if (plan.client_coding != codec::Coding::identity) {
    encoder_.emplace(plan.client_coding, plan.level, &encoders);
    encoded_ = std::make_unique_for_overwrite<char[]>(limits::encoder_step);
  }
}

void RewritePump::go_on(BegunBody begun) {
  decoder_ = std::move(begun.decoder);
  window_ = std::move(begun.window);
  held_ = begun.held;
  unscanned_ = true;
  first_ = begun.rest;
}

net::Awaitable<Result<void>> RewritePump::run(upstream::Exchange& upstream) {
  while (true) {
    upstream::Exchange::BodyPart part;
    Result<std::optional<upstream::Exchange::BodyPart>> ready = std::exchange(first_, {});
    if (!*ready) ready = upstream.buffered();
    if (!ready) co_return ready.error();
    if (*ready) {
      part = **ready;
    } else {
      // Before we wait, the client gets all that is known.
      const Result<void> flushed = co_await flush();
      if (!flushed) co_return flushed.error();
      const auto read = co_await upstream.read_body();
      if (!read) co_return read.error();
      part = *read;
    }
    const Result<void> consumed = co_await consume(upstream, part.data, part.last);
    if (!consumed || part.last) co_return consumed;
  }
}

// Takes undecoded bytes of the body, all of them.
net::Awaitable<Result<void>> RewritePump::consume(upstream::Exchange& upstream,
                                                  std::string_view raw, bool last) {
  if (!decoder_ && held_ == 0) {
    // Nothing carried, nothing to decode: the bytes are scanned where they are. What came with a
    // long head may be more than a scanner is to see at once.
    const bool is_all = raw.size() <= limits::scan_window;
    const std::string_view front = raw.substr(0, limits::scan_window);
    const Result<std::size_t> scanned = co_await scan(front, last && is_all);
    if (!scanned) co_return scanned.error();
    raw.remove_prefix(*scanned);
    // What begins there is scanned again when more of it has come, best where it lies.
    if (raw.empty() || (is_all && upstream.put_back(raw.size()))) co_return Result<void>();
  }
  if (window_ == nullptr) window_ = std::make_unique_for_overwrite<char[]>(limits::scan_window);
  while (true) {
    const std::span<char> space(window_.get() + held_, limits::scan_window - held_);
    bool ended = false;
    if (decoder_) {
      const auto step = decoder_->decode(raw, last, space);
      if (!step) co_return step.error();
      raw.remove_prefix(step->consumed);
      held_ += step->produced;
      ended = step->done && last;
      const bool moved = step->consumed > 0 || step->produced > 0 || ended;
      if (!std::exchange(unscanned_, false) && !moved) co_return Result<void>();
    } else {
      const std::size_t size = std::min(raw.size(), space.size());
      std::copy_n(raw.data(), size, space.data());
      raw.remove_prefix(size);
      held_ += size;
      ended = last && raw.empty();
    }
    const std::string_view text(window_.get(), held_);
    const Result<std::size_t> scanned = co_await scan(text, ended);
    if (!scanned) co_return scanned.error();
    if (*scanned == 0 && held_ == limits::scan_window && !ended) {
      // A scanner that asks for more than a window would wait for ever.
      co_return Error{ErrorCode::resource, Side::own, Retry::no, "the scanner made no progress"};
    }
    std::copy(window_.get() + *scanned, window_.get() + held_, window_.get());
    held_ -= *scanned;
    if (ended) {
      SIGNGATE_CHECK(held_ == 0);
      co_return Result<void>();
    }
    if (!decoder_ && raw.empty()) co_return Result<void>();
  }
}

// Scans and sends batch by batch; returns how much of the text needs no carrying.
net::Awaitable<Result<std::size_t>> RewritePump::scan(std::string_view text, bool last) {
  std::size_t done = 0;
  while (true) {
    const std::size_t used = rewriter_->scan(text.substr(done), last, batch_);
    if (explainer_ != nullptr) explainer_->tell_links();
    done += used;
    const bool full = batch_.links.size() >= limits::links_per_batch;
    const bool ended = last && done == text.size() && !full;
    if (signer_.asks(batch_)) {
      const Result<void> ahead = co_await emit_ahead();
      if (!ahead) co_return ahead.error();
    }
    co_await signer_.sign(batch_, signed_urls_);
    const Result<void> sent = co_await emit(ended);
    if (!sent) co_return sent.error();
    if (!full) co_return done;
  }
}

// A question about the links may take its time: what stands before the first of them does not wait
// for the answer.
net::Awaitable<Result<void>> RewritePump::emit_ahead() {
  for (rewrite::Batch::Piece& piece : batch_.pieces) {
    const std::array<std::string_view, 1> parts = {std::exchange(piece.literal, {})};
    if (encoder_) {
      const Result<void> encoded = co_await encode(parts[0], codec::Encoder::Flush::none, false);
      if (!encoded) co_return encoded.error();
    } else if (!parts[0].empty()) {
      const Result<void> written = co_await out_.write(parts, false);
      if (!written) co_return written.error();
    }
    if (piece.link >= 0) break;
  }
  const Result<void> flushed = co_await flush();
  co_return flushed;
}

// Lines up what goes out: literals as they lie, but for short ones, which cost less as copies
// beside the links than as spans of their own.
void RewritePump::splice() {
  spliced_.clear();
  runs_.clear();
  parts_.clear();
  std::size_t size = 0;
  for (std::size_t i = 0; i < batch_.links.size(); ++i)
    size += signed_urls_[i].size() + batch_.links[i].original.size() + limits::copied_literal;
  if (size > spliced_.capacity()) spliced_.reserve(size);
  std::size_t begin = 0;
  const auto end_run = [&] {
    if (spliced_.size() > begin) runs_.push_back({.begin = begin, .end = spliced_.size()});
    begin = spliced_.size();
  };
  for (const rewrite::Batch::Piece& piece : batch_.pieces) {
    if (piece.literal.size() > limits::copied_literal) {
      end_run();
      runs_.push_back({.literal = piece.literal});
    } else {
      spliced_ += piece.literal;
    }
    if (piece.link < 0) continue;
    const auto index = static_cast<std::size_t>(piece.link);
    if (signed_urls_[index].empty())
      spliced_ += batch_.links[index].original;
    else
      rewrite::append_encoded(batch_.links[index], signed_urls_[index], spliced_);
  }
  end_run();
  for (const Run& run : runs_) {
    const auto copied = std::string_view(spliced_).substr(run.begin, run.end - run.begin);
    parts_.push_back(run.literal.empty() ? copied : run.literal);
  }
}

net::Awaitable<Result<void>> RewritePump::emit(bool last) {
  splice();
  if (!encoder_) {
    if (parts_.empty() && !last) co_return Result<void>();
    const Result<void> written = co_await out_.write(parts_, last);
    co_return written;
  }
  for (const std::string_view part : parts_) {
    const Result<void> encoded = co_await encode(part, codec::Encoder::Flush::none, false);
    if (!encoded) co_return encoded.error();
  }
  if (!last) co_return Result<void>();
  const Result<void> finished = co_await encode({}, codec::Encoder::Flush::finish, true);
  co_return finished;
}

net::Awaitable<Result<void>> RewritePump::encode(std::string_view text, codec::Encoder::Flush how,
                                                 bool last) {
  unflushed_ = how == codec::Encoder::Flush::none && (unflushed_ || !text.empty());
  while (true) {
    const std::span<char> out(encoded_.get(), limits::encoder_step);
    const auto step = encoder_->encode(text, how, out);
    if (!step) co_return step.error();
    text.remove_prefix(step->consumed);
    const bool ended = step->done;
    if (step->produced > 0 || (ended && last)) {
      const std::array<std::string_view, 1> parts = {std::string_view(out.data(), step->produced)};
      const Result<void> written = co_await out_.write(parts, ended && last);
      if (!written) co_return written.error();
    }
    if (ended) co_return Result<void>();
  }
}

net::Awaitable<Result<void>> RewritePump::flush() {
  if (encoder_ && unflushed_) {
    const Result<void> flushed = co_await encode({}, codec::Encoder::Flush::sync, false);
    co_return flushed;
  }
  const Result<void> written = co_await out_.write({}, false);
  co_return written;
}

}  // namespace signgate::proxy
