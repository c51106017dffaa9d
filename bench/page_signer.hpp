// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/rewrite/batch.hpp"
#include "signing/link_rule.hpp"
#include "signing/signature_memo.hpp"
#include "signing/signer.hpp"
#include "signing/url_signer.hpp"

namespace signgate::bench {

/// PageSigner signs the links of pages as proxy::LinkSigner does, all at one moment: with a canned
/// policy, by the gateway's memo. What that does not know is signed at once. One thread.
class PageSigner {
 public:
  explicit PageSigner(signing::SigningKey key);

  /// sign makes `urls` the signed URLs of the links of `batch`; resource when one cannot be signed.
  [[nodiscard]] Result<void> sign(const rewrite::Batch& batch, std::vector<std::string>& urls);

 private:
  [[nodiscard]] bool sign_one(std::string_view url, std::string& out);

  signing::LinkRule rule_;
  signing::SignatureMemo memo_;
  signing::UrlSigner urls_;
};

/// PageSplicer lines up what goes out of a batch in place of what came in, as proxy::RewritePump
/// does.
class PageSplicer {
 public:
  explicit PageSplicer(PageSigner& signer) : signer_(signer) {}

  /// splice signs the batch's links and returns the parts to be sent, in order: views into the
  /// batch's window and into this object, until the next call.
  [[nodiscard]] Result<std::vector<std::string_view>*> splice(const rewrite::Batch& batch);

 private:
  // A stretch of what goes out: a literal, or a range of spliced_.
  struct Run {
    std::string_view literal = {};
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  PageSigner& signer_;
  std::vector<std::string> signed_urls_;
  std::string spliced_;
  std::vector<Run> runs_;
  std::vector<std::string_view> parts_;
};

}  // namespace signgate::bench
