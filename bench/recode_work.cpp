// SPDX-License-Identifier: Apache-2.0
#include "bench/recode_work.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/codec/encoder.hpp"

namespace signgate::bench {
namespace {

using Flush = codec::Encoder::Flush;

/// Output encodes one page and drops it, unless a copy is asked for.
class Output {
 public:
  Output(codec::Coding coding, codec::EncoderPool& pool, char* buffer, std::string* copy)
      : encoder_(coding, codec::page_level(coding), &pool), buffer_(buffer), copy_(copy) {}

  Result<void> write(std::string_view text, Flush flush = Flush::none) {
    while (true) {
      const auto step = encoder_.encode(text, flush, {buffer_, limits::encoder_step});
      if (!step) return step.error();
      text.remove_prefix(step->consumed);
      if (copy_ != nullptr) copy_->append(buffer_, step->produced);
      if (step->done) return {};
    }
  }

 private:
  codec::Encoder encoder_;
  char* buffer_;
  std::string* copy_;
};

Error wrong(std::string what) {
  return {ErrorCode::resource, Side::own, Retry::no, std::move(what)};
}

}  // namespace

int origin_level(codec::Coding coding) noexcept {
  switch (coding) {
    case codec::Coding::br:
      return 5;
    case codec::Coding::zstd:
      return 3;
    case codec::Coding::identity:
    case codec::Coding::gzip:
    case codec::Coding::deflate:
      break;
  }
  return 6;
}

RecodeWork::RecodeWork(const ScanSubject& subject, codec::Coding coding, PageSigner& signer)
    : subject_(subject),
      coding_(coding),
      signer_(signer),
      buffer_(std::make_unique_for_overwrite<char[]>(limits::encoder_step)) {}

Result<void> RecodeWork::prepare() {
  auto coded = codec::encode_whole(subject_.text, coding_, origin_level(coding_));
  if (!coded) return coded.error();
  coded_ = *std::move(coded);
  PageSplicer splicer(signer_);
  std::string original;
  const auto scanned =
      scan_body(subject_, subject_.text, codec::Coding::identity,
                [&](const rewrite::Batch& batch, bool) -> Result<void> {
                  const auto parts = splicer.splice(batch);
                  if (!parts) return parts.error();
                  for (const std::string_view part : **parts)
                    rewritten_ += part;
                  for (const rewrite::Batch::Piece& piece : batch.pieces) {
                    original += piece.literal;
                    if (piece.link >= 0)
                      original += batch.links[static_cast<std::size_t>(piece.link)].original;
                  }
                  return {};
                });
  if (!scanned) return scanned.error();
  if (original != subject_.text) return wrong("the scanner's pieces are not the page");
  std::string sent;
  const Result<void> written = write_whole(&sent);
  if (!written) return written;
  rewritten_coded_ = sent.size();
  std::string received;
  const Result<void> decoded =
      decode_body(sent, coding_, [&received](std::string_view part, bool) -> Result<void> {
        received += part;
        return {};
      });
  if (!decoded) return decoded;
  if (received != rewritten_) return wrong("the coded page is not the rewritten one");
  return {};
}

Result<void> RecodeWork::recode() {
  Output out(coding_, pool_, buffer_.get(), nullptr);
  return decode_body(coded_, coding_, [&out](std::string_view part, bool last) {
    return out.write(part, last ? Flush::finish : Flush::none);
  });
}

Result<void> RecodeWork::recode_longer() {
  Output out(coding_, pool_, buffer_.get(), nullptr);
  std::string_view rest = rewritten_;
  // What is decoded is dropped; the longer page is encoded in as many pieces.
  return decode_body(coded_, coding_,
                     [&out, &rest](std::string_view part, bool last) -> Result<void> {
                       const std::string_view piece = last ? rest : rest.substr(0, part.size());
                       rest.remove_prefix(piece.size());
                       return out.write(piece, last ? Flush::finish : Flush::none);
                     });
}

Result<void> RecodeWork::rewrite() {
  PageSplicer splicer(signer_);
  const auto scanned = scan_body(subject_, subject_.text, codec::Coding::identity,
                                 [&splicer](const rewrite::Batch& batch, bool) -> Result<void> {
                                   const auto parts = splicer.splice(batch);
                                   if (!parts) return parts.error();
                                   return {};
                                 });
  if (!scanned) return scanned.error();
  return {};
}

Result<void> RecodeWork::whole() {
  return write_whole(nullptr);
}

Result<void> RecodeWork::write_whole(std::string* copy) {
  Output out(coding_, pool_, buffer_.get(), copy);
  PageSplicer splicer(signer_);
  const auto scanned = scan_body(subject_, coded_, coding_,
                                 [&](const rewrite::Batch& batch, bool last) -> Result<void> {
                                   const auto parts = splicer.splice(batch);
                                   if (!parts) return parts.error();
                                   for (const std::string_view part : **parts) {
                                     const Result<void> written = out.write(part);
                                     if (!written) return written;
                                   }
                                   return last ? out.write({}, Flush::finish) : Result<void>();
                                 });
  if (!scanned) return scanned.error();
  return {};
}

RecodeWork::Sizes RecodeWork::sizes() const noexcept {
  return {subject_.text.size(), coded_.size(), rewritten_.size(), rewritten_coded_};
}

}  // namespace signgate::bench
