// SPDX-License-Identifier: Apache-2.0
#include "signing/whole_url_guesses.hpp"

#include <utility>

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

}  // namespace

std::vector<UrlGuess> whole_url_guesses(std::string_view url) {
  std::vector<UrlGuess> guesses;
  const auto add = [&](std::string other, std::string says) {
    if (other != url) guesses.push_back({std::move(other), std::move(says)});
  };
  add(replace_all(replace_all(url, "&amp;", "&"), "&#38;", "&"),
      "the URL holds &amp; where & should stand: it was taken out of HTML without being decoded");
  add(replace_all(url, "%26", "&"), "the URL holds %26 where & should stand: it was encoded whole");
  add(replace_all(url, "%25", "%"), "the URL was percent-encoded twice: %25 stands where % should");
  add(with_proper_names(url),
      "the names of the signing parameters are in small letters: CloudFront's are Expires, Policy, "
      "Signature, Key-Pair-Id and Hash-Algorithm");
  return guesses;
}

}  // namespace signgate::signing
