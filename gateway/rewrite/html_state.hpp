// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/css_scanner.hpp"
#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/html_context.hpp"
#include "gateway/rewrite/html_names.hpp"
#include "gateway/rewrite/html_rewriter.hpp"
#include "gateway/rewrite/html_skimmer.hpp"
#include "gateway/rewrite/html_tokenizer.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/nested_document.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "gateway/rewrite/xml_text.hpp"

namespace signgate::rewrite {

/// html_form is the form of a part of a value with these quotes.
[[nodiscard]] constexpr Encoding::Html html_form(AttributeQuote quote) noexcept {
  switch (quote) {
    case AttributeQuote::double_quoted:
      return Encoding::Html::double_quoted;
    case AttributeQuote::single_quoted:
      return Encoding::Html::single_quoted;
    case AttributeQuote::unquoted:
      break;
  }
  return Encoding::Html::unquoted;
}

/// HtmlRewriter::State is what outlives a scan. Offsets are into the window, which drop() moves.
struct HtmlRewriter::State {
  /// ValueScan is an attribute's value that may hold many links, gone through one link at a time,
  /// since the batch may fill up in the midst of it. It works on a decoded copy; `raw_begin` may
  /// have left the window to the front.
  struct ValueScan {
    bool active = false;
    bool css = false;
    bool words = false;  // URLs with white space between
    std::ptrdiff_t raw_begin = 0;
    std::size_t position = 0;  // srcset, in the decoded text
    Encoding::Html html = Encoding::Html::none;
    AttributeText text;
    CssScanner scanner;                  // style attribute
    std::unique_ptr<Rewriter> document;  // a document, from `position` on
  };

  /// Script is the text of a <script> that is looked into: JSON, or with script_strings code.
  /// `document` is there from its start tag to its end.
  struct Script {
    bool is_json = false;  // by the type of the tag that is read
    bool is_code = true;   // likewise
    bool waits = false;    // text has come, or the end
    bool ended = false;
    std::size_t fed = 0;  // the text up to here was given to `document`
    std::unique_ptr<NestedDocument> document;
  };

  /// Meta is a <meta> until its end, since `content` may stand before what says what it means.
  struct Meta {
    bool has_content = false;
    bool is_link = false;
    bool is_refresh = false;
    bool is_content_type = false;
    std::optional<Charset> charset;    // by its own attribute
    std::optional<PagePolicy> policy;  // that `content` says
    AttributeQuote quote = AttributeQuote::double_quoted;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  State(const LinkMatcher& link_matcher, PageUrl page_url, RewriteOptions html_options)
      : matcher(link_matcher),
        address(page_url),
        page(std::move(page_url)),
        options(html_options),
        charset(html_options.charset),
        added(html_options.rules != nullptr && !html_options.rules->attributes.empty()
                  ? &html_options.rules->attributes
                  : nullptr),
        words_tell(matcher.words().tell(page)),
        user_content(html_options.rules != nullptr && !html_options.rules->user_content.empty()
                         ? &html_options.rules->user_content
                         : nullptr) {}

  /// skim passes over what need not be looked at tag by tag.
  void skim(std::string_view window, bool last, LinkSink& sink) {
    // Who explains a page wants to know of each link; other attributes may hold some; and where a
    // part of user content ends each tag tells.
    if (!tokenizer.is_in_data() || !context.is_plain() || options.candidates != nullptr ||
        added != nullptr || user_content != nullptr)
      return;
    const bool utf8 = known_charset().kind == Charset::Kind::utf8;
    tokenizer.skip_to(skim_html(window, tokenizer.position(), matcher, page, counters.links,
                                utf8 ? &sink : nullptr, options.links_per_batch,
                                words_tell ? &word_search : nullptr, last ? &rest : nullptr));
  }

  void on_event(const HtmlTokenizer::Event& event, std::string_view window, LinkSink& sink);
  void step_value(LinkSink& sink);
  void step_style(std::string_view window, LinkSink& sink);
  void end_style(std::string_view window, LinkSink& sink);
  void step_script(std::string_view window, LinkSink& sink);

  /// step_svg_style goes on in the style sheet of an SVG. False: more of it has to be read.
  bool step_svg_style(std::string_view window, LinkSink& sink) {
    return svg_style.active() && svg_style.step(window, sink, counters);
  }
  void end_svg_text(std::string_view window, LinkSink& sink);
  void end_svg_style(std::string_view window, LinkSink& sink);

  /// leave_svg_text ends what was read of it where markup has begun, when the window is used up, so
  /// that the markup need not be held.
  void leave_svg_text(std::string_view window, LinkSink& sink) {
    if (svg_style.active() && tokenizer.data_begin() != svg_text_end) end_svg_text(window, sink);
  }

  /// end_script says that all of the script's text has been seen. False: there is none, or that was
  /// said before.
  bool end_script() noexcept;

  /// all_counters are those of the documents within this one as well.
  [[nodiscard]] Counters all_counters() const;

  /// give_up_long lets go of values that cannot fit or cannot match, when the window is used up.
  void give_up_long(std::string_view window);

  /// is_user_content says whether links at this place are user content.
  [[nodiscard]] bool is_user_content() const noexcept {
    return options.user_content || marks_content || region.active();
  }

  [[nodiscard]] std::size_t hold() const noexcept;
  void drop(std::size_t count);

  const LinkMatcher& matcher;
  const PageUrl address;  // as it was given: a document within another one may have a base already
  PageUrl page;
  RewriteOptions options;                // its charset is what is known by now
  const std::optional<Charset> charset;  // what was known at first
  const LinkAttributes* added;           // null: none
  bool words_tell;                       // of this page's links, with its base
  WordSearch word_search;
  RestOfDocument rest{options.policies != nullptr};
  const UserContentRules* user_content;  // null: none
  Counters counters;
  HtmlTokenizer tokenizer;
  HtmlContext context;

  Tag tag = Tag::other;
  Attribute attribute = Attribute::none;  // whose value is read
  std::uint32_t seen = 0;                 // attributes of this tag: of equal names the first counts
  std::size_t added_element = 0;          // of this tag, as LinkAttributes knows it
  std::uint64_t added_seen = 0;           // its added attributes, likewise
  std::uint32_t presentation_seen = 0;    // its presentation attributes, likewise
  bool base_seen = false;
  std::string tag_name;        // user_content: this tag's
  bool marks_content = false;  // it has the attribute, as far as it was read
  UserContentRegion region;
  Meta meta;
  std::string referrer_policy;      // of this tag
  std::uint64_t matched_until = 0;  // what was matched before this tag

  ValueScan value;
  bool in_style = false;
  std::size_t text_end = 0;  // the style's or script's text up to here may be scanned
  CssScanner css;
  bool in_svg_style = false;
  bool svg_text_is_cdata = false;  // what svg_style reads
  std::size_t svg_text_end = 0;    // likewise, where it ends
  XmlText svg_style{std::nullopt, LinkContext::style_element};
  Script script;

  bool finished = false;    // the last byte was consumed
  bool unreadable = false;  // from here on, as a <meta> says in which charset it is
  std::string element;      // the latest start tag's name, if we know it
  AttributeText decoded;    // scratch
  std::string unescaped;    // scratch
  Batch inner;              // scratch

 private:
  void on_tag_name();
  void on_attribute();
  void on_added_attribute();
  [[nodiscard]] bool is_in_svg() const noexcept;
  bool on_presentation_attribute();
  void on_svg_text(const HtmlTokenizer::Event& event, std::string_view window, LinkSink& sink);
  void follow_region(bool self_closing);
  [[nodiscard]] RewriteOptions nested_options() const noexcept;
  [[nodiscard]] bool is_wanted(Attribute found) const noexcept;
  void on_value(const HtmlTokenizer::Event& event, std::string_view window, LinkSink& sink);
  void on_tag_end(const HtmlTokenizer::Event& event, std::string_view window, LinkSink& sink);
  void add_url(const HtmlTokenizer::Event& event, std::string_view window, LinkSink& sink);
  void begin_value_scan(const HtmlTokenizer::Event& event, std::string_view window, bool style);
  void on_meta_value(const HtmlTokenizer::Event& event, std::string_view window);
  bool fit_policy(std::string_view window, LinkSink& sink);
  void declare_charset(std::string_view window, LinkSink& sink);
  void end_meta(std::size_t tag_end, std::string_view window, LinkSink& sink);
  void begin_document(const HtmlTokenizer::Event& event, std::string_view window);
  void step_document(LinkSink& sink);
  void begin_script(std::size_t position);
  void add_style_url(const CssUrl& url, std::string_view window, LinkSink& sink);
  [[nodiscard]] std::string_view decode(std::string_view raw);
  [[nodiscard]] std::size_t value_limit() const noexcept;
  [[nodiscard]] Charset known_charset() const noexcept {
    return options.charset.value_or(Charset{});
  }
  /// can_read_text says whether backslashes and brackets are what they seem: CSS and JSON can be
  /// read.
  [[nodiscard]] bool can_read_text() const noexcept {
    return known_charset().kind != Charset::Kind::ascii_trails;
  }
};

}  // namespace signgate::rewrite
