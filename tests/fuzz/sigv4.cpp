// SPDX-License-Identifier: Apache-2.0
// Any request, and any Authorization. Canonical forms are stable, the order of parameters and of
// fields is nobody's concern, and what was signed is accepted, but not by another signature.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/check.hpp"
#include "signing/sigv4_verifier.hpp"

using namespace signgate;
using namespace signgate::signing;

namespace {

constexpr UnixSeconds now = 1369353600;
constexpr std::string_view timestamp = "20130524T000000Z";

std::vector<std::string> pieces(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

void check_request(std::string_view text) {
  // A line each: path, query, then fields.
  std::vector<std::string> lines = pieces(text, '\n');
  lines.resize(std::max<std::size_t>(lines.size(), 2));
  const std::string path = sigv4_path(lines[0]);
  SIGNGATE_CHECK(sigv4_path(path) == path);
  const std::string query = sigv4_query(lines[1]);
  SIGNGATE_CHECK(sigv4_query(query) == query);
  std::vector<std::string> parameters = pieces(lines[1], '&');
  std::reverse(parameters.begin(), parameters.end());
  std::string reversed;
  for (const std::string& each : parameters)
    reversed += each + '&';
  SIGNGATE_CHECK(sigv4_query(reversed) == query);

  std::vector<SigV4Field> fields{{"Host", "h.test"}, {"x-amz-date", timestamp}};
  for (std::size_t i = 2; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    // The names that a head may hold; those that are signed already would be joined.
    const bool legal = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!legal || name == "host" || name == "x-amz-date" || colon == std::string_view::npos)
      continue;
    fields.push_back({name, line.substr(colon + 1)});
  }
  const SigV4Request request{"GET", lines[0], lines[1], fields, sigv4_unsigned_payload};
  const std::string canonical = sigv4_canonical_request(request);
  SIGNGATE_CHECK(canonical.starts_with("GET\n" + path + '\n' + query + '\n'));
  SIGNGATE_CHECK(canonical.ends_with(sigv4_signed_headers(fields) + "\nUNSIGNED-PAYLOAD"));
  // Fields of different names may come in any order.
  std::vector<SigV4Field> sorted = fields;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const SigV4Field& a, const SigV4Field& b) { return a.name > b.name; });
  SigV4Request other = request;
  other.path = path;
  other.query = reversed;
  other.fields = sorted;
  SIGNGATE_CHECK(sigv4_canonical_request(other) == canonical);

  static const SigV4Key key = SigV4Key::derive("secret", {"20130524", "us-east-1"}).value();
  const std::string value = sigv4_authorization(key, "AKIA", request, timestamp).value();
  auto read = parse_sigv4_authorization(value);
  SIGNGATE_CHECK(read.has_value());
  SIGNGATE_CHECK(verify_sigv4(other, *read, "secret", now).value() == SigV4Verdict::accepted);
  read->signature[0] = read->signature[0] == '0' ? '1' : '0';
  SIGNGATE_CHECK(verify_sigv4(other, *read, "secret", now).value() == SigV4Verdict::mismatch);
}

void check_authorization(std::string_view text) {
  const auto read = parse_sigv4_authorization(text);
  if (!read) return;
  std::string again =
      "AWS4-HMAC-SHA256 Credential=" + read->access_key_id + '/' + read->scope.text();
  again += ", SignedHeaders=";
  for (std::size_t i = 0; i < read->signed_headers.size(); ++i)
    again += (i == 0 ? "" : ";") + read->signed_headers[i];
  const auto reread = parse_sigv4_authorization(again + ", Signature=" + read->signature);
  SIGNGATE_CHECK(reread.has_value());
  SIGNGATE_CHECK(reread->access_key_id == read->access_key_id && reread->scope == read->scope &&
                 reread->signed_headers == read->signed_headers &&
                 reread->signature == read->signature);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_authorization(text);
  check_request(text);
  return 0;
}
