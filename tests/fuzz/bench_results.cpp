// SPDX-License-Identifier: Apache-2.0
// Files of measurements: any bytes end in an error within them, or in a page that is whole, that
// runs and fetches nothing, and that is not longer than what was told.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bench/report/page.hpp"
#include "bench/report/results.hpp"

namespace {

using namespace signgate::bench;

void require(bool holds) {
  if (!holds) std::abort();
}

// Every tag that is opened is closed, in its order, and none is one that the page never writes.
void require_whole(std::string_view page) {
  std::vector<std::string_view> open;
  while (true) {
    const std::size_t begin = page.find('<');
    if (begin == std::string_view::npos) break;
    const std::size_t end = page.find('>', begin);
    require(end != std::string_view::npos);
    const std::string_view tag = page.substr(begin + 1, end - begin - 1);
    page.remove_prefix(end + 1);
    require(tag.find('<') == std::string_view::npos);
    if (tag.starts_with('!') || tag.ends_with('/')) continue;
    if (tag.starts_with('/')) {
      require(!open.empty() && open.back() == tag.substr(1));
      open.pop_back();
      continue;
    }
    open.push_back(tag.substr(0, tag.find(' ')));
    require(open.back() != "script" && open.back() != "a" && open.back() != "img");
  }
  require(open.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto results = report::read_results(text, "a/b");
  if (!results) {
    require(results.error().position.offset <= size);
    require(!results.error().message.empty());
    return 0;
  }
  const std::string page = report::report_page({*results});
  require_whole(page);
  // A chart of a mode has some hundred elements, each of a hundred bytes or so.
  require(page.size() < 64 * 1024 + 512 * size);
  require_whole(report::report_page({*results, *results}));
  return 0;
}
