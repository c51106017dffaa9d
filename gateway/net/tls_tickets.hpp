// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/tls_settings.hpp"

struct ssl_ctx_st;

namespace signgate::net {

class TlsFindings;

/// TicketKey seals session tickets: AES-CBC under an HMAC of SHA-256 (RFC 5077 section 4), with
/// secrets in the key memory, wiped when it goes. Immutable.
class TicketKey {
 public:
  static constexpr std::size_t name_size = 16;

  /// make draws a key of AES-256 from the system's randomness; null when there is none to be had.
  [[nodiscard]] static std::shared_ptr<const TicketKey> make();

  /// read takes the bytes of a ssl_session_ticket_key file: 80 (AES-256) or 48 (AES-128), in
  /// nginx's order. Null for another size.
  [[nodiscard]] static std::shared_ptr<const TicketKey> read(std::string_view bytes);

  ~TicketKey();
  TicketKey(const TicketKey&) = delete;
  TicketKey& operator=(const TicketKey&) = delete;

  [[nodiscard]] const unsigned char* name() const noexcept { return name_.data(); }
  [[nodiscard]] unsigned char* mac() const noexcept { return secret_; }
  [[nodiscard]] std::size_t mac_size() const noexcept { return half_; }
  [[nodiscard]] const unsigned char* cipher() const noexcept { return secret_ + half_; }
  [[nodiscard]] bool is_aes_256() const noexcept { return half_ == 32; }

 private:
  TicketKey() = default;

  std::array<unsigned char, name_size> name_{};
  unsigned char* secret_ = nullptr;  // HMAC key, then cipher key
  std::size_t half_ = 0;
};

/// TicketKeys seals and opens the tickets of servers that share it, on any thread. Its keys come
/// from files, or are made by itself: then a new one takes over when the last is as old as a
/// session may get, and the one before is kept to open what it sealed, so that no ticket outlives
/// two such spans.
class TicketKeys {
 public:
  using Key = std::shared_ptr<const TicketKey>;

  /// TicketKeys rotates its own keys every `life`.
  explicit TicketKeys(Milliseconds life) : life_(life) {}
  /// TicketKeys uses these, the first to seal, and never rotates.
  explicit TicketKeys(std::vector<Key> fixed) : keys_(std::move(fixed)), is_fixed_(true) {}

  /// sealing is the key for new tickets at `now`; null when the system gives no randomness.
  [[nodiscard]] Key sealing(SteadyTime now);

  /// Opening is the key of that name. `renew` asks for a new ticket, since another key seals now.
  struct Opening {
    Key key;
    bool renew = false;
  };
  [[nodiscard]] Opening opening(const unsigned char* name, SteadyTime now);

 private:
  void rotate(SteadyTime now);

  std::mutex mutex_;
  std::vector<Key> keys_;  // the first one seals
  Milliseconds life_{0};
  SteadyTime made_{};
  bool is_fixed_ = false;
};

/// read_ticket_keys reads the files of ssl_session_ticket_key; null when one was at fault.
[[nodiscard]] std::shared_ptr<TicketKeys> read_ticket_keys(const std::vector<std::string>& files,
                                                           TlsFindings& found);

/// use_tickets makes `context` seal and open by `keys`, which it then shares. Null: a context
/// without tickets, which may still be the first one of a connection to a server that has them.
void use_tickets(ssl_ctx_st* context, std::shared_ptr<TicketKeys> keys);

}  // namespace signgate::net
