// SPDX-License-Identifier: Apache-2.0
// The documents below tests/data/pages, each with the list of its links to private media and of
// what only looks like one (tests/data/pages/README.md).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gateway/rewrite/link_matcher.hpp"

namespace signgate::rewrite::testing {

struct ListedLink {
  std::size_t place = 0;  // in the document
  std::string text;       // as it is written there
  bool is_signed = false;
  std::string context;   // link_context_name, of those that are signed
  std::string url;       // what a browser asks the edge for, of those that are signed
  std::string fragment;  // "" or "#..."
};

struct Page {
  std::string name;  // of the file
  std::string type;  // media type, without parameters
  std::string url;   // where the document stands
  std::string document;
  std::vector<ListedLink> links;  // in the document's order
};

/// read_pages reads all of them, by name. A list that does not fit its document ends the program.
std::vector<Page> read_pages();

/// pages_matcher knows the media rules that the lists are about; "vip" is not to be signed.
const LinkMatcher& pages_matcher();

}  // namespace signgate::rewrite::testing
