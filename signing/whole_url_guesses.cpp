// SPDX-License-Identifier: Apache-2.0
#include "signing/whole_url_guesses.hpp"

#include <algorithm>
#include <utility>

#include "signing/percent_escapes.hpp"
#include "signing/query_parameters.hpp"
#include "signing/replace_all.hpp"

namespace signgate::signing {
namespace {

std::string with_proper_names(std::string_view url) {
  std::string out(url);
  for (const ReservedParameter parameter :
       {ReservedParameter::expires, ReservedParameter::policy, ReservedParameter::signature,
        ReservedParameter::key_pair_id, ReservedParameter::hash_algorithm}) {
    const std::string name(reserved_name(parameter));
    std::string lower = name;
    for (char& c : lower)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    for (const char* before : {"?", "&"})
      out = replace_all(out, before + lower + "=", before + name + "=");
  }
  return out;
}

// The URL before HTML escaped its ampersands, once or several times, by name or number.
std::string without_entities(std::string_view url) {
  std::string out(url);
  constexpr int most = 3;
  for (int round = 0; round < most; ++round) {
    for (const char* entity : {"&amp;", "&AMP;", "&#38;", "&#038;", "&#x26;", "&#X26;"})
      out = replace_all(out, entity, "&");
  }
  return out;
}

std::string without_blanks_around(std::string_view url) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = url.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(url.substr(first, url.find_last_not_of(blanks) + 1 - first));
}

// The URL before it was made the value of a parameter; itself, when it does not look like that.
std::string decoded_whole(std::string_view url) {
  const bool is_encoded = url.find("://") == std::string_view::npos;
  return is_encoded ? percent_decoded(url) : std::string(url);
}

// The same of its query alone.
std::string with_decoded_query(std::string_view url) {
  const std::size_t query = std::min(url.find('?'), url.size());
  const bool is_encoded = url.find_first_of("=&", query) == std::string_view::npos;
  return std::string(url.substr(0, query)) +
         (is_encoded ? percent_decoded(url.substr(query)) : std::string(url.substr(query)));
}

}  // namespace

std::vector<UrlGuess> whole_url_guesses(std::string_view url) {
  std::vector<UrlGuess> guesses;
  const auto add = [&](std::string other, std::string says) {
    const bool known = other == url || std::ranges::any_of(guesses, [&](const UrlGuess& guess) {
                         return guess.url == other;
                       });
    if (!known) guesses.push_back({std::move(other), std::move(says)});
  };
  add(without_blanks_around(url), "blanks or line ends stand before or behind the URL");
  add(without_entities(url),
      "the URL holds &amp; where & should stand: it was taken out of HTML without being decoded");
  add(replace_all(url, "\\u0026", "&"),
      "the URL holds \\u0026 where & should stand: it was taken out of JSON without being decoded");
  add(replace_all(url, "%26", "&"), "the URL holds %26 where & should stand: it was encoded whole");
  add(replace_all(url, "%25", "%"), "the URL was percent-encoded twice: %25 stands where % should");
  add(decoded_whole(url),
      "the URL was percent-encoded whole, as the value of a parameter is: decode it first");
  add(with_decoded_query(url),
      "the query was percent-encoded whole, its = and & too: they go out as they are");
  add(with_proper_names(url),
      "the names of the signing parameters are in small letters: CloudFront's are Expires, Policy, "
      "Signature, Key-Pair-Id and Hash-Algorithm");
  return guesses;
}

}  // namespace signgate::signing
