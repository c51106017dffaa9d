// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/config/config.hpp"
#include "gateway/http/fields.hpp"
#include "gateway/rewrite/url.hpp"
#include "gateway/route/router.hpp"

namespace signgate::cli {

/// PagePlace is where the gateway would take a request for a page.
struct PagePlace {
  const route::Server* server = nullptr;
  const route::Route* route = nullptr;  // null: no location takes the path
  std::string uri;                      // $uri
};

/// find_place picks server and location for a request to `address`. Of the listen addresses those
/// that speak its scheme go first, among them those with its port; of equals the first that has a
/// server of that name. Fails for a path that the server would refuse.
[[nodiscard]] Result<PagePlace> find_place(const route::Router& router,
                                           const rewrite::Url& address);

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
