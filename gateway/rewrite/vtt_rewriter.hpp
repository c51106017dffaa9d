// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/rewrite/css_scanner.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/rewriter.hpp"
#include "gateway/rewrite/text_links.hpp"

namespace signgate::rewrite {

/// names_picture says whether a line that holds no white space is the link of a picture, as tracks
/// of thumbnails have it: its fragment says which part of it (`#xywh=`), or its path ends as those
/// of pictures do. Pure. Source: W3C Media Fragments URI 1.0, section 4.2.2.
[[nodiscard]] bool names_picture(std::string_view line) noexcept;

/// VttRewriter is the Rewriter of WebVTT. Links are
///
/// - in a cue's payload each line that is wholly one link: it begins with `/`, or names a picture;
///   resolved against the file's own address. One word of a subtitle is none;
/// - in its other lines absolute links, as TextLinkScanner finds them;
/// - the URLs of CSS in STYLE blocks.
///
/// Not looked at are the header, comments, regions, and a cue's name and times. Blocks are told
/// apart as the standard's parser does it: a line with `-->` begins a cue wherever it stands, and
/// STYLE is a block only in front of all cues. A file without its signature is read all the same,
/// as players' own parsers do. A link with `&amp;` stands for one with `&`, and is written so
/// again. Source: W3C WebVTT, section 6.1 (parsing of files and blocks).
class VttRewriter final : public Rewriter {
 public:
  VttRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {})
      : matcher_(&matcher), page_(std::move(page)), options_(options) {}

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override;

 private:
  enum class State : std::uint8_t {
    line,        // at a line's begin
    other,       // in a line, or the rest of one, that has no links
    style_name,  // in a first line that may be `STYLE`
    style,       // in a line of CSS
    payload,     // in the white space before a payload line
    link,        // in a payload line that may be wholly one link
    text,        // in another payload line
  };

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  /// Place is what is forgotten at a restart. Offsets are into the window.
  struct Place {
    State state = State::line;
    std::size_t position = 0;        // what lies before it was looked at
    std::size_t link_begin = 0;      // link
    std::size_t link_end = nowhere;  // link: where white space followed it
    std::size_t matched = 0;         // style_name: how much of it
    std::size_t dashes = 0;          // how many stand directly before `position`
    bool arrow = false;              // the line holds `-->`
    bool in_block = false;           // a line of the block was read
    bool in_cue = false;             // the block is a cue, whose times were read
    bool in_style = false;           // the block is STYLE
    bool cue_seen = false;
    bool after_return = false;  // a line feed that follows belongs to the line end before it
    bool finished = false;      // the last byte was consumed
  };

  bool step(std::string_view window, bool last, LinkSink& sink);
  bool step_line(std::string_view window, bool last, LinkSink& sink);
  bool step_style_name(std::string_view window);
  bool step_style(std::string_view window, bool last, LinkSink& sink);
  bool step_payload(std::string_view window);
  bool step_link(std::string_view window, bool last, LinkSink& sink);
  bool step_text(std::string_view window, bool last, LinkSink& sink);
  bool take_style(std::string_view window, LinkSink& sink);
  bool end_style(std::string_view window, LinkSink& sink);
  void begin_line() noexcept;
  void end_line(char c) noexcept;
  void note(char c) noexcept;
  bool pass_line(std::string_view window) noexcept;
  void add(std::size_t begin, std::size_t end, LinkSink& sink);
  [[nodiscard]] std::size_t hold() const noexcept;
  void drop(std::size_t count);

  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  Counters counters_;
  Place place_;
  CssScanner css_;         // in_style
  TextLinkScanner links_;  // text
  std::string scratch_;
};

}  // namespace signgate::rewrite
