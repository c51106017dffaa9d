// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/links.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "gateway/base/check.hpp"
#include "signing/query_parameters.hpp"

namespace signgate::cli::demo {
namespace {

/// Where the value of the parameter `name` stands in the query of `url`: begin and end.
std::pair<std::size_t, std::size_t> value_of(std::string_view url, std::string_view name) {
  const auto parts = signing::split_url(url);
  if (parts.query) {
    signing::QueryCursor cursor(*parts.query);
    while (const auto parameter = cursor.next()) {
      if (parameter->name != name) continue;
      const auto begin = static_cast<std::size_t>(parameter->value.data() - url.data());
      return {begin, begin + parameter->value.size()};
    }
  }
  return {std::string_view::npos, std::string_view::npos};
}

std::string decode_ampersands(std::string text) {
  for (const std::string_view reference : {"&amp;", "&#38;", "&#x26;"}) {
    for (auto at = text.find(reference); at != std::string::npos;
         at = text.find(reference, at + 1)) {
      text.replace(at, reference.size(), "&");
    }
  }
  return text;
}

}  // namespace

std::vector<std::string> private_links(std::string_view page, std::string_view prefix) {
  std::vector<std::string> links;
  for (auto at = page.find(prefix); at != std::string_view::npos; at = page.find(prefix, at + 1)) {
    const auto end = page.find_first_of("\"'<>(), \t\r\n", at);
    auto link = decode_ampersands(std::string(page.substr(at, end - at)));
    if (std::find(links.begin(), links.end(), link) == links.end())
      links.push_back(std::move(link));
  }
  return links;
}

std::size_t count(std::string_view text, std::string_view word) noexcept {
  std::size_t times = 0;
  for (auto at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + word.size())) {
    ++times;
  }
  return times;
}

bool is_signed(std::string_view url) noexcept {
  return value_of(url, "Signature").first != std::string_view::npos;
}

std::string without_signature(std::string_view url) {
  const auto parts = signing::split_url(url);
  std::string out;
  signing::append_without_reserved(out, parts.base, parts.query);
  return out;
}

std::string with_one_letter_changed(std::string_view url) {
  const auto [begin, end] = value_of(url, "Signature");
  SIGNGATE_CHECK(begin != std::string_view::npos && begin < end);
  std::string out(url);
  char& letter = out[begin + (end - begin) / 2];
  letter = letter == 'A' ? 'B' : 'A';
  return out;
}

std::string with_later_expiry(std::string_view url) {
  const auto [begin, end] = value_of(url, "Expires");
  SIGNGATE_CHECK(begin != std::string_view::npos);
  std::int64_t seconds = 0;
  std::from_chars(url.data() + begin, url.data() + end, seconds);
  return std::string(url.substr(0, begin)) + std::to_string(seconds + 86400) +
         std::string(url.substr(end));
}

std::string with_other_path(std::string_view url, std::string_view path) {
  const auto begin = url.find('/', url.find("://") + 3);
  const auto end = url.find('?', begin);
  SIGNGATE_CHECK(begin != std::string_view::npos && end != std::string_view::npos);
  return std::string(url.substr(0, begin)) + std::string(path) + std::string(url.substr(end));
}

std::string with_other_key_id(std::string_view url, std::string_view id) {
  const auto [begin, end] = value_of(url, "Key-Pair-Id");
  SIGNGATE_CHECK(begin != std::string_view::npos);
  std::string out(url);
  out.replace(begin, end - begin, id);
  return out;
}

std::string shortened(std::string_view url) {
  std::string out(url);
  for (const std::string_view name : {"Signature", "Policy"}) {
    const auto [begin, end] = value_of(out, name);
    if (begin == std::string_view::npos || end - begin <= 6) continue;
    out.replace(begin + 6, end - begin - 6, "...");
  }
  return out;
}

}  // namespace signgate::cli::demo
