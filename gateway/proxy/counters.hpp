// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/rewrite/batch.hpp"
#include "gateway/rewrite/unsigner.hpp"

namespace signgate::proxy {

/// Counters of one worker since its start; read and written on its thread alone.
struct Counters {
  std::uint64_t accepted = 0;
  std::uint64_t refused_connections = 0;  // worker_connections
  std::uint64_t reused_connections = 0;  // idle, and closed for new ones when these were nearly all
  std::uint64_t requests = 0;
  std::uint64_t bad_requests = 0;  // refused before a route was looked for
  std::uint64_t denied = 0;        // by address, password, auth_request or referer
  std::uint64_t req_limited = 0;   // limit_req
  std::uint64_t conn_limited = 0;  // limit_conn
  std::uint64_t req_delayed = 0;   // limit_req let them wait
  std::uint64_t compressed = 0;    // answers of which we made a coded one
  std::uint64_t upstream_errors = 0;
  std::uint64_t tls_handshakes = 0;  // with clients, that came to an end
  std::uint64_t tls_resumed = 0;     // of these, those that resumed a session
  std::uint64_t tls_failed = 0;
  std::uint64_t rewritten = 0;  // answers that were scanned
  std::uint64_t passed_unknown_coding = 0;
  std::uint64_t passed_broken_coding = 0;  // found before the head was out
  std::uint64_t passed_unscannable_charset = 0;
  std::uint64_t passed_without_url = 0;  // HTTP/1.0 without Host on a server without a name
  std::uint64_t cut = 0;                 // answers that could not be completed
  std::uint64_t links_signed = 0;
  // Matched, but left as they were (signing::UrlSigner::Outcome).
  std::uint64_t refused_reflected = 0;      // the request for the page had them
  std::uint64_t refused_unclear = 0;        // it may have had them
  std::uint64_t unsigned_not_granted = 0;   // grant = "header", "auth_request"
  std::uint64_t unsigned_grant_failed = 0;  // grant_request was not answered as it should be
  std::uint64_t unsigned_grant_limit = 0;   // more prefixes than a page may have asked for
  std::uint64_t unsigned_no_key = 0;
  std::uint64_t unsigned_no_address = 0;
  std::uint64_t unsigned_pattern = 0;
  std::uint64_t unsigned_too_long = 0;
  std::uint64_t unsigned_failed = 0;   // OpenSSL refused
  std::uint64_t malformed_grants = 0;  // answers whose grant header is malformed
  std::uint64_t csp_extended = 0;      // Content-Security-Policy fields, by csp = "extend"
  std::uint64_t referrer_warned =
      0;  // answers whose Referrer-Policy keeps the Referer from the edge
  std::uint64_t referrer_repaired = 0;
  std::uint64_t cookies_set = 0;  // sets of CloudFront's cookies, one a rule and answer
  std::uint64_t cookies_unset =
      0;  // due, but no key, no IPv4 address, another site's host, or signing failed
  rewrite::Counters scanned;
  rewrite::UnsignCounts stripped;       // links in request bodies, by unsign = "on"
  std::uint64_t unstripped_coding = 0;  // request bodies that pass as they came
  std::uint64_t unstripped_charset = 0;
};

}  // namespace signgate::proxy
