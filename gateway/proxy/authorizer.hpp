// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/base/network.hpp"
#include "gateway/proxy/answer_grants.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/limit_zones.hpp"
#include "gateway/proxy/services.hpp"

namespace signgate::proxy {

/// Authorizer decides whether one request may go on, between routing and content, and holds what
/// belongs to that until the request has ended: the client's real address, the places in limits.
/// Order and rules are nginx's: limit_req,
/// limit_conn, then allow and deny, auth_basic and auth_request under `satisfy`. A request without
/// access settings has none.
class Authorizer {
 public:
  /// Authorizer borrows everything; it writes to `values`.
  Authorizer(Services& services, ClientStream& client, const Runtime& runtime,
             const route::Server& server, route::VariableValues& values);
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;

  /// find_client puts the address of the client behind trusted proxies in the place of the
  /// connection's, once. `proxy_protocol` is what the PROXY protocol said, if anything.
  void find_client(const route::AccessRules& rules, const std::optional<Forwarded>& proxy_protocol);

  /// check_referer gives 0 when valid_referers has nothing against the request, else the status of
  /// its answer: also where `return` answers, which the other rules come too late for.
  [[nodiscard]] int check_referer(const route::AccessRules& rules);

  /// check gives 0 when the request may go on, else the status of its answer; 444: none, 499: the
  /// client went away.
  [[nodiscard]] net::Awaitable<int> check(const route::AccessRules& rules);

  /// take_grants has the next check() take the answer to auth_request for what grants links of
  /// `set`, which must outlive this object. Forgets what an earlier answer has granted.
  void take_grants(const route::SignSet& set) {
    grant_set_ = &set;
    grants_ = AnswerGrants();
  }

  /// grants are those of the last check(); none where it has not come to auth_request.
  [[nodiscard]] const AnswerGrants& grants() const noexcept { return grants_; }

  /// challenges are the values of WWW-Authenticate that belong to an answer of 401.
  [[nodiscard]] const std::vector<std::string>& challenges() const noexcept { return challenges_; }

 private:
  [[nodiscard]] net::Awaitable<int> limit_requests(const route::AccessRules& rules);
  [[nodiscard]] net::Awaitable<bool> wait(Milliseconds span);
  [[nodiscard]] int limit_connections(const route::AccessRules& rules);
  [[nodiscard]] net::Awaitable<int> check_access(const route::AccessRules& rules);
  [[nodiscard]] std::optional<int> check_address(const route::AccessRules& rules);
  [[nodiscard]] net::Awaitable<std::optional<int>> check_user(const route::AccessRules& rules);
  [[nodiscard]] net::Awaitable<int> check_password(const BasicCredentials& given,
                                                   const std::string& hash);
  [[nodiscard]] net::Awaitable<std::optional<int>> check_elsewhere(const route::AccessRules& rules);

  Services& services_;
  ClientStream& client_;
  const Runtime& runtime_;
  const route::Server& server_;
  route::VariableValues& values_;
  std::string address_;
  bool found_client_ = false;
  std::vector<std::string> challenges_;
  const route::SignSet* grant_set_ = nullptr;
  AnswerGrants grants_;
  ConnectionSlots slots_;
};

}  // namespace signgate::proxy
