// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/answer_filter.hpp"

#include <algorithm>

#include "gateway/codec/encoder.hpp"
#include "gateway/http/http_date.hpp"
#include "gateway/http/text.hpp"

namespace signgate::proxy {
namespace {

using http::HeaderId;

bool varies_by_coding(const http::Fields& fields) {
  bool found = false;
  for (const http::Field& field : fields) {
    if (field.id != HeaderId::vary) continue;
    http::for_each_list_element(field.value, [&](std::string_view element) {
      found = found || element == "*" || http::equal_ignoring_case(element, "Accept-Encoding");
    });
  }
  return found;
}

// A strong tag names the bytes of one coding; what is no tag at all names nothing.
void weaken_entity_tag(Answer& answer, AnswerTexts& texts) {
  const auto tag = answer.fields.value(HeaderId::etag);
  if (!tag || tag->starts_with("W/\"")) return;
  if (!tag->starts_with('"')) {
    answer.fields.remove(HeaderId::etag);
    return;
  }
  const std::string& weak = texts.emplace_back("W/" + std::string(*tag));
  answer.fields.set(HeaderId::etag, "ETag", weak);
}

}  // namespace

void add_answer_headers(const route::AnswerRules& rules, const route::VariableValues& values,
                        UnixSeconds now, Answer& answer, AnswerTexts& texts) {
  const bool usual = route::takes_headers(answer.status);
  if (usual) {
    std::optional<UnixSeconds> modified;
    if (const auto value = answer.fields.value(HeaderId::last_modified))
      modified = http::parse_http_date(*value, now);
    if (auto fields = route::expires_for(rules, values, now, modified)) {
      answer.fields.set(HeaderId::expires, "Expires",
                        texts.emplace_back(std::move(fields->expires)));
      answer.fields.set(HeaderId::cache_control, "Cache-Control",
                        texts.emplace_back(std::move(fields->cache_control)));
    }
  }
  for (const route::AddedHeader& header : rules.headers) {
    if (!usual && !header.always) continue;
    std::string value;
    header.value.append(values, route::Escape::line, value);
    const bool replaces = header.id == HeaderId::last_modified || header.id == HeaderId::etag;
    if (value.empty()) {
      if (replaces) answer.fields.remove(header.id);
      continue;
    }
    const std::string& kept = texts.emplace_back(std::move(value));
    if (replaces) {
      answer.fields.set(header.id, header.name, kept);
    } else {
      answer.fields.add(header.name, kept);
    }
  }
}

bool frame_trailers(const route::AnswerRules& rules, const http::RequestHead* request,
                    Answer& answer) {
  if (rules.trailers.empty() || request == nullptr || request->minor == 0) return false;
  if (!answer.may_chunk) return false;
  if (request->method == http::Method::head) return false;
  if (answer.status < 200 || answer.status == 204 || answer.status == 304) return false;
  const bool usual = route::takes_headers(answer.status);
  const bool any = usual || std::any_of(rules.trailers.begin(), rules.trailers.end(),
                                        [](const auto& trailer) { return trailer.always; });
  if (any) answer.length.reset();
  return any;
}

void add_trailers(const route::AnswerRules& rules, const route::VariableValues& values, int status,
                  http::Fields& out, AnswerTexts& texts) {
  const bool usual = route::takes_headers(status);
  for (const route::AddedHeader& trailer : rules.trailers) {
    if (!usual && !trailer.always) continue;
    std::string value;
    trailer.value.append(values, route::Escape::line, value);
    if (!value.empty()) out.add(trailer.name, texts.emplace_back(std::move(value)));
  }
}

route::CompressionChoice compress_fields(const route::CompressionRule& rule,
                                         const http::RequestHead& request, std::string_view date,
                                         UnixSeconds now, Answer& answer, AnswerTexts& texts) {
  const route::CompressionFacts facts{.request = request,
                                      .status = answer.status,
                                      .fields = answer.fields,
                                      .date = date,
                                      .length = answer.length,
                                      .now = now};
  const route::CompressionChoice choice = rule.choose(facts);
  if (choice.vary && !varies_by_coding(answer.fields)) answer.fields.add("Vary", "Accept-Encoding");
  if (choice.coding == codec::Coding::identity) return choice;
  answer.fields.set(HeaderId::content_encoding, "Content-Encoding",
                    codec::coding_name(choice.coding));
  weaken_entity_tag(answer, texts);
  for (const HeaderId id :
       {HeaderId::accept_ranges, HeaderId::content_md5, HeaderId::digest, HeaderId::repr_digest}) {
    answer.fields.remove(id);
  }
  answer.fields.remove("Content-Digest");
  answer.length.reset();
  return choice;
}

std::optional<std::string> compress_text(std::string_view text,
                                         const route::CompressionChoice& choice,
                                         codec::EncoderPool& pool) {
  auto coded = codec::encode_whole(text, choice.coding, choice.level, &pool);
  if (!coded) return std::nullopt;
  return std::move(*coded);
}

}  // namespace signgate::proxy
