// SPDX-License-Identifier: Apache-2.0
// Any bytes as a request: where they are cut makes no difference, and a path that was put among
// them is found, in each of the forms in which applications take one.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/request_text.hpp"
#include "gateway/rewrite/url.hpp"

using namespace signgate;
using namespace signgate::rewrite;

namespace {

RequestText read(std::string_view first, std::string_view second) {
  RequestText text;
  text.add(first);
  text.add(second);
  text.end();
  return text;
}

std::string escaped(std::string_view text, std::string_view mark, bool ends) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.append(mark).append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    if (ends) out += ';';
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t cut = data[0];
  const std::size_t split = data[1];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string_view junk = bytes.substr(0, std::min(split, bytes.size()));
  const auto url = parse_url("https://m.test/" + std::string(bytes.substr(junk.size())), nullptr);
  if (!url || has_dot_segment(url->path)) return 0;
  const std::string& path = url->path;
  const bool is_ascii = path.find('%') == std::string::npos;
  std::vector<std::string> forms = {path, "q=https://m.test" + path, escaped(path, "%", false),
                                    escaped(path, "%25", false)};
  if (is_ascii) {
    forms.push_back(escaped(path, "\\u00", false));
    forms.push_back(escaped(path, "&#x", true));
  }
  for (const std::string& form : forms) {
    std::string request(junk);
    request.append(1, ' ').append(form);
    const RequestText whole = read(request, {});
    const std::string_view view(request);
    const std::size_t at = std::min(cut, request.size());
    const RequestText parts = read(view.substr(0, at), view.substr(at));
    SIGNGATE_CHECK(whole.is_unclear() == parts.is_unclear());
    if (whole.is_unclear()) continue;
    const auto found = whole.holds(path, 0);
    SIGNGATE_CHECK(found == parts.holds(path, 0));
    SIGNGATE_CHECK(found.value_or(true));
  }
  return 0;
}
