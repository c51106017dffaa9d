// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::http {

/// is_msie6 says whether a User-Agent is Internet Explorer's of version 4 to 6, but for 6 with the
/// service pack 2: nginx's "msie6". Source: nginx, ngx_http_process_user_agent.
[[nodiscard]] bool is_msie6(std::string_view agent) noexcept;

/// is_safari says whether it is that of Safari, or a browser like it, on macOS: nginx's "safari".
/// Chrome and Opera are not. Source: as above.
[[nodiscard]] bool is_safari(std::string_view agent) noexcept;

}  // namespace signgate::http
