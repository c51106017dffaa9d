// SPDX-License-Identifier: Apache-2.0
// Heads: any bytes end in a head or an error. HeadEnd finds the same end however the bytes arrive,
// and what a parser takes holds nothing that ends a line or a string for the next reader.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/http/framing.hpp"
#include "gateway/http/head.hpp"
#include "gateway/http/path.hpp"
#include "gateway/http/text.hpp"

namespace {

using namespace signgate::http;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_within(std::string_view view, std::string_view bytes) {
  if (view.empty()) return;
  require(view.data() >= bytes.data());
  require(view.data() + view.size() <= bytes.data() + bytes.size());
}

void require_clean(std::string_view view, std::string_view bytes) {
  require_within(view, bytes);
  for (const char c : view)
    require(c != '\r' && c != '\n' && c != '\0');
}

// Of an answer's names only what would end them is out of place.
bool may_be_in_a_name(char c, bool of_request) {
  const auto byte = static_cast<unsigned char>(c);
  return of_request ? is_token_char(c) : byte > 0x20 && byte != 0x7f && c != ':';
}

void check_fields(const Fields& fields, std::string_view bytes, bool of_request) {
  for (const Field& field : fields) {
    require_clean(field.name, bytes);
    require_clean(field.value, bytes);
    require(!field.name.empty());
    for (const char c : field.name)
      require(may_be_in_a_name(c, of_request));
    require(trim_ows(field.value) == field.value);
    require(field.id == header_id(field.name));
  }
}

// Without merge_slashes what is found may have empty segments, and still never climbs.
void check_unmerged(std::string_view path) {
  std::string storage;
  const auto normal = normalise_path(path, storage, false);
  if (!normal) return;
  const std::string framed = std::string(*normal) + '/';
  require(*normal == "*" || normal->starts_with('/'));
  require(framed.find("/../") == std::string::npos);
  require(framed.find("/./") == std::string::npos);
}

void check_path(std::string_view path) {
  check_unmerged(path);
  std::string storage;
  const auto normal = normalise_path(path, storage);
  if (!normal) return;
  const std::string uri(*normal);
  require(uri == "*" || uri.starts_with('/'));
  const std::string framed = uri + '/';
  require(uri.find("//") == std::string::npos);
  require(framed.find("/../") == std::string::npos);
  require(framed.find("/./") == std::string::npos);
  require(uri.find('\0') == std::string::npos);
  const std::string escaped = escape_path(uri);
  std::string again;
  const auto back = normalise_path(escaped, again);
  require(back.has_value() && *back == uri);
}

void check_request(std::string_view bytes, const HeadRules& rules) {
  RequestHead head;
  const auto parsed = parse_request_head(bytes, rules, head);
  require_within(head.line, bytes);
  if (!parsed) {
    require(parsed.error().side == signgate::Side::client);
    const int status = error_status(parsed.error());
    require(status == 400 || status == 405 || status == 414 || status == 505);
    return;
  }
  require(head.line.size() <= rules.max_line);
  require(head.fields.size() <= rules.max_fields);
  for (const std::string_view view :
       {head.line, head.method_name, head.target, head.path, head.query, head.authority}) {
    require_clean(view, bytes);
  }
  require(head.target.find(' ') == std::string_view::npos);
  require(head.path.empty() || head.path == "*" || head.path.front() == '/');
  require(!head.path.empty() || !head.authority.empty());
  require(head.method == method_of(head.method_name));
  require(head.fields.count(HeaderId::host) <= 1);
  require(head.minor == 0 || head.fields.count(HeaderId::host) == 1);
  require(is_valid_host(head.fields.value(HeaderId::host).value_or("")));
  require(is_valid_host(head.authority));
  for (const char c : head.method_name)
    require((c >= 'A' && c <= 'Z') || c == '_' || c == '-');
  require(head.fields.count(HeaderId::authorization) <= 1);
  check_fields(head.fields, bytes, true);
  check_path(head.path);

  const auto framing = request_framing(head);
  const auto lengths = head.fields.count(HeaderId::content_length);
  const auto codings = head.fields.count(HeaderId::transfer_encoding);
  if (framing.has_value()) {
    require(lengths + codings <= 1);
    require(framing->kind != Framing::Kind::until_close);
    require((framing->kind == Framing::Kind::length) == (lengths == 1));
    require((framing->kind == Framing::Kind::chunked) == (codings == 1));
  } else {
    require(lengths + codings >= 1);
  }
}

void check_response(std::string_view bytes) {
  ResponseHead head;
  if (const auto parsed = parse_response_head(bytes, head); !parsed) {
    require(parsed.error().side == signgate::Side::upstream);
    require(error_status(parsed.error()) == 502);
    return;
  }
  require(head.status >= 100 && head.status <= 999);
  require_clean(head.reason, bytes);
  check_fields(head.fields, bytes, false);
  for (const Method method : {Method::get, Method::head}) {
    const auto framing = response_framing(method, head);
    if (!framing) require(error_status(framing.error()) == 502);
  }
}

// The end is found as soon as it is there, and where the parser stops too.
std::size_t check_end(std::string_view bytes) {
  const std::size_t whole = HeadEnd().find(bytes);
  HeadEnd grown;
  std::size_t found = 0;
  for (std::size_t size = 0; size <= bytes.size() && found == 0; ++size) {
    found = grown.find(bytes.substr(0, size));
    require(found == 0 || found == size);
  }
  require(found == whole);
  return whole;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = check_end(text);
  // Its own allocation, so that a read past the head is seen.
  const std::string head(end == 0 ? text : text.substr(0, end));
  check_request(head, {});
  check_request(head, {.max_line = 100, .underscores_in_headers = true});
  check_request(head, {.max_fields = 3, .ignore_invalid_headers = false});
  check_response(head);

  RequestHead alone;
  RequestHead followed;
  const bool taken = parse_request_head(head, {}, alone).has_value();
  require(end == 0 || taken == parse_request_head(text, {}, followed).has_value());
  return 0;
}
