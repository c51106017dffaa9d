// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/error.hpp"

namespace signgate::http {

/// normalise_path turns a request's path into what locations are matched against (nginx's $uri):
/// percent-decoded, dot segments resolved, runs of slashes merged (`merge_slashes`; without, an
/// empty segment is one that ".." takes back as any other). `path` begins with "/" or is empty
/// (then "/"). A path that climbs above its root, a malformed percent code or a decoded NUL is the
/// client's error. `storage` holds the result unless the path was normal already; the view lives as
/// long as both arguments. Source: nginx, ngx_http_parse_complex_uri; location and merge_slashes.
[[nodiscard]] Result<std::string_view> normalise_path(std::string_view path, std::string& storage,
                                                      bool merge_slashes = true);

/// escape_path percent-encodes what may not stand in a request's path (nginx's NGX_ESCAPE_URI):
/// used when a normalised path has to be sent on.
[[nodiscard]] std::string escape_path(std::string_view path);

}  // namespace signgate::http
