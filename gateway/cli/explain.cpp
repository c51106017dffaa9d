// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <array>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/file_argument.hpp"
#include "gateway/cli/page_fetch.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/reader.hpp"
#include "gateway/http/media_type.hpp"
#include "gateway/proxy/explanation.hpp"
#include "gateway/proxy/header_link_signer.hpp"
#include "gateway/rewrite/charset_rewriter.hpp"
#include "gateway/route/query.hpp"
#include "gateway/server/snapshot.hpp"
#include "policy/json_writer.hpp"
#include "signing/time_text.hpp"

namespace signgate::cli {
namespace {

constexpr int usage_error = 2;

struct Arguments {
  std::string path;
  std::string url;
  std::string file;
  std::string type;
  bool json = false;
};

// What was looked at, and where.
struct Page {
  std::string url;
  const PagePlace* place = nullptr;
  int status = 0;  // 0: it came from a file
  std::string type;
  std::string note;  // why nothing of it was looked into; "" when it was
  rewrite::CandidateLog found;
  std::optional<proxy::AnswerGrants> grants;
};

int fail(std::string_view text) {
  std::cerr << "signgate explain: " << text << '\n';
  return 1;
}

// The address that a page has which is known by its route alone.
std::string default_url(const route::Router& router) {
  const route::Server& server = router.servers().front();
  const bool named = !server.name.empty() && server.name.find_first_of("*~_") == std::string::npos;
  const bool ssl = !router.listens().empty() && router.listens().front().ssl;
  return (ssl ? "https://" : "http://") + (named ? server.name : std::string("localhost")) + "/";
}

void look_into(const route::SignSet& set, const rewrite::PageUrl& url, std::string_view text,
               Page& page) {
  const auto type = http::parse_media_type(page.type);
  const rewrite::Format format = type ? rewrite::find_format(type->essence) : rewrite::Format::none;
  if (!rewrite::is_looked_into(format, set.page)) {
    page.note = "links are not looked for in this media type";
    return;
  }
  const auto label = type->charset();
  const auto charset = label ? rewrite::find_charset(*label) : std::nullopt;
  const bool readable = !charset || rewrite::can_read(format, *charset);
  if (!readable ||
      proxy::find_candidates(set, format, charset, url, text, page.found).passed_charset != 0)
    page.note = "a text in this charset goes out untouched";
}

void look_into_fields(const route::SignSet& set, const rewrite::PageUrl& url,
                      const http::Fields& fields, rewrite::CandidateLog& found) {
  rewrite::Batch batch;
  rewrite::Counters counters;
  for (const http::Field& field : fields) {
    const auto form = proxy::header_form(field.id);
    std::string_view rest = form ? field.value : std::string_view();
    while (!rest.empty())
      rest.remove_prefix(
          rewrite::find_header_links(*form, rest, set.matcher, url, batch, counters, &found));
  }
}

// The request for a page, as far as links may come with it; views into the address.
http::RequestHead head_of(const rewrite::Url& address) {
  http::RequestHead head;
  head.path = address.path;
  head.query = address.query;
  head.has_query = address.has_query;
  return head;
}

std::string_view location_of(const Page& page) {
  return page.place->route == nullptr ? std::string_view() : page.place->route->location;
}

void write_json(const Page& page, const std::vector<proxy::Explanation>& said) {
  std::string text;
  policy::JsonWriter json{text, 2};
  json.object([&] {
    json.name("page").string(route::redact_signatures(page.url));
    json.name("server").string(page.place->server->name);
    json.name("location").string(location_of(page));
    if (page.status != 0) json.name("status").integer(page.status);
    json.name("type").string(page.type);
    if (!page.note.empty()) json.name("note").string(page.note);
    json.name("links");
    json.array([&] {
      for (std::size_t i = 0; i < said.size(); ++i) {
        const rewrite::CandidateLink& candidate = page.found.candidates()[i];
        json.object([&] {
          json.name("link").string(route::redact_signatures(candidate.text));
          json.name("context").string(rewrite::link_context_name(candidate.context));
          json.name("verdict").string(proxy::verdict_name(said[i].verdict));
          if (!said[i].rule.empty()) json.name("rule").string(said[i].rule);
          if (!said[i].resource.empty()) json.name("resource").string(said[i].resource);
          if (said[i].expires) json.name("expires").string(signing::format_time(*said[i].expires));
          json.name("reason").string(said[i].reason);
        });
      }
    });
    json.name("left_out").integer(static_cast<std::int64_t>(page.found.left_out()));
  });
  std::cout << text << '\n';
}

// One line of the page must not pass for one of ours; and what is signed already opens something.
std::string printable(std::string_view text) {
  return config::printable(route::redact_signatures(text));
}

void write_text(const Page& page, const std::vector<proxy::Explanation>& said) {
  std::cout << printable(page.url) << ": server \"" << page.place->server->name << "\", location \""
            << location_of(page) << '"';
  if (page.status != 0) std::cout << ", status " << page.status;
  if (!page.type.empty()) std::cout << ", " << printable(page.type);
  std::cout << '\n';
  if (!page.note.empty()) std::cout << "note: " << page.note << '\n';
  std::array<std::size_t, 3> counts{};
  for (std::size_t i = 0; i < said.size(); ++i) {
    const rewrite::CandidateLink& candidate = page.found.candidates()[i];
    ++counts[static_cast<std::size_t>(said[i].verdict)];
    std::cout << proxy::verdict_name(said[i].verdict) << ' ' << printable(candidate.text) << " ("
              << rewrite::link_context_name(candidate.context) << ")\n    ";
    if (!said[i].rule.empty()) std::cout << "rule " << said[i].rule << ": ";
    std::cout << said[i].reason << '\n';
    if (said[i].expires)
      std::cout << "    " << printable(said[i].resource) << " until "
                << signing::format_time(*said[i].expires) << '\n';
  }
  std::cout << said.size() << " links: " << counts[0] << " signed, " << counts[1] << " skipped, "
            << counts[2] << " refused";
  if (page.found.left_out() != 0)
    std::cout << "; " << page.found.left_out() << " more were not looked into";
  std::cout << '\n';
}

int explain_page(const Arguments& arguments, const config::Config& config,
                 const route::Router& router) {
  Page page;
  page.url = arguments.url.empty() ? default_url(router) : arguments.url;
  page.type = arguments.type;
  const auto url = rewrite::PageUrl::make(page.url);
  if (!url) {
    std::cerr << "signgate explain: --url: give the page's whole address, such as "
                 "https://www.example.com/albums/7\n";
    return usage_error;
  }
  const rewrite::Url& address = url->page();
  const auto place = find_place(router, address);
  if (!place) return fail(page.url + ": " + place.error().detail);
  page.place = &*place;
  const route::SignSet* set = place->route == nullptr ? nullptr : place->route->signing.get();
  if (place->route == nullptr) {
    page.note = "no location takes this path: it is answered 404";
  } else if (set == nullptr) {
    page.note = "the route signs nothing: it has no sign";
  }
  if (!arguments.file.empty()) {
    const auto text = read_file_argument(arguments.file, limits::explained_page);
    if (!text) return fail(text.error().message);
    if (set != nullptr) look_into(*set, *url, *text, page);
  } else if (set != nullptr) {
    const std::string port = address.port == 0 ? "" : ":" + std::to_string(address.port);
    const std::string target = address.path + (address.has_query ? "?" + address.query : "");
    auto fetched = fetch_page(config, router, *place, address.https ? "https" : "http",
                              address.host + port, target);
    if (!fetched) return fail(page.url + ": " + fetched.error().detail);
    page.status = fetched->status;
    page.type = fetched->fields.value(http::HeaderId::content_type).value_or(std::string_view());
    page.grants = proxy::AnswerGrants::of(*set, fetched->fields);
    look_into_fields(*set, *url, fetched->fields, page.found);
    look_into(*set, *url, fetched->body, page);
  }
  const UnixSeconds now = unix_now();
  const http::RequestHead request = head_of(address);
  proxy::ReflectedLinks reflected(request, nullptr);
  std::vector<proxy::Explanation> said;
  for (const rewrite::CandidateLink& candidate : page.found.candidates()) {
    said.push_back(
        proxy::explain(*set, candidate, page.grants ? &*page.grants : nullptr, &reflected, now));
  }
  if (arguments.json) {
    write_json(page, said);
  } else {
    write_text(page, said);
  }
  return 0;
}

int run_explain(const Arguments& arguments) {
  if (arguments.url.empty() && arguments.file.empty()) {
    std::cerr << "signgate explain: give --url PAGE_URL, or --file F and --type MEDIA_TYPE\n";
    return usage_error;
  }
  if (arguments.file.empty() != arguments.type.empty()) {
    std::cerr << "signgate explain: --file and --type go together\n";
    return usage_error;
  }
  const config::Reading reading = config::read_file(arguments.path);
  for (const config::Diagnostic& finding : reading.diagnostics) {
    if (finding.severity == config::Severity::error)
      std::cerr << config::render(finding, false) << '\n';
  }
  if (!reading.config) return 1;
  const auto keys = server::load_keys(*reading.config, nullptr);
  if (!keys) {
    std::cerr << keys.error().detail << '\n';
    return 1;
  }
  const auto router = route::Router::make(*reading.config, *keys);
  if (!router) return fail(router.error().detail);
  if ((*router)->servers().empty()) return fail("the configuration has no server");
  return explain_page(arguments, *reading.config, **router);
}

}  // namespace

void add_explain(CLI::App& app, int& exit_status) {
  const auto arguments = std::make_shared<Arguments>();
  auto* command = app.add_subcommand(
      "explain", "each link on a page: signed, skipped or refused, by which rule, and why");
  command->add_option("-c,--config", arguments->path, "the configuration file (.toml)")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--url", arguments->url,
                   "the page's address as a client has it. It is asked of the upstream that the "
                   "configuration leads to, without cookies; with --file it only says where the "
                   "file stands (otherwise at the root of the first server)")
      ->type_name("PAGE_URL");
  command->add_option("--file", arguments->file, "a file to look into instead (file://F or F)")
      ->type_name("F");
  command->add_option("--type", arguments->type, "the file's media type, such as text/html")
      ->type_name("MEDIA_TYPE");
  command->add_flag("--json", arguments->json,
                    "print one object: page, server, location, status, type, and links with link, "
                    "context, verdict, rule, resource, expires and reason");
  command->footer(
      "Nothing is signed: no signature is made or shown. Exit status: 0 done; 1 the page could not "
      "be had; 2 wrong usage.\n"
      "\n"
      "Examples:\n"
      "  signgate explain -c conf/signgate.toml --url https://www.example.com/albums/7\n"
      "  signgate explain -c conf/signgate.toml --file page.html --type text/html");
  command->callback([arguments, &exit_status] { exit_status = run_explain(*arguments); });
}

}  // namespace signgate::cli
