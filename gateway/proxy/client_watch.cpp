// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/client_watch.hpp"

#include "gateway/base/limits.hpp"

namespace signgate::proxy {

Error client_left() {
  return {ErrorCode::closed, Side::client, Retry::no, "the client went away"};
}

std::function<bool()> watch_of(ClientStream& client, const config::Settings& settings) {
  std::function<bool()> is_wanted;
  if (!settings.proxy_request.proxy_ignore_client_abort)
    is_wanted = [stream = &client] { return !stream->has_left(); };
  return is_wanted;
}

ClientWatch::ClientWatch(const std::function<bool()>& is_wanted, net::Stream& upstream,
                         net::DeadlineWheel& wheel)
    : is_wanted_(is_wanted), upstream_(upstream), step_(wheel, &ClientWatch::on_step, this) {
  if (is_wanted_) step_.set(limits::watch_interval);
}

bool ClientWatch::has_left() {
  if (!has_left_) has_left_ = is_wanted_ && !is_wanted_();
  return has_left_;
}

// A worker that stops ends the connection's operations by their own deadlines.
void ClientWatch::on_step(void* self) {
  auto& watch = *static_cast<ClientWatch*>(self);
  if (watch.step_.stopping()) return;
  if (watch.has_left())
    watch.upstream_.abort();
  else
    watch.step_.set(limits::watch_interval);
}

}  // namespace signgate::proxy
