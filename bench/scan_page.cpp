// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_page.hpp"

#include <algorithm>

#include "bench/scan_text.hpp"

namespace signgate::bench {
namespace {

using rewrite::Format;

struct Named {
  Format format;
  std::string_view name;
};
constexpr std::array names{Named{Format::html, "html"}, Named{Format::css, "css"},
                           Named{Format::json, "json"}, Named{Format::xml, "xml"},
                           Named{Format::m3u8, "m3u8"}, Named{Format::mpd, "mpd"}};

/// Item is one of the things that a document lists.
struct Item {
  std::string number;
  std::string media;  // the address of its picture or segment
};

std::string public_media(Format format, const std::string& number) {
  const std::string host = format == Format::m3u8 || format == Format::mpd
                               ? "https://live.example.net/channels/4/"
                               : "https://static.example.org/uploads/2029/05/";
  return host + "view-" + number;
}

std::string_view extension(Format format) noexcept {
  return format == Format::m3u8 || format == Format::mpd ? ".m4s" : ".jpg";
}

void add_html(std::string& out, const Item& item, ScanText& text) {
  const std::string slug = text.slug();
  out.append("<article id=\"post-").append(item.number).append("\" class=\"post-");
  out.append(item.number).append(" post type-post status-publish format-standard hentry\">\n");
  out.append("<header class=\"entry-header\"><h2 class=\"entry-title\"><a href=\"/2029/05/");
  out.append(slug).append("/\" rel=\"bookmark\">").append(text.words(5)).append("</a></h2>\n");
  out +=
      "<div class=\"entry-meta\"><time class=\"entry-date published\" "
      "datetime=\"2029-05-12T08:15:00+00:00\">May 12, 2029</time> <span class=\"byline\">by <a "
      "class=\"url fn n\" href=\"/author/";
  out.append(text.slug()).append("/\">").append(text.words(2)).append("</a></span></div></header>");
  out +=
      "\n<div class=\"entry-content\">\n<figure class=\"wp-block-image size-large\"><img "
      "loading=\"lazy\" decoding=\"async\" width=\"1024\" height=\"683\" src=\"";
  out.append(item.media).append("\" alt=\"").append(text.words(4)).append("\" class=\"wp-image-");
  out.append(item.number).append("\"><figcaption>").append(text.words(6));
  out.append("</figcaption></figure>\n<p>").append(text.sentences(3)).append("</p>\n<p>");
  out.append(text.sentences(1)).append(" <a href=\"https://www.example.net/").append(text.slug());
  out.append("?from=blog&amp;id=").append(item.number).append("\" rel=\"nofollow\">");
  out.append(text.words(3)).append("</a> ").append(text.words(4)).append(" <em>");
  out.append(text.words(2)).append("</em>. ").append(text.sentences(2)).append("</p>\n</div>\n");
  out.append("<footer class=\"entry-footer\"><span class=\"tags-links\"><a href=\"/tag/");
  out.append(text.slug()).append("/\" rel=\"tag\">").append(text.words(1));
  out.append("</a></span></footer>\n</article><!-- #post-").append(item.number).append(" -->\n");
}

void add_css(std::string& out, const Item& item, ScanText& text) {
  const std::string name = text.slug();
  out.append(".").append(name).append(" > .entry-title a:hover,\n.").append(name);
  out.append("-").append(item.number).append(" {\n  margin: 0 auto 1.5em;\n  color: #1e73be;\n");
  out += "  font-family: \"Source Serif\", Georgia, serif;\n  transition: color .2s ease-in-out;\n";
  out += "  box-shadow: 0 1px 2px rgba(0, 0, 0, .15);\n}\n";
  out.append("@media (min-width: 48em) {\n  .").append(name).append("::before {\n");
  out.append("    background: url(\"").append(item.media).append("\") no-repeat 50% 50%;\n");
  out += "    content: \"\\201C\";\n    width: calc(100% - 2 * var(--gap));\n  }\n}\n";
  out.append("/* ").append(text.words(8)).append(" */\n.").append(text.slug());
  out += "{display:-webkit-box;display:flex;-webkit-box-flex:1;flex:1 1 auto;padding:.5rem 1rem}\n";
}

void add_json(std::string& out, const Item& item, ScanText& text) {
  out.append(item.number == "0" ? "" : ",").append("{\"id\":").append(item.number);
  out.append(",\"date\":\"2029-05-12T08:15:00\",\"slug\":\"").append(text.slug());
  out.append("\",\"status\":\"publish\",\"link\":\"https:\\/\\/www.example.org\\/2029\\/05\\/");
  out.append(text.slug()).append("\\/\",\"title\":{\"rendered\":\"").append(text.words(5));
  out.append("\"},\"content\":{\"rendered\":\"\\n<p>").append(text.sentences(3));
  out.append("<\\/p>\\n<p class=\\\"more\\\">").append(text.sentences(2));
  out.append("<\\/p>\\n\",\"protected\":false},\"author\":7,\"image\":\"").append(item.media);
  out.append("\",\"comment_status\":\"open\",\"sticky\":false,\"categories\":[3,14,15],\"score\":");
  out.append(item.number).append(".25,\"_links\":{\"self\":[{\"href\":\"https:\\/\\/www.");
  out.append("example.org\\/wp-json\\/wp\\/v2\\/posts\\/").append(item.number).append("\"}]}}\n");
}

void add_xml(std::string& out, const Item& item, ScanText& text) {
  const std::string slug = text.slug();
  out.append("<item>\n  <title>").append(text.words(5)).append("</title>\n  <link>https://www.");
  out.append("example.org/2029/05/").append(slug).append("/</link>\n  <dc:creator><![CDATA[");
  out.append(text.words(2)).append("]]></dc:creator>\n  <pubDate>Sat, 12 May 2029 08:15:00 ");
  out.append("+0000</pubDate>\n  <category>").append(text.words(1)).append("</category>\n");
  out.append("  <guid isPermaLink=\"false\">https://www.example.org/?p=").append(item.number);
  out.append("</guid>\n  <description><![CDATA[<p>").append(text.sentences(2));
  out.append(" <a href=\"https://www.example.org/2029/05/").append(slug);
  out.append("/\">more</a></p>]]></description>\n  <enclosure url=\"").append(item.media);
  out.append("\" length=\"48211\" type=\"image/jpeg\"/>\n</item>\n");
}

void add_m3u8(std::string& out, const Item& item, ScanText& text) {
  out.append("#EXTINF:6.00600,").append(text.words(2)).append("\n").append(item.media).append("\n");
  if (item.number.ends_with('0')) {
    out.append("#EXT-X-PROGRAM-DATE-TIME:2029-05-12T08:15:0").append(1, item.number.front());
    out += ".000Z\n";
  }
}

void add_mpd(std::string& out, const Item& item, ScanText& text) {
  if (item.number.ends_with("00") || item.number == "0") {
    if (item.number != "0") out += "      </SegmentList></Representation>\n";
    out.append("      <Representation id=\"").append(text.slug()).append("\" codecs=\"avc1.64001f");
    out +=
        "\" width=\"1280\" height=\"720\" frameRate=\"25\" bandwidth=\"2400000\">"
        "<SegmentList timescale=\"1000\" duration=\"6006\">\n";
  }
  out.append("        <SegmentURL media=\"").append(item.media).append("\" mediaRange=\"0-");
  out.append(item.number).append("8211\"/>\n");
}

using AddItem = void (*)(std::string&, const Item&, ScanText&);

AddItem adder(Format format) noexcept {
  switch (format) {
    case Format::css:
      return add_css;
    case Format::json:
      return add_json;
    case Format::xml:
      return add_xml;
    case Format::m3u8:
      return add_m3u8;
    case Format::mpd:
      return add_mpd;
    case Format::html:
    case Format::none:
    case Format::script:
    case Format::vtt:
    case Format::text:
      break;
  }
  return add_html;
}

}  // namespace

std::string_view scan_format_name(Format format) noexcept {
  const auto* found = std::ranges::find(names, format, &Named::format);
  return found == names.end() ? std::string_view() : found->name;
}

std::optional<Format> parse_scan_format_name(std::string_view name) noexcept {
  const auto* found = std::ranges::find(names, name, &Named::name);
  if (found == names.end()) return std::nullopt;
  return found->format;
}

std::string scan_page(Format format, std::size_t bytes, std::size_t links) {
  ScanText text;
  const AddItem add = adder(format);
  std::string out(scan_head(format));
  const std::string_view tail = scan_tail(format);
  std::size_t placed = 0;
  for (std::size_t i = 0; placed < links || out.size() + tail.size() < bytes; ++i) {
    Item item{.number = std::to_string(i), .media = {}};
    // The first one a little below the page's top, as the head is in the size.
    if (placed < links && out.size() * links >= placed * bytes) {
      item.media = std::string(scan_media_path) + "2029/05/photo-" + std::to_string(placed);
      ++placed;
    } else {
      item.media = public_media(format, item.number);
    }
    item.media += extension(format);
    add(out, item, text);
  }
  return out.append(tail);
}

}  // namespace signgate::bench
