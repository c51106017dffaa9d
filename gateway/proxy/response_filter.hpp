// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "gateway/codec/coding.hpp"
#include "gateway/http/entity_tag.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/counters.hpp"
#include "gateway/rewrite/charset.hpp"
#include "gateway/rewrite/format.hpp"
#include "gateway/route/compression_rule.hpp"
#include "gateway/route/route_rules.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::proxy {

/// ResponsePlan is what the header decides about the body, once.
struct ResponsePlan {
  rewrite::Format format = rewrite::Format::none;  // the body is scanned as this
  std::optional<rewrite::Charset> charset = {};    // what the header says of it
  codec::Coding upstream_coding = codec::Coding::identity;
  codec::Coding client_coding = codec::Coding::identity;
  int level = 1;                 // of client_coding: see codec::Encoder
  bool unknown_coding = false;   // that is why it is not scanned
  std::string_view passed = {};  // why it is not scanned, in static words for an operator

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
/// hop-by-hop fields but Upgrade, none that its Connection lists else, no Content-Length, and
/// nothing that the rules hide. Location, Refresh and Set-Cookie as proxy_redirect and
/// proxy_cookie_* make them. Source: RFC 9110 sections 7.6.1 and 15.5.22; nginx,
/// ngx_http_proxy_module.
void copy_end_to_end_fields(const route::RouteRules& rules, const route::VariableValues& values,
                            const http::ResponseHead& response, Answer& answer, AnswerTexts& texts);

/// complete_location makes a whole address of a Location that proxy_redirect has made a path of, as
/// nginx does; one that upstream wrote as a path is passed on as it is. Links are to be signed
/// before: the address has the port that is listened on, which a client behind a mapping of ports
/// does not know as this site's. Source: nginx, ngx_http_header_filter.
void complete_location(const route::RouteRules& rules, const route::VariableValues& values,
                       const http::ResponseHead& response, Answer& answer, AnswerTexts& texts);

/// Audience is for whom an answer with signed links is.
struct Audience {
  bool one_viewer = false;  // no shared cache may keep it
  bool authorized = false;  // the request bore Authorization
};

/// RewriteFacts are what the header rules of a rewritten answer depend on.
struct RewriteFacts {
  const route::SignSet& set;
  ResponsePlan plan;
  Audience audience;
  UnixSeconds now = 0;
};

/// filter_rewritten edits the fields of an answer whose body is rewritten: Content-Encoding and
/// Vary say what is sent; Content-MD5, digests, Accept-Ranges and Last-Modified go; Cache-Control
/// and its kin are capped by the links' life; ETag becomes our page tag. Source: design, step 11;
/// nginx, sub_filter (Last-Modified).
void filter_rewritten(const RewriteFacts& facts, const http::ResponseHead& response, Answer& answer,
                      AnswerTexts& texts);

/// tell_coding has the fields of a rewritten answer say what was decided of its coding: our page
/// tag names it, and Vary that it was chosen. Part of filter_rewritten; again when the plan has
/// got a coding since (ResponsePlan::compress).
void tell_coding(const RewriteFacts& facts, const http::ResponseHead& response, Answer& answer,
                 AnswerTexts& texts);

/// filter_not_modified edits a 304 that answers `revalidation`: it carries the client's own tag,
/// and no more time than the client's copy has left. What it would say of the copy's coding and
/// bytes goes, as the copy has bytes of ours. The plan of `facts` does not matter.
void filter_not_modified(const http::Revalidation& revalidation, const RewriteFacts& facts,
                         const http::ResponseHead& response, Answer& answer, AnswerTexts& texts);

/// cap_caching bounds what an answer with signed links says to caches to `seconds` from now:
/// Cache-Control, Expires, and the fields for caches in front of us
/// (gateway/http/edge_caching.hpp).
void cap_caching(std::uint64_t seconds, const Audience& audience, UnixSeconds now,
                 const http::ResponseHead& response, Answer& answer, AnswerTexts& texts);

}  // namespace signgate::proxy
