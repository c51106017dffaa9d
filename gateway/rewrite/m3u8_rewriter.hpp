// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/rewriter.hpp"

namespace signgate::rewrite {

/// M3u8Rewriter is the Rewriter of HLS playlists. Links are the lines that do not begin with `#`,
/// and in the attribute lists of `#EXT-X-` tags the quoted values of URI, SERVER-URI, X-ASSET-URI
/// and X-ASSET-LIST. They are resolved against the playlist's own address. A link with a variable
/// (`{$name}`, EXT-X-DEFINE) stands for what only the player knows: it is left alone and counted as
/// refused_template. A byte order mark before the first line is passed over. Source: RFC 8216
/// sections 4.1 and 4.2, draft-pantos-hls-rfc8216bis section 4.
class M3u8Rewriter final : public Rewriter {
 public:
  M3u8Rewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {})
      : matcher_(&matcher), page_(std::move(page)), options_(options) {}

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override { place_ = {}; }
  [[nodiscard]] Counters counters() const override { return counters_; }

 private:
  enum class State : std::uint8_t {
    line,      // at a line's begin
    uri_line,  // in a line that is a link
    tag,       // in what may be `#EXT-X-`
    tag_name,  // behind that, before the colon
    name,      // of an attribute
    value,     // at its value's begin
    unquoted,
    quoted,
    link,   // in a quoted value that is a link
    after,  // behind a quoted value
    other,  // in what remains of a line that has no links any more
  };

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  /// Place is what is forgotten at a restart. Offsets are into the window.
  struct Place {
    State state = State::line;
    bool first_line = true;
    std::size_t position = 0;
    std::size_t begin = nowhere;  // of a link that is not ended
    std::size_t matched = 0;      // tag: bytes of `#EXT-X-`; name: bytes of the name, all of them
    std::uint8_t names = 0;       // name: a bit for each name of a link that it may still become
    bool finished = false;        // the last byte was consumed
  };

  bool step(std::string_view window, bool last, LinkSink& sink);
  bool step_to(std::string_view window, std::string_view ends);
  bool step_line(std::string_view window);
  bool step_uri_line(std::string_view window, bool last, LinkSink& sink);
  bool step_tag(std::string_view window);
  bool step_name(std::string_view window);
  bool step_link(std::string_view window, LinkSink& sink);
  void end_link(std::string_view window, LinkSink& sink);
  bool give_up_long(std::string_view window);

  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  Counters counters_;
  Place place_;
};

}  // namespace signgate::rewrite
