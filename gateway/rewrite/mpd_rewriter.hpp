// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/rewriter.hpp"
#include "gateway/rewrite/xml_scanner.hpp"

namespace signgate::rewrite {

/// MpdRewriter is the Rewriter of DASH manifests. Links are the URLs of SegmentURL, Initialization,
/// RepresentationIndex, BitstreamSwitching and SegmentTemplate, resolved against the first BaseURL
/// of each element around them, and Location, PatchLocation and xlink:href where the BaseURLs make
/// no difference. A BaseURL is a link itself where it names a file: in a Representation or
/// AdaptationSet, without a `/` at its end. Any other is left as it is, as players append to it:
/// the links below become absolute instead. Templates are LinkSink::add_template's. Of BaseURLs
/// within each other base_capacity count; below one more, or one that cannot be told, links that
/// are not absolute are left alone. Source: ISO/IEC 23009-1 sections 5.3.9 and 5.6.
class MpdRewriter final : public Rewriter {
 public:
  MpdRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {})
      : matcher_(&matcher), page_(std::move(page)), options_(options) {}

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override { return counters_; }

  static constexpr std::size_t base_capacity = 8;

 private:
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  enum class Element : std::uint8_t {
    other,
    base_url,
    location,    // PatchLocation too
    file_owner,  // a BaseURL in it may name a file
    segment_url,
    source_url,  // Initialization and its kin
    segment_template,
  };

  /// What an attribute's value is.
  enum class Wanted : std::uint8_t { link, template_link, xlink };

  /// Base is a BaseURL that holds within the element at `depth`, and the base before it.
  struct Base {
    std::size_t depth;
    Url before;
  };

  /// Place is what is forgotten at a restart. Offsets are into the window.
  struct Place {
    std::size_t depth = 0;
    std::array<Element, 16> elements{};  // by depth; deeper ones are other
    std::size_t lost_base = nowhere;     // the depth of an element whose base cannot be told
    std::vector<Base> bases;
    Wanted wanted = Wanted::link;
    bool cut_up = false;    // a BaseURL by whose byteRange players change URLs
    bool has_text = false;  // of an element whose text is wanted
    bool in_cdata = false;  // that text is
    std::size_t text_begin = 0;
    std::size_t text_end = 0;
    bool finished = false;  // the last byte was consumed
  };

  void on_event(const XmlScanner::Event& event, std::string_view window, LinkSink& sink);
  void on_start_tag();
  void on_attribute();
  void on_value(const XmlScanner::Event& event, std::string_view window, LinkSink& sink);
  void on_text(const XmlScanner::Event& event, std::string_view window);
  void give_up_text();
  void end_text(std::string_view window, LinkSink& sink);
  void on_base_url(std::string_view window, LinkSink::Range raw, Encoding encoding, LinkSink& sink);
  void set_base(std::string_view raw, bool cdata);
  void add(std::string_view window, LinkSink::Range raw, Encoding encoding, LinkSink& sink,
           bool is_template = false);
  void close_element();
  void give_up_long(std::string_view window);
  [[nodiscard]] Element element(std::size_t above = 0) const noexcept;
  [[nodiscard]] std::size_t hold() const noexcept;
  void drop(std::size_t count) noexcept;

  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  Counters counters_;
  XmlScanner scanner_;
  Place place_;
  AttributeText decoded_;  // scratch
};

}  // namespace signgate::rewrite
