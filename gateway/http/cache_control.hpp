// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
  /// The answer is for one viewer, so no shared cache may keep it.
  bool make_private = false;
  /// The request bore Authorization.
  bool authorized = false;

  /// limit is the longest lifetime, counted from the origin, that ends in time.
  [[nodiscard]] std::uint64_t limit() const noexcept;
};

/// cap_cache_control bounds a Cache-Control value (several lines joined by a comma; empty for
/// none). Unknown directives, order and names stay.
/// - max-age and s-maxage: at most `limit`; a malformed one is 0.
/// - stale-while-revalidate and stale-if-error: what the lifetimes leave of `limit`, since a page
///   may be used for both times together; dropped when that is nothing.
/// - immutable is dropped: reloading must be able to fetch living links.
/// - make_private: public, s-maxage, proxy-revalidate and `private="field"` go, and `private` is
///   added where it is missing.
/// - Without max-age, no-store and (unqualified) no-cache a max-age of min(implied, limit) is
///   added: heuristics (RFC 9111 section 4.2.2) and the default lifetimes of CDNs know nothing of
///   the links. It is no longer than what heuristics would do, so a page that used to be asked for
///   each time still is (max-age=0).
/// - Without stale-*, no-store and no-cache `must-revalidate` is added: when upstream is away a
///   cache may use what is stale for as long as it likes (section 4.2.4; CDNs do), which is for
///   longer than links live. Not for `authorized` answers that only this would make storable
///   for shared caches (section 3.5).
/// - no-store says all, and nothing is added to it; but beside must-understand it says nothing to a
///   cache that knows the status (section 5.2.2.3), and is taken for absent.
/// Source: RFC 9111 sections 4.2.1 and 5.2.2; RFC 5861; RFC 8246.
[[nodiscard]] std::string cap_cache_control(std::string_view value, const CacheBound& bound);

/// cap_expires bounds an Expires value: at most `seconds` after now. A value that is no date means
/// "in the past"; it becomes "0", since lenient readers make a date of some.
/// Source: RFC 9111 section 5.3.
[[nodiscard]] std::string cap_expires(std::string_view value, UnixSeconds now,
                                      std::uint64_t seconds);

/// parse_age reads an Age value: seconds, 0 when malformed, negative or several, since a bound that
/// takes an answer for too young is only too short. Source: RFC 9111 section 5.1.
[[nodiscard]] std::uint64_t parse_age(std::string_view value) noexcept;

/// Dates are the fields of an answer from which a lifetime follows when no max-age is stated; empty
/// = absent.
struct Dates {
  std::string_view date = {};
  std::string_view expires = {};
  std::string_view last_modified = {};
  std::uint64_t age = 0;  // parse_age
};

/// implied_lifetime is, in seconds from the origin: Expires less Date, and no later than Expires
/// itself, since the Date that goes out is ours; without Expires a tenth of the time between
/// Last-Modified and Date; 0 without either or when they are malformed or reversed. A missing Date
/// is `now`. Source: RFC 9111 sections 4.2.1 and 4.2.2.
[[nodiscard]] std::uint64_t implied_lifetime(const Dates& dates, UnixSeconds now) noexcept;

}  // namespace signgate::http
