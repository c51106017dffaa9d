// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/error_page.hpp"

#include <algorithm>

namespace signgate::route {

ErrorPage::ErrorPage(const config::ErrorPage& page)
    : codes(page.codes), response(page.response), target(page.target) {
  kind = page.target.starts_with('/')   ? Kind::uri
         : page.target.starts_with('@') ? Kind::named
         : page.target.starts_with('$') ? Kind::computed
                                        : Kind::redirect;
}

const ErrorPage* find_error_page(const std::vector<ErrorPage>& pages, int status) noexcept {
  for (const ErrorPage& page : pages) {
    if (std::find(page.codes.begin(), page.codes.end(), status) != page.codes.end()) return &page;
  }
  return nullptr;
}

}  // namespace signgate::route
