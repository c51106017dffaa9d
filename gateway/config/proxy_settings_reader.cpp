// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "gateway/base/limits.hpp"
#include "gateway/base/network.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/rules.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/units.hpp"

namespace signgate::config {
namespace {

constexpr std::uint64_t largest_buffer = 64 * limits::mib;
constexpr std::uint64_t largest_socket_buffer = std::numeric_limits<std::int32_t>::max();

bool is_off(const std::vector<Text>& lines) {
  return lines.size() == 1 && lines.front().value == "off";
}

// A list of lines, each read by `parse`; "off" alone is the empty list.
template <class Rule, class Parse>
void read_rules(TableReader& table, std::string_view key, Parse parse, std::vector<Rule>& out) {
  std::vector<Text> lines;
  if (!table.texts(key, lines)) return;
  std::vector<Rule> rules;
  if (!is_off(lines)) {
    for (const Text& line : lines) {
      auto rule = parse(line.value);
      if (rule) {
        rules.push_back(std::move(*rule));
      } else {
        table.flaw(key, line.place, rule.error());
      }
    }
  }
  out = std::move(rules);
}

void read_names(TableReader& table, std::string_view key, std::vector<std::string>& out) {
  std::vector<Text> lines;
  if (!table.texts(key, lines)) return;
  out.clear();
  for (const Text& line : lines) {
    const bool legal =
        !line.value.empty() && line.value.find_first_of(" \t:\r\n\"") == std::string::npos;
    if (!legal) {
      table.error(line.place, std::string(key) + " has " + in_quotes(line.value) +
                                  ", which is no header's name");
    }
    out.push_back(line.value);
  }
}

// All that nginx knows. Those about its cache are taken too: nothing is cached here.
constexpr std::array<std::string_view, 9> ignorable = {
    "X-Accel-Redirect",  "X-Accel-Expires", "X-Accel-Limit-Rate",
    "X-Accel-Buffering", "X-Accel-Charset", "Expires",
    "Cache-Control",     "Set-Cookie",      "Vary"};

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

void read_ignored(TableReader& table, ProxyAnswer& settings) {
  std::vector<Text> lines;
  if (!table.texts("proxy_ignore_headers", lines)) return;
  settings.ignore_accel_redirect = settings.ignore_accel_limit_rate =
      settings.ignore_accel_buffering = false;
  for (const Text& line : lines) {
    const std::string name = lowered(line.value);
    if (name == "x-accel-redirect") {
      settings.ignore_accel_redirect = true;
    } else if (name == "x-accel-limit-rate") {
      settings.ignore_accel_limit_rate = true;
    } else if (name == "x-accel-buffering") {
      settings.ignore_accel_buffering = true;
    } else if (std::none_of(ignorable.begin(), ignorable.end(),
                            [&](std::string_view known) { return lowered(known) == name; })) {
      table.error(line.place, "proxy_ignore_headers has " + in_quotes(line.value) +
                                  suggestion(line.value, ignorable) +
                                  "; legal: " + listed(ignorable));
    }
  }
}

void read_buffers(TableReader& table, ProxyAnswer& settings) {
  std::string written;
  const auto place = table.text("proxy_buffers", written);
  if (!place) return;
  const std::string_view text = written;
  const std::size_t space = text.find(' ');
  const auto number = parse_count(text.substr(0, space), 2, 65536);
  const auto size = parse_size(space == std::string_view::npos ? "" : text.substr(space + 1));
  if (!number || !size || *size == 0 || *size > largest_buffer / *number) {
    table.flaw("proxy_buffers", *place,
               {in_quotes(text) + " is not a number of buffers (2 or more) and a size (at most 64m "
                                  "in all): write \"8 4k\"",
                0});
    return;
  }
  settings.proxy_buffers_number = *number;
  settings.proxy_buffers_size = *size;
}

void read_rate(TableReader& table, std::string_view key, std::string& out) {
  std::string written;
  const auto place = table.text(key, written);
  if (!place) return;
  if (written.find('$') != std::string::npos) {
    const auto variables = check_variables(written);
    if (!variables) {
      table.flaw(key, *place, variables.error());
      return;
    }
  } else if (const auto size = parse_size(written); !size) {
    table.flaw(key, *place, size.error());
    return;
  }
  out = std::move(written);
}

void read_value(TableReader& table, std::string_view key, std::string& out) {
  std::string written;
  const auto place = table.text(key, written);
  if (!place) return;
  if (const auto variables = check_variables(written); !variables) {
    table.flaw(key, *place, variables.error());
    return;
  }
  out = std::move(written);
}

void read_bind(TableReader& table, std::string& out) {
  std::string written;
  const auto place = table.text("proxy_bind", written);
  if (!place) return;
  const std::size_t space = written.find(' ');
  const std::string_view address = std::string_view(written).substr(0, space);
  if (space != std::string::npos) {
    const bool transparent = std::string_view(written).substr(space + 1) == "transparent";
    table.flaw("proxy_bind", *place,
               {transparent ? "cannot be \"transparent\", which takes privileges and routes of the "
                              "system's own: legal is an address of this machine"
                            : "must be \"ADDRESS\", \"ADDRESS:PORT\" or \"off\"",
                space + 1});
    return;
  }
  if (written == "off") {
    out.clear();
    return;
  }
  if (const auto variables = check_variables(written); !variables) {
    table.flaw("proxy_bind", *place, variables.error());
    return;
  }
  const auto local = parse_ip_port(address);
  if (written.find('$') == std::string::npos && !local) {
    table.flaw("proxy_bind", *place,
               {in_quotes(written) + " is no address: write \"192.0.2.1\", \"192.0.2.1:8000\", "
                                     "\"[2001:db8::1]\", a value with variables, or \"off\"",
                0});
    return;
  }
  out = std::move(written);
}

void read_folder(TableReader& table, std::string_view key, std::string& out) {
  std::string written;
  const auto place = table.text(key, written);
  if (!place) return;
  if (written.empty() || written.find(' ') != std::string::npos) {
    table.flaw(key, *place, {"must be a folder's path alone: the files in it have no names", 0});
    return;
  }
  out = std::move(written);
}

}  // namespace

void read_proxy_request(TableReader& table, ProxyRequest& settings) {
  table.on_off("proxy_request_buffering", settings.proxy_request_buffering);
  table.size("client_body_buffer_size", settings.client_body_buffer_size, 1, largest_buffer);
  read_folder(table, "client_body_temp_path", settings.client_body_temp_path);
  table.choice("client_body_in_file_only",
               {{"off", InFileOnly::off}, {"clean", InFileOnly::clean}, {"on", InFileOnly::on}},
               settings.client_body_in_file_only);
  table.choice<std::uint8_t>("proxy_http_version", {{"1.0", 0}, {"1.1", 1}},
                             settings.proxy_http_minor);
  read_value(table, "proxy_method", settings.proxy_method);
  if (settings.proxy_method.find_first_of(" \t\r\n") != std::string::npos) {
    table.error(table.place(), "proxy_method must be one word");
    settings.proxy_method.clear();
  }
  table.on_off("proxy_pass_request_body", settings.proxy_pass_request_body);
  table.on_off("proxy_pass_request_headers", settings.proxy_pass_request_headers);
  std::string body;
  if (table.find("proxy_set_body") != nullptr) {
    read_value(table, "proxy_set_body", body);
    settings.proxy_set_body = std::move(body);
  }
  table.on_off("proxy_pass_trailers", settings.proxy_pass_trailers);
  read_bind(table, settings.proxy_bind);
  table.on_off("proxy_socket_keepalive", settings.proxy_socket_keepalive);
  table.size("proxy_socket_rcvbuf", settings.proxy_socket_rcvbuf, 0, largest_socket_buffer);
  table.size("proxy_socket_sndbuf", settings.proxy_socket_sndbuf, 0, largest_socket_buffer);
  table.on_off("proxy_ignore_client_abort", settings.proxy_ignore_client_abort);
}

void read_proxy_answer(TableReader& table, ProxyAnswer& settings) {
  table.on_off("proxy_buffering", settings.proxy_buffering);
  table.size("proxy_buffer_size", settings.proxy_buffer_size, 1024, limits::mib);
  read_buffers(table, settings);
  table.size("proxy_max_temp_file_size", settings.proxy_max_temp_file_size);
  table.size("proxy_temp_file_write_size", settings.proxy_temp_file_write_size, 1024,
             largest_buffer);
  read_folder(table, "proxy_temp_path", settings.proxy_temp_path);
  read_rate(table, "limit_rate", settings.limit_rate);
  read_rate(table, "limit_rate_after", settings.limit_rate_after);
  read_rate(table, "proxy_limit_rate", settings.proxy_limit_rate);
  read_ignored(table, settings);
  const auto with_default = [](std::string_view text) { return parse_text_rule(text, true); };
  const auto without = [](std::string_view text) { return parse_text_rule(text, false); };
  read_rules(table, "proxy_redirect", with_default, settings.proxy_redirect);
  read_rules(table, "proxy_cookie_domain", without, settings.proxy_cookie_domain);
  read_rules(table, "proxy_cookie_path", without, settings.proxy_cookie_path);
  read_rules(table, "proxy_cookie_flags", parse_cookie_flags, settings.proxy_cookie_flags);
  read_names(table, "proxy_hide_header", settings.proxy_hide_header);
  read_names(table, "proxy_pass_header", settings.proxy_pass_header);
  table.on_off("proxy_intercept_errors", settings.proxy_intercept_errors);
  read_rules(table, "error_page", parse_error_page, settings.error_page);
  table.on_off("recursive_error_pages", settings.recursive_error_pages);
  table.on_off("absolute_redirect", settings.absolute_redirect);
  table.on_off("port_in_redirect", settings.port_in_redirect);
  table.on_off("server_name_in_redirect", settings.server_name_in_redirect);
}

}  // namespace signgate::config
