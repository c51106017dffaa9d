// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"

/// How long a rewritten page may be kept: no longer than its links live, by whoever keeps it. What
/// upstream says is only ever shortened.
namespace signgate::http {

/// CacheBound limits the reuse of one answer.
struct CacheBound {
  /// How long from now the answer may be used.
  std::uint64_t seconds = 0;
  /// The answer's Age (parse_age): freshness counts from its origin, so this comes on top.
  std::uint64_t age = 0;
  /// implied_lifetime: what holds where a value states no max-age, in seconds.
  std::uint64_t implied = 0;
  /// The request bore credentials, so no shared cache may keep the answer.
  bool make_private = false;

  /// limit is the longest lifetime, counted from the origin, that ends in time.
  [[nodiscard]] std::uint64_t limit() const noexcept;
};

/// cap_cache_control bounds a Cache-Control value (several lines joined by a comma; empty for
/// none), or one of the targeted fields (`CDN-Cache-Control` and its kin). Unknown directives,
/// order and spelling stay.
/// - max-age and s-maxage: at most `limit`; a malformed one is 0.
/// - stale-while-revalidate and stale-if-error: what the lifetimes leave of `limit`, since a page
///   may be used for both times together; dropped when that is nothing.
/// - immutable is dropped: reloading must be able to fetch living links.
/// - make_private: public, s-maxage, proxy-revalidate and `private="field"` go, and `private` is
///   added where it is missing. Not beside no-store, which says more.
/// - Without max-age, no-store and (unqualified) no-cache a max-age of min(implied, limit) is
///   added: heuristics (RFC 9111 section 4.2.2) and the default lifetimes of CDNs know nothing of
///   the links. It is no longer than what heuristics would do, so a page that used to be asked for
///   each time still is (max-age=0).
/// Source: RFC 9111 sections 4.2.1 and 5.2.2; RFC 5861; RFC 8246; RFC 9213.
[[nodiscard]] std::string cap_cache_control(std::string_view value, const CacheBound& bound);

/// cap_surrogate_control does the same for Surrogate-Control: `max-age=N+M` (M: stale) has N at
/// most the limit and N+M too. With make_private the answer is empty, and the field is to be
/// dropped: Cache-Control speaks then.
/// Source: W3C Note Edge Architecture Specification 1.0, section 2.2.
[[nodiscard]] std::string cap_surrogate_control(std::string_view value, const CacheBound& bound);

/// cap_expires bounds an Expires value: at most `seconds` after now. A value that is no date means
/// "in the past"; it becomes "0", since lenient readers make a date of some.
/// Source: RFC 9111 section 5.3.
[[nodiscard]] std::string cap_expires(std::string_view value, UnixSeconds now,
                                      std::uint64_t seconds);

/// is_targeted_cache_control says whether a field is Cache-Control for some CDN alone:
/// `CDN-Cache-Control` or any name ending in `-CDN-Cache-Control`, in any case. It takes the place
/// of Cache-Control and Expires there.
/// Source: RFC 9213 section 2 (and the names in use at Cloudflare, Vercel, Netlify).
[[nodiscard]] bool is_targeted_cache_control(std::string_view name) noexcept;

/// parse_age reads an Age value: seconds, 0 when malformed or negative.
/// Source: RFC 9111 section 5.1.
[[nodiscard]] std::uint64_t parse_age(std::string_view value) noexcept;

/// Dates are the fields of an answer from which a lifetime follows when no max-age is stated; empty
/// = absent.
struct Dates {
  std::string_view date = {};
  std::string_view expires = {};
  std::string_view last_modified = {};
};

/// implied_lifetime is, in seconds from the origin: Expires less Date; without Expires a tenth of
/// the time between Last-Modified and Date; 0 without either or when they are malformed or
/// reversed. A missing Date is `now`. Source: RFC 9111 sections 4.2.1 and 4.2.2.
[[nodiscard]] std::uint64_t implied_lifetime(const Dates& dates, UnixSeconds now) noexcept;

}  // namespace signgate::http
