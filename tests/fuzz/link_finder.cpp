// SPDX-License-Identifier: Apache-2.0
// The bench's search for signed links: whatever the body, what is found is one URL with a scheme
// and a signature, and a link that is added behind a blank is found last.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bench/link_finder.hpp"

namespace {

using signgate::bench::find_signed_links;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const std::string last = "https://m.example.com/a?Signature=x&Key-Pair-Id=K";
  for (const std::string_view type : {"text/html", "application/json"}) {
    const auto links = find_signed_links(body, type);
    for (const std::string& link : links) {
      require((link[0] | 0x20) == 'h');
      require(link.find("://") <= 5);
      require(link.find("Signature=") != std::string::npos);
      require(link.find_first_of(" \t\r\n\"<>`") == std::string::npos);
    }
    const auto more = find_signed_links(body + " " + last, type);
    require(more.size() == links.size() + 1 && more.back() == last);
  }
  return 0;
}
