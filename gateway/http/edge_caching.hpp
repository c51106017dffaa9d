// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/http/cache_control.hpp"

/// What an answer says to shared caches in front of the gateway alone: each of these fields takes
/// the place of Cache-Control there, so each is bounded like it (cap_cache_control). An empty
/// result means that the field is to be dropped; Cache-Control speaks then.
namespace signgate::http {

/// is_targeted_cache_control says whether a field is Cache-Control for some caches alone:
/// `CDN-Cache-Control`, `Cloudflare-CDN-Cache-Control`, `Akamai-Cache-Control`, any name that ends
/// in `-Cache-Control`, in any case. Source: RFC 9213 section 2, and the names in use at
/// Cloudflare, Vercel, Netlify and Akamai.
[[nodiscard]] bool is_targeted_cache_control(std::string_view name) noexcept;

/// cap_targeted_cache_control bounds such a field (its lines joined by commas). `implied` of the
/// bound must leave Expires out, which those caches ignore together with Cache-Control. With
/// make_private it says `no-store`, since a shared cache is all that it speaks to. An empty value
/// stays empty: it is ignored there. Source: RFC 9213 section 2.2.
[[nodiscard]] std::string cap_targeted_cache_control(std::string_view value,
                                                     const CacheBound& bound);

/// cap_surrogate_control bounds Surrogate-Control: `max-age=N+M` (M: stale) has N at most the limit
/// and N+M too, and so have Fastly's stale-while-revalidate and stale-if-error with the longest N.
/// Empty with make_private. Source: W3C Note Edge Architecture Specification 1.0, section 2.2.
[[nodiscard]] std::string cap_surrogate_control(std::string_view value, const CacheBound& bound);

/// strip_edge_control takes from Akamai's Edge-Control what states a lifetime (max-age,
/// cache-maxage, downstream-ttl, in units of its own) or lifts a prohibition (`!no-store`).
[[nodiscard]] std::string strip_edge_control(std::string_view value);

/// cap_accel_expires bounds X-Accel-Expires, for an nginx with proxy_cache in front: seconds, or
/// "@" and a time; "0" (not to be kept) with make_private. Empty for a malformed value, which nginx
/// ignores. nginx does not count Age. Source: nginx, ngx_http_upstream_process_accel_expires.
[[nodiscard]] std::string cap_accel_expires(std::string_view value, UnixSeconds now,
                                            const CacheBound& bound);

}  // namespace signgate::http
