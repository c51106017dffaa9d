// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/idle_clients.hpp"

#include "gateway/proxy/http1_client.hpp"

namespace signgate::proxy {

void IdleClients::insert(Http1Client& client, std::size_t listen) {
  client.idle_place_ = clients_.size();
  clients_.push_back({&client, listen});
}

void IdleClients::erase(Http1Client& client) noexcept {
  const Waiting last = clients_.back();
  clients_[client.idle_place_] = last;
  last.client->idle_place_ = client.idle_place_;
  clients_.pop_back();
}

}  // namespace signgate::proxy
