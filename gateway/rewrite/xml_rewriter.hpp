// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/rewriter.hpp"
#include "gateway/rewrite/xml_attributes.hpp"
#include "gateway/rewrite/xml_scanner.hpp"
#include "gateway/rewrite/xml_text.hpp"

namespace signgate::rewrite {

/// XmlRewriter is the Rewriter of XML: feeds, sitemaps, SVG, XHTML and the rest. Links are
///
/// - the attributes that xml_names.hpp lists, by their names without prefix, in XHTML and SVG
///   srcset lists, style and the presentation attributes of SVG among them; relative ones are
///   resolved against xml:base, that of XHTML's <base>, or the document's address;
/// - an element's text or CDATA section, if all of it is one link that begins with a scheme or `/`,
///   outside of XHTML and SVG;
/// - the links of HTML in an element's text or CDATA section, outside of XHTML and SVG, and in Atom
///   where `type` is html;
/// - the URLs of CSS in <style>, in XHTML and SVG.
///
/// Names are told by what follows their prefix; an element is XHTML or SVG within <html>, <svg>,
/// and what declares their namespaces. Of xml:base within each other the innermost base_capacity
/// count; below one more, links that are not absolute are left alone.
class XmlRewriter final : public Rewriter {
 public:
  XmlRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {});

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override;

  static constexpr std::size_t base_capacity = 16;

 private:
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  /// Base is an xml:base that holds within the elements below `depth`, and the base before it.
  struct Base {
    std::size_t depth;
    Url before;
  };

  /// What an attribute's value is asked for.
  enum class Wanted : std::uint8_t {
    link,
    srcset,
    css,
    presentation,
    xml_base,
    base_href,
    type,
    permalink,
    space
  };

  /// Place is what is forgotten at a restart.
  struct Place {
    std::size_t depth = 0;               // of the element that is open
    std::size_t markup = nowhere;        // the depth of the element that began XHTML or SVG
    std::size_t lost_base = nowhere;     // the depth of an xml:base too many
    std::size_t user_content = nowhere;  // the depth of the element that is marked so
    bool atom = false;
    bool base_seen = false;   // <base> of XHTML
    bool base_moved = false;  // since the rewriter of HTML was made
    bool in_start = false;    // in a start tag
    bool closes = false;      // the start tag that ended is its element's end too
    bool is_style = false;
    bool is_object = false;
    bool is_base = false;
    std::size_t added_element = 0;  // whose start tag is read, as LinkAttributes knows it
    bool is_id = false;             // its text names something, wherever that is
    bool is_html = false;           // by its `type`
    bool is_plain = false;          // by its `type`
    bool is_whole = false;          // nothing was in the element yet but white space
    Wanted wanted = Wanted::link;
    XmlScanner::Kind text_kind = XmlScanner::Kind::text;  // of the run that is active
    std::vector<Base> bases;
    bool run_ended = false;  // `event` ends a run of text
    bool has_event = false;  // `event` waits for the text before it
    bool finished = false;   // the last byte was consumed
    bool ended = false;      // the scanner has seen the last byte
  };

  bool step(std::string_view window, bool last, LinkSink& sink);
  void on_event(const XmlScanner::Event& event, std::string_view window);
  void on_start_tag();
  void on_attribute();
  [[nodiscard]] bool is_added_attribute(std::string_view name);
  void on_value(const XmlScanner::Event& event, std::string_view window);
  void on_tag_end(bool self_closing);
  void on_end_tag();
  void on_text(const XmlScanner::Event& event);
  void set_base(std::string_view raw);
  void close_element();
  void give_up_long(std::string_view window);
  [[nodiscard]] std::optional<NestedDocument> make_nested() const;
  [[nodiscard]] bool is_user_content() const noexcept {
    return options_.user_content || place_.user_content != nowhere;
  }
  [[nodiscard]] XmlText::Use text_use() const noexcept;
  [[nodiscard]] std::size_t hold() const noexcept;
  void drop(std::size_t count);

  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  Counters counters_;
  XmlScanner scanner_;
  XmlScanner::Event event_;
  XmlAttributes attributes_;
  Place place_;
  XmlText text_;
  bool nested_is_user_content_ = false;  // what the rewriter of HTML was made for
  std::string prefix_;                   // of the element whose start tag is read
  AttributeText decoded_;                // scratch
};

}  // namespace signgate::rewrite
