// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "gateway/http/entity_tag.hpp"
#include "gateway/http/framing.hpp"
#include "gateway/route/router.hpp"

namespace signgate::proxy {

/// UpstreamRequest is the head that goes upstream.
struct UpstreamRequest {
  std::string head;                         // with its empty line
  http::Method method = http::Method::get;  // what it asks with: proxy_method, or the client's
  bool upgrades = false;                    // it asks for another protocol, and a 101 may follow
  /// The condition that stands in it instead of the client's, on routes that sign.
  std::optional<http::Revalidation> revalidation;
};

/// make_upstream_request writes the head: the target by proxy_pass's URI part; Host and the route's
/// proxy_set_header; the client's end-to-end fields as they came, **Referer among them**; nothing
/// hop-by-hop, nothing that Connection lists, no Expect. `framing` is that of the body that goes
/// out; `other_body` says that it may not be the client's, so that digests of that do not go. Where
/// the values have a traceparent that was made for the request it goes in place of the client's
/// traceparent and tracestate. On routes that sign, Accept-Encoding is narrowed to what can be
/// decoded, Range and If-Range are dropped, and conditions unwrapped or dropped. Source: nginx,
/// ngx_http_proxy_module; design, step 8; RFC 9110 section 7.6.1.
[[nodiscard]] UpstreamRequest make_upstream_request(const route::Route& route,
                                                    const http::RequestHead& request,
                                                    const http::Framing& framing,
                                                    const route::VariableValues& values,
                                                    UnixSeconds now, bool other_body = false);

/// upstream_target is the request target that a proxied route sends.
[[nodiscard]] std::string upstream_target(const route::Route& route,
                                          const http::RequestHead& request,
                                          const route::VariableValues& values);

}  // namespace signgate::proxy
