// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/signed_query.hpp"

#include <algorithm>

namespace signgate::rewrite {
namespace {

enum Reserved : unsigned {
  expires = 1,
  policy = 2,
  signature = 4,
  key_pair_id = 8,
  hash_algorithm = 16
};

// The bit of a reserved name, 0 for any other parameter.
unsigned reserved_bit(std::string_view parameter) noexcept {
  const std::string_view name = parameter.substr(0, parameter.find('='));
  if (name == "Expires") return expires;
  if (name == "Policy") return policy;
  if (name == "Signature") return signature;
  if (name == "Key-Pair-Id") return key_pair_id;
  if (name == "Hash-Algorithm") return hash_algorithm;
  return 0;
}

template <class Visit>
void for_each_parameter(std::string_view query, Visit visit) {
  for (;;) {
    const std::size_t end = query.find('&');
    visit(query.substr(0, end));
    if (end == std::string_view::npos) return;
    query.remove_prefix(end + 1);
  }
}

}  // namespace

QueryClass classify_query(std::string_view query) noexcept {
  unsigned seen = 0;
  for_each_parameter(query,
                     [&seen](std::string_view parameter) { seen |= reserved_bit(parameter); });
  if (seen == 0) return QueryClass::plain;
  const bool whole =
      (seen & signature) != 0 && (seen & key_pair_id) != 0 && (seen & (expires | policy)) != 0;
  return whole ? QueryClass::signed_already : QueryClass::reserved;
}

void drop_signature(std::string& query) {
  std::string kept;
  bool first = true;
  for_each_parameter(query, [&](std::string_view parameter) {
    if (reserved_bit(parameter) != 0) return;
    if (!first) kept.push_back('&');
    first = false;
    kept.append(parameter);
  });
  query = std::move(kept);
}

}  // namespace signgate::rewrite
