// SPDX-License-Identifier: Apache-2.0
#include "signing/resource_guesses.hpp"

#include <algorithm>
#include <optional>

#include "policy/json.hpp"
#include "policy/resource_pattern.hpp"
#include "signing/query_parameters.hpp"

namespace signgate::signing {
namespace {

constexpr std::size_t most_parameters = 16;

/// Split is a URL in its four sections: views.
struct Split {
  std::string_view protocol;
  std::string_view domain;
  std::string_view path;
  std::optional<std::string_view> query;
};

Split split(std::string_view url) {
  const UrlParts parts = split_url(url);
  Split out;
  out.query = parts.query;
  std::string_view base = parts.base;
  if (const std::size_t mark = base.find("://"); mark != std::string_view::npos) {
    out.protocol = base.substr(0, mark);
    base.remove_prefix(mark + 3);
  }
  const std::size_t slash = base.find('/');
  out.domain = base.substr(0, slash);
  if (slash != std::string_view::npos) out.path = base.substr(slash);
  return out;
}

std::string join(std::string_view protocol, std::string_view domain, std::string_view path,
                 std::optional<std::string_view> query) {
  std::string url(protocol);
  url.append("://").append(domain).append(path);
  if (query) url.append("?").append(*query);
  return url;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// with_escapes is the text with each %XX given to `visit`, which appends what takes its place.
template <class Visit>
std::string with_escapes(std::string_view text, Visit visit) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    visit(out, text[i + 1], text[i + 2]);
    i += 2;
  }
  return out;
}

std::string decoded(std::string_view text) {
  return with_escapes(text, [](std::string& out, char high, char low) {
    out += static_cast<char>(hex_digit(high) * 16 + hex_digit(low));
  });
}

std::string recased(std::string_view text, bool upper) {
  return with_escapes(text, [upper](std::string& out, char high, char low) {
    const auto cased = [upper](char c) {
      const char small = lower(c);
      return upper && small >= 'a' ? static_cast<char>(small - 32) : small;
    };
    out += '%';
    out += cased(high);
    out += cased(low);
  });
}

std::string swapped(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t found = text.find(from, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) return out;
    out += to;
    at = found + from.size();
  }
}

void add_queries(const Split& url, auto add) {
  if (!url.query) return;
  const auto with_query = [&](std::optional<std::string_view> query) {
    return join(url.protocol, url.domain, url.path, query);
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
  const Split url = split(resource);
  const auto rebuilt = [&](std::string_view protocol, std::string_view domain,
                           std::string_view path) {
    return join(protocol, domain, path, url.query);
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
  add(decoded(resource), "it was signed before percent-encoding: sign what the viewer sends");
  add(recased(resource, true), "it was signed with its %XX in capital letters");
  add(recased(resource, false), "it was signed with its %XX in small letters");
  add(swapped(resource, "%", "%25"),
      "it was signed percent-encoded twice: %25 stands where % should");
  add(swapped(resource, "+", "%20"), "it was signed with %20 where the request has +");
  add(swapped(resource, "+", " "), "it was signed with a space where the request has +");
  add(swapped(resource, "%20", "+"), "it was signed with + where the request has %20");
  add(swapped(resource, "&", "&amp;"),
      "it was signed with &amp; where & should stand: decode HTML before signing");
  return guesses;
}

std::string explain_mismatch(std::string_view pattern, std::string_view url) {
  const Split want = split(pattern);
  const Split have = split(url);
  const auto differs = [&](std::string_view name, std::string_view wanted, std::string_view had) {
    return "the " + std::string(name) + " differs: the policy has " + policy::excerpt(wanted) +
           ", the request " + policy::excerpt(had);
  };
  // Section by section, each put into a pattern that leaves the others open.
  const auto covers = [&](std::string_view protocol, std::string_view domain,
                          std::string_view rest) {
    return policy::resource_matches(join(protocol, domain, rest, std::nullopt), url);
  };
  if (!want.protocol.empty() && !covers(want.protocol, "*", {}))
    return differs("protocol", want.protocol, have.protocol);
  if (!covers("*", want.domain, "/*")) return differs("domain", want.domain, have.domain);
  if (!policy::resource_matches(
          join("*", "*", want.path.empty() ? std::string_view("/") : want.path, "*"),
          have.query ? std::string(url) : std::string(url) + "?x"))
    return differs("path", want.path, have.path);
  if (want.query && !have.query)
    return "the policy asks for a query (" + policy::excerpt(*want.query) +
           "), and the request has none";
  if (!want.query && have.query)
    return "the policy covers no query, and the request has " + policy::excerpt(*have.query) +
           ": end the path of the Resource with * to cover any";
  return differs("query", want.query.value_or(""), have.query.value_or(""));
}

}  // namespace signgate::signing
