// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bench/page_signer.hpp"
#include "bench/scan_work.hpp"
#include "gateway/codec/encoder_pool.hpp"

namespace signgate::bench {

/// RecodeWork is what becomes of a coded page, whole and in parts: each call does one page, as one
/// answer of the gateway, with a decoder, an encoder and a rewriter of its own and the encoder's
/// memory from a pool. One thread.
class RecodeWork {
 public:
  /// RecodeWork is of a page that is sent, and sent on, in that coding. Both have to outlive it.
  RecodeWork(const ScanSubject& subject, codec::Coding coding, PageSigner& signer);

  /// prepare makes what the calls below work on, signs each link once, and checks that the whole,
  /// once decoded, is the page with its links signed. Call it once, first. An error: they are not
  /// the same, or a part failed.
  [[nodiscard]] Result<void> prepare();

  /// recode decodes the page and encodes it again, at codec::page_level.
  [[nodiscard]] Result<void> recode();

  /// recode_longer decodes the page and encodes the rewritten one, which is longer by its
  /// signatures.
  [[nodiscard]] Result<void> recode_longer();

  /// rewrite scans the plain page, signs its links from the memo, and splices.
  [[nodiscard]] Result<void> rewrite();

  /// whole decodes, scans, signs, splices and encodes.
  [[nodiscard]] Result<void> whole();

  /// Sizes are bytes: of the page, and of the rewritten one, plain and as sent.
  struct Sizes {
    std::size_t page = 0;
    std::size_t coded = 0;  // as the origin sends it
    std::size_t rewritten = 0;
    std::size_t rewritten_coded = 0;
  };
  [[nodiscard]] Sizes sizes() const noexcept;

 private:
  [[nodiscard]] Result<void> write_whole(std::string* copy);

  const ScanSubject& subject_;
  codec::Coding coding_;
  PageSigner& signer_;
  codec::EncoderPool pool_;
  std::unique_ptr<char[]> buffer_;
  std::string coded_;
  std::string rewritten_;
  std::size_t rewritten_coded_ = 0;
};

/// origin_level is how hard the origin has compressed the page: gzip and deflate 6, br 5, zstd 3,
/// which are usual.
[[nodiscard]] int origin_level(codec::Coding coding) noexcept;

}  // namespace signgate::bench
