// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "gateway/route/text_table.hpp"

namespace signgate::route {

/// ServerNames are the names of the servers of one address, those by regular expression left out. A
/// look-up takes one step for each label of a host, however many names there are, and looks at no
/// more of a long host than the longest name could match. Immutable once filled; any thread.
class ServerNames {
 public:
  /// add puts in a name as the configuration has it (config::parse_server_name), in lower case:
  /// "www.example.com", "*.example.com", ".example.com", "www.*", "". Of equal ones the first
  /// holds.
  void add(std::string_view name, std::size_t server);

  /// find is the server for a host in lower case: of the exact name, else of the longest "*." or
  /// "." name, else of the longest ".*" name. Source: nginx, ngx_hash_find_combined;
  /// nginx.org/en/docs/http/server_names.html.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view host) const;

 private:
  TextTable exact_;
  TextTable domains_;   // of ".example.com", the host example.com
  TextTable leading_;   // of "*.example.com" and ".example.com", what follows the dot
  TextTable trailing_;  // of "www.*", what stands before the dot
};

}  // namespace signgate::route
