// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signgate::rewrite {

/// LinkContext says where a link was found, for metrics and `signgate explain`.
enum class LinkContext : std::uint8_t {
  attribute,        // src, href, poster, ...
  added_attribute,  // an attribute that the configuration adds
  srcset,           // a candidate of srcset, imagesrcset or data-srcset
  style_attribute,  // url() in style=""
  style_element,    // url() in <style>
  meta,             // <meta property="og:image" content>
  meta_refresh,     // <meta http-equiv="refresh" content>
  header,           // Location, Content-Location, Link, Refresh
  style_sheet,      // url() in a CSS file
  json,             // a string in JSON, or a link in the midst of one
  playlist,         // a line or attribute of an HLS playlist
  xml,              // an attribute or element of XML
  manifest,         // an attribute or element of a DASH manifest
  script_string,    // a string literal of JavaScript
  cue,              // the payload of a cue of WebVTT
  text,             // plain text
};

/// link_context_name is the stable name for metrics, such as "srcset".
[[nodiscard]] std::string_view link_context_name(LinkContext context) noexcept;

/// Encoding is the form that a link's text takes at its place: first CSS's, then HTML's around it,
/// then those of the texts that the document stands in, from the inside out.
struct Encoding {
  enum class Css : std::uint8_t { none, unquoted, double_quoted, single_quoted };
  enum class Html : std::uint8_t {
    none,           // as it is: headers, <style>
    double_quoted,  // inside an attribute value in "
    single_quoted,  // inside an attribute value in '
    unquoted,       // a part of an unquoted attribute value
    add_quotes,     // the whole of an unquoted attribute value; quotes are put around it
  };
  enum class Outer : std::uint8_t {
    none,
    plain,                 // as it is: <script>, CDATA
    json_string,           // inside a JSON string
    json_string_solidi,    // the same, with `/` written as `\/`
    html_double_quoted,    // inside an attribute value in ", of HTML or XML
    html_single_quoted,    // inside an attribute value in '
    xml_text,              // between the tags of XML
    script_string,         // inside a string literal of JavaScript, with whatever quotes
    script_string_solidi,  // the same, with `/` written as `\/`
  };
  static constexpr std::size_t outer_capacity = 3;

  Css css = Css::none;
  Html html = Html::none;
  std::array<Outer, outer_capacity> outer{};

  /// wrap puts one more text around the others. False: there is no room for it, as no rewriter
  /// nests so deep.
  [[nodiscard]] bool wrap(Outer layer) noexcept;

  bool operator==(const Encoding&) const = default;
};

/// Link is one link to private media.
struct Link {
  static constexpr std::size_t no_template = static_cast<std::size_t>(-1);

  std::size_t rule = 0;       // index of the media rule, as given to LinkMatcher::make
  std::string url;            // what to sign: absolute, below the rule's target, query kept, no old
                              // signature, no fragment
  bool ready = false;         // `url` is no URL: it takes the place as it is, and nothing is signed
  std::string fragment;       // "" or "#..."; append_encoded puts it back
  std::string path;           // the link's path before `target` took the prefix's place, for grants
  std::string relative;       // as written, where the base's path completes it: see relative_path
  bool led_by_base = false;   // PageUrl::is_led_by_base
  std::string_view original;  // the bytes of the document that it replaces; a view into the window
  // Of a template, which stands for many URLs: how many bytes at the front of `url` those share.
  // Only a signature that opens all that begins with these, or with fewer, is of use.
  std::size_t shared = no_template;
  Encoding encoding;
  LinkContext context = LinkContext::attribute;

  /// reset makes it what Link() is, but for the memory of its texts.
  void reset() noexcept;

  bool operator==(const Link&) const = default;
};

/// Links is a list whose elements keep the memory of their texts when they go, for the next ones.
class Links {
 public:
  /// emplace_back adds a link as Link() makes it.
  Link& emplace_back();
  void push_back(Link link) { emplace_back() = std::move(link); }
  void pop_back() noexcept { --size_; }
  void clear() noexcept { size_ = 0; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] Link& operator[](std::size_t index) noexcept { return kept_[index]; }
  [[nodiscard]] const Link& operator[](std::size_t index) const noexcept { return kept_[index]; }
  [[nodiscard]] Link& front() noexcept { return kept_.front(); }
  [[nodiscard]] const Link& front() const noexcept { return kept_.front(); }
  [[nodiscard]] Link& back() noexcept { return kept_[size_ - 1]; }
  [[nodiscard]] const Link& back() const noexcept { return kept_[size_ - 1]; }
  [[nodiscard]] Link* begin() noexcept { return kept_.data(); }
  [[nodiscard]] const Link* begin() const noexcept { return kept_.data(); }
  [[nodiscard]] Link* end() noexcept { return kept_.data() + size_; }
  [[nodiscard]] const Link* end() const noexcept { return kept_.data() + size_; }

 private:
  std::vector<Link> kept_;
  std::size_t size_ = 0;
};

/// Batch is what one scan found: pieces that cover the consumed bytes in order. The caller owns it
/// and passes it again and again, so that its memory is reused. Literals and Link::original are
/// views into the scanned window and die with it.
struct Batch {
  struct Piece {
    std::string_view literal;  // goes out as it is, before the link
    std::int32_t link = -1;    // index into `links`; -1 = no link follows
  };
  std::vector<Piece> pieces;
  Links links;  // at most limits::links_per_batch

  void clear() noexcept {
    pieces.clear();
    links.clear();
  }
};

/// append_encoded appends `signed_url` (without a fragment) and the link's fragment to `out` in
/// the form that the link's place demands: entities for HTML, backslashes for CSS. What it has
/// behind Link::url are signing parameters: letters, digits and `-_~=` with `&` between them. To
/// leave a link unsigned append `link.original` instead.
void append_encoded(const Link& link, std::string_view signed_url, std::string& out);

/// Counters say what became of the links that a scanner looked at. They only grow.
struct Counters {
  std::uint64_t links = 0;    // looked at, of whatever kind; not those passed over at a glance
  std::uint64_t matched = 0;  // private media: handed out in a batch
  std::uint64_t refused_reserved =
      0;  // the query holds a reserved name without being signed: left alone
  std::uint64_t refused_rule = 0;  // of a media rule that the route does not sign: left alone
  std::uint64_t refused_path = 0;  // a hidden dot segment below a prefix: left alone
  std::uint64_t refused_template =
      0;  // stands for many URLs ($Number$, {$name}) that no one signature opens: left alone
  std::uint64_t refused_charset = 0;  // of characters that depend on a charset which is not known
                                      // here, or stands in its query: left alone
  std::uint64_t refused_user_content = 0;  // in user content, which may not have it: left alone
  std::uint64_t passed_charset = 0;        // documents that cannot be read byte by byte: left alone
  std::uint64_t too_long =
      0;  // longer than limits::link_length, or its value than limits::scan_window, or in JSON
          // too deep to be followed: left alone

  Counters& operator+=(const Counters& other) noexcept;
};

}  // namespace signgate::rewrite
