// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_rewriter.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/html_state.hpp"

namespace signgate::rewrite {

using Kind = HtmlTokenizer::EventKind;

HtmlRewriter::HtmlRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options)
    : state_(std::make_unique<State>(matcher, std::move(page), options)) {}
HtmlRewriter::~HtmlRewriter() = default;
HtmlRewriter::HtmlRewriter(HtmlRewriter&&) noexcept = default;
HtmlRewriter& HtmlRewriter::operator=(HtmlRewriter&&) noexcept = default;

Counters HtmlRewriter::counters() const {
  return state_->all_counters();
}

void HtmlRewriter::restart() {
  const State& old = *state_;
  RewriteOptions options = old.options;
  options.charset = old.charset;
  auto fresh = std::make_unique<State>(old.matcher, old.address, options);
  fresh->counters = old.all_counters();
  state_ = std::move(fresh);
}

// Its one caller is a coroutine: inlined there, the scanner's variables would live in the frame, in
// memory, and the sheer size would keep small functions from being inlined.
[[gnu::noinline]] std::size_t HtmlRewriter::scan(std::string_view window, bool last, Batch& out) {
  State& state = *state_;
  out.clear();
  LinkSink sink(state.matcher, state.page, state.counters, out, window, state.options);
  bool used_up = state.finished;
  while (out.links.size() < state.options.links_per_batch && !used_up && !state.unreadable) {
    if (state.user_content != nullptr) sink.set_user_content(state.is_user_content());
    if (state.value.active) {
      state.step_value(sink);
    } else if (state.script.waits) {
      state.step_script(window, sink);
    } else if (state.in_style && state.css.position() < state.text_end) {
      state.step_style(window, sink);
    } else if (!state.step_svg_style(window, sink)) {
      state.skim(window, last, sink);
      if (out.links.size() >= state.options.links_per_batch) continue;
      HtmlTokenizer::Event event = state.tokenizer.next(window);
      if (event.kind == Kind::none && last) event = state.tokenizer.finish();
      if (event.kind == Kind::none) {
        if (last && state.in_style) state.end_style(window, sink);
        if (last && state.in_svg_style) state.end_svg_style(window, sink);
        used_up = !(last && state.end_script());
      } else {
        state.on_event(event, window, sink);
      }
    }
  }
  if (state.unreadable) {
    sink.finish(window.size());
    return window.size();
  }
  if (used_up && !last) {
    state.leave_svg_text(window, sink);
    state.give_up_long(window);
  }

  state.finished = last && used_up;
  std::size_t used = state.finished ? window.size() : state.hold();
  if (state.value.active) used = std::min(used, sink.emitted());
  SIGNGATE_CHECK(used >= sink.emitted());
  sink.finish(used);
  if (!state.finished) state.drop(used);
  return used;
}

}  // namespace signgate::rewrite
