// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/idle_clients.hpp"

#include "gateway/proxy/client_stream.hpp"

namespace signgate::proxy {

void IdleClients::insert(ClientStream& client) {
  client.idle_place_ = clients_.size();
  clients_.push_back(&client);
}

void IdleClients::erase(ClientStream& client) noexcept {
  ClientStream* const last = clients_.back();
  clients_[client.idle_place_] = last;
  last->idle_place_ = client.idle_place_;
  clients_.pop_back();
}

}  // namespace signgate::proxy
