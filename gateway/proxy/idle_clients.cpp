// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/idle_clients.hpp"

#include "gateway/proxy/http1_client.hpp"

namespace signgate::proxy {

void IdleClients::insert(Http1Client& client) {
  client.idle_place_ = clients_.size();
  clients_.push_back(&client);
}

void IdleClients::erase(Http1Client& client) noexcept {
  Http1Client* const last = clients_.back();
  clients_[client.idle_place_] = last;
  last->idle_place_ = client.idle_place_;
  clients_.pop_back();
}

}  // namespace signgate::proxy
