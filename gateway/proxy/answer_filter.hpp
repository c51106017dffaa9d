// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/codec/encoder_pool.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/response_filter.hpp"
#include "gateway/route/answer_rules.hpp"

namespace signgate::proxy {

/// add_answer_headers gives an answer the headers of `expires` and `add_header`. Cache-Control and
/// Expires of `expires` take the place of upstream's; `add_header` adds a line, but Last-Modified
/// and ETag, which it replaces, and with an empty value removes. What it adds comes before the
/// rules of rewritten answers, which bound it. Source: nginx, ngx_http_headers_module.
void add_answer_headers(const route::AnswerRules& rules, const route::VariableValues& values,
                        UnixSeconds now, Answer& answer, AnswerTexts& texts);

/// frame_trailers says whether `add_trailer` has fields for an answer of that status, and whether
/// the client can take them: HTTP/1.1, and an answer with a body. It then has no length, so that it
/// is chunked. `request` null: it could not be read. Source: nginx, ngx_http_headers_filter and
/// ngx_http_chunked_header_filter.
[[nodiscard]] bool frame_trailers(const route::AnswerRules& rules, const http::RequestHead* request,
                                  Answer& answer);

/// add_trailers adds to `out` the fields of `add_trailer`, those with an empty value left out.
void add_trailers(const route::AnswerRules& rules, const route::VariableValues& values, int status,
                  http::Fields& out, AnswerTexts& texts);

/// compress_fields decides whether the answer's body is compressed, and then edits its fields:
/// Content-Encoding, a weak ETag, no length, no ranges, no digests of the plain bytes; Vary by
/// gzip_vary. `date` is upstream's. Source: nginx, ngx_http_gzip_filter_module.
[[nodiscard]] route::CompressionChoice compress_fields(const route::CompressionRule& rule,
                                                       const http::RequestHead& request,
                                                       std::string_view date, UnixSeconds now,
                                                       Answer& answer, AnswerTexts& texts);

/// compress_text is a whole body in that coding; nothing when there is no memory.
[[nodiscard]] std::optional<std::string> compress_text(std::string_view text,
                                                       const route::CompressionChoice& choice,
                                                       codec::EncoderPool& pool);

}  // namespace signgate::proxy
