// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/cloudfront_statement.hpp"
#include "policy/ipv4_range.hpp"
#include "signing/link_rule.hpp"
#include "signing/parameter_cache.hpp"
#include "signing/signature_memo.hpp"
#include "signing/signed_url.hpp"

namespace signgate::signing {

/// PendingSignature is a link whose signature is not there yet. Movable; holds no view.
struct PendingSignature {
  std::shared_ptr<const SigningKey> key;
  std::string policy;       // the bytes to sign
  UnixSeconds expires = 0;  // of the policy
  bool canned = false;
  std::shared_ptr<Flight> flight;  // carries the signature once it has landed
  std::optional<Claim> claim;      // it is ours to make: see make
};

/// AheadSignature is one that will be wanted soon, by the link's next expiry.
struct AheadSignature {
  std::shared_ptr<const SigningKey> key;
  std::string policy;
};

/// cached_prefixes and cached_links are how many a UrlSigner keeps the parameters of: pages use a
/// handful of prefixes at a time. Of links it is some 2.5 MB.
inline constexpr std::size_t cached_prefixes = 256;
inline constexpr std::size_t cached_links = 4096;

/// UrlSigner makes signed URLs of links by their rule: policy, memo, assembly. It never signs by
/// itself: what the memo does not know is handed out, to be made where a signature's time does not
/// hurt. One thread at a time; the memo is shared.
class UrlSigner {
 public:
  /// UrlSigner looks signatures up in `memo`, which has to outlive it.
  explicit UrlSigner(SignatureMemo& memo) : memo_(&memo) {}

  /// Outcome says what became of a link.
  enum class Outcome : std::uint8_t {
    done,     // the signed URL was appended
    pending,  // take_pending() has what is missing
    // The link has to stay as it is, since
    no_key,      // no key may sign now
    no_address,  // the policy names the viewer's address, and cannot hold this one
    pattern,     // it would be a pattern in a custom policy
    too_long,    // it is with its signature
  };

  /// sign appends to `out` the signed URL of `url` (normalised as prepare_url does, without
  /// fragment and CloudFront's parameters) at `now`. `viewer` is the viewer's address for rules
  /// that name it. Allocates nothing when the signature is at hand and `out` has the capacity.
  [[nodiscard]] Outcome sign(const LinkRule& rule, std::string_view url, std::string_view viewer,
                             UnixSeconds now, std::string& out);

  /// take_pending is what the last call with the outcome `pending` found missing. Once.
  [[nodiscard]] PendingSignature take_pending() { return std::exchange(pending_, {}); }

  /// make makes the signature of a pending link that has a claim and lands it; true on success.
  /// Any thread; it takes as long as a signature.
  static bool make(PendingSignature& pending);

  /// finish appends the signed URL of `url` once pending.flight has landed; false when there is no
  /// signature (then the flight's is empty), or the URL would be too long.
  [[nodiscard]] static bool finish(const PendingSignature& pending, std::string_view url,
                                   std::string& out);

  /// take_ahead is what is worth signing ahead of its time since the last call: links in use whose
  /// expiry changes within ahead_lead.
  [[nodiscard]] std::vector<AheadSignature> take_ahead() { return std::exchange(ahead_, {}); }

  /// make_ahead signs that unless it has been; true if it did. Any thread.
  static bool make_ahead(SignatureMemo& memo, const AheadSignature& ahead);

  /// ahead_lead is how many seconds before the edge of a window its links are signed ahead: an
  /// eighth of the window and at most a minute.
  [[nodiscard]] static std::int64_t ahead_lead(const ExpiryWindow& window) noexcept;

 private:
  struct Terms {
    const std::shared_ptr<const SigningKey>* key;
    std::string_view resource;
    std::optional<policy::Ipv4Range> address;
  };

  [[nodiscard]] Outcome sign_below_prefix(const LinkRule& rule, std::string_view url,
                                          std::string_view viewer, UnixSeconds now,
                                          std::string& out);
  [[nodiscard]] Outcome look_up(const LinkRule& rule, std::string_view url, const Terms& terms,
                                UnixSeconds now, std::string& out);
  void keep(const LinkRule& rule, std::string_view url, const Terms& terms, UnixSeconds now,
            std::string_view parameters);
  [[nodiscard]] Outcome fill_parameters(const LinkRule& rule, std::string_view prefix,
                                        const Terms& terms, UnixSeconds now);
  void append_policy(std::string& out, PolicyForm form, const Terms& terms, UnixSeconds expires);
  void want_ahead(const LinkRule& rule, const Terms& terms, UnixSeconds now);

  SignatureMemo* memo_;
  ParameterCache prefixes_{cached_prefixes};
  ParameterCache links_{cached_links};
  policy::CloudFrontStatement statement_;  // kept for its capacity
  std::string policy_;                     // of the link at hand: kept for its capacity
  std::string resource_;                   // likewise
  PendingSignature pending_;
  std::vector<AheadSignature> ahead_;
};

}  // namespace signgate::signing
