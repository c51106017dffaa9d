// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/proxy/link_gate.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/rewrite/batch.hpp"

namespace signgate::proxy {

/// opens_all says whether a signature by the rule opens all that the link stands for. A template's
/// does if the Resource ends before the first part that a player replaces: one that ended behind it
/// would open none of it.
[[nodiscard]] bool opens_all(const signing::LinkRule& rule, const rewrite::Link& link);

/// LinkSigner signs batches of links for one answer. The time is taken once, so that all links of
/// a page agree.
class LinkSigner {
 public:
  /// LinkSigner works with the route's sign set; `viewer` is the client's address for rules with
  /// ip = "client".
  LinkSigner(const route::SignSet& set, Services& services, std::string_view viewer);

  /// hold_to has only those links signed that `gate` lets pass; it must outlive the signer. Without
  /// it all do: the application itself has named the link.
  void hold_to(LinkGate& gate) noexcept { gate_ = &gate; }

  /// asks says whether sign() may wait for others to say whether links of the batch are granted.
  [[nodiscard]] bool asks(const rewrite::Batch& batch) const {
    return gate_ != nullptr && gate_->asks(batch);
  }

  /// sign fills `signed_urls`, one for each link of the batch: the signed URL without its
  /// fragment, or "" where the link has to stay as it is (refused by the gate, no active key, an
  /// address that a policy cannot hold, too long, signing failed: counted and never an error, since
  /// an unsigned link is merely refused at the edge). Where a grant has to be asked for, this
  /// waits. What the memo does not know is signed on the signer pool as one job; what another page
  /// has signed at the same time is waited for.
  [[nodiscard]] net::Awaitable<void> sign(const rewrite::Batch& batch,
                                          std::vector<std::string>& signed_urls);

  /// last_outcome is what became of the last link of the last batch: `pending` when OpenSSL could
  /// not sign; nothing when the gate has refused it.
  [[nodiscard]] std::optional<signing::UrlSigner::Outcome> last_outcome() const noexcept {
    return last_;
  }

 private:
  struct Pending {
    std::size_t link;
    signing::PendingSignature signature;
  };

  [[nodiscard]] net::Awaitable<void> sign_pending(std::vector<Pending>& pending);
  void count(signing::UrlSigner::Outcome outcome);
  void count(LinkGate::Refusal refusal);
  void offer_ahead();

  const route::SignSet& set_;
  Services& services_;
  std::string viewer_;
  LinkGate* gate_ = nullptr;
  std::optional<signing::UrlSigner::Outcome> last_;
};

}  // namespace signgate::proxy
