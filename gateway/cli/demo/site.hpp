// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/cli/demo/chain_page.hpp"
#include "gateway/cli/demo/places.hpp"
#include "gateway/cli/demo/web_server.hpp"
#include "gateway/cli/demo/workshop.hpp"

namespace signgate::cli::demo {

/// Site is the demo's web application: it answers for the pages and the public pictures, and links
/// to private media plainly. It holds no private media. Its proof page plays the curious visitor:
/// it fetches links that the gateway signed (from `/proof/links`, through the gateway), changes
/// them and asks the edge; so does the page that draws the chain (chain_page.hpp). After start
/// nothing in it changes; answer may be awaited many times over on one thread.
class Site {
 public:
  /// Site keeps the public part of `media`, and borrows `places`, which must be filled in before
  /// the first request. `key` makes the expired link of the proof page.
  Site(const Places& places, const Media& media, signing::SigningKey key);
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// answer is the page at `request`, or 404.
  [[nodiscard]] net::Awaitable<WebAnswer> answer(WebRequest request) const;

 private:
  [[nodiscard]] WebAnswer gallery() const;
  [[nodiscard]] WebAnswer links() const;
  [[nodiscard]] WebAnswer elsewhere(std::string_view query) const;
  [[nodiscard]] net::Awaitable<WebAnswer> proof() const;
  [[nodiscard]] net::Awaitable<std::string> proof_card(std::size_t number, std::string link) const;

  const Places& places_;
  Media public_;
  signing::SigningKey key_;
  ChainPage chain_{places_, key_};
};

}  // namespace signgate::cli::demo
