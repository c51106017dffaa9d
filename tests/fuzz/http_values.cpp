// SPDX-License-Identifier: Apache-2.0
// The parsers of single header values. The first byte picks one; the rest is the value.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/http/accept_encoding.hpp"
#include "gateway/http/cache_control.hpp"
#include "gateway/http/edge_caching.hpp"
#include "gateway/http/entity_tag.hpp"
#include "gateway/http/http_date.hpp"
#include "gateway/http/media_type.hpp"

namespace {

namespace http = signgate::http;

constexpr signgate::UnixSeconds now = 1700000000;
constexpr std::array<std::string_view, 2> codings = {"gzip", "deflate"};

void require(bool holds) {
  if (!holds) std::abort();
}

bool lies_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void try_cache_control(std::string_view value) {
  for (const bool make_private : {false, true}) {
    const http::CacheBound bound{
        .seconds = 600, .age = 7, .implied = 3, .make_private = make_private};
    const std::string capped = http::cap_cache_control(value, bound);
    require(http::cap_cache_control(capped, bound) == capped);
    // The bound holds for a reader that knows no quoted strings, unless there are some.
    if (value.find('"') == std::string_view::npos) {
      for (std::size_t at = 0; (at = capped.find("max-age=", at)) != std::string::npos; at += 8) {
        const bool begins = at == 0 || std::string_view(capped).substr(0, at).ends_with(", ");
        require(!begins || std::strtoull(capped.c_str() + at + 8, nullptr, 10) <= 607);
      }
    }
    const std::string surrogate = http::cap_surrogate_control(value, bound);
    require(http::cap_surrogate_control(surrogate, bound) == surrogate);
    const std::string targeted = http::cap_targeted_cache_control(value, bound);
    require(http::cap_targeted_cache_control(targeted, bound) == targeted);
    const std::string edge = http::strip_edge_control(value);
    require(http::strip_edge_control(edge) == edge);
    const std::string accel = http::cap_accel_expires(value, now, bound);
    require(accel.empty() || http::cap_accel_expires(accel, now, bound) == accel);
  }
  require(http::parse_age(value) <= 2147483648);
}

void try_accept_encoding(std::string_view value) {
  const std::string narrowed = http::narrow_accept_encoding(value, codings);
  require(http::narrow_accept_encoding(narrowed, codings) == narrowed);
  // What is chosen for the client is something that may come from upstream as well.
  const std::string_view chosen = http::choose_coding(value, codings);
  require(http::choose_coding(narrowed, codings) == chosen);
  for (const std::string_view coding : {"gzip", "deflate", "identity"}) {
    const int weight = http::coding_weight(value, coding).value_or(0);
    require(weight >= 0 && weight <= 1000);
  }
}

void try_entity_tag(std::string_view value) {
  if (const auto tag = http::parse_entity_tag(value)) {
    require(lies_within(tag->opaque, value));
    const std::string text = tag->text();
    require(http::parse_entity_tag(text) == tag);
    const http::PageMark mark{.signed_at = now, .rule_set = "r1", .coding = "br"};
    if (const auto wrapped = http::wrap_entity_tag(value, {}, mark)) {
      const auto back = http::unwrap_if_none_match(
          *wrapped,
          {.now = now + 1, .rule_set = "r1", .page_life = 10, .accept_encoding = "gzip, br"});
      require(back && back->value == text && back->signed_at == now && back->coding == "br");
      require(back->client_tag == *wrapped);
      require(http::unwrap_precondition(*wrapped) == text);
    }
  }
  if (const auto list = http::parse_entity_tag_list(value)) {
    require(list->any == list->tags.empty());
    for (const http::EntityTag& tag : list->tags)
      require(lies_within(tag.opaque, value));
  }
  const auto revalidation = http::unwrap_if_none_match(
      value,
      {.now = now, .rule_set = "c0ffee", .page_life = UINT64_MAX, .accept_encoding = "gzip"});
  if (revalidation) require(value.find(revalidation->client_tag) != std::string_view::npos);
  const std::string condition = http::unwrap_precondition(value);
  if (!condition.empty() && value.find("sg1-") == std::string_view::npos) {
    require(http::unwrap_precondition(condition) == condition);
  }
}

void try_date(std::string_view value) {
  if (const auto time = http::parse_http_date(value, now)) {
    const std::string text = http::format_http_date(*time);
    const auto again = http::parse_http_date(text, now);
    // Year 0 is read, but not written.
    require(again && (*again == *time || *time < -62135596800));
  }
  const std::string capped = http::cap_expires(value, now, 600);
  require(capped == "0" || *http::parse_http_date(capped, now) <= now + 600);
  (void)http::implied_lifetime({.date = value, .expires = value, .last_modified = value}, now);
}

void try_media_type(std::string_view value) {
  const auto type = http::parse_media_type(value);
  if (!type) return;
  require(!type->type.empty() && !type->subtype.empty());
  require(lies_within(type->type, value) && lies_within(type->subtype, value) &&
          lies_within(type->parameters, value));
  if (const auto charset = type->charset()) require(!charset->empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // Its own allocation, so that a read past the end is seen.
  const std::string value(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      try_cache_control(value);
      break;
    case 1:
      try_accept_encoding(value);
      break;
    case 2:
      try_entity_tag(value);
      break;
    case 3:
      try_date(value);
      break;
    case 4:
      try_media_type(value);
      break;
  }
  return 0;
}
