// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/config/config.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/response_filter.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/rewrite/page_policy.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::proxy {

/// PageFacts are what the policies of a page are looked at with.
struct PageFacts {
  const route::SignSet& set;
  const config::Settings& settings;
  const rewrite::Url& page;
  const route::VariableValues& values;
  rewrite::Format format = rewrite::Format::none;  // none: 304, of which the kept page has one
};

/// fit_policies edits what an answer's header tells a browser of fetches from the page, so that
/// those of private media work: Content-Security-Policy and its Report-Only form as `csp` says, and
/// Referrer-Policy as `referrer_policy` says. Called for answers in which links are looked for, and
/// for the 304 of such a page, whose fields take the place of the kept ones. A warning is counted,
/// and told in the error log once a second. Values live in `texts`.
void fit_policies(const PageFacts& facts, Services& services, Answer& answer, AnswerTexts& texts);

/// policy_fitter does the same for what a page says itself: of <meta> policies what `csp` and
/// `referrer_policy` say becomes, and of a `referrerpolicy` attribute that keeps the Referer from
/// private media a warning. It keeps references to all of `facts` but the page's URL, and to
/// `services`. Empty: there is nothing to do.
[[nodiscard]] rewrite::PolicyFitter policy_fitter(const PageFacts& facts, Services& services);

}  // namespace signgate::proxy
