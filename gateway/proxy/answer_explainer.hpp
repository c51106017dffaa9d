// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/link_gate.hpp"
#include "gateway/proxy/response_filter.hpp"
#include "gateway/rewrite/candidate_log.hpp"
#include "gateway/route/router.hpp"

namespace signgate::proxy {

/// AnswerExplainer tells, of one answer of a route that signs, what becomes of its links and why:
/// in X-Signgate-Explain what is known with the head, and the links in it; in the error log, at
/// level notice, that and the links in the body, a line each with the request's id; and these in
/// X-Signgate-Explain behind the body, where the client takes trailers. Nothing that it tells holds
/// a signature. What it is given must outlive it; a worker's.
class AnswerExplainer {
 public:
  /// make makes one where `explain` of the route lists the client. Null for all others, for whom it
  /// costs one look at the list.
  [[nodiscard]] static std::unique_ptr<AnswerExplainer> make(const route::Route& route,
                                                             const http::RequestHead& request,
                                                             const route::VariableValues& values);

  AnswerExplainer(const route::Route& route, const http::RequestHead& request,
                  const route::VariableValues& values);

  /// hold_to is LinkSigner::hold_to.
  void hold_to(LinkGate& gate) noexcept { gate_ = &gate; }

  /// candidates is where scanners note what they look at.
  [[nodiscard]] rewrite::CandidateLog& candidates() noexcept { return candidates_; }

  /// tell_head tells what `plan` says, and the links that were noted in the header of the
  /// upstream's answer. The answer is then nobody else's to keep: its caching ends. Values live in
  /// `texts`.
  void tell_head(const ResponsePlan& plan, const http::ResponseHead& upstream, UnixSeconds now,
                 Answer& answer, AnswerTexts& texts);

  /// tell_links tells the links that were noted since it was called last, of the first
  /// limits::explained_answer_links.
  void tell_links();

  /// finish tells how many were left out, and adds the fields behind the body to `out`, up to
  /// limits::explained_trailer bytes: views into this.
  void finish(http::Fields& out);

 private:
  [[nodiscard]] std::vector<std::string> take_links();
  void log(std::string_view text) const;

  const route::Route& route_;
  const route::SignSet& set_;
  const http::RequestHead& request_;
  const route::VariableValues& values_;
  LinkGate* gate_ = nullptr;
  rewrite::CandidateLog candidates_;
  bool trails_ = false;  // what is told of the body goes behind it as well
  std::vector<std::string> trailers_;
  std::size_t trailers_size_ = 0;
  std::size_t untold_ = 0;  // links that found no place there
};

}  // namespace signgate::proxy
