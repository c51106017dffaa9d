// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/accept_encoding.hpp"

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

constexpr int full_weight = 1000;

// qvalue of RFC 9110 section 12.4.2, in thousandths.
std::optional<int> parse_qvalue(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int value = (text[0] - '0') * full_weight;
  int place = full_weight / 10;
  for (std::size_t i = 2; i < text.size(); ++i, place /= 10) {
    if (!is_digit(text[i])) return std::nullopt;
    value += (text[i] - '0') * place;
  }
  if (value > full_weight) return std::nullopt;
  return value;
}

struct Element {
  std::string_view coding;
  int weight;
};

std::optional<Element> parse_element(std::string_view text) noexcept {
  const std::size_t semicolon = text.find(';');
  const std::string_view coding = trim_ows(text.substr(0, semicolon));
  if (semicolon == std::string_view::npos) return Element{coding, full_weight};
  const std::string_view parameter = trim_ows(text.substr(semicolon + 1));
  if (parameter.size() < 2 || to_lower(parameter[0]) != 'q' || parameter[1] != '=') {
    return std::nullopt;
  }
  const auto weight = parse_qvalue(parameter.substr(2));
  if (!weight) return std::nullopt;
  return Element{coding, *weight};
}

bool names_coding(std::string_view token, std::string_view coding) noexcept {
  return equal_ignoring_case(token, coding) ||
         (coding == "gzip" && equal_ignoring_case(token, "x-gzip"));
}

void append_weighted(std::string& list, std::string_view coding, int weight) {
  if (!list.empty()) list.append(", ");
  list.append(coding);
  if (weight == full_weight) return;
  list.append(";q=0");
  if (weight == 0) return;
  list.push_back('.');
  for (int place = full_weight / 10; weight > 0; place /= 10) {
    list.push_back(static_cast<char>('0' + weight / place));
    weight %= place;
  }
}

}  // namespace

std::optional<int> coding_weight(std::string_view accept_encoding,
                                 std::string_view coding) noexcept {
  std::optional<int> own;
  std::optional<int> star;
  for_each_list_element(accept_encoding, [&](std::string_view text) {
    const auto element = parse_element(text);
    if (!element) return;
    if (!own && names_coding(element->coding, coding)) own = element->weight;
    if (!star && element->coding == "*") star = element->weight;
  });
  if (own) return own;
  if (star) return star;
  if (coding == "identity") return std::nullopt;
  return 0;
}

std::string_view choose_coding(std::string_view accept_encoding,
                               std::span<const std::string_view> available) noexcept {
  std::string_view best = "identity";
  int best_weight = 0;
  for (const std::string_view coding : available) {
    const int weight = coding_weight(accept_encoding, coding).value_or(0);
    if (weight > best_weight) {
      best = coding;
      best_weight = weight;
    }
  }
  const int identity = coding_weight(accept_encoding, "identity").value_or(0);
  return identity > best_weight ? "identity" : best;
}

std::string narrow_accept_encoding(std::string_view accept_encoding,
                                   std::span<const std::string_view> decodable) {
  std::string list;
  for (const std::string_view coding : decodable) {
    const int weight = coding_weight(accept_encoding, coding).value_or(0);
    if (weight > 0) append_weighted(list, coding, weight);
  }
  if (list.empty()) return "identity";
  const auto identity = coding_weight(accept_encoding, "identity");
  if (identity) append_weighted(list, "identity", *identity);
  return list;
}

}  // namespace signgate::http
