// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/format.hpp"

#include <array>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/css_rewriter.hpp"
#include "gateway/rewrite/html_rewriter.hpp"

namespace signgate::rewrite {
namespace {

struct Type {
  std::string_view name;
  Format format;
};

constexpr std::array types = {
    Type{"text/html", Format::html},
    Type{"text/css", Format::css},
};

}  // namespace

Format find_format(std::string_view media_type) noexcept {
  for (const Type& type : types) {
    if (iequals(media_type, type.name)) return type.format;
  }
  return Format::none;
}

std::unique_ptr<Rewriter> make_rewriter(Format format, const LinkMatcher& matcher, PageUrl page,
                                        RewriteOptions options) {
  switch (format) {
    case Format::html:
      return std::make_unique<HtmlRewriter>(matcher, std::move(page), options);
    case Format::css:
      return std::make_unique<CssRewriter>(matcher, std::move(page), options);
    case Format::none:
      break;
  }
  SIGNGATE_CHECK(format != Format::none);
  return nullptr;
}

}  // namespace signgate::rewrite
