// SPDX-License-Identifier: Apache-2.0
// A request's body, cut anywhere: what comes out is what went in without some bytes of its links'
// queries, the same for all cuts, and nothing is left to take out. The first byte says of which
// type the body is, the second how it is cut.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/check.hpp"
#include "gateway/proxy/body_unsigner.hpp"

namespace {

using namespace signgate;

const rewrite::UnsignRules& rules() {
  static const rewrite::UnsignRules made(
      std::vector<rewrite::UnsignRule>{{"https://d.test/p/", {"K1"}}});
  return made;
}

struct Unsigned {
  std::string text;
  bool changed = false;
};

Unsigned unsign(std::string_view type, std::string_view body, std::size_t piece) {
  http::Fields fields;
  fields.add("Content-Type", type);
  proxy::Counters counters;
  const auto unsigner = proxy::BodyUnsigner::make(rules(), fields, counters);
  SIGNGATE_CHECK(unsigner != nullptr);
  std::string out;
  for (std::size_t at = 0;;) {
    // Its own allocation, so that a read past the end is seen.
    const std::string part(body.substr(at, piece));
    at += part.size();
    unsigner->feed(part, at == body.size(), out);
    if (at == body.size()) return {std::move(out), unsigner->has_changed()};
  }
}

bool is_left_of(std::string_view rest, std::string_view whole) {
  std::size_t at = 0;
  for (const char c : whole) {
    if (at < rest.size() && rest[at] == c) ++at;
  }
  return at == rest.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<std::string_view, 3> types = {
      "text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"};
  if (size < 2) return 0;
  const std::string_view type = types[data[0] % types.size()];
  const std::string body(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Unsigned whole = unsign(type, body, body.size() + 1);
  SIGNGATE_CHECK(whole.changed == (whole.text != body));
  SIGNGATE_CHECK(is_left_of(whole.text, body));
  const Unsigned cut = unsign(type, body, std::size_t{1} + data[1] % 40);
  SIGNGATE_CHECK(cut.text == whole.text && cut.changed == whole.changed);
  return 0;
}
