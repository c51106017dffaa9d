// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace signgate::http {

/// append_proxy_field writes the value of the first field of that name among `fields`, the type-
/// length-value fields of a PROXY header of version 2 (ProxyHeader::fields), as its sender wrote
/// it, whatever its bytes. Names are nginx's: alpn, authority, unique_id, netns, ssl; of what ssl
/// holds ssl_version, ssl_cn, ssl_cipher, ssl_sig_alg, ssl_key_alg, and ssl_verify as a number; or
/// a type in hexadecimal digits, 0xNN or ssl_0xNN. False, and nothing is written, when there is
/// none, when a field before it is broken, or for another name. Source: HAProxy, "The PROXY
/// protocol", section 2.2.7; nginx, $proxy_protocol_tlv_NAME.
bool append_proxy_field(std::string_view fields, std::string_view name, std::string& out);

}  // namespace signgate::http
