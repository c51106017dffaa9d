// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/rewrite/batch.hpp"
#include "gateway/route/link_grants.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::proxy {

/// AnswerGrants is what an upstream's answer grants to whoever asked for it: the links that media
/// rules with grant = "header" may sign in it. Nothing until take() has read a head. One answer's.
class AnswerGrants {
 public:
  AnswerGrants() = default;

  /// AnswerGrants has what `grants` lists, one for each of SignSet::grant_headers.
  explicit AnswerGrants(std::vector<route::LinkGrants> grants) : grants_(std::move(grants)) {}

  /// of reads the grant headers of the set's rules from an answer's fields. A malformed one grants
  /// nothing.
  [[nodiscard]] static AnswerGrants of(const route::SignSet& set, const http::Fields& fields);

  /// take reads the grant headers of the set's rules from an upstream's head and removes them from
  /// `fields`, which go to the client. A malformed one grants nothing, is counted, and told in the
  /// error log.
  void take(const route::SignSet& set, const http::Fields& upstream, http::Fields& fields,
            const route::VariableValues& values, Services& services);

  /// allow says whether the link may be signed by its rule of the set. A signature that opens more
  /// than the link, by a wildcard, needs a grant for all that it opens.
  [[nodiscard]] bool allow(const route::SignSet& set, const rewrite::Link& link) const;

 private:
  std::vector<route::LinkGrants> grants_;  // by SignSet::grant_headers
};

}  // namespace signgate::proxy
