// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/codec/decoder.hpp"
#include "gateway/codec/encoder.hpp"
#include "gateway/proxy/answer_explainer.hpp"
#include "gateway/proxy/answer_writer.hpp"
#include "gateway/proxy/begun_body.hpp"
#include "gateway/proxy/link_signer.hpp"
#include "gateway/proxy/response_filter.hpp"
#include "gateway/rewrite/page_policy.hpp"
#include "gateway/rewrite/rewriter.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// RewritePump moves the body of a rewritten answer: read, decode, scan, sign a batch, splice,
/// encode, write; then read on. Nothing is read before the client took what there was, so its
/// memory is a constant: one window, one batch of links, the codecs' state.
class RewritePump {
 public:
  /// With an `explainer` it is told of every link.
  RewritePump(const route::SignSet& set, rewrite::PageUrl page, const ResponsePlan& plan,
              rewrite::PolicyFitter policies, LinkSigner& signer, AnswerWriter& out,
              codec::EncoderPool& encoders, AnswerExplainer* explainer = nullptr);

  /// go_on has run() begin behind what was decoded already, of the coding of the plan.
  void go_on(BegunBody begun);

  /// run pumps until the body's end. An error's side says whose it was; the answer is then cut, as
  /// its head is out.
  [[nodiscard]] net::Awaitable<Result<void>> run(upstream::Exchange& upstream);

  [[nodiscard]] rewrite::Counters counters() const { return rewriter_->counters(); }

  /// sizes are those of the body before and after it was encoded, so far; where it is not, nothing.
  [[nodiscard]] codec::Sizes sizes() const { return encoder_ ? encoder_->sizes() : codec::Sizes{}; }

 private:
  [[nodiscard]] net::Awaitable<Result<void>> consume(upstream::Exchange& upstream,
                                                     std::string_view raw, bool last);
  [[nodiscard]] net::Awaitable<Result<std::size_t>> scan(std::string_view text, bool last);
  void splice();
  [[nodiscard]] net::Awaitable<Result<void>> emit_ahead();
  [[nodiscard]] net::Awaitable<Result<void>> emit(bool last);
  [[nodiscard]] net::Awaitable<Result<void>> encode(std::string_view text,
                                                    codec::Encoder::Flush flush, bool last);
  [[nodiscard]] net::Awaitable<Result<void>> flush();

  rewrite::PolicyFitter policies_;  // of what the page says itself; may be empty
  std::unique_ptr<rewrite::Rewriter> rewriter_;
  std::optional<codec::Decoder> decoder_;
  std::optional<codec::Encoder> encoder_;
  LinkSigner& signer_;
  AnswerWriter& out_;
  AnswerExplainer* explainer_;

  std::unique_ptr<char[]> window_;  // what was carried, then decoded bytes
  std::size_t held_ = 0;
  bool unscanned_ = false;                             // what is held was not looked at yet
  std::optional<upstream::Exchange::BodyPart> first_;  // that comes before what is read
  rewrite::Batch batch_;
  std::vector<std::string> signed_urls_;
  // Run is a stretch of what goes out: a literal, or a range of `spliced_`.
  struct Run {
    std::string_view literal = {};
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  std::string
      spliced_;  // the signed links of a batch, encoded for their places, and short literals
  std::vector<Run> runs_;
  std::vector<std::string_view> parts_;
  std::unique_ptr<char[]> encoded_;
  bool unflushed_ = false;  // the encoder holds bytes that the client could have
};

}  // namespace signgate::proxy
