// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/zone.hpp"

namespace signgate::upstream {

std::shared_ptr<Account> Zone::account(const std::string& server, const std::string& address,
                                       std::size_t nth, std::uint32_t weight) {
  std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<Account>& entry = known_[{server, address, nth}];
  std::shared_ptr<Account> account = entry.lock();
  if (!account) {
    account = std::make_shared<Account>();
    account->effective_weight = weight;
    entry = account;
  }
  return account;
}

}  // namespace signgate::upstream
