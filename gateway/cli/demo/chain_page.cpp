// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/chain_page.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "gateway/base/clock.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/cli/demo/fetch.hpp"
#include "gateway/cli/demo/links.hpp"
#include "gateway/cli/demo/page_template.hpp"
#include "gateway/cli/demo/site_files.hpp"
#include "policy/json_writer.hpp"
#include "signing/query_parameters.hpp"
#include "signing/url_base64.hpp"

namespace signgate::cli::demo {
namespace {

constexpr std::size_t longest_visit = 32;
constexpr std::size_t largest_picture = 256 * limits::kib;  // that is shown on the page

constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Asked {
  std::string visit;  // empty: not a legal one
  const ChainLink* link = nullptr;
};

Asked read_query(std::string_view query) {
  Asked asked;
  signing::QueryCursor cursor(query);
  while (const auto parameter = cursor.next()) {
    if (parameter->name == "link") asked.link = find_chain_link(parameter->value);
    if (parameter->name == "visit") asked.visit = parameter->value;
  }
  const bool is_plain = std::all_of(asked.visit.begin(), asked.visit.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  if (!is_plain || asked.visit.size() > longest_visit) asked.visit.clear();
  return asked;
}

std::string new_visit() {
  std::random_device random;
  return std::to_string(random());
}

std::string data_url(const EdgeAnswer& answer, std::string_view bytes) {
  // CloudFront's base64 has three other letters than RFC 4648's.
  std::string text = signing::url_base64_encode(
      {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '=');
  std::replace(text.begin(), text.end(), '~', '/');
  return "data:" + answer.type + ";base64," + text;
}

WebAnswer page_of(std::string_view visit) {
  std::string choices;
  for (const auto& link : chain_links()) {
    choices += fill(site_file("chain-link.html"), {{"slug", std::string(link.slug)},
                                                   {"title", escape_html(link.title)},
                                                   {"done", escape_html(link.done)}});
  }
  WebAnswer page;
  page.body = fill(site_file("chain.html"), {{"links", choices}, {"visit", std::string(visit)}});
  page.content_policy = content_policy;
  return page;
}

WebAnswer links_of(const ChainLink& link, std::string_view visit) {
  WebAnswer page;
  page.body = fill(site_file("links.html"),
                   {{"items", "<li><a href=\"/media/" + std::string(link.object) + "?visit=" +
                                  std::string(visit) + "\">" + std::string(link.slug) + "</a>\n"}});
  return page;
}

/// What is told of a click: the link, the request if there was one, the answer, and the trace.
WebAnswer told(const ChainLink& link, const Attempt* attempt, const EdgeAnswer& answer,
               const Trace& trace, std::string_view picture) {
  WebAnswer out;
  out.type = "application/json";
  policy::JsonWriter json(out.body);
  const auto member = [&json](std::string_view name, std::string_view text) {
    json.name(name).string(text);
  };
  json.object([&] {
    member("link", link.slug);
    member("title", link.title);
    member("done", link.done);
    json.name("request").object([&] {
      if (attempt == nullptr) return;
      // Without the edge's origin: a link to it would be signed on its way through the gateway.
      const auto shown = shortened(attempt->url);
      member("target", shown.substr(shown.find('/', shown.find("://") + 3)));
      member("referer", attempt->referer);
    });
    json.name("answer").object([&] {
      if (attempt == nullptr) return;
      json.name("status").integer(answer.status);
      member("type", answer.type);
      member("server", answer.server);
      member("code", answer.code);
      member("message", answer.message);
      member("cache", answer.cache);
      member("age", answer.age);
      member("reason", answer.reason);
    });
    json.name("opened").boolean(trace.opened);
    member("by", trace.by);
    member("outcome", trace.outcome);
    json.name("steps").array([&] {
      for (const auto& step : trace.steps) {
        json.object([&] {
          member("check", check_name(step.check));
          member("light", light_name(step.light));
          member("title", check_title(step.check));
          member("note", step.note);
        });
      }
    });
    if (!picture.empty()) member("picture", picture);
  });
  return out;
}

WebAnswer told_broken(const ChainLink& link, Check where, std::string why) {
  return told(link, nullptr, {}, broken_at(where, std::move(why)), {});
}

}  // namespace

net::Awaitable<WebAnswer> ChainPage::answer(WebRequest request) const {
  if (request.path == "/chain") co_return page_of(new_visit());
  const Asked asked = read_query(request.query);
  if (asked.link != nullptr && !asked.visit.empty()) {
    if (request.path == "/chain/links") co_return links_of(*asked.link, asked.visit);
    if (request.path == "/chain/ask") {
      std::string visit = asked.visit;
      WebAnswer answer = co_await ask(*asked.link, std::move(visit));
      co_return answer;
    }
  }
  co_return WebAnswer{404, "text/plain", "There is no such page.\n"};
}

net::Awaitable<WebAnswer> ChainPage::ask(const ChainLink& link, std::string visit) const {
  std::string links_url =
      places_.site_url() + "/chain/links?visit=" + visit + "&link=" + std::string(link.slug);
  Headers page_headers{{"User-Agent", "signgate-demo"}};
  const auto page = co_await fetch(std::move(links_url), std::move(page_headers));
  if (!page) {
    co_return told_broken(link, Check::gateway,
                          "The gateway gave no answer: " + page.error().detail + '.');
  }
  if (page->status != 200) {
    co_return told_broken(
        link, Check::site,
        "The site's page with the link came with status " + std::to_string(page->status) + '.');
  }
  const auto found = private_links(page->body, places_.private_prefix());
  if (found.size() != 1 || !is_signed(found.front())) {
    co_return told_broken(link, Check::gateway, "The gateway left the link unsigned.");
  }
  const auto attempt = make_attempt(link.kind, found.front(), places_, key_, unix_now());
  if (!attempt) co_return told_broken(link, Check::gateway, attempt.error().message + '.');

  const int times = link.kind == CaseKind::asked_again ? 2 : 1;
  std::string body;
  EdgeAnswer answer;
  for (int i = 0; i < times; ++i) {
    std::string url = attempt->url;
    Headers headers = attempt->headers();
    auto fetched = co_await fetch(std::move(url), std::move(headers));
    if (!fetched) {
      Trace trace = trace_of({});
      trace.outcome = "The edge gave no answer: " + fetched.error().detail + '.';
      co_return told(link, &*attempt, {}, trace, {});
    }
    answer = read_edge_answer(*fetched);
    body = std::move(fetched->body);
  }
  std::string picture;
  if (answer.status == 200 && answer.type == "image/png" && body.size() <= largest_picture) {
    picture = data_url(answer, body);
  }
  co_return told(link, &*attempt, answer, trace_of(answer), picture);
}

}  // namespace signgate::cli::demo
