// SPDX-License-Identifier: Apache-2.0
// The values of access and answer settings, and what of a request they are held against: addresses,
// lists of forwarded addresses, referers, times. The first byte picks one; the rest is the value.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/base/network.hpp"
#include "gateway/config/access_values.hpp"
#include "gateway/config/answer_values.hpp"
#include "gateway/config/words.hpp"
#include "gateway/route/expires_rule.hpp"
#include "gateway/route/real_address.hpp"
#include "gateway/route/referer_rule.hpp"

namespace {

namespace config = signgate::config;
namespace route = signgate::route;

constexpr signgate::UnixSeconds now = 1700000000;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class T>
bool flaw_lies_within(const config::Parsed<T>& parsed, std::string_view text) {
  return parsed || (!parsed.error().message.empty() && parsed.error().offset <= text.size());
}

void try_words(std::string_view text) {
  const auto words = config::split_words(text);
  require(flaw_lies_within(words, text));
  if (!words) return;
  std::size_t size = 0;
  for (const config::Word& word : *words) {
    require(word.offset < text.size());
    size += word.text.size();
  }
  require(size <= text.size());
}

void try_address(std::string_view text) {
  if (const auto address = signgate::parse_ip(text)) {
    const std::string shown = signgate::ip_text(*address);
    require(signgate::parse_ip(shown) == address);
    require(address->size == 0 || signgate::parse_network(shown)->contains(*address));
  }
  const auto trusted = config::parse_trusted_peer(text);
  require(flaw_lies_within(trusted, text));
  if (trusted && std::holds_alternative<std::string>(*trusted)) require(!signgate::parse_ip(text));
  if (const auto network = signgate::parse_network(text)) {
    if (network->kind == signgate::Network::Kind::v4 ||
        network->kind == signgate::Network::Kind::v6) {
      signgate::IpAddress first{network->address, 0};
      first.size = network->kind == signgate::Network::Kind::v4 ? 4 : 16;
      require(network->contains(first));
    }
  }
}

void try_forwarded(std::string_view text) {
  const signgate::Network everybody;
  const signgate::IpAddress peer = *signgate::parse_ip("127.0.0.1");
  signgate::http::Fields fields;
  fields.add("X-Forwarded-For", text);
  for (const bool recursive : {false, true}) {
    const route::RealAddressRule rule{std::span(&everybody, 1), "X-Forwarded-For", recursive};
    const auto real = route::real_address(rule, peer, fields, {});
    // What is believed stands in the list.
    if (real) require(real->address.size > 0);
    const route::RealAddressRule nobody{{}, "X-Forwarded-For", recursive};
    require(!route::real_address(nobody, peer, fields, {}));
  }
}

void try_referer(std::string_view text) {
  const std::size_t line = text.find('\n');
  config::Referers settings;
  const std::string_view word = text.substr(0, line);
  // The pattern's own cost is PCRE's to bound; here the names count.
  if (word.starts_with('~') || !config::add_referer(word, settings)) return;
  const route::RefererRule rule(settings, {});
  const std::string_view referer =
      line == std::string_view::npos ? std::string_view() : text.substr(line + 1);
  const bool valid = rule.is_valid(referer);
  std::string louder(referer);
  for (char& c : louder)
    c = c >= 'a' && c <= 'z' && referer.find('/') > 8 ? static_cast<char>(c - 'a' + 'A') : c;
  if (settings.names.empty() || louder == referer) require(valid == rule.is_valid(louder));
}

void try_values(std::string_view text) {
  require(flaw_lies_within(config::parse_access_rule(text), text));
  const auto zone = config::parse_limit_req_zone(text);
  require(flaw_lies_within(zone, text));
  if (zone) require(!zone->name.empty() && zone->milli_rate > 0 && zone->size >= 32768);
  require(flaw_lies_within(config::parse_limit_conn_zone(text), text));
  const auto limit = config::parse_limit_req(text);
  require(flaw_lies_within(limit, text));
  if (limit) require(!limit->zone.empty());
  require(flaw_lies_within(config::parse_limit_conn(text), text));
  const auto header = config::parse_add_header(text);
  require(flaw_lies_within(header, text));
  if (header) require(header->value.find('\n') == std::string::npos);
  require(flaw_lies_within(config::parse_user_variable(text), text));
  require(flaw_lies_within(config::check_expires(text), text));
  if (const auto expires = config::parse_expires(text)) {
    const auto fields = route::expires_fields(*expires, now, now - 100);
    require(fields.has_value() == (expires->kind != config::Expires::Kind::off));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      try_words(text);
      break;
    case 1:
      try_address(text);
      break;
    case 2:
      try_forwarded(text);
      break;
    case 3:
      try_referer(text);
      break;
    default:
      try_values(text);
      break;
  }
  return 0;
}
