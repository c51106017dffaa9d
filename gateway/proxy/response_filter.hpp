// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "gateway/codec/coding.hpp"
#include "gateway/http/entity_tag.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/counters.hpp"
#include "gateway/rewrite/format.hpp"
#include "gateway/route/compression_rule.hpp"
#include "gateway/route/route_rules.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::proxy {

/// ResponsePlan is what the header decides about the body, once.
struct ResponsePlan {
  rewrite::Format format = rewrite::Format::none;  // the body is scanned as this
  codec::Coding upstream_coding = codec::Coding::identity;
  codec::Coding client_coding = codec::Coding::identity;
  int level = 1;  // of client_coding: see codec::Encoder

  [[nodiscard]] bool rewrites() const noexcept { return format != rewrite::Format::none; }

  /// compress has a rewritten body that came without a coding leave in one.
  void compress(const route::CompressionChoice& choice) noexcept {
    client_coding = choice.coding;
    level = choice.level;
  }
};

/// plan_response decides whether an answer's body is scanned: of a media type that has a format,
/// whole (no 206), in a coding that we decode and a charset that can be scanned, on a route that
/// signs. What cannot be scanned
/// passes as it came and is counted. Source: design, step 11.
[[nodiscard]] ResponsePlan plan_response(const route::SignSet* set,
                                         const http::RequestHead& request,
                                         const http::ResponseHead& response, Counters& counters);

/// AnswerTexts holds the values that the filter writes; the Answer's fields are views into it.
using AnswerTexts = std::deque<std::string>;

/// copy_end_to_end_fields fills the answer with what of an upstream's head is passed on: no
/// hop-by-hop fields, none that its Connection lists, no Content-Length, and nothing that the rules
/// hide. Location, Refresh and Set-Cookie as proxy_redirect and proxy_cookie_* make them. Source:
/// RFC 9110 section 7.6.1; nginx, ngx_http_proxy_module.
void copy_end_to_end_fields(const route::RouteRules& rules, const route::VariableValues& values,
                            const http::ResponseHead& response, Answer& answer, AnswerTexts& texts);

/// complete_location makes a whole address of a Location that proxy_redirect has made a path of, as
/// nginx does; one that upstream wrote as a path is passed on as it is. Links are to be signed
/// before: the address has the port that is listened on, which a client behind a mapping of ports
/// does not know as this site's. Source: nginx, ngx_http_header_filter.
void complete_location(const route::RouteRules& rules, const route::VariableValues& values,
                       const http::ResponseHead& response, Answer& answer, AnswerTexts& texts);

/// RewriteFacts are what the header rules of a rewritten answer depend on.
struct RewriteFacts {
  const route::SignSet& set;
  ResponsePlan plan;
  bool credentials = false;  // the request bore Cookie or Authorization
  UnixSeconds now = 0;
};

/// filter_rewritten edits the fields of an answer whose body is rewritten: Content-Encoding and
/// Vary say what is sent; Content-MD5, digests, Accept-Ranges and Last-Modified go; Cache-Control
/// and its kin are capped by the links' life; ETag becomes our page tag. Source: design, step 11;
/// nginx, sub_filter (Last-Modified).
void filter_rewritten(const RewriteFacts& facts, const http::ResponseHead& response, Answer& answer,
                      AnswerTexts& texts);

/// filter_not_modified edits a 304 that answers `revalidation`: it carries the client's own tag,
/// and no more time than the client's copy has left.
void filter_not_modified(const http::Revalidation& revalidation, bool credentials, UnixSeconds now,
                         const http::ResponseHead& response, Answer& answer, AnswerTexts& texts);

/// cap_caching bounds Cache-Control, Expires, CDN-Cache-Control and Surrogate-Control of an answer
/// that carries signed links to `seconds` from now.
void cap_caching(std::uint64_t seconds, bool make_private, UnixSeconds now,
                 const http::ResponseHead& response, Answer& answer, AnswerTexts& texts);

}  // namespace signgate::proxy
