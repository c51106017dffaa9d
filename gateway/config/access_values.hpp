// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "gateway/config/access.hpp"
#include "gateway/config/parsed.hpp"

/// The values of the access settings, as the parameters of nginx's directives of these names.
namespace signgate::config {

/// parse_access_network reads what `allow`, `deny` and `set_real_ip_from` name: an address, a
/// network in CIDR form, "unix:" or "all" (which set_real_ip_from does not take). No host names.
[[nodiscard]] Parsed<Network> parse_access_network(std::string_view text);

/// parse_access_rule reads "allow NETWORK" or "deny NETWORK".
[[nodiscard]] Parsed<AccessRule> parse_access_rule(std::string_view text);

/// parse_limit_req_zone reads "KEY zone=NAME:SIZE rate=NUMBERr/s" (or r/m); the size is at least
/// 32k.
[[nodiscard]] Parsed<LimitZone> parse_limit_req_zone(std::string_view text);

/// parse_limit_conn_zone reads "KEY zone=NAME:SIZE".
[[nodiscard]] Parsed<LimitZone> parse_limit_conn_zone(std::string_view text);

/// parse_limit_req reads "zone=NAME [burst=NUMBER] [nodelay | delay=NUMBER]".
[[nodiscard]] Parsed<LimitReq> parse_limit_req(std::string_view text);

/// parse_limit_conn reads "NAME NUMBER", a number from 1 to 65535.
[[nodiscard]] Parsed<LimitConn> parse_limit_conn(std::string_view text);

/// add_referer adds one word of `valid_referers`: "none", "blocked", "server_names", a host with
/// "*" at one end and perhaps a path, or "~" and a regular expression that is tried on what follows
/// the scheme.
[[nodiscard]] Parsed<bool> add_referer(std::string_view word, Referers& referers);

/// TrustedPeer is one entry of set_real_ip_from: a network, or a host's name whose addresses it
/// stands for.
using TrustedPeer = std::variant<Network, std::string>;

/// parse_trusted_peer reads an address, a network, "unix:" or a host's name. "all" is a flaw, and
/// so is what looks like an address and is none.
[[nodiscard]] Parsed<TrustedPeer> parse_trusted_peer(std::string_view text);

/// is_own_uri says whether `text` is a URI that a location of the same server may be asked for,
/// with a query perhaps, and without variables.
[[nodiscard]] bool is_own_uri(std::string_view text) noexcept;

/// parse_user_variable reads "$name", the name of a variable that the configuration itself defines:
/// one of signgate's own cannot be given a value.
[[nodiscard]] Parsed<std::string> parse_user_variable(std::string_view text);

}  // namespace signgate::config
