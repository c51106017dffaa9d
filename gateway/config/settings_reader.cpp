// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>

#include "gateway/base/limits.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/log_values.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/units.hpp"
#include "gateway/config/upstream_values.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t most_requests = std::numeric_limits<std::uint32_t>::max();

/// is_token_byte: RFC 9110, section 5.6.2.
bool is_token_byte(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         "!#$%&'*+-.^_`|~"sv.find(c) != std::string_view::npos;
}

void read_proxy_set_header(TableReader& table,
                           std::vector<std::pair<std::string, std::string>>& headers) {
  std::vector<std::pair<Text, Text>> written;
  if (!table.pairs("proxy_set_header", written)) return;
  std::vector<std::pair<std::string, std::string>> read;
  std::set<std::string> names;
  for (const auto& [name, value] : written) {
    std::string lowered = name.value;
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (name.value.empty() || !std::all_of(name.value.begin(), name.value.end(), is_token_byte)) {
      table.error(name.place, "proxy_set_header has " + in_quotes(name.value) +
                                  ", which is not a header's name");
    } else if (!names.insert(lowered).second) {
      table.error(name.place, "proxy_set_header names " + in_quotes(name.value) +
                                  " twice (case does not matter)");
    }
    const auto control = std::find_if(value.value.begin(), value.value.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
    if (control != value.value.end()) {
      table.flaw("proxy_set_header", value.place,
                 {"has a control character in the value of " + in_quotes(name.value),
                  static_cast<std::size_t>(control - value.value.begin())});
    } else if (const auto variables = check_variables(value.value); !variables) {
      table.flaw("proxy_set_header", value.place, variables.error());
    }
    read.emplace_back(name.value, value.value);
  }
  headers = std::move(read);
}

// "75s" or, with the value of Keep-Alive behind it, "75s 60s". "1m 30s" is one span of 90 seconds.
// As in nginx one value leaves the inherited Keep-Alive as it is.
void read_keepalive_timeout(TableReader& table, Settings& settings) {
  const Value* value = table.find("keepalive_timeout");
  if (value == nullptr) return;
  const auto* text = std::get_if<std::string>(&value->content);
  const std::size_t space = text == nullptr ? std::string::npos : text->find(' ');
  if (space == std::string::npos || parse_duration(*text)) {
    table.duration("keepalive_timeout", settings.keepalive_timeout);
    return;
  }
  const auto first = parse_duration(std::string_view(*text).substr(0, space));
  const std::size_t begin = text->find_first_not_of(' ', space);
  const auto second = parse_duration(
      begin == std::string::npos ? std::string_view() : std::string_view(*text).substr(begin));
  if (!first || !second || *second < std::chrono::seconds(1)) {
    table.flaw("keepalive_timeout", value->place,
               {in_quotes(*text) + " is neither a span such as \"75s\" nor two, \"75s 60s\", the "
                                   "second of which is told in Keep-Alive",
                0});
    return;
  }
  settings.keepalive_timeout = *first;
  settings.keepalive_header =
      static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(*second).count());
}

// "none", or the names of browsers.
Parsed<KeepaliveDisable> parse_keepalive_disable(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error();
  KeepaliveDisable disable{.msie6 = false, .safari = false};
  for (const Word& word : *words) {
    if (word.text == "msie6") {
      disable.msie6 = true;
    } else if (word.text == "safari") {
      disable.safari = true;
    } else if (word.text != "none" || words->size() > 1) {
      return Flaw{"has " + in_quotes(word.text) + "; legal: none, or msie6, safari or both",
                  word.offset};
    }
  }
  if (words->empty()) return Flaw{"is empty; legal: none, or msie6, safari or both", 0};
  return disable;
}

void read_default_type(TableReader& table, std::string& out) {
  std::string written;
  const auto place = table.text("default_type", written);
  if (!place) return;
  const bool control = std::any_of(written.begin(), written.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
  if (control || (!written.empty() && written.find('/') == std::string::npos)) {
    table.error(*place, "default_type has " + in_quotes(written) +
                            ": legal is a media type such as \"application/json\", or \"\" for "
                            "none");
    return;
  }
  out = std::move(written);
}

}  // namespace

void read_settings(TableReader& table, Settings& settings, References& references) {
  read_access_log(table, settings.access_log, references);
  table.parsed("open_log_file_cache", parse_open_log_file_cache, settings.open_log_file_cache);
  table.on_off("traceparent", settings.traceparent);
  std::vector<Text> rules;
  if (table.texts("sign", rules)) {
    settings.sign.clear();
    for (const Text& rule : rules) {
      if (std::find(settings.sign.begin(), settings.sign.end(), rule.value) !=
          settings.sign.end()) {
        table.error(rule.place, "sign names " + in_quotes(rule.value) + " twice");
        continue;
      }
      settings.sign.push_back(rule.value);
      references.media.push_back(rule);
    }
  }
  read_networks(table, "explain", settings.explain);
  table.on_off("unsign", settings.unsign);
  table.choice("csp", {{"off"sv, Csp::off}, {"extend"sv, Csp::extend}}, settings.csp);
  table.choice("referrer_policy",
               {{"warn"sv, ReferrerPolicy::warn},
                {"repair"sv, ReferrerPolicy::repair},
                {"off"sv, ReferrerPolicy::off}},
               settings.referrer_policy);
  read_page_links(table, settings.page_links);
  const Milliseconds shortest{1};
  table.duration("client_body_timeout", settings.client_body_timeout, shortest);
  table.duration("send_timeout", settings.send_timeout, shortest);
  read_keepalive_timeout(table, settings);
  table.duration("keepalive_time", settings.keepalive_time, shortest);
  table.parsed("keepalive_disable", parse_keepalive_disable, settings.keepalive_disable);
  table.on_off("chunked_transfer_encoding", settings.chunked_transfer_encoding);
  table.integer("keepalive_requests", settings.keepalive_requests, std::uint64_t{1}, most_requests);
  table.choice("lingering_close",
               {{"off", LingeringClose::off},
                {"on", LingeringClose::on},
                {"always", LingeringClose::always}},
               settings.lingering_close);
  table.duration("lingering_time", settings.lingering_time);
  table.duration("lingering_timeout", settings.lingering_timeout, shortest);
  table.size("client_max_body_size", settings.client_max_body_size);
  read_default_type(table, settings.default_type);
  table.on_off("server_tokens", settings.server_tokens);
  table.duration("proxy_connect_timeout", settings.proxy_connect_timeout, shortest);
  table.duration("proxy_send_timeout", settings.proxy_send_timeout, shortest);
  table.duration("proxy_read_timeout", settings.proxy_read_timeout, shortest);
  table.parsed("proxy_next_upstream", parse_next_upstream, settings.proxy_next_upstream);
  table.integer("proxy_next_upstream_tries", settings.proxy_next_upstream_tries, 0U, 65'535U);
  table.duration("proxy_next_upstream_timeout", settings.proxy_next_upstream_timeout);
  Resolver resolver;
  if (table.parsed("resolver", parse_resolver, resolver)) settings.resolver = std::move(resolver);
  table.duration("resolver_timeout", settings.resolver_timeout, shortest);
  read_proxy_set_header(table, settings.proxy_set_header);
  read_proxy_request(table, settings.proxy_request);
  read_proxy_answer(table, settings.proxy_answer);
  read_access(table, settings.access, references);
  read_answers(table, settings.answers);
  read_upstream_tls(table, references.folder, settings.proxy_ssl);
}

}  // namespace signgate::config
