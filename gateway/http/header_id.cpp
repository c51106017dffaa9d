// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/header_id.hpp"

#include <array>
#include <cstring>
#include <utility>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

constexpr std::array<std::pair<std::string_view, HeaderId>, 50> known = {{
    {"accept-encoding", HeaderId::accept_encoding},
    {"accept-ranges", HeaderId::accept_ranges},
    {"age", HeaderId::age},
    {"authorization", HeaderId::authorization},
    {"cache-control", HeaderId::cache_control},
    {"cdn-cache-control", HeaderId::cdn_cache_control},
    {"connection", HeaderId::connection},
    {"content-encoding", HeaderId::content_encoding},
    {"content-length", HeaderId::content_length},
    {"content-location", HeaderId::content_location},
    {"content-md5", HeaderId::content_md5},
    {"content-range", HeaderId::content_range},
    {"content-type", HeaderId::content_type},
    {"cookie", HeaderId::cookie},
    {"date", HeaderId::date},
    {"digest", HeaderId::digest},
    {"etag", HeaderId::etag},
    {"expect", HeaderId::expect},
    {"expires", HeaderId::expires},
    {"host", HeaderId::host},
    {"if-match", HeaderId::if_match},
    {"if-modified-since", HeaderId::if_modified_since},
    {"if-none-match", HeaderId::if_none_match},
    {"if-range", HeaderId::if_range},
    {"if-unmodified-since", HeaderId::if_unmodified_since},
    {"keep-alive", HeaderId::keep_alive},
    {"last-modified", HeaderId::last_modified},
    {"link", HeaderId::link},
    {"location", HeaderId::location},
    {"pragma", HeaderId::pragma},
    {"proxy-authenticate", HeaderId::proxy_authenticate},
    {"proxy-authorization", HeaderId::proxy_authorization},
    {"proxy-connection", HeaderId::proxy_connection},
    {"range", HeaderId::range},
    {"referer", HeaderId::referer},
    {"refresh", HeaderId::refresh},
    {"repr-digest", HeaderId::repr_digest},
    {"server", HeaderId::server},
    {"set-cookie", HeaderId::set_cookie},
    {"surrogate-control", HeaderId::surrogate_control},
    {"te", HeaderId::te},
    {"trailer", HeaderId::trailer},
    {"transfer-encoding", HeaderId::transfer_encoding},
    {"upgrade", HeaderId::upgrade},
    {"user-agent", HeaderId::user_agent},
    {"vary", HeaderId::vary},
    {"x-accel-buffering", HeaderId::x_accel_buffering},
    {"x-accel-limit-rate", HeaderId::x_accel_limit_rate},
    {"x-accel-redirect", HeaderId::x_accel_redirect},
    {"x-forwarded-for", HeaderId::x_forwarded_for},
}};

constexpr std::size_t slots = 256;

// Length, first, last and middle letter spread the known names over the slots; the rest is linear
// probing.
constexpr std::size_t slot_of(std::string_view name) {
  const auto at = [&](std::size_t i) { return static_cast<std::size_t>(to_lower(name[i])); };
  return (name.size() * 7 + at(0) * 31 + at(name.size() - 1) * 17 + at(name.size() / 2) * 5) %
         slots;
}

constexpr std::array<std::uint8_t, slots> make_table() {
  std::array<std::uint8_t, slots> table{};
  for (std::size_t i = 0; i < known.size(); ++i) {
    std::size_t slot = slot_of(known[i].first);
    while (table[slot] != 0)
      slot = (slot + 1) % slots;
    table[slot] = static_cast<std::uint8_t>(i + 1);
  }
  return table;
}

constexpr auto table = make_table();

template <class Word>
bool same_word(const char* lower, const char* any, std::size_t at) {
  Word a = 0;
  Word b = 0;
  std::memcpy(&a, lower + at, sizeof a);
  std::memcpy(&b, any + at, sizeof b);
  // Letters alone have bit 0x40; where it stands in the known name, bit 0x20 tells the cases apart.
  constexpr Word letter_bits = static_cast<Word>(0x4040404040404040);
  return a == static_cast<Word>(b | (a & letter_bits) >> 1);
}

// Whether `name`, of the same length, is `lower` in any case; words that overlap at the end.
bool is_same_token(std::string_view lower, std::string_view name) {
  const std::size_t size = lower.size();
  const char* const a = lower.data();
  const char* const b = name.data();
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) {
      if (!same_word<std::uint64_t>(a, b, at)) return false;
    }
    return same_word<std::uint64_t>(a, b, size - 8);
  }
  if (size >= 4)
    return same_word<std::uint32_t>(a, b, 0) && same_word<std::uint32_t>(a, b, size - 4);
  return same_word<std::uint16_t>(a, b, 0) && same_word<std::uint16_t>(a, b, size - 2);
}

}  // namespace

HeaderId header_id(std::string_view name) noexcept {
  if (name.size() < 2) return HeaderId::other;
  for (std::size_t slot = slot_of(name); table[slot] != 0; slot = (slot + 1) % slots) {
    const auto& entry = known[table[slot] - 1U];
    if (entry.first.size() == name.size() && is_same_token(entry.first, name)) return entry.second;
  }
  return HeaderId::other;
}

bool is_hop_by_hop(HeaderId id) noexcept {
  switch (id) {
    case HeaderId::connection:
    case HeaderId::keep_alive:
    case HeaderId::proxy_connection:
    case HeaderId::te:
    case HeaderId::trailer:
    case HeaderId::transfer_encoding:
    case HeaderId::upgrade:
      return true;
    default:
      return false;
  }
}

}  // namespace signgate::http
