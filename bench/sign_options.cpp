// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_options.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace signgate::bench {
namespace {

std::optional<unsigned> parse_count(std::string_view text) {
  unsigned count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (count < 1 || count > max_threads) return std::nullopt;
  return count;
}

}  // namespace

Choice<SignMode> parse_modes(std::string_view text) {
  if (text == "all") return std::vector<SignMode>(all_sign_modes.begin(), all_sign_modes.end());
  return parse_names<SignMode>(text, parse_sign_mode_name, "cold, memo, prefix, cookies, all");
}

Choice<signing::KeyType> parse_key_types(std::string_view text) {
  if (text == "all") return std::vector{signing::KeyType::rsa2048, signing::KeyType::ecdsa_p256};
  return parse_names<signing::KeyType>(text, signing::parse_key_type_name,
                                       "rsa2048, ecdsa-p256, all");
}

Choice<unsigned> parse_thread_counts(std::string_view text) {
  std::vector<unsigned> list;
  std::string complaint;
  const bool good = for_each_piece(text, [&](std::string_view piece) {
    const std::size_t dots = piece.find("..");
    const auto first = parse_count(piece.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : parse_count(piece.substr(dots + 2));
    if (!first || !last || *first > *last) {
      complaint.append("'").append(piece).append("' is neither a number from 1 to ");
      complaint += std::to_string(max_threads);
      complaint += " nor a range of them such as 1..4";
      return false;
    }
    for (unsigned count = *first; count <= *last; ++count)
      add_once(list, count);
    return true;
  });
  if (!good) return complaint;
  std::ranges::sort(list);
  return list;
}

}  // namespace signgate::bench
