// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/body_unsigner.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/http/field_lines.hpp"
#include "gateway/http/media_type.hpp"
#include "gateway/http/text.hpp"
#include "gateway/rewrite/charset.hpp"
#include "gateway/rewrite/format.hpp"

namespace signgate::proxy {
namespace {

using http::HeaderId;

bool is_text(const http::MediaType& type) {
  if (http::equal_ignoring_case(type.type, "text")) return true;
  const rewrite::Format format = rewrite::find_format(type.essence);
  return format == rewrite::Format::html || format == rewrite::Format::json ||
         format == rewrite::Format::xml;
}

bool is_scannable(const http::MediaType& type) {
  using Kind = rewrite::Charset::Kind;
  const auto label = type.charset();
  const auto charset = label ? rewrite::find_charset(*label) : std::nullopt;
  return !charset || (charset->kind != Kind::ascii_trails && charset->kind != Kind::other);
}

// Content-Encoding of a body or, of a part, Content-Transfer-Encoding: bytes that are no text.
bool is_coded(std::string_view codings) {
  bool coded = false;
  http::for_each_list_element(codings, [&](std::string_view each) {
    coded =
        coded ||
        !(http::equal_ignoring_case(each, "identity") || http::equal_ignoring_case(each, "7bit") ||
          http::equal_ignoring_case(each, "8bit") || http::equal_ignoring_case(each, "binary"));
  });
  return coded;
}

bool names_file(std::string_view disposition) {
  const std::size_t semicolon = disposition.find(';');
  if (semicolon == std::string_view::npos) return false;
  const std::string_view parameters = disposition.substr(semicolon + 1);
  return http::parameter(parameters, "filename") || http::parameter(parameters, "filename*");
}

// By the head of a part of multipart/form-data (RFC 7578 section 4).
bool is_text_part(std::string_view head) {
  constexpr http::HeadRules rules{.max_line = limits::multipart_head,
                                  .max_head = limits::multipart_head,
                                  .ignore_invalid_headers = true,
                                  .underscores_in_headers = true};
  http::Fields fields;
  if (!http::parse_field_lines(head, Side::client, rules, fields)) return false;
  const http::Field* const transfer = fields.find("Content-Transfer-Encoding");
  if (transfer != nullptr && is_coded(transfer->value)) return false;
  if (const auto content = fields.value(HeaderId::content_type)) {
    const auto type = http::parse_media_type(*content);
    return type && is_text(*type) && is_scannable(*type);
  }
  const http::Field* const disposition = fields.find("Content-Disposition");
  return disposition == nullptr || !names_file(disposition->value);
}

}  // namespace

std::unique_ptr<BodyUnsigner> BodyUnsigner::make(const rewrite::UnsignRules& rules,
                                                 const http::Fields& fields, Counters& counters) {
  const auto content = fields.value(HeaderId::content_type);
  const auto type = content ? http::parse_media_type(*content) : std::nullopt;
  if (!type) return nullptr;
  rewrite::BodyText kind = rewrite::BodyText::plain;
  std::optional<std::string> boundary;
  if (type->is("application/x-www-form-urlencoded")) {
    kind = rewrite::BodyText::form;
  } else if (type->is("multipart/form-data")) {
    boundary = http::parameter(type->parameters, "boundary");
    if (!boundary || !http::MultipartScanner::is_boundary(*boundary)) return nullptr;
  } else if (!is_text(*type)) {
    return nullptr;
  }
  if (is_coded(fields.value(HeaderId::content_encoding).value_or(std::string_view()))) {
    ++counters.unstripped_coding;
    return nullptr;
  }
  if (!is_scannable(*type)) {
    ++counters.unstripped_charset;
    return nullptr;
  }
  return std::make_unique<BodyUnsigner>(rules, kind, boundary);
}

BodyUnsigner::BodyUnsigner(const rewrite::UnsignRules& rules, rewrite::BodyText kind,
                           std::optional<std::string_view> boundary)
    : unsigner_(rules, kind) {
  if (boundary) parts_.emplace(*boundary);
}

void BodyUnsigner::feed(std::string_view text, bool last, std::string& out) {
  if (parts_) {
    feed_parts(text, last, out);
  } else {
    unsigner_.feed(text, out);
  }
  if (last) unsigner_.finish(out);
}

void BodyUnsigner::feed_parts(std::string_view text, bool last, std::string& out) {
  const bool carries = !held_.empty();
  if (carries) held_ += text;
  std::string_view window = carries ? std::string_view(held_) : text;
  while (const auto piece = parts_->next(window, last)) {
    take(*piece, out);
    window.remove_prefix(piece->text.size());
  }
  if (carries) {
    held_.erase(0, held_.size() - window.size());
  } else {
    held_.assign(window);
  }
}

void BodyUnsigner::take(const http::MultipartScanner::Piece& piece, std::string& out) {
  using Kind = http::MultipartScanner::Kind;
  if (piece.kind == Kind::content && is_text_) {
    unsigner_.feed(piece.text, out);
    return;
  }
  if (piece.kind != Kind::content) unsigner_.finish(out);
  if (piece.kind == Kind::head) is_text_ = is_text_part(piece.text);
  out.append(piece.text);
}

}  // namespace signgate::proxy
