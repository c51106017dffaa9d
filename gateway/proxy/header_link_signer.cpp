// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/header_link_signer.hpp"

namespace signgate::proxy {

std::optional<rewrite::HeaderForm> header_form(http::HeaderId id) noexcept {
  switch (id) {
    case http::HeaderId::location:
    case http::HeaderId::content_location:
      return rewrite::HeaderForm::whole;
    case http::HeaderId::link:
      return rewrite::HeaderForm::link;
    case http::HeaderId::refresh:
      return rewrite::HeaderForm::refresh;
    default:
      return std::nullopt;
  }
}

net::Awaitable<bool> sign_header_links(const route::SignSet& set, const rewrite::PageUrl& page,
                                       LinkSigner& signer, Services& services, Answer& answer,
                                       AnswerTexts& texts, rewrite::CandidateLog* candidates) {
  rewrite::Batch batch;
  std::vector<std::string> urls;
  bool any = false;
  bool is_media = false;
  std::vector<http::Field> fields(answer.fields.begin(), answer.fields.end());
  for (http::Field& field : fields) {
    const auto form = header_form(field.id);
    if (!form) continue;
    std::string value;
    std::size_t done = 0;
    bool found = false;
    while (done < field.value.size()) {
      done += rewrite::find_header_links(*form, field.value.substr(done), set.matcher, page, batch,
                                         services.counters.scanned, candidates);
      if (!batch.links.empty()) {
        found = is_media = true;
        co_await signer.sign(batch, urls);
      }
      for (const rewrite::Batch::Piece& piece : batch.pieces) {
        value += piece.literal;
        if (piece.link < 0) continue;
        const auto index = static_cast<std::size_t>(piece.link);
        if (urls[index].empty()) {
          value += batch.links[index].original;
        } else {
          rewrite::append_encoded(batch.links[index], urls[index], value);
          any = true;
        }
      }
    }
    if (found) field.value = texts.emplace_back(std::move(value));
  }
  if (any) {
    answer.fields.clear();
    for (const http::Field& field : fields)
      answer.fields.add(field);
  }
  co_return is_media;
}

}  // namespace signgate::proxy
