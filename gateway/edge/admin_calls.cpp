// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/admin_calls.hpp"

#include <charconv>
#include <optional>

#include "gateway/edge/edge_config.hpp"
#include "policy/json_writer.hpp"
#include "signing/percent_escapes.hpp"
#include "signing/query_parameters.hpp"
#include "signing/time_text.hpp"

namespace signgate::edge {
namespace {

constexpr std::int64_t longest_delay = 60000;  // milliseconds
constexpr std::int64_t most_faults = 1000000;
constexpr Milliseconds furthest_clock = std::chrono::hours(24 * 36525);  // a century

AdminAnswer refused(std::string text) {
  return {400, std::move(text) + '\n'};
}

std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  signing::QueryCursor cursor(query);
  while (const auto piece = cursor.next()) {
    if (piece->name == name) return signing::percent_decoded(piece->value);
  }
  return std::nullopt;
}

std::optional<std::int64_t> number(const std::optional<std::string>& text, std::int64_t least,
                                   std::int64_t most) {
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, failure] = std::from_chars(text->data(), end, value);
  if (failure != std::errc{} || stop != end || value < least || value > most) return std::nullopt;
  return value;
}

AdminAnswer status(Service& service) {
  std::string body;
  policy::JsonWriter json(body);
  Edge& edge = service.edge();
  const auto count = [](auto value) { return static_cast<std::int64_t>(value); };
  json.object([&] {
    json.name("clock").string(signing::format_time(service.now()));
    json.name("clock_offset_ms").integer(service.clock_offset().count());
    json.name("origin_delay_ms").integer(service.faults().origin_delay.count());
    json.name("fault_status").integer(service.faults().status);
    json.name("faults_left").integer(service.faults().left);
    json.name("requests").integer(count(edge.requests()));
    json.name("origin_requests").integer(count(service.origin_requests()));
    json.name("cached_answers").integer(count(edge.cache().entries()));
    json.name("cached_bytes").integer(count(edge.cache().bytes()));
    json.name("signatures_verified").integer(count(edge.signatures().checks()));
    json.name("signatures_remembered").integer(count(edge.signatures().hits()));
  });
  return {200, body + '\n'};
}

AdminAnswer set_clock(Service& service, std::string_view query) {
  Milliseconds offset{0};
  if (const auto text = parameter(query, "at")) {
    const auto at = signing::parse_time(*text);
    if (!at) return refused("at: " + at.error().message);
    offset = std::chrono::seconds(at->seconds - unix_now());
  } else if (const auto span = parameter(query, "offset")) {
    const auto parsed = parse_clock_offset(*span);
    if (!parsed) return refused("offset " + parsed.error().message);
    offset = *parsed;
  } else {
    return refused("clock takes offset=SPAN, such as 1h or -30m, or at=TIME");
  }
  if (offset > furthest_clock || offset < -furthest_clock) {
    return refused("the clock can be moved by a century at most");
  }
  service.set_clock_offset(offset);
  return status(service);
}

AdminAnswer set_delay(Service& service, std::string_view query) {
  const auto span = number(parameter(query, "ms"), 0, longest_delay);
  if (!span) return refused("origin-delay takes ms=0 to ms=60000");
  service.faults().origin_delay = Milliseconds(*span);
  return status(service);
}

AdminAnswer set_fault(Service& service, std::string_view query) {
  const auto code = number(parameter(query, "status"), 400, 599);
  const auto written = parameter(query, "count");
  const auto count = written ? number(written, 0, most_faults) : 1;
  if (!code || !count) {
    return refused("fault takes status=400 to status=599, and count=0 to count=1000000");
  }
  service.faults().status = static_cast<int>(*code);
  service.faults().left = static_cast<std::uint32_t>(*count);
  return status(service);
}

AdminAnswer purge(Service& service, std::string_view query) {
  const auto pattern = parameter(query, "path");
  if (pattern && !pattern->starts_with('/')) return refused("purge takes path=/PATTERN");
  std::string body;
  policy::JsonWriter json(body);
  const std::size_t dropped = service.purge(pattern.value_or("/*"));
  json.object([&] { json.name("purged").integer(static_cast<std::int64_t>(dropped)); });
  return {200, body + '\n'};
}

}  // namespace

AdminAnswer admin_call(Service& service, const http::RequestHead& head) {
  if (head.fields.find("Origin") != nullptr) {
    return {403, "not for pages: the request has an Origin\n"};
  }
  const std::string_view path = head.path;
  if (path == "/status") {
    const bool reads = head.method == http::Method::get || head.method == http::Method::head;
    return reads ? status(service) : AdminAnswer{405, "GET /status\n"};
  }
  using Call = AdminAnswer (*)(Service&, std::string_view);
  Call call = nullptr;
  if (path == "/clock") call = set_clock;
  if (path == "/origin-delay") call = set_delay;
  if (path == "/fault") call = set_fault;
  if (path == "/purge") call = purge;
  if (call == nullptr) {
    return {404,
            "GET /status; POST /clock?offset=, /origin-delay?ms=, /fault?status=&count=, "
            "/purge?path=\n"};
  }
  if (head.method != http::Method::post) return {405, "it changes something: POST it\n"};
  return call(service, head.query);
}

}  // namespace signgate::edge
