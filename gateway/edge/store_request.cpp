// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/store_request.hpp"

#include <array>
#include <span>

#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

std::string_view method_name(http::Method method) {
  if (method == http::Method::head) return "HEAD";
  return method == http::Method::options ? "OPTIONS" : "GET";
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

// What a viewer's field may not say in our name. Of x-amz-... a signature tells: ours has its own,
// and a viewer's that goes on needs those it was made of.
bool is_ours(std::string_view name, bool is_signed) {
  const http::HeaderId id = http::header_id(name);
  return id == http::HeaderId::host || id == http::HeaderId::authorization ||
         id == http::HeaderId::content_length || id == http::HeaderId::expect ||
         id == http::HeaderId::proxy_authorization || http::is_hop_by_hop(id) ||
         (is_signed && http::equal_ignoring_case(name.substr(0, 6), "x-amz-"));
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string store_host(const StoreSetup& store, std::string_view bucket) {
  std::string host;
  if (store.addressing == Addressing::virtual_host) host.append(bucket).append(".");
  const bool is_v6 = store.host.find(':') != std::string::npos;
  host += is_v6 ? '[' + store.host + ']' : store.host;
  if (store.port != (store.tls ? 443 : 80)) host += ':' + std::to_string(store.port);
  return host;
}

std::optional<std::string> store_target(const StoreSetup& store, std::string_view bucket,
                                        const OriginRequest& request) {
  std::string target = signing::sigv4_path(request.path);
  if (has_dot_segment(target)) return std::nullopt;
  if (store.addressing == Addressing::path) target.insert(0, "/" + std::string(bucket));
  const std::string query = signing::sigv4_query(request.query);
  if (!query.empty()) target.append("?").append(query);
  return target;
}

bool signs(const StoreSetup& store, const OriginRequest& request) noexcept {
  if (store.signing == OacSigning::never) return false;
  return store.signing == OacSigning::always || !request.authorization;
}

Result<std::string> store_head(const StoreCall& call, const OriginRequest& request) {
  std::string head(method_name(request.method));
  head.append(" ").append(call.target).append(" HTTP/1.1\r\n");
  append_field(head, "Host", call.host);
  for (const auto& [name, value] : request.fields) {
    if (!is_ours(name, call.key != nullptr)) append_field(head, name, value);
  }
  if (call.key == nullptr) {
    if (request.authorization) append_field(head, "Authorization", *request.authorization);
    return head.append("\r\n");
  }
  const std::string_view target = call.target;
  const std::size_t query = std::min(target.find('?'), target.size());
  std::array<signing::SigV4Field, 4> fields = {
      {{"Host", call.host},
       {"x-amz-date", call.timestamp},
       {"x-amz-content-sha256", signing::sigv4_empty_payload},
       {"x-amz-security-token", call.store.session_token}}};
  const std::size_t count = call.store.session_token.empty() ? 3 : 4;
  const std::span<const signing::SigV4Field> said(fields.data(), count);
  signing::SigV4Request signed_request{
      method_name(request.method), target.substr(0, query), {}, said, signing::sigv4_empty_payload};
  if (query < target.size()) signed_request.query = target.substr(query + 1);
  const auto authorization = signing::sigv4_authorization(*call.key, call.store.access_key_id,
                                                          signed_request, call.timestamp);
  if (!authorization)
    return Error{ErrorCode::fault, Side::own, Retry::no, authorization.error().message};
  for (const signing::SigV4Field& field : said.subspan(1))
    append_field(head, field.name, field.value);
  append_field(head, "Authorization", *authorization);
  return head.append("\r\n");
}

}  // namespace signgate::edge
