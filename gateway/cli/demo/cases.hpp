// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/cli/demo/fetch.hpp"
#include "gateway/cli/demo/places.hpp"
#include "signing/signer.hpp"

/// The ways to open a private link that the demo shows side by side and its check goes through: how
/// each is made from a link that the gateway signed, and what CloudFront and S3 are known to
/// answer.
namespace signgate::cli::demo {

/// CaseKind says what is done to the signed link.
enum class CaseKind : std::uint8_t {
  as_signed,
  unsigned_link,
  expired,
  one_letter_changed,
  later_expiry,
  other_picture,
  no_referer,
  foreign_referer,
  // Beyond these the picture of the chain has:
  asked_again,    // nothing is changed, but the link was opened before
  unknown_key,    // the id of a key that the edge does not know
  other_folder,   // signed here, with a policy for another folder
  other_network,  // signed here, with a policy for other addresses
};

/// Case is one way to open a link.
struct Case {
  CaseKind kind;
  std::string_view slug;   // for addresses and tables
  std::string_view title;  // a few words
  std::string_view why;    // one sentence: why the answer is what it is
  int status;              // the answer that is due, and for a refusal its XML code and message
  std::string_view code;
  std::string_view message;
};

/// cases lists those of the proof page, the allowed one first. Immutable; any thread.
[[nodiscard]] std::span<const Case> cases() noexcept;

/// Attempt is a request to the edge.
struct Attempt {
  std::string url;
  std::string referer;  // empty: the header is not sent

  [[nodiscard]] Headers headers() const;
};

/// make_attempt derives the request of a case from `signed_link`. The expired link, and those for
/// another folder and network, are signed here, with `key`: the gateway would never hand one out.
/// Errors are those of signing. Pure; any thread.
[[nodiscard]] signing::Result<Attempt> make_attempt(CaseKind kind, std::string_view signed_link,
                                                    const Places& places,
                                                    const signing::SigningKey& key,
                                                    UnixSeconds now);

/// EdgeAnswer is what matters of the edge's answer.
struct EdgeAnswer {
  int status = 0;
  std::string type;      // Content-Type
  std::size_t size = 0;  // of the body
  std::string server;    // Server: CloudFront refuses signatures itself, AmazonS3 refused by the
                         // bucket's policy
  std::string code;      // of the XML error, or empty
  std::string message;   // of the XML error, or empty
  std::string reason;    // x-signgate-reason, or empty
  std::string cache;     // X-Cache, or empty
  std::string age;       // Age in seconds, or empty: not from the cache
};

/// read_edge_answer takes an answer of the edge apart. Pure; any thread.
[[nodiscard]] EdgeAnswer read_edge_answer(const Fetched& fetched);

/// is_due says whether the answer is the one that the case demands: status, code and message.
[[nodiscard]] bool is_due(const Case& wanted, const EdgeAnswer& answer) noexcept;

/// describe is the answer in one line: `403 AccessDenied "Access denied"` or `200 image/png, 42260
/// bytes`.
[[nodiscard]] std::string describe(const EdgeAnswer& answer);

}  // namespace signgate::cli::demo
