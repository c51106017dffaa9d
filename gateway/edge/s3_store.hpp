// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/edge/origin_message.hpp"
#include "gateway/edge/store_setup.hpp"
#include "gateway/net/deadline.hpp"
#include "gateway/net/resolver.hpp"
#include "gateway/upstream/exchange.hpp"
#include "gateway/upstream/idle_pool.hpp"
#include "signing/sigv4.hpp"

namespace signgate::edge {

/// S3Store asks a real S3-compatible store over HTTP or HTTPS, signed as origin access control
/// signs. Connections are kept and used again. It belongs to the thread of `context`.
class S3Store {
 public:
  using Trust = std::shared_ptr<const net::TlsClientContext>;

  /// trust reads whom the store's certificate has to be from; null for a store in clear text. Fails
  /// when the authorities cannot be used. Blocks on files.
  [[nodiscard]] static Result<Trust> trust(const StoreSetup& setup);

  /// open makes it and connects to nobody yet; `bucket` is the bucket's name. Fails when the
  /// authorities of TLS cannot be read, or the resolver cannot begin.
  [[nodiscard]] static Result<S3Store> open(const StoreSetup& setup, std::string bucket,
                                            net::asio::io_context& context,
                                            net::DeadlineWheel& wheel);

  /// answer is the store's answer, or CloudFront's 502 or 504 when there is none. A connection is
  /// tried for three times, over all addresses of the host in turn; a request is sent again only
  /// when a kept connection had been closed meanwhile. The signature has the time of this machine,
  /// whatever the edge's clock shows: the store has its own. The store has to stay where it is
  /// until then.
  [[nodiscard]] net::Awaitable<OriginAnswer> answer(OriginRequest request);

  /// reconfigure takes credentials, region and signing behavior of `setup` for requests from now
  /// on, and for new connections `trust`, which was made of it.
  void reconfigure(const StoreSetup& setup, Trust trust);

 private:
  using Begun = Result<std::unique_ptr<upstream::Exchange>>;

  S3Store(const StoreSetup& setup, std::string bucket, net::asio::io_context& context,
          net::DeadlineWheel& wheel);

  [[nodiscard]] Result<std::string> head_of(const OriginRequest& request,
                                            const std::string& target);
  [[nodiscard]] net::Awaitable<Result<std::vector<net::Endpoint>>> addresses();
  [[nodiscard]] net::Awaitable<Result<std::unique_ptr<upstream::Connection>>> connect();
  [[nodiscard]] net::Awaitable<Begun> begin(const std::string& head, http::Method method,
                                            bool fresh);
  [[nodiscard]] net::Awaitable<Begun> ask(const std::string& head, http::Method method);
  [[nodiscard]] net::Awaitable<Result<OriginAnswer>> take(
      std::unique_ptr<upstream::Exchange> exchange, http::Method method);
  [[nodiscard]] std::unique_ptr<upstream::Connection> idle_connection();

  StoreSetup setup_;
  std::string bucket_;
  std::string host_;
  net::asio::io_context* context_;
  net::DeadlineWheel* wheel_;
  upstream::TlsTarget tls_;
  std::vector<net::Endpoint> fixed_;         // of a numeric host, and of localhost
  std::unique_ptr<net::Resolver> resolver_;  // of a name
  std::shared_ptr<upstream::Peer> peer_;     // stands for the store, whatever its address
  std::shared_ptr<upstream::IdlePool> pool_;
  SteadyTime swept_{};
  std::optional<signing::SigV4Key> key_;  // of the day of the last request
};

}  // namespace signgate::edge
