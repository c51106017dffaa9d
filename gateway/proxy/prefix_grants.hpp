// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/grant_cache.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/rewrite/batch.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::proxy {

/// PrefixGrants has a location of the server asked which links one page may have signed: rules with
/// grant = "auth_request". It asks as auth_request does, with the prefix (route::grant_prefix) in
/// X-Sign-Prefix and the page's address in X-Original-URI, one question after another, once for
/// each rule and prefix, and for limits::grant_prefixes of them at most. Answers are remembered in
/// Services::grants for the same server, rule, prefix, address of the page, Host, client's address
/// and certificate, Cookie and Authorization. One page's.
class PrefixGrants {
 public:
  enum class Answer : std::uint8_t {
    granted,   // 2xx
    refused,   // 401 or 403
    failed,    // any other status or none; the page then asks no more
    too_many,  // the page has links below more prefixes than it may ask for
  };

  /// PrefixGrants borrows everything; `values` are those of the client's request.
  PrefixGrants(Services& services, ClientStream& client, const Runtime& runtime,
               const route::Server& server, const route::VariableValues& values)
      : services_(services), client_(client), runtime_(runtime), server_(server), values_(values) {}

  /// ask makes the answer about the link known, of whose rule grant_request is set.
  [[nodiscard]] net::Awaitable<void> ask(const route::SignSet& set, const rewrite::Link& link);

  /// is_open says whether ask() may have to wait for the answer about the link: the page has not
  /// asked about it, and may still ask.
  [[nodiscard]] bool is_open(const route::SignSet& set, const rewrite::Link& link) const;

  /// answer is what ask() has found out; `failed` if it was not called.
  [[nodiscard]] Answer answer(const route::SignSet& set, const rewrite::Link& link) const;

 private:
  using Question = std::pair<std::size_t, std::string>;  // rule and prefix

  /// is_current says whether the worker has the request's configuration still: what another one
  /// was answered is not for this one.
  [[nodiscard]] bool is_current() const noexcept;
  [[nodiscard]] static Question question_of(const route::SignSet& set, const rewrite::Link& link);
  [[nodiscard]] std::optional<GrantCache::Key> key_of(const route::SignSet& set, std::size_t rule,
                                                      std::string_view prefix) const;
  [[nodiscard]] net::Awaitable<Answer> ask_elsewhere(const route::GrantRequest& request,
                                                     std::string_view prefix);
  void tell(const std::string& what) const;

  Services& services_;
  ClientStream& client_;
  const Runtime& runtime_;
  const route::Server& server_;
  const route::VariableValues& values_;
  std::map<Question, Answer> answers_;
  bool failed_ = false;
};

}  // namespace signgate::proxy
