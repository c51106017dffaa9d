// SPDX-License-Identifier: Apache-2.0
#include "bench/page_signer.hpp"

#include "bench/scan_work.hpp"
#include "gateway/base/limits.hpp"

namespace signgate::bench {
namespace {

constexpr signing::UnixSeconds time_of_measurement = 1893456000;

}  // namespace

PageSigner::PageSigner(signing::SigningKey key) : memo_(limits::signature_memo), urls_(memo_) {
  rule_.name = "media";
  rule_.target_length = scan_target.size();
  rule_.keys.push_back(
      {std::make_shared<const signing::SigningKey>(std::move(key)), std::nullopt, std::nullopt});
}

Result<void> PageSigner::sign(const rewrite::Batch& batch, std::vector<std::string>& urls) {
  urls.resize(batch.links.size());
  for (std::size_t i = 0; i < urls.size(); ++i) {
    urls[i].clear();
    if (!sign_one(batch.links[i].url, urls[i]))
      return Error{ErrorCode::resource, Side::own, Retry::no, "a link could not be signed"};
  }
  return {};
}

bool PageSigner::sign_one(std::string_view url, std::string& out) {
  using Outcome = signing::UrlSigner::Outcome;
  const Outcome outcome = urls_.sign(rule_, url, {}, time_of_measurement, out);
  if (outcome != Outcome::pending) return outcome == Outcome::done;
  signing::PendingSignature pending = urls_.take_pending();
  return pending.claim && signing::UrlSigner::make(pending) &&
         signing::UrlSigner::finish(pending, url, out);
}

Result<std::vector<std::string_view>*> PageSplicer::splice(const rewrite::Batch& batch) {
  const Result<void> made = signer_.sign(batch, signed_urls_);
  if (!made) return made.error();
  spliced_.clear();
  runs_.clear();
  parts_.clear();
  std::size_t size = 0;
  for (std::size_t i = 0; i < batch.links.size(); ++i)
    size += signed_urls_[i].size() + batch.links[i].original.size() + limits::copied_literal;
  if (size > spliced_.capacity()) spliced_.reserve(size);
  std::size_t begin = 0;
  const auto end_run = [&] {
    if (spliced_.size() > begin)
      runs_.push_back({.literal = {}, .begin = begin, .end = spliced_.size()});
    begin = spliced_.size();
  };
  for (const rewrite::Batch::Piece& piece : batch.pieces) {
    if (piece.literal.size() > limits::copied_literal) {
      end_run();
      runs_.push_back({.literal = piece.literal});
    } else {
      spliced_ += piece.literal;
    }
    if (piece.link < 0) continue;
    const auto index = static_cast<std::size_t>(piece.link);
    rewrite::append_encoded(batch.links[index], signed_urls_[index], spliced_);
  }
  end_run();
  for (const Run& run : runs_) {
    const auto copied = std::string_view(spliced_).substr(run.begin, run.end - run.begin);
    parts_.push_back(run.literal.empty() ? copied : run.literal);
  }
  return &parts_;
}

}  // namespace signgate::bench
