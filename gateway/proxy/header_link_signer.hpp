// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/link_signer.hpp"
#include "gateway/proxy/response_filter.hpp"
#include "gateway/rewrite/header_links.hpp"
#include "gateway/rewrite/url.hpp"

namespace signgate::proxy {

/// header_form says how links stand in a field of this name; nothing for a field without links.
[[nodiscard]] std::optional<rewrite::HeaderForm> header_form(http::HeaderId id) noexcept;

/// sign_header_links signs the links in an answer's Location, Content-Location, Link and Refresh.
/// True: at least one is private media, so the answer's caching has to be bounded, also where it
/// was not signed: the next viewer may be granted what this one is not. Values live in `texts`.
/// What is looked at is noted in `candidates`, if there is one.
[[nodiscard]] net::Awaitable<bool> sign_header_links(const route::SignSet& set,
                                                     const rewrite::PageUrl& page,
                                                     LinkSigner& signer, Services& services,
                                                     Answer& answer, AnswerTexts& texts,
                                                     rewrite::CandidateLog* candidates = nullptr);

}  // namespace signgate::proxy
