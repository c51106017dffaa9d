// SPDX-License-Identifier: Apache-2.0
// What variables ask of an exchange, when they ask.
#include "gateway/proxy/exchange.hpp"

namespace signgate::proxy {

route::Progress Exchange::progress() const {
  const SteadyTime now = services_.wheel.now();
  return {.bytes_sent = client_.bytes_sent(),
          .body_bytes_sent = client_.body_bytes_sent(),
          .request_length = client_.request_length(),
          .request_time = std::chrono::duration_cast<Milliseconds>(now - began_),
          .now = std::chrono::system_clock::now()};
}

route::SentFraming Exchange::sent_framing() const {
  route::SentFraming framing;
  framing.chunked = client_.is_chunked();
  framing.keeps_alive = client_.is_kept() && (client_.started() || keeps_alive());
  framing.keep_alive_for = settings().keepalive_header;
  if (values_.sent != nullptr && answer_.status != 204) framing.content_length = answer_.length;
  return framing;
}

route::Connections Exchange::connections() const {
  return {.active = services_.connections,
          .reading = services_.memories.begun_heads(),
          .writing = services_.answering,
          .waiting = services_.idle.size()};
}

Milliseconds Exchange::connection_time() const {
  return std::chrono::duration_cast<Milliseconds>(services_.wheel.now() - viewer_.began);
}

std::uint64_t Exchange::limit_rate() const {
  if (rate_) return *rate_;
  if (!client_.started()) return wanted_rate().value_or(0);
  // First: the rate may be written with its own variable.
  rate_ = 0;
  rate_ = route_->rules.limit_rate.of(values_);
  return *rate_;
}

void Exchange::append_body_file(std::string& out) const {
  if (held_ && held_->in_file()) out += held_->path();
}

// As in nginx they are of no interest where they are not passed on.
std::string_view Exchange::upstream_trailers() const {
  const bool wanted = upstream_ && settings().proxy_request.proxy_pass_trailers;
  return wanted ? upstream_->trailers() : std::string_view();
}

}  // namespace signgate::proxy
