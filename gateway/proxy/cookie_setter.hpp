// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/http/head.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/response_filter.hpp"
#include "gateway/proxy/services.hpp"

namespace signgate::proxy {

/// CookieRequest is what the cookies of one answer depend on. Views and references: they outlive
/// the call.
struct CookieRequest {
  const route::SignSet& set;
  const http::RequestHead& request;
  std::string_view site;    // the request's host: lower case, no port
  std::string_view scheme;  // how the request reached us: "http" or "https"
  std::string_view viewer;  // the client's address
  UnixSeconds now = 0;
};

/// set_media_cookies adds Set-Cookie fields for the rules of the set with cookies = "on", behind
/// the application's own: none where the request bears cookies of the rule that live for more than
/// half of its ttl and whose signature is good. A page outside of the cookies' Path cannot see
/// them; a marker cookie of this host tells there until when they hold. True: something was set,
/// so the answer is this viewer's alone. Answers that are no success (2xx) and no 304 get nothing:
/// the cookies open all of a rule's target, which neither an error nor a redirect, such as one to
/// a login form, is to hand out. Where no cookies can be made (no active key, no IPv4 address for
/// ip = "client", a host that shares no domain with the target, signing failed), that is counted.
/// What the memo does not know is signed, and checked, on the signer pool. Values live in `texts`.
[[nodiscard]] net::Awaitable<bool> set_media_cookies(const CookieRequest& facts, Services& services,
                                                     Answer& answer, AnswerTexts& texts);

}  // namespace signgate::proxy
