// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/selection.hpp"

#include <algorithm>

#include "gateway/edge/byte_range.hpp"
#include "gateway/http/entity_tag.hpp"
#include "gateway/http/http_date.hpp"

namespace signgate::edge {
namespace {

using http::HeaderId;

/// Whether one of the listed tags is the object's; `weakly` lets W/"x" stand for "x". Nothing when
/// the list cannot be read.
std::optional<bool> names(std::optional<std::string_view> value, std::string_view etag,
                          bool weakly) {
  if (!value) return std::nullopt;
  const auto list = http::parse_entity_tag_list(*value);
  const auto own = http::parse_entity_tag(etag);
  if (!list || !own) return std::nullopt;
  return list->any || std::any_of(list->tags.begin(), list->tags.end(), [&](const auto& tag) {
           return tag.opaque == own->opaque && (weakly || !tag.weak);
         });
}

std::optional<UnixSeconds> date(std::optional<std::string_view> value, UnixSeconds now) {
  return value ? http::parse_http_date(*value, now) : std::nullopt;
}

bool range_still_holds(const Validators& validators, const http::Fields& fields, UnixSeconds now) {
  const auto condition = fields.value(HeaderId::if_range);
  if (!condition) return true;
  if (const auto tag = http::parse_entity_tag(*condition)) {
    return !tag->weak && *condition == validators.etag;
  }
  const auto then = date(condition, now);
  return then && then == validators.last_modified;
}

}  // namespace

Selection select(const Validators& validators, const http::Fields& fields, UnixSeconds now) {
  const auto if_match = names(fields.value(HeaderId::if_match), validators.etag, false);
  if (if_match == false) return {412, 0, 0, "If-Match"};
  if (!if_match) {
    const auto limit = date(fields.value(HeaderId::if_unmodified_since), now);
    const auto& modified = validators.last_modified;
    if (limit && modified && *modified > *limit) return {412, 0, 0, "If-Unmodified-Since"};
  }
  const auto if_none_match = names(fields.value(HeaderId::if_none_match), validators.etag, true);
  if (if_none_match == true) return {304, 0, 0, {}};
  if (!if_none_match) {
    const auto since = date(fields.value(HeaderId::if_modified_since), now);
    const auto& modified = validators.last_modified;
    if (since && modified && *modified <= *since) return {304, 0, 0, {}};
  }
  if (range_still_holds(validators, fields, now)) {
    const ByteRange range = parse_byte_range(fields.value(HeaderId::range), validators.size);
    if (range.kind == ByteRange::Kind::unsatisfiable) return {416, 0, 0, {}};
    if (range.kind == ByteRange::Kind::part) return {206, range.first, range.length, {}};
  }
  return {200, 0, validators.size, {}};
}

}  // namespace signgate::edge
