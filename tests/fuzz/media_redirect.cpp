// SPDX-License-Identifier: Apache-2.0
// Any path and query of a request that is sent to private media: the link lies below the target, is
// nobody else's, and is what a browser asks for. The first line is the path, the rest the query.
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/check.hpp"
#include "gateway/http/path.hpp"
#include "gateway/route/media_redirect.hpp"

using namespace signgate;
using rewrite::LinkMatcher;

namespace {

constexpr std::string_view target = "https://d.test/q/";

route::MediaRedirect make_redirect() {
  const std::vector<rewrite::MediaRule> rules = {
      {.name = "own", .links = {}, .target = std::string(target)},
      {.name = "vip", .links = {}, .target = "https://d.test/q/vip/", .foreign = true}};
  route::SignSet set{.matcher = LinkMatcher::make(rules).value(),
                     .signers = {},
                     .rule_set = {},
                     .grant_headers = {}};
  return {.set = std::make_shared<const route::SignSet>(std::move(set)),
          .target = std::string(target)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const route::MediaRedirect redirect = make_redirect();
  static const auto page = rewrite::PageUrl::make("https://w.test/watch/").value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  const std::string written = "/watch/" + std::string(text.substr(0, end));
  const std::string args(end == std::string_view::npos ? "" : text.substr(end + 1));
  // No head holds it, and no path that is read back.
  if (written.find('\0') != std::string::npos) return 0;
  std::string storage;
  const auto uri = http::normalise_path(written, storage);
  if (!uri || !uri->starts_with("/watch/")) return 0;
  for (const std::string_view spelled : {std::string_view(written), std::string_view()}) {
    const auto found = route::find_media(
        redirect,
        {.location = "/watch/", .exact = false, .uri = *uri, .written = spelled, .args = args},
        page);
    if (found.verdict != LinkMatcher::Verdict::media) continue;
    SIGNGATE_CHECK(found.url.starts_with(target) && found.url.size() > target.size());
    const auto url = rewrite::parse_url(found.url, nullptr);
    SIGNGATE_CHECK(url && !rewrite::has_dot_segment(url->path));
    std::string sent;
    rewrite::append_url(*url, sent);
    SIGNGATE_CHECK(sent == found.url);
    // What the origin reads is what the location was chosen by.
    std::string origin_storage;
    const auto read = http::normalise_path(url->path, origin_storage);
    SIGNGATE_CHECK(read && *read == "/q" + std::string(uri->substr(6)));
    SIGNGATE_CHECK(!read->starts_with("/q/vip/"));
    SIGNGATE_CHECK(found.path.starts_with("/watch/"));
  }
  return 0;
}
