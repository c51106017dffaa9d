// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/entity_tag.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/http/accept_encoding.hpp"
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

// The coding whose letter it is; they begin differently. Empty for none.
std::string_view coding_of(char letter) noexcept {
  constexpr std::array<std::string_view, 5> codings = {"identity", "gzip", "deflate", "br", "zstd"};
  for (const std::string_view coding : codings) {
    if (coding.front() == letter) return coding;
  }
  return {};
}

bool accepts(std::string_view accept_encoding, std::string_view coding) noexcept {
  const auto weight = coding_weight(accept_encoding, coding);
  return !weight || *weight > 0;
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
                                           const PageMark& mark) {
  SIGNGATE_CHECK(is_rule_set(mark.rule_set) && mark.signed_at >= 0);
  SIGNGATE_CHECK(!mark.coding.empty() && coding_of(mark.coding.front()) == mark.coding);
  std::string text = "W/\"";
  text.append(our_mark);
  append_hex(text, mark.signed_at);
  text.append("-").append(mark.rule_set).append("-").append(mark.coding.substr(0, 1));
  if (!etag.empty()) {
    const auto tag = parse_entity_tag(etag);
    if (!tag || tag->opaque.size() > limits::entity_tag) return std::nullopt;
    text.append(tag->weak ? "w" : "s").append(tag->opaque);
  } else {
    const auto modified = parse_http_date(last_modified, mark.signed_at);
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
  page.mark.signed_at = *signed_at;
  page.mark.rule_set = rest.substr(0, second);
  rest.remove_prefix(second + 1);
  if (!is_rule_set(page.mark.rule_set) || rest.size() < 2) return std::nullopt;
  page.mark.coding = coding_of(rest.front());
  if (page.mark.coding.empty()) return std::nullopt;

  const char kind = rest[1];
  rest.remove_prefix(2);
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

std::uint64_t remaining_life(UnixSeconds signed_at, std::uint64_t page_life,
                             UnixSeconds now) noexcept {
  const auto age = static_cast<std::uint64_t>(std::max<UnixSeconds>(now - signed_at, 0));
  return page_life - std::min(age, page_life);
}

std::optional<Revalidation> unwrap_if_none_match(std::string_view if_none_match,
                                                 const KeptPages& kept) {
  const auto list = parse_entity_tag_list(if_none_match);
  if (!list) return std::nullopt;
  const EntityTag* chosen = nullptr;
  PageTag page;
  for (const EntityTag& tag : list->tags) {
    const auto candidate = parse_page_tag(tag);
    if (!candidate || candidate->mark.rule_set != kept.rule_set) continue;
    if (candidate->mark.signed_at > kept.now + clock_skew) continue;
    if (!accepts(kept.accept_encoding, candidate->mark.coding)) continue;
    if (chosen != nullptr && candidate->mark.signed_at <= page.mark.signed_at) continue;
    chosen = &tag;
    page = *candidate;
  }
  if (chosen == nullptr) return std::nullopt;
  const auto age =
      static_cast<std::uint64_t>(std::max<UnixSeconds>(kept.now - page.mark.signed_at, 0));
  if (age > kept.page_life) return std::nullopt;

  Revalidation result;
  if (page.upstream) {
    result.name = "If-None-Match";
    result.value = page.upstream->text();
  } else {
    result.name = "If-Modified-Since";
    result.value = format_http_date(*page.last_modified);
  }
  result.client_tag = chosen->text();
  result.coding = page.mark.coding;
  result.signed_at = page.mark.signed_at;
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
