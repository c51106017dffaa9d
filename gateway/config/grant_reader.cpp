// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/grant_reader.hpp"

#include <string>
#include <tuple>

#include "gateway/config/access_values.hpp"
#include "gateway/config/answer_values.hpp"
#include "gateway/config/diagnostic.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

Parsed<std::string> parse_grant_request(std::string_view text) {
  if (is_own_uri(text)) return {boost::system::in_place_value, text};
  return Flaw{"has " + in_quotes(text) +
                  ": legal is a URI of this server such as \"/may-see\", without variables",
              0};
}

/// read_grant_request reads whom grant = "auth_request" asks.
void read_grant_request(TableReader& table, Media& media) {
  std::uint32_t scope = 0;
  const auto uri = table.parsed("grant_request", parse_grant_request, media.grant_request);
  const auto deep = table.integer("grant_scope", scope, 0U, largest_scope);
  const auto valid = table.duration("grant_valid", media.grant_valid);
  if (deep) media.grant_scope = scope;
  if (media.grant == Grant::auth_request) {
    table.require("grant_request", "the URI of this server that says what may be signed");
    return;
  }
  const Media none;
  for (const auto& [place, key, is_set] :
       {std::tuple{uri, "grant_request", true}, std::tuple{deep, "grant_scope", true},
        std::tuple{valid, "grant_valid", media.grant_valid != none.grant_valid}}) {
    if (place && is_set)
      table.warning(*place, std::string{key} + " does nothing without grant = \"auth_request\"");
  }
}

}  // namespace

void read_grant(TableReader& table, Media& media) {
  const auto place = table.choice("grant",
                                  {{"route"sv, Grant::route},
                                   {"header"sv, Grant::header},
                                   {"auth_request"sv, Grant::auth_request}},
                                  media.grant);
  const auto header = table.parsed("grant_header", parse_header_name, media.grant_header);
  if (header && media.grant != Grant::header && media.grant_header != Media{}.grant_header)
    table.warning(*header, "grant_header does nothing without grant = \"header\"");
  read_grant_request(table, media);
  Reflect reflect = Reflect::refuse;
  if (table.choice("reflect", {{"refuse"sv, Reflect::refuse}, {"sign"sv, Reflect::sign}}, reflect))
    media.reflect = reflect;
  if (place && media.grant != Grant::route && media.cookies.on) {
    const bool by_header = media.grant == Grant::header;
    table.error(*place, "grant = " +
                            std::string{by_header ? "\"header\" signs what each answer lists"
                                                  : "\"auth_request\" signs what is asked for"} +
                            ", but cookies = \"on\" opens all of the target: set cookies = "
                            "\"off\" or grant = \"route\"");
  }
}

}  // namespace signgate::config
