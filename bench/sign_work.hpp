// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/sign_mode.hpp"
#include "signing/link_rule.hpp"
#include "signing/signature_memo.hpp"
#include "signing/signer.hpp"
#include "signing/url_signer.hpp"

namespace signgate::bench {

/// sign_links makes the `count` different URLs, 100 of them below each prefix, that are signed.
/// Always the same ones, so that other signers can be asked for them too.
[[nodiscard]] std::vector<std::string> sign_links(std::size_t count);

/// SignFixture is what all threads of a measurement share.
struct SignFixture {
  /// SignFixture takes sign_links(link_count), from 1 on, and makes a memo of at most `memo_bytes`.
  SignFixture(const signing::SigningKey& signing_key, SignMode sign_mode, std::size_t link_count,
              std::size_t memo_bytes);

  SignMode mode;
  std::shared_ptr<const signing::SigningKey> key;
  signing::LinkRule rule;  // of the modes memo and prefix
  std::vector<std::string> links;
  signing::SignatureMemo memo;
};

/// SignWork is one thread's work: each step makes one link, or one set of cookies, whole. One
/// thread at a time.
class SignWork {
 public:
  /// SignWork is number `number` (from 0 on) of `threads` that deal the fixture's links out among
  /// them. The fixture has to outlive it.
  SignWork(SignFixture& fixture, unsigned threads, unsigned number);

  /// step makes the next one; false when a signature could not be made. By the mode:
  /// - cold: prepare_url, the canned policy, sign_policy, assemble_url, as `signgate sign` does;
  ///   each round over the links has an expiry of its own;
  /// - memo, prefix: UrlSigner with the shared memo, as a worker of the gateway does for a link on
  ///   a page, all at one time; what the memo does not know is made at once;
  /// - cookies: a custom policy for all below a link, sign_policy, signed_cookie_headers, as the
  ///   gateway does for a page whose viewer has none.
  [[nodiscard]] bool step();

  /// verify_last says whether CloudFront's rules let a viewer in with what the last step made;
  /// false when there was none.
  [[nodiscard]] bool verify_last() const;

 private:
  [[nodiscard]] bool sign_cold(const std::string& link);
  [[nodiscard]] bool sign_by_rule(const std::string& link);
  [[nodiscard]] bool sign_cookies(const std::string& link);

  SignFixture& fixture_;
  unsigned threads_;
  std::size_t index_;
  signing::UnixSeconds expires_;
  signing::UrlSigner urls_;
  std::string policy_;
  std::string url_;
  std::string cookies_of_;  // a URL that the cookies are for
  std::vector<std::string> cookies_;
};

}  // namespace signgate::bench
