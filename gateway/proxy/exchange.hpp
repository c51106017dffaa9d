// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "gateway/base/network.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/request_pump.hpp"
#include "gateway/proxy/response_filter.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/proxy/upstream_request.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// Viewer is who a connection comes from, as texts that live as long as the session.
struct Viewer {
  std::string address;
  std::uint16_t port = 0;
  std::string server_address;
  std::uint16_t server_port = 0;
  std::uint64_t connection = 0;
  std::uint64_t requests = 0;
  std::size_t listen = 0;                   // the number of the address: see Runtime::listens
  std::optional<Forwarded> proxy_protocol;  // what the PROXY protocol said of the client
};

class Authorizer;

/// Exchange is one request and its answer: route, upstream, filters, pumps, log. It knows nothing
/// of how the client's protocol frames messages. Design, section 3.
class Exchange {
 public:
  Exchange(Services& services, ClientStream& client, const Viewer& viewer);
  ~Exchange();

  /// run answers the request whose head `client` has read. It never fails: every error becomes an
  /// answer, or a cut one, and a line in the log.
  [[nodiscard]] net::Awaitable<void> run();

  /// refuse answers a request that could not even be read.
  [[nodiscard]] net::Awaitable<void> refuse(const Error& error);

  /// lingering says that the answer was sent before the request was read: the session lingers on
  /// close.
  [[nodiscard]] bool lingering() const noexcept { return lingering_; }

 private:
  [[nodiscard]] net::Awaitable<void> serve();
  [[nodiscard]] net::Awaitable<void> proxy();
  [[nodiscard]] net::Awaitable<Result<void>> ask_upstream();
  [[nodiscard]] net::Awaitable<Result<void>> attempt(upstream::Group& group, std::size_t peer);
  [[nodiscard]] net::Awaitable<Result<void>> send_request();
  [[nodiscard]] net::Awaitable<Result<void>> answer_upstream();
  [[nodiscard]] net::Awaitable<Result<void>> pass_body();
  [[nodiscard]] net::Awaitable<void> answer_page(int status);
  [[nodiscard]] net::Awaitable<void> answer_return();
  [[nodiscard]] net::Awaitable<void> answer_text(int status, std::string_view type,
                                                 std::string body, std::string location);

  /// find_client looks for the client behind trusted proxies; is_authorized answers the request
  /// itself when it says no. Where the route has access settings.
  void find_client();
  [[nodiscard]] net::Awaitable<bool> is_authorized();
  void add_challenges(Answer& answer) const;

  /// dress gives an answer of our own what the route's settings of answers say.
  void dress(Answer& answer, std::string& body);
  [[nodiscard]] net::Awaitable<Result<void>> pass_compressed(
      const route::CompressionChoice& choice);

  [[nodiscard]] std::string absolute_url(std::string_view path) const;
  void find_route();
  void give_back();
  void log();
  [[nodiscard]] bool keeps_alive() const;
  [[nodiscard]] const config::Settings& settings() const noexcept { return route_->settings; }
  [[nodiscard]] std::string_view server_token() const noexcept;

  Services& services_;
  ClientStream& client_;
  const Viewer& viewer_;
  std::shared_ptr<const Runtime>
      runtime_;  // pinned: the request ends with the configuration it began with
  const route::Server* server_ = nullptr;
  const route::Route* route_ = nullptr;
  route::VariableValues values_;
  std::unique_ptr<Authorizer> authorizer_;  // where a route has access settings
  SteadyTime began_;
  std::string uri_storage_;
  std::string host_;
  std::array<char, 32> request_id_;
  Answer answer_;
  AnswerTexts texts_;
  UpstreamRequest request_;
  std::optional<upstream::Exchange> upstream_;
  std::unique_ptr<RequestPump> pump_;
  bool sent_body_ = false;  // part of the request's body went upstream: it cannot be sent again
  bool lingering_ = false;
  SteadyTime upstream_began_{};
};

}  // namespace signgate::proxy
