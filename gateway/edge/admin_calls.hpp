// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/edge/service.hpp"
#include "gateway/http/head.hpp"

namespace signgate::edge {

/// AdminAnswer is what an admin's call gives: one line of JSON, or of text for an error.
struct AdminAnswer {
  int status = 200;
  std::string body;
};

/// admin_call does what an admin's request asks of a running edge:
///   GET /status                          what it does, in numbers
///   POST /clock?offset=1h or ?at=TIME    moves its clock; offset=0 is the system's
///   POST /origin-delay?ms=N              each answer of the origin comes N ms later, at most 60000
///   POST /fault?status=503[&count=N]     the origin's next N answers (1) have that status; count=0
///                                        ends it
///   POST /purge[?path=/private/*]        drops what is cached, as an invalidation does
/// 400 tells what is legal. A request that a page of another origin sent is refused: browsers let
/// any page post to this machine. The server's thread.
[[nodiscard]] AdminAnswer admin_call(Service& service, const http::RequestHead& head);

}  // namespace signgate::edge
