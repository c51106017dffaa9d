// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/site.hpp"

#include <algorithm>

#include "gateway/base/clock.hpp"
#include "gateway/cli/demo/cases.hpp"
#include "gateway/cli/demo/links.hpp"
#include "gateway/cli/demo/page_template.hpp"
#include "gateway/cli/demo/scenes.hpp"
#include "gateway/cli/demo/site_files.hpp"
#include "signing/time_text.hpp"

namespace signgate::cli::demo {
namespace {

/// One picture a case, so that no answer comes out of the browser's cache.
std::string picture_of(std::size_t number) {
  const auto album = scenes();
  return "private/album/" + std::string(album[number % album.size()].name) + "-320.png";
}

WebAnswer not_found() {
  return {404, "text/plain", "There is no such page.\n"};
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : escape_html(text);
}

}  // namespace

Site::Site(const Places& places, const Media& media, signing::SigningKey key)
    : places_(places), key_(std::move(key)) {
  for (const auto& [name, bytes] : media) {
    if (name.starts_with("public/")) public_.emplace(name, bytes);
  }
}

net::Awaitable<WebAnswer> Site::answer(WebRequest request) const {
  const std::string_view path = request.path;
  constexpr std::string_view media = "/media/";
  if (path == "/") co_return gallery();
  if (path == "/proof/links") co_return links();
  if (path == "/elsewhere") co_return elsewhere(request.query);
  if (path == "/proof") {
    WebAnswer page = co_await proof();
    co_return page;
  }
  if (path == "/chain" || path.starts_with("/chain/")) {
    WebAnswer page = co_await chain_.answer(std::move(request));
    co_return page;
  }
  if (path == "/style.css" || path == "/chain.css") {
    co_return WebAnswer{200, "text/css", std::string(site_file(path.substr(1)))};
  }
  if (path == "/favicon.svg") {
    co_return WebAnswer{200, "image/svg+xml", std::string(site_file("favicon.svg"))};
  }
  if (path == "/gallery.js" || path == "/proof.js" || path == "/chain.js") {
    co_return WebAnswer{200, "text/javascript", std::string(site_file(path.substr(1)))};
  }
  if (path.starts_with(media)) {
    const auto found = public_.find(path.substr(media.size()));
    if (found != public_.end()) co_return WebAnswer{200, "image/png", found->second};
  }
  co_return not_found();
}

WebAnswer Site::gallery() const {
  const auto edge = places_.edge_url();
  WebAnswer page;
  page.body = fill(site_file("gallery.html"), {{"edge_url", edge},
                                               {"edge_host", edge.substr(edge.find("//") + 2)},
                                               {"site_url", places_.site_url()},
                                               {"origin_url", places_.origin_url()}});
  return page;
}

WebAnswer Site::links() const {
  std::string items;
  for (std::size_t number = 0; number < cases().size(); ++number) {
    items += "<li><a href=\"/media/" + picture_of(number) +
             "?proof=" + std::string(cases()[number].slug) + "\">" +
             std::string(cases()[number].slug) + "</a>\n";
  }
  WebAnswer page;
  page.body = fill(site_file("links.html"), {{"items", items}});
  return page;
}

WebAnswer Site::elsewhere(std::string_view query) const {
  constexpr std::string_view name = "picture=";
  if (!query.starts_with(name)) return not_found();
  const auto link = unescape_query(query.substr(name.size()));
  if (!link.starts_with(places_.private_prefix())) return not_found();
  const auto origin = places_.origin_url();
  WebAnswer page;
  page.body =
      fill(site_file("elsewhere.html"),
           {{"link", escape_html(link)}, {"origin_host", origin.substr(origin.find("//") + 2)}});
  return page;
}

net::Awaitable<WebAnswer> Site::proof() const {
  std::string url = places_.site_url() + "/proof/links";
  Headers headers{{"User-Agent", "signgate-demo"}};
  const auto page = co_await fetch(std::move(url), std::move(headers));

  std::vector<std::string> links;
  std::string error;
  if (!page) {
    error = "The gateway gave no answer: " + page.error().detail;
  } else {
    links = private_links(page->body, places_.private_prefix());
    std::erase_if(links, [](const std::string& link) { return !is_signed(link); });
    if (links.size() != cases().size()) {
      error = "The gateway answered " + std::to_string(page->status) + " with " +
              std::to_string(links.size()) + " signed links in place of " +
              std::to_string(cases().size()) + ".";
      links.clear();
    }
  }

  std::string cards;
  for (std::size_t number = 0; number < links.size(); ++number) {
    std::string link = links[number];
    const std::string card = co_await proof_card(number, std::move(link));
    cards += card;
  }
  if (!error.empty()) cards = fill(site_file("proof-error.html"), {{"error", escape_html(error)}});

  WebAnswer answer;
  answer.status = error.empty() ? 200 : 502;
  answer.body =
      fill(site_file("proof.html"), {{"cards", cards}, {"time", signing::format_time(unix_now())}});
  co_return answer;
}

net::Awaitable<std::string> Site::proof_card(std::size_t number, std::string link) const {
  const Case& wanted = cases()[number];
  const auto attempt = make_attempt(wanted.kind, link, places_, key_, unix_now());
  if (!attempt) {
    co_return fill(site_file("proof-error.html"),
                   {{"error", escape_html(attempt.error().message)}});
  }
  std::string url = attempt->url;
  Headers headers = attempt->headers();
  const auto fetched = co_await fetch(std::move(url), std::move(headers));
  if (!fetched) {
    co_return fill(site_file("proof-error.html"), {{"error", escape_html(fetched.error().detail)}});
  }
  const EdgeAnswer answer = read_edge_answer(*fetched);
  // What the browser shall try: the foreign page is served by the origin's own port, which is
  // another web origin.
  std::string how = "plain";
  std::string try_link = attempt->url;
  if (wanted.kind == CaseKind::no_referer) how = "no-referrer";
  if (wanted.kind == CaseKind::foreign_referer) {
    how = "frame";
    try_link = places_.origin_url() + "/elsewhere?picture=" + escape_query(attempt->url);
  }
  const std::string code = answer.status < 400 ? answer.type : answer.code;
  Values values{{"class", answer.status < 400 ? "allowed" : "denied"},
                {"slug", std::string(wanted.slug)},
                {"title", escape_html(wanted.title)},
                {"why", escape_html(wanted.why)},
                {"status", std::to_string(answer.status)},
                {"code", escape_html(code)},
                {"server", or_dash(answer.server)},
                {"message", or_dash(answer.message)},
                {"reason", or_dash(answer.reason)},
                {"referer", attempt->referer.empty() ? "not sent" : escape_html(attempt->referer)},
                {"how", how},
                {"link", escape_html(try_link)},
                {"shown", escape_html(shortened(attempt->url))}};
  co_return fill(site_file("proof-card.html"), values);
}

}  // namespace signgate::cli::demo
