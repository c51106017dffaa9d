// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/proxy/answer_grants.hpp"
#include "gateway/proxy/prefix_grants.hpp"
#include "gateway/proxy/reflected_links.hpp"
#include "gateway/rewrite/batch.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::proxy {

/// LinkGate says which links of one answer may be signed, beside the route's `sign`: what `grant`
/// and `reflect` of their rules want. One answer's; it borrows what it is given.
class LinkGate {
 public:
  enum class Refusal : std::uint8_t {
    none,
    reflected,       // the request for the page had it
    unclear,         // it may have had it
    not_granted,     // by the answer's header, or by grant_request
    grant_failed,    // grant_request was not answered as it should be
    too_many_grants  // the page has links below more prefixes than it may ask for
  };

  explicit LinkGate(const route::SignSet& set) : set_(set) {}

  /// take_grants reads the answer's grant headers: see AnswerGrants::take.
  void take_grants(const http::Fields& upstream, http::Fields& fields,
                   const route::VariableValues& values, Services& services) {
    grants_.take(set_, upstream, fields, values, services);
  }

  /// grant has rules with grant = "header" held to `grants`; without either, nothing is granted.
  void grant(const AnswerGrants& grants) { grants_ = grants; }

  /// refuse_reflected has rules with reflect = "refuse" held to the request (see ReflectedLinks);
  /// without it no link is one that was reflected.
  void refuse_reflected(const http::RequestHead& request, rewrite::RequestText* body) {
    reflected_.emplace(request, body);
  }

  /// ask_by has rules with grant = "auth_request" ask (see PrefixGrants); without it nothing is
  /// granted.
  void ask_by(Services& services, ClientStream& client, const Runtime& runtime,
              const route::Server& server, const route::VariableValues& values) {
    asked_.emplace(services, client, runtime, server, values);
  }

  /// grants and reflected are what links are held to, for those who explain; null: nothing.
  [[nodiscard]] const AnswerGrants& grants() const noexcept { return grants_; }
  [[nodiscard]] ReflectedLinks* reflected() noexcept { return reflected_ ? &*reflected_ : nullptr; }

  /// asks says whether ask() has anything to do for the batch.
  [[nodiscard]] bool asks(const rewrite::Batch& batch);

  /// ask has the location asked about the links of the batch for which that is needed.
  [[nodiscard]] net::Awaitable<void> ask(const rewrite::Batch& batch);

  /// refusal says what is against the link. After ask() for its batch.
  [[nodiscard]] Refusal refusal(const rewrite::Link& link);

 private:
  [[nodiscard]] bool asks(const rewrite::Link& link);
  [[nodiscard]] Refusal reflection(const rewrite::Link& link);

  const route::SignSet& set_;
  AnswerGrants grants_;
  std::optional<ReflectedLinks> reflected_;
  std::optional<PrefixGrants> asked_;
};

}  // namespace signgate::proxy
