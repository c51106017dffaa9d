// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/format.hpp"

#include <array>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/css_rewriter.hpp"
#include "gateway/rewrite/html_rewriter.hpp"
#include "gateway/rewrite/json_rewriter.hpp"
#include "gateway/rewrite/m3u8_rewriter.hpp"
#include "gateway/rewrite/mpd_rewriter.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "gateway/rewrite/plain_text_rewriter.hpp"
#include "gateway/rewrite/script_rewriter.hpp"
#include "gateway/rewrite/vtt_rewriter.hpp"
#include "gateway/rewrite/xml_rewriter.hpp"

namespace signgate::rewrite {
namespace {

struct Type {
  std::string_view name;
  Format format;
};

constexpr std::array types = {
    Type{"text/html", Format::html},
    Type{"text/css", Format::css},
    Type{"application/json", Format::json},
    Type{"text/json", Format::json},
    Type{"application/x-ndjson", Format::json},
    Type{"application/ndjson", Format::json},
    Type{"application/jsonl", Format::json},
    Type{"application/json-seq", Format::json},
    Type{"application/vnd.apple.mpegurl", Format::m3u8},
    Type{"application/x-mpegurl", Format::m3u8},
    Type{"audio/mpegurl", Format::m3u8},
    Type{"audio/x-mpegurl", Format::m3u8},
    Type{"application/dash+xml", Format::mpd},
    Type{"text/xml", Format::xml},
    Type{"application/xml", Format::xml},
    Type{"text/javascript", Format::script},
    Type{"application/javascript", Format::script},
    Type{"application/x-javascript", Format::script},
    Type{"application/ecmascript", Format::script},
    Type{"text/ecmascript", Format::script},
    Type{"text/vtt", Format::vtt},
    Type{"text/plain", Format::text},
};

// `type/subtype+suffix`, such as application/ld+json.
bool has_suffix(std::string_view media_type, std::string_view suffix) noexcept {
  const std::size_t slash = media_type.find('/');
  if (slash == 0 || slash == std::string_view::npos) return false;
  const std::string_view subtype = media_type.substr(slash + 1);
  return subtype.size() > suffix.size() &&
         iequals(subtype.substr(subtype.size() - suffix.size()), suffix);
}

}  // namespace

Format find_format(std::string_view media_type) noexcept {
  for (const Type& type : types) {
    if (iequals(media_type, type.name)) return type.format;
  }
  // RFC 6839: the suffix says what it is, whatever else it is.
  if (has_suffix(media_type, "+json")) return Format::json;
  if (has_suffix(media_type, "+xml")) return Format::xml;
  return Format::none;
}

bool is_looked_into(Format format, const PageRules& rules) noexcept {
  switch (format) {
    case Format::none:
      return false;
    case Format::script:
      return rules.script_strings;
    case Format::vtt:
      return rules.webvtt;
    case Format::text:
      return rules.plain_text;
    case Format::html:
    case Format::css:
    case Format::json:
    case Format::m3u8:
    case Format::xml:
    case Format::mpd:
      break;
  }
  return true;
}

std::unique_ptr<Rewriter> make_rewriter(Format format, const LinkMatcher& matcher, PageUrl page,
                                        RewriteOptions options) {
  switch (format) {
    case Format::html:
      return std::make_unique<HtmlRewriter>(matcher, std::move(page), options);
    case Format::css:
      return std::make_unique<CssRewriter>(matcher, std::move(page), options);
    case Format::json:
      return std::make_unique<JsonRewriter>(matcher, std::move(page), options);
    case Format::m3u8:
      return std::make_unique<M3u8Rewriter>(matcher, std::move(page), options);
    case Format::xml:
      return std::make_unique<XmlRewriter>(matcher, std::move(page), options);
    case Format::mpd:
      return std::make_unique<MpdRewriter>(matcher, std::move(page), options);
    case Format::script:
      return std::make_unique<ScriptRewriter>(matcher, std::move(page), options);
    case Format::vtt:
      return std::make_unique<VttRewriter>(matcher, std::move(page), options);
    case Format::text:
      return std::make_unique<PlainTextRewriter>(matcher, std::move(page), options);
    case Format::none:
      break;
  }
  SIGNGATE_CHECK(format != Format::none);
  return nullptr;
}

}  // namespace signgate::rewrite
