// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/format.hpp"

#include <array>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/css_rewriter.hpp"
#include "gateway/rewrite/html_rewriter.hpp"
#include "gateway/rewrite/json_rewriter.hpp"

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
};

// `type/subtype+json` (RFC 6839 section 3.1), such as application/ld+json.
bool is_json_suffixed(std::string_view media_type) noexcept {
  constexpr std::string_view suffix = "+json";
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
  if (is_json_suffixed(media_type)) return Format::json;
  return Format::none;
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
    case Format::none:
      break;
  }
  SIGNGATE_CHECK(format != Format::none);
  return nullptr;
}

}  // namespace signgate::rewrite
