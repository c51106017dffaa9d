// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/cli/demo/chain_links.hpp"
#include "gateway/cli/demo/places.hpp"
#include "gateway/cli/demo/web_server.hpp"
#include "signing/signer.hpp"

namespace signgate::cli::demo {

/// ChainPage is the part of the web application that draws the chain: a page with a picture of it,
/// and for each link that is clicked what the edge answers and which checks that lights. Nothing in
/// it changes; it may be used by many requests over on one thread. It borrows what it is made
/// from.
class ChainPage {
 public:
  ChainPage(const Places& places, const signing::SigningKey& key) : places_(places), key_(key) {}

  /// answer is the page, its links or an answer to a click, by `request`'s path below /chain; 404
  /// for what is none of them:
  /// - `/chain`: the page. Each has a number of its own (`visit`), which its links bear, so that
  ///   its first click on a link is the first that the edge's cache sees of it;
  /// - `/chain/links?visit=V&link=SLUG`: a page with the plain link, for the gateway to sign;
  /// - `/chain/ask?visit=V&link=SLUG`: fetches that page through the gateway, does to its link what
  ///   the visitor does, asks the edge and tells the answer and its trace as JSON.
  [[nodiscard]] net::Awaitable<WebAnswer> answer(WebRequest request) const;

 private:
  [[nodiscard]] net::Awaitable<WebAnswer> ask(const ChainLink& link, std::string visit) const;

  const Places& places_;
  const signing::SigningKey& key_;
};

}  // namespace signgate::cli::demo
