// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/signed_cookies.hpp"

namespace signgate::edge {

signing::Presented presented_cookies(const http::Fields& fields) {
  signing::Presented presented;
  for (const http::Field& field : fields) {
    if (field.id == http::HeaderId::cookie) signing::take_cookies(field.value, presented);
  }
  return presented;
}

}  // namespace signgate::edge
