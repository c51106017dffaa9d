// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/rewrite/pages.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/base/check.hpp"

namespace signgate::rewrite::testing {
namespace {

constexpr std::string_view list_suffix = ".links.json";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  SIGNGATE_CHECK(in.is_open());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string text_of(const boost::json::object& from, std::string_view name) {
  const boost::json::value* found = from.if_contains(name);
  return found == nullptr ? "" : std::string(found->as_string());
}

ListedLink listed_link(const boost::json::object& from, const std::string& document,
                       std::size_t behind) {
  ListedLink link;
  link.is_signed = from.contains("signed");
  link.text = text_of(from, link.is_signed ? "signed" : "stays");
  link.context = text_of(from, "context");
  link.url = text_of(from, "url");
  link.fragment = text_of(from, "fragment");
  link.place = document.find(link.text, behind);
  SIGNGATE_CHECK(!link.text.empty() && link.place != std::string::npos);
  return link;
}

}  // namespace

std::vector<Page> read_pages() {
  const std::filesystem::path folder = SIGNGATE_SOURCE_DIR "/tests/data/pages";
  std::vector<Page> pages;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(list_suffix)) continue;
    Page page;
    page.name = file.substr(0, file.size() - list_suffix.size());
    page.document = read_file(folder / page.name);
    const boost::json::value list = boost::json::parse(read_file(entry.path()));
    const std::string type = text_of(list.as_object(), "type");
    page.type = type.substr(0, type.find(';'));
    page.url = text_of(list.as_object(), "page");
    std::size_t behind = 0;
    for (const boost::json::value& each : list.at("links").as_array()) {
      page.links.push_back(listed_link(each.as_object(), page.document, behind));
      behind = page.links.back().place + page.links.back().text.size();
    }
    pages.push_back(std::move(page));
  }
  std::ranges::sort(pages, {}, &Page::name);
  return pages;
}

const LinkMatcher& pages_matcher() {
  static const LinkMatcher made =
      LinkMatcher::make({{.name = "photos",
                          .links = {"//media.example.com/private/",
                                    "//www.example.com/media/private/", "/media/private/"},
                          .target = "https://d111111abcdef8.cloudfront.net/private/"},
                         {.name = "films",
                          .links = {"https://films.example.com/"},
                          .target = "https://d222222abcdef8.cloudfront.net/"},
                         {.name = "streams",
                          .links = {"/streams/"},
                          .target = "https://d333333abcdef8.cloudfront.net/s/",
                          .prefix = true},
                         {.name = "vip",
                          .links = {"//media.example.com/private/vip/"},
                          .target = "https://d444444abcdef8.cloudfront.net/",
                          .foreign = true}})
          .value();
  return made;
}

}  // namespace signgate::rewrite::testing
