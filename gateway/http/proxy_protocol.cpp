// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/proxy_protocol.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "gateway/base/limits.hpp"

namespace signgate::http {
namespace {

constexpr std::string_view signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::string_view word = "PROXY ";
constexpr std::size_t longest_line = 107;
constexpr std::size_t fixed_part = 16;

Error broken(const char* what) {
  return {ErrorCode::bad_request, Side::client, Retry::no,
          std::string("broken PROXY header: ") + what};
}

bool is_address(std::string_view text, int family) {
  std::array<std::uint8_t, 16> address;
  return text.size() < INET6_ADDRSTRLEN &&
         ::inet_pton(family, std::string(text).c_str(), address.data()) == 1;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::string_view next_word(std::string_view& text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view found = text.substr(0, space);
  text.remove_prefix(std::min(space + 1, text.size()));
  return found;
}

Result<ProxyHeaderStep> parse_line(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, longest_line).find('\n');
  if (end == std::string_view::npos) {
    if (bytes.size() >= longest_line) return broken("its line is too long");
    return ProxyHeaderStep{};
  }
  if (bytes[end - 1] != '\r') return broken("its line does not end with CR LF");
  ProxyHeaderStep step{.consumed = end + 1, .header = {}};
  std::string_view line = bytes.substr(word.size(), end - 1 - word.size());
  if (line.ends_with(' ')) return broken("its line ends with a space");
  const std::string_view protocol = next_word(line);
  // What follows UNKNOWN is to be ignored.
  if (protocol == "UNKNOWN") return step;
  if (protocol != "TCP4" && protocol != "TCP6") return broken("an unknown protocol");
  const int family = protocol == "TCP4" ? AF_INET : AF_INET6;
  const std::string_view source = next_word(line);
  const std::string_view destination = next_word(line);
  const auto source_port = port_of(next_word(line));
  const auto destination_port = port_of(next_word(line));
  if (!is_address(source, family) || !is_address(destination, family))
    return broken("a malformed address");
  if (!source_port || !destination_port || !line.empty()) return broken("a malformed port");
  step.header = {.known = true,
                 .source_address = std::string(source),
                 .source_port = *source_port,
                 .destination_address = std::string(destination),
                 .destination_port = *destination_port};
  return step;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

std::uint16_t number_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint16_t>(byte_at(bytes, index) << 8 | byte_at(bytes, index + 1));
}

Result<ProxyHeaderStep> parse_binary(std::string_view bytes) {
  if (bytes.size() < fixed_part) return ProxyHeaderStep{};
  const std::uint8_t version_and_command = byte_at(bytes, 12);
  if (version_and_command >> 4 != 2) return broken("an unknown version");
  const int command = version_and_command & 15;
  if (command > 1) return broken("an unknown command");
  const std::size_t size = fixed_part + number_at(bytes, 14);
  if (size > limits::proxy_header) return broken("it is too long");
  const std::uint8_t kind = byte_at(bytes, 13);
  // Only connections over TCP can be; other families and transports tell no address.
  const int family = kind == 0x11 ? AF_INET : kind == 0x21 ? AF_INET6 : AF_UNSPEC;
  const std::size_t width = family == AF_INET ? 4 : 16;
  if (family != AF_UNSPEC && size < fixed_part + 2 * width + 4)
    return broken("it is too short for its addresses");
  if (bytes.size() < size) return ProxyHeaderStep{};
  ProxyHeaderStep step{.consumed = size, .header = {}};
  if (command == 0 || family == AF_UNSPEC) return step;
  const auto text_at = [&](std::size_t index) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, bytes.data() + index, text.data(), text.size());
    return std::string(text.data());
  };
  step.header = {.known = true,
                 .source_address = text_at(fixed_part),
                 .source_port = number_at(bytes, fixed_part + 2 * width),
                 .destination_address = text_at(fixed_part + width),
                 .destination_port = number_at(bytes, fixed_part + 2 * width + 2),
                 .fields = std::string(bytes.substr(0, size).substr(fixed_part + 2 * width + 4))};
  return step;
}

void append_number(std::uint16_t number, std::string& out) {
  out += static_cast<char>(number >> 8);
  out += static_cast<char>(number & 255);
}

}  // namespace

Result<ProxyHeaderStep> parse_proxy_header(std::string_view bytes) {
  const auto begins_as = [&](std::string_view wanted) {
    const std::size_t size = std::min(bytes.size(), wanted.size());
    return bytes.substr(0, size) == wanted.substr(0, size);
  };
  if (begins_as(word)) return bytes.size() < word.size() ? ProxyHeaderStep{} : parse_line(bytes);
  if (begins_as(signature)) return parse_binary(bytes);
  return broken("the connection does not begin with one");
}

std::string format_proxy_header(const ProxyHeader& header, int version) {
  int family = AF_UNSPEC;
  for (const int each : {AF_INET, AF_INET6}) {
    if (header.known && is_address(header.source_address, each) &&
        is_address(header.destination_address, each))
      family = each;
  }
  if (version == 1) {
    if (family == AF_UNSPEC) return "PROXY UNKNOWN\r\n";
    return std::string(family == AF_INET ? "PROXY TCP4 " : "PROXY TCP6 ") + header.source_address +
           ' ' + header.destination_address + ' ' + std::to_string(header.source_port) + ' ' +
           std::to_string(header.destination_port) + "\r\n";
  }
  std::string out(signature);
  out += '\x21';
  const std::size_t width = family == AF_INET ? 4 : 16;
  out += family == AF_INET ? '\x11' : family == AF_INET6 ? '\x21' : '\0';
  append_number(static_cast<std::uint16_t>(family == AF_UNSPEC ? 0 : 2 * width + 4), out);
  if (family == AF_UNSPEC) return out;
  for (const std::string* text : {&header.source_address, &header.destination_address}) {
    std::array<char, 16> address{};
    ::inet_pton(family, text->c_str(), address.data());
    out.append(address.data(), width);
  }
  append_number(header.source_port, out);
  append_number(header.destination_port, out);
  return out;
}

}  // namespace signgate::http
