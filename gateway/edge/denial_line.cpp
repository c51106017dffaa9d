// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/denial_line.hpp"

#include "gateway/config/diagnostic.hpp"
#include "gateway/http/text.hpp"
#include "signing/time_text.hpp"

namespace signgate::edge {
namespace {

constexpr std::size_t longest_shown = 1024;

std::string decoded(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const int high = i + 2 < name.size() && name[i] == '%' ? http::hex_value(name[i + 1]) : -1;
    const int low = high < 0 ? -1 : http::hex_value(name[i + 2]);
    if (low < 0) {
      out += name[i];
    } else {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

bool is_secret(std::string_view name) {
  const std::string plain = decoded(name);
  return http::equal_ignoring_case(plain, "Signature") ||
         http::equal_ignoring_case(plain, "X-Amz-Signature");
}

std::string shown(std::string_view text) {
  std::string out = "\"";
  for (const char c : config::printable(text.substr(0, longest_shown))) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\t' ? ' ' : c;
  }
  if (text.size() > longest_shown) out += "...";
  return out + '"';
}

}  // namespace

std::string mask_signatures(std::string_view target) {
  const std::size_t query = target.find('?');
  if (query == std::string_view::npos) return std::string(target);
  std::string out(target.substr(0, query + 1));
  std::string_view rest = target.substr(query + 1);
  for (;;) {
    const std::size_t end = rest.find('&');
    const std::string_view piece = rest.substr(0, end);
    const std::size_t equals = piece.find('=');
    if (equals != std::string_view::npos && is_secret(piece.substr(0, equals))) {
      out += piece.substr(0, equals + 1);
      out += "...";
    } else {
      out += piece;
    }
    if (end == std::string_view::npos) return out;
    out += '&';
    rest.remove_prefix(end + 1);
  }
}

std::string denial_line(UnixSeconds now, std::string_view viewer, std::string_view method,
                        std::string_view host, std::string_view target,
                        const EdgeResponse& response) {
  std::string line = signing::format_time(now);
  line += ' ';
  line += viewer;
  line += ' ';
  line += config::printable(method.substr(0, 32));
  line += ' ' + shown(host) + ' ' + shown(mask_signatures(target)) + ' ';
  line += std::to_string(response.status) + ' ' + response.code;
  if (!response.reason.empty()) line += ' ' + config::printable(response.reason);
  return line;
}

}  // namespace signgate::edge
