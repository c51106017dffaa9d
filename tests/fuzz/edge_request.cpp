// SPDX-License-Identifier: Apache-2.0
// Any target and any fields: what a behaviour guards is not asked for without a signature, however
// it is spelled; nothing of the signing reaches the origin; every answer's fields are one line.
//
// The first line is the target, the others are fields.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/edge/edge.hpp"
#include "gateway/edge/request_path.hpp"
#include "signing/private_key.hpp"
#include "signing/query_parameters.hpp"

namespace {

using namespace signgate;
using namespace signgate::edge;

constexpr UnixSeconds now = 1000;

void require(bool holds) {
  if (!holds) std::abort();
}

Edge make_edge() {
  Distribution distribution;
  distribution.id = "E1";
  distribution.cors.origins = {"https://a.test"};
  Behavior guarded;
  guarded.path_pattern = "private/*";
  guarded.trusted_keys.emplace(
      "K1", signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value().public_key());
  distribution.behaviors.push_back(std::move(guarded));
  distribution.default_behavior.forward_headers = {"Referer", "Authorization", "Origin"};
  distribution.default_behavior.origin_headers = {"Accept-Language", "User-Agent"};
  distribution.default_behavior.cookies.all = true;
  distribution.default_behavior.allowed_methods = AllowedMethods::get_head_options;
  distribution.error_caching_min_ttl = 0;
  return Edge(std::move(distribution));
}

bool is_line(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

void check_question(const OriginRequest& request) {
  require(request.path.starts_with('/'));
  require(object_key(request.path) == request.key);
  require(!request.key.starts_with("private/"));
  require(!normalised_path(request.path).starts_with("/private/"));
  signing::QueryCursor cursor(request.query);
  while (const auto parameter = cursor.next())
    require(!signing::reserved_parameter(parameter->name));
  for (const auto& [name, value] : request.fields) {
    require(is_line(name) && is_line(value));
    if (name == "Cookie") require(!value.starts_with("CloudFront-"));
    if (name == "Cookie") require(value.find("; CloudFront-") == std::string::npos);
    require(name != "Authorization");
  }
}

OriginAnswer answer_to(const OriginRequest& request, bool is_large) {
  OriginAnswer answer;
  answer.add("ETag", "\"e\"");
  answer.body = Body::of(request.method == http::Method::head ? "" : "0123456789");
  answer.body.length = 10;
  if (is_large) answer.status = 404;
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Edge edge = make_edge();
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto line = [&rest] {
    const std::size_t end = rest.find('\n');
    const std::string_view found = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return found;
  };
  constexpr http::Method methods[] = {http::Method::get, http::Method::head, http::Method::options,
                                      http::Method::put};
  const std::string target = "/" + std::string(line());
  http::Fields fields;
  while (!rest.empty()) {
    const std::string_view text = line();
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos || !is_line(text)) continue;
    fields.add(text.substr(0, colon), text.substr(colon + 1));
  }
  ViewerRequest request;
  request.method = methods[data[0] & 3];
  request.host = "media.test";
  request.target = target;
  request.fields = &fields;
  if (!is_line(target) || target.find(' ') != std::string::npos) return 0;
  Step step = edge.begin(request, now);
  int asked = 0;
  while (auto* question = std::get_if<Question>(&step)) {
    require(++asked <= 3);
    check_question(question->request);
    OriginAnswer answer = answer_to(question->request, (data[0] & 4) != 0);
    step = edge.resume(std::move(*question), std::move(answer), request, now);
  }
  const EdgeResponse& response = std::get<EdgeResponse>(step);
  require(response.status >= 200 && response.status < 600);
  require(response.body.file.is_open() || response.body.length == 0 ||
          request.method == http::Method::head || response.body.bytes != nullptr);
  if (response.body.bytes != nullptr && request.method != http::Method::head) {
    require(response.body.offset + response.body.length <= response.body.bytes->size());
  }
  for (const auto& [name, value] : response.fields)
    require(is_line(name) && is_line(value));
  return 0;
}
