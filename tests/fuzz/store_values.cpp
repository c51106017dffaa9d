// SPDX-License-Identifier: Apache-2.0
// What a configuration, a viewer and a store say: an endpoint is read again as it is written, no
// path leaves the bucket or breaks the request's line, and an error's code is one word.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/check.hpp"
#include "gateway/edge/store_answer.hpp"
#include "gateway/edge/store_config.hpp"
#include "gateway/edge/store_request.hpp"

using namespace signgate;
using namespace signgate::edge;

namespace {

void check_endpoint(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint) return;
  StoreSetup store;
  store.tls = endpoint->tls;
  store.host = endpoint->host;
  store.port = endpoint->port;
  SIGNGATE_CHECK(endpoint->port != 0);
  const auto again =
      parse_endpoint((endpoint->tls ? "https://" : "http://") + store_host(store, "bucket"));
  SIGNGATE_CHECK(again.has_value());
  SIGNGATE_CHECK(again->tls == endpoint->tls && again->host == endpoint->host &&
                 again->port == endpoint->port);
}

void check_target(std::string_view text) {
  OriginRequest request;
  const std::size_t query = text.find('?');
  request.path = "/" + std::string(text.substr(0, query));
  if (query != std::string_view::npos) request.query = text.substr(query + 1);
  const auto target = store_target(StoreSetup(), "bucket", request);
  if (!target) return;
  SIGNGATE_CHECK(target->starts_with("/bucket/"));
  SIGNGATE_CHECK(
      std::all_of(target->begin(), target->end(), [](char c) { return c > 0x20 && c < 0x7f; }));
  const std::string path = target->substr(0, target->find('?')) + '/';
  SIGNGATE_CHECK(path.find("/../") == std::string::npos && path.find("/./") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_endpoint(text);
  check_target(text);
  const std::string_view code = store_error_code(text);
  SIGNGATE_CHECK(code.find_first_of(" \r\n<>&") == std::string_view::npos);
  return 0;
}
