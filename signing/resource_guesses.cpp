// SPDX-License-Identifier: Apache-2.0
#include "signing/resource_guesses.hpp"

#include <algorithm>
#include <optional>

#include "policy/json.hpp"
#include "signing/percent_escapes.hpp"
#include "signing/query_parameters.hpp"
#include "signing/replace_all.hpp"
#include "signing/url_sections.hpp"

namespace signgate::signing {
namespace {

constexpr std::size_t most_parameters = 16;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

void add_queries(const UrlSections& url, auto add) {
  if (!url.query) return;
  const auto with_query = [&](std::optional<std::string_view> query) {
    return join_url({url.protocol, url.domain, url.path, query});
  };
  add(with_query(std::nullopt),
      "the URL was signed without a query, and one was added after signing");
  std::vector<std::string_view> pieces;
  QueryCursor cursor(*url.query);
  while (const auto piece = cursor.next())
    pieces.push_back(piece->text);
  const auto joined = [](const std::vector<std::string_view>& parts) {
    std::string query;
    for (const std::string_view part : parts) {
      if (!query.empty()) query += '&';
      query += part;
    }
    return query;
  };
  for (std::size_t i = 0; i < std::min(pieces.size(), most_parameters) && pieces.size() > 1; ++i) {
    std::vector<std::string_view> rest = pieces;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    const std::string_view name = pieces[i].substr(0, pieces[i].find('='));
    add(with_query(joined(rest)),
        "the parameter " + policy::excerpt(name) + " was added after signing");
  }
  // What was appended behind the others may be several.
  for (std::size_t kept = pieces.size(); kept-- > 2;) {
    add(with_query(
            joined({pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(kept - 1)})),
        "the parameters from " + policy::excerpt(pieces[kept - 1]) +
            " on were added after signing");
    if (pieces.size() - kept > 4) break;
  }
  std::vector<std::string_view> sorted = pieces;
  std::ranges::sort(sorted);
  add(with_query(joined(sorted)), "the parameters were put into another order after signing");
  std::ranges::reverse(pieces);
  add(with_query(joined(pieces)), "the parameters were put into another order after signing");
}

}  // namespace

std::vector<ResourceGuess> resource_guesses(std::string_view resource) {
  std::vector<ResourceGuess> guesses;
  const auto add = [&](std::string other, std::string says) {
    if (other != resource) guesses.push_back({std::move(other), std::move(says)});
  };
  const UrlSections url = url_sections(resource);
  const auto rebuilt = [&](std::string_view protocol, std::string_view domain,
                           std::string_view path) {
    return join_url({protocol, domain, path, url.query});
  };
  add(rebuilt(url.protocol == "https" ? "http" : "https", url.domain, url.path),
      std::string("it was signed for ") + (url.protocol == "https" ? "http://" : "https://") +
          " and is asked for by the other scheme");
  std::string domain(url.domain);
  std::ranges::transform(domain, domain.begin(), lower);
  add(rebuilt(url.protocol, domain, url.path),
      "it was signed with the host in lower case, as viewers send it");
  for (const std::string_view port : {":443", ":80"}) {
    if (domain.ends_with(port)) {
      add(rebuilt(url.protocol, std::string_view(domain).substr(0, domain.size() - port.size()),
                  url.path),
          "it was signed without the port, which viewers leave out when it is the scheme's own");
    } else if (domain.find(':') == std::string::npos) {
      add(rebuilt(url.protocol, domain + std::string(port), url.path),
          "it was signed with the port " + std::string(port) + ", which no viewer sends");
    }
  }
  if (url.path.ends_with('/')) {
    add(rebuilt(url.protocol, url.domain, url.path.substr(0, url.path.size() - 1)),
        "it was signed without the final /");
  } else {
    add(rebuilt(url.protocol, url.domain, std::string(url.path) + '/'),
        "it was signed with a final /");
  }
  add_queries(url, add);
  add(std::string(resource) + '?', "it was signed with a lone ? at the end");
  add(percent_decoded(resource),
      "it was signed before percent-encoding: sign what the viewer sends");
  add(percent_recased(resource, true), "it was signed with its %XX in capital letters");
  add(percent_recased(resource, false), "it was signed with its %XX in small letters");
  add(replace_all(resource, "%", "%25"),
      "it was signed percent-encoded twice: %25 stands where % should");
  add(replace_all(resource, "+", "%20"), "it was signed with %20 where the request has +");
  add(replace_all(resource, "+", " "), "it was signed with a space where the request has +");
  add(replace_all(resource, "%20", "+"), "it was signed with + where the request has %20");
  add(replace_all(resource, "&", "&amp;"),
      "it was signed with &amp; where & should stand: decode HTML before signing");
  return guesses;
}

}  // namespace signgate::signing
