// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_text.hpp"

#include <array>

namespace signgate::bench {
namespace {

using rewrite::Format;

constexpr std::size_t vocabulary = 2000;

constexpr std::string_view html_head =
    R"(<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Notes from the harbour &#8211; Tides</title>
<meta name="robots" content="max-image-preview:large">
<meta property="og:title" content="Notes from the harbour">
<meta property="og:image" content="https://static.example.org/uploads/2029/05/cover.jpg">
<link rel="dns-prefetch" href="//static.example.org">
<link rel="alternate" type="application/rss+xml" title="Tides &raquo; Feed" href="https://www.example.org/feed/">
<link rel="stylesheet" id="theme-css" href="https://www.example.org/assets/theme/style.css?ver=6.4.2" media="all">
<style id="global-styles-inline-css">
body{--preset--color--black:#000;--preset--color--white:#fff;--preset--spacing--20:.44rem;margin:0}
.is-layout-flow>.alignleft{float:left;margin-inline:0 2em}.is-layout-flow>.alignright{float:right}
.has-black-color{color:var(--preset--color--black)!important}.cover{background:url(/assets/theme/paper.png)}
</style>
<script>
window._settings = {"baseUrl":"https:\/\/static.example.org\/emoji\/15\/72x72\/","ext":".png","svg":true};
!function(e,n){var t=e.createElement("script");t.async=!0;if(n<3&&t.defer){t.src="/assets/late.js?v="+n}
e.head.appendChild(t)}(document,2);
</script>
<script defer src="https://www.example.org/assets/theme/navigation.min.js?ver=20290501"></script>
</head>
<body class="home blog wp-embed-responsive">
<a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<nav id="site-navigation" class="main-navigation" aria-label="Primary"><ul id="menu-primary" class="menu">
<li class="menu-item current-menu-item"><a href="/" aria-current="page">Home</a></li>
<li class="menu-item"><a href="/albums/?sort=date&amp;page=1">Albums</a></li>
<li class="menu-item"><a href="https://www.example.org/about/">About</a></li>
</ul></nav>
<main id="content" class="site-main">
)";

constexpr std::string_view html_tail =
    R"(</main>
<footer id="colophon" class="site-footer"><p>&copy; 2029 <a href="https://www.example.org/">Tides</a></p></footer>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"WebSite","url":"https://www.example.org/"}</script>
<script>document.body.className=document.body.className.replace("no-js","js");</script>
</body>
</html>
)";

constexpr std::string_view xml_head =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>Tides</title>
<link>https://www.example.org/</link>
<description>Notes from the harbour</description>
<lastBuildDate>Sat, 12 May 2029 08:15:00 +0000</lastBuildDate>
<language>en-US</language>
)";

constexpr std::string_view m3u8_head =
    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:7\n#EXT-X-MEDIA-SEQUENCE:0\n"
    "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
    "#EXT-X-MAP:URI=\"https://live.example.net/channels/4/init.mp4\"\n";

constexpr std::string_view mpd_head =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-main:2011" type="static" mediaPresentationDuration="PT1H" minBufferTime="PT6S">
  <Period id="1">
    <AdaptationSet mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
)";

constexpr std::string_view mpd_tail =
    "      </SegmentList></Representation>\n    </AdaptationSet>\n  </Period>\n</MPD>\n";

constexpr std::array<std::string_view, 24> syllables = {
    "ba", "con", "de",  "er",  "fi", "gra", "har",  "in", "jo",  "ka", "li", "mo",
    "ne", "or",  "pen", "qui", "re", "sta", "tion", "u",  "ver", "wa", "ly", "s"};

}  // namespace

ScanText::ScanText() {
  words_.reserve(vocabulary);
  for (std::size_t i = 0; i < vocabulary; ++i) {
    // The first ones, which are the frequent ones, are short.
    const std::size_t length = i < 40 ? 1 : 2 + below(3);
    std::string made;
    for (std::size_t n = 0; n < length; ++n)
      made += syllables[below(syllables.size())];
    words_.push_back(std::move(made));
  }
}

// Knuth's MMIX generator: The Art of Computer Programming, volume 2, section 3.3.4.
std::size_t ScanText::below(std::size_t bound) noexcept {
  state_ = state_ * 6364136223846793005U + 1442695040888963407U;
  return static_cast<std::size_t>((state_ >> 33U) % bound);
}

// A third of the words are of the first 40; the others get rarer as their number grows.
const std::string& ScanText::word() {
  if (below(3) == 0) return words_[below(40)];
  return words_[below(below(vocabulary - 1) + 1)];
}

std::string ScanText::words(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out.append(i == 0 ? "" : " ").append(word());
  return out;
}

std::string ScanText::sentences(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out.append(i == 0 ? "" : " ").append(words(6 + below(15))).append(".");
  return out;
}

std::string ScanText::slug() {
  std::string out = word();
  for (int i = 0; i < 2; ++i)
    out.append("-").append(word());
  return out;
}

std::string_view scan_head(Format format) noexcept {
  switch (format) {
    case Format::html:
      return html_head;
    case Format::css:
      return "@charset \"UTF-8\";\n@import url(\"reset.css\") screen;\n:root{--gap:1rem}\n";
    case Format::json:
      return "[";
    case Format::xml:
      return xml_head;
    case Format::m3u8:
      return m3u8_head;
    case Format::mpd:
      return mpd_head;
    case Format::none:
    case Format::script:
    case Format::vtt:
    case Format::text:
      break;
  }
  return {};
}

std::string_view scan_tail(Format format) noexcept {
  switch (format) {
    case Format::html:
      return html_tail;
    case Format::json:
      return "]\n";
    case Format::xml:
      return "</channel>\n</rss>\n";
    case Format::m3u8:
      return "#EXT-X-ENDLIST\n";
    case Format::mpd:
      return mpd_tail;
    case Format::css:
    case Format::none:
    case Format::script:
    case Format::vtt:
    case Format::text:
      break;
  }
  return {};
}

}  // namespace signgate::bench
