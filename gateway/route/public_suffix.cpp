// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/public_suffix.hpp"

#include <libpsl.h>

#include <string>

#include "gateway/base/check.hpp"
#include "gateway/config/cookie_scope.hpp"

namespace signgate::route {

bool is_public_suffix(std::string_view domain) {
  if (domain.empty() || config::is_address_host(domain)) return false;
  const psl_ctx_t* list = psl_builtin();
  SIGNGATE_CHECK(list != nullptr);
  return psl_is_public_suffix(list, std::string(domain).c_str()) == 1;
}

}  // namespace signgate::route
