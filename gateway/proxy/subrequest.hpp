// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/proxy/target_finder.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// Subrequest asks a location of the same server about a client's request: GET, with the request's
/// header fields and without a body. Nothing of its answer reaches the client but what the caller
/// takes. It is not authorized itself and writes no access log. Source: nginx, ngx_http_subrequest
/// as ngx_http_auth_request_module uses it.
class Subrequest {
 public:
  /// Subrequest borrows everything; `values` are those of the client's request.
  Subrequest(Services& services, ClientStream& client, const Runtime& runtime,
             const route::Server& server, const route::VariableValues& values);

  /// add_field has run() send a field of our own, in the place of the client's with that name; not
  /// where proxy_set_header of the location sets it. `name` must outlive this object. It also keeps
  /// conditions and ranges back, which are about the page, so that what is asked is answered whole.
  void add_field(std::string_view name, std::string_view value) {
    added_.emplace_back(name, value);
  }

  /// run asks the location that takes `uri` (a path and perhaps a query); `internal` ones too.
  /// Afterwards status() is the answer's. An error means that there is none.
  [[nodiscard]] net::Awaitable<Result<void>> run(std::string_view uri);

  [[nodiscard]] int status() const noexcept { return values_.status; }

  /// values are the variables of the answer, $upstream_http_NAME among them; they live as long as
  /// this object.
  [[nodiscard]] const route::VariableValues& values() const noexcept { return values_; }

  /// fields are those of the answer; null when no upstream gave it.
  [[nodiscard]] const http::Fields* fields() const noexcept { return values_.upstream; }

 private:
  [[nodiscard]] net::Awaitable<Result<void>> ask(const route::Route& route);
  [[nodiscard]] net::Awaitable<Result<void>> attempt(const route::Route& route,
                                                     const std::shared_ptr<upstream::Peer>& peer,
                                                     const std::string& head, bool fresh_only,
                                                     const std::function<bool()>& is_wanted);
  [[nodiscard]] net::Awaitable<void> finish();
  void drop_replaced();
  void append_added(const route::Route& route, std::string& head) const;

  Services& services_;
  ClientStream& client_;
  const Runtime& runtime_;
  const route::Server& server_;
  route::VariableValues values_;
  http::RequestHead head_;
  std::vector<std::pair<std::string_view, std::string>> added_;
  std::string path_;
  std::string uri_storage_;
  FoundTarget target_;
  bool is_secure_ = false;  // the upstream speaks TLS
  std::unique_ptr<route::Captured> captured_;
  std::shared_ptr<upstream::Group> group_;
  route::UpstreamTries tries_;
  std::optional<upstream::Exchange> upstream_;
};

}  // namespace signgate::proxy
