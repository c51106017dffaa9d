// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/entity_tag.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/http/http_date.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

constexpr std::string_view our_mark = "sg1-";
constexpr UnixSeconds clock_skew = 60;  // between the clocks of two replicas

// etagc of RFC 9110 section 8.8.3: everything visible but the quote, and obs-text.
bool is_tag_char(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

// Takes one tag from the front of `text`.
std::optional<EntityTag> take_entity_tag(std::string_view& text) noexcept {
  std::string_view rest = text;
  EntityTag tag;
  if (rest.starts_with("W/")) {
    tag.weak = true;
    rest.remove_prefix(2);
  }
  if (!rest.starts_with('"')) return std::nullopt;
  rest.remove_prefix(1);
  const auto end = static_cast<std::size_t>(
      std::find_if_not(rest.begin(), rest.end(), is_tag_char) - rest.begin());
  if (end == rest.size() || rest[end] != '"') return std::nullopt;
  tag.opaque = rest.substr(0, end);
  text = rest.substr(end + 1);
  return tag;
}

void append_hex(std::string& text, UnixSeconds value) {
  std::array<char, 16> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(),
                                     static_cast<std::uint64_t>(value), 16);
  text.append(digits.data(), written.ptr);
}

std::optional<UnixSeconds> parse_hex(std::string_view text) noexcept {
  UnixSeconds value = 0;
  if (text.empty() || hex_value(text.front()) < 0) return std::nullopt;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_rule_set(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alpha(c) || is_digit(c); });
}

std::string_view trim_list_front(std::string_view text) noexcept {
  const std::size_t start = text.find_first_not_of(" \t,");
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

}  // namespace

std::string EntityTag::text() const {
  std::string result(weak ? "W/\"" : "\"");
  return result.append(opaque).append("\"");
}

std::optional<EntityTag> parse_entity_tag(std::string_view text) noexcept {
  text = trim_ows(text);
  const auto tag = take_entity_tag(text);
  if (!tag || !text.empty()) return std::nullopt;
  return tag;
}

std::optional<EntityTagList> parse_entity_tag_list(std::string_view value) {
  EntityTagList list;
  if (trim_ows(value) == "*") {
    list.any = true;
    return list;
  }
  for (value = trim_list_front(value); !value.empty(); value = trim_list_front(value)) {
    const auto tag = take_entity_tag(value);
    value = trim_ows(value);
    if (!tag || (!value.empty() && value.front() != ',')) return std::nullopt;
    list.tags.push_back(*tag);
  }
  if (list.tags.empty()) return std::nullopt;
  return list;
}

std::optional<std::string> wrap_entity_tag(std::string_view etag, std::string_view last_modified,
                                           UnixSeconds now, std::string_view rule_set) {
  SIGNGATE_CHECK(is_rule_set(rule_set) && now >= 0);
  std::string text = "W/\"";
  text.append(our_mark);
  append_hex(text, now);
  text.append("-").append(rule_set).append("-");
  if (!etag.empty()) {
    const auto tag = parse_entity_tag(etag);
    if (!tag || tag->opaque.size() > limits::entity_tag) return std::nullopt;
    text.append(tag->weak ? "w" : "s").append(tag->opaque);
  } else {
    const auto modified = parse_http_date(last_modified, now);
    if (!modified || *modified < 0) return std::nullopt;
    text.append("m");
    append_hex(text, *modified);
  }
  return text.append("\"");
}

std::optional<PageTag> parse_page_tag(const EntityTag& tag) noexcept {
  std::string_view rest = tag.opaque;
  if (!tag.weak || !rest.starts_with(our_mark)) return std::nullopt;
  rest.remove_prefix(our_mark.size());

  const std::size_t first = rest.find('-');
  if (first == std::string_view::npos) return std::nullopt;
  const auto signed_at = parse_hex(rest.substr(0, first));
  rest.remove_prefix(first + 1);
  const std::size_t second = rest.find('-');
  if (!signed_at || second == std::string_view::npos) return std::nullopt;
  PageTag page;
  page.signed_at = *signed_at;
  page.rule_set = rest.substr(0, second);
  rest.remove_prefix(second + 1);
  if (!is_rule_set(page.rule_set) || rest.empty()) return std::nullopt;

  const char kind = rest.front();
  rest.remove_prefix(1);
  switch (kind) {
    case 's':
    case 'w':
      page.upstream = EntityTag{kind == 'w', rest};
      return page;
    case 'm':
      page.last_modified = parse_hex(rest);
      break;
    default:
      return std::nullopt;
  }
  if (!page.last_modified) return std::nullopt;
  return page;
}

std::optional<Revalidation> unwrap_if_none_match(std::string_view if_none_match, UnixSeconds now,
                                                 std::string_view rule_set,
                                                 std::uint64_t page_life) {
  const auto list = parse_entity_tag_list(if_none_match);
  if (!list) return std::nullopt;
  const EntityTag* chosen = nullptr;
  PageTag page;
  for (const EntityTag& tag : list->tags) {
    const auto candidate = parse_page_tag(tag);
    if (!candidate || candidate->rule_set != rule_set) continue;
    if (candidate->signed_at > now + clock_skew) continue;
    if (chosen != nullptr && candidate->signed_at <= page.signed_at) continue;
    chosen = &tag;
    page = *candidate;
  }
  if (chosen == nullptr) return std::nullopt;
  const auto age = static_cast<std::uint64_t>(std::max<UnixSeconds>(now - page.signed_at, 0));
  if (age > page_life) return std::nullopt;

  Revalidation result;
  if (page.upstream) {
    result.name = "If-None-Match";
    result.value = page.upstream->text();
  } else {
    result.name = "If-Modified-Since";
    result.value = format_http_date(*page.last_modified);
  }
  result.client_tag = chosen->text();
  result.signed_at = page.signed_at;
  result.remaining = page_life - age;
  return result;
}

std::string unwrap_precondition(std::string_view value) {
  const auto list = parse_entity_tag_list(value);
  if (!list || list->any) return std::string(value);
  std::string result;
  for (const EntityTag& tag : list->tags) {
    const auto page = parse_page_tag(tag);
    if (page && !page->upstream) continue;
    if (!result.empty()) result.append(", ");
    result.append(page ? page->upstream->text() : tag.text());
  }
  return result;
}

}  // namespace signgate::http
