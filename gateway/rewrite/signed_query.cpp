// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/signed_query.hpp"

#include <algorithm>

namespace signgate::rewrite {
namespace {

unsigned bit_of(std::string_view parameter) noexcept {
  return reserved_bit(parameter.substr(0, parameter.find('=')));
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

ReservedBit reserved_bit(std::string_view name) noexcept {
  if (name == "Expires") return reserved_expires;
  if (name == "Policy") return reserved_policy;
  if (name == "Signature") return reserved_signature;
  if (name == "Key-Pair-Id") return reserved_key_pair_id;
  if (name == "Hash-Algorithm") return reserved_hash_algorithm;
  return reserved_none;
}

QueryClass classify_query(std::string_view query) noexcept {
  unsigned seen = 0;
  for_each_parameter(query, [&seen](std::string_view parameter) { seen |= bit_of(parameter); });
  if (seen == 0) return QueryClass::plain;
  const bool whole = (seen & reserved_signature) != 0 && (seen & reserved_key_pair_id) != 0 &&
                     (seen & (reserved_expires | reserved_policy)) != 0;
  return whole ? QueryClass::signed_already : QueryClass::reserved;
}

void drop_signature(std::string& query) {
  std::string kept;
  bool first = true;
  for_each_parameter(query, [&](std::string_view parameter) {
    if (bit_of(parameter) != 0) return;
    if (!first) kept.push_back('&');
    first = false;
    kept.append(parameter);
  });
  query = std::move(kept);
}

}  // namespace signgate::rewrite
