// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/config/config.hpp"
#include "gateway/http/fields.hpp"
#include "gateway/route/router.hpp"

namespace signgate::cli {

/// PagePlace is where the gateway would take a request for a page.
struct PagePlace {
  const route::Server* server = nullptr;
  const route::Route* route = nullptr;  // null: no location takes the path
  std::string uri;                      // $uri
};

/// find_place picks server and location for a request to `host` (lower case, no port) and `path`,
/// percent-encoded, without a query. Of several listen addresses it takes the first that has a
/// server of that name, else the first. Fails for a path that a server would refuse.
[[nodiscard]] Result<PagePlace> find_place(const route::Router& router, const std::string& host,
                                           std::string_view path);

/// FetchedPage is an upstream's answer with its body decoded.
struct FetchedPage {
  int status = 0;
  http::Fields fields;            // views into `texts`
  std::deque<std::string> texts;  // a page may be moved, not copied
  std::string body;

  FetchedPage() = default;
  FetchedPage(FetchedPage&&) = default;
  FetchedPage& operator=(FetchedPage&&) = default;
};

/// fetch_page asks the upstream of `place` for `target`, a path with its query, as the gateway
/// would for a client that sends nothing but `host`: the first server of the upstream that is not
/// down and answers. Fails with side upstream when none does, with own when the route has no
/// upstream that is known without a client. Blocks, up to limits::explained_page bytes and the
/// route's timeouts.
[[nodiscard]] Result<FetchedPage> fetch_page(const config::Config& config,
                                             const route::Router& router, const PagePlace& place,
                                             const std::string& scheme, const std::string& host,
                                             const std::string& target);

}  // namespace signgate::cli
