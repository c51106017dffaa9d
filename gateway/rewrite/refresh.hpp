// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace signgate::rewrite {

/// find_refresh_url finds the URL in a Refresh field's value or in the content of <meta
/// http-equiv=refresh>, such as "5; url=next.html": [begin, end) in `value`. False: there is none.
/// Pure. Source: WHATWG HTML, section 4.2.5.3 ("shared declarative refresh steps").
bool find_refresh_url(std::string_view value, std::size_t& begin, std::size_t& end) noexcept;

}  // namespace signgate::rewrite
