// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <forward_list>
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

  /// follow_error_pages has run() go where `error_page` of the location leads after what went wrong
  /// there, as nginx does: also to an answer that lets somebody in. Our own faults lead nowhere.
  void follow_error_pages() noexcept { follows_pages_ = true; }

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
  void enter(std::string_view uri);
  [[nodiscard]] net::Awaitable<Result<void>> answer();
  [[nodiscard]] bool go_on(const Result<void>& answered);
  [[nodiscard]] int error_to_replace(const Result<void>& answered) const;
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
  std::forward_list<std::string> pages_;  // what error_page has led to; `values_` views them
  const route::Route* route_ = nullptr;   // null: no location takes the URI
  std::size_t page_count_ = 0;
  int page_status_ = 0;  // what error_page gives its page; 0: the page's own
  bool follows_pages_ = false;
  bool in_page_ = false;       // no further error_page is looked for
  bool is_own_error_ = false;  // the status is one that we have found
  bool redirected_ = false;    // the next try is the first of an error page
  FoundTarget target_;
  bool is_secure_ = false;  // the upstream speaks TLS
  std::unique_ptr<route::Captured> captured_;
  std::shared_ptr<upstream::Group> group_;
  route::UpstreamTries tries_;
  std::optional<upstream::Exchange> upstream_;
};

}  // namespace signgate::proxy
