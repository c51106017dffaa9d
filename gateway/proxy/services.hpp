// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/codec/encoder_pool.hpp"
#include "gateway/net/deadline.hpp"
#include "gateway/net/file_threads.hpp"
#include "gateway/net/password_threads.hpp"
#include "gateway/net/resolver.hpp"
#include "gateway/net/signer_pool.hpp"
#include "gateway/proxy/access_errors.hpp"
#include "gateway/proxy/access_log.hpp"
#include "gateway/proxy/buffer_pool.hpp"
#include "gateway/proxy/counters.hpp"
#include "gateway/proxy/grant_cache.hpp"
#include "gateway/proxy/idle_clients.hpp"
#include "gateway/proxy/limit_zones.hpp"
#include "gateway/proxy/password_memo.hpp"
#include "gateway/proxy/rare_log.hpp"
#include "gateway/proxy/request_memory.hpp"
#include "gateway/proxy/upstream_log.hpp"
#include "gateway/proxy/user_files.hpp"
#include "gateway/route/router.hpp"
#include "gateway/upstream/group.hpp"
#include "signing/signature_memo.hpp"
#include "signing/url_signer.hpp"

namespace signgate::proxy {

class OwnErrorLog;

/// Runtime is one configuration on one worker: the compiled routes that all workers share and what
/// the worker holds for them. A request keeps the one that it began with.
struct Runtime {
  std::shared_ptr<const route::Router> router;
  std::vector<std::shared_ptr<upstream::Group>> groups;  // by the indexes of Router::groups
  std::vector<std::shared_ptr<AccessLog>> access_logs;   // by those of Router::access_logs
  std::shared_ptr<const LimitZones> limits;
  /// By those of Router::servers; null: the server has no certificate.
  std::vector<std::shared_ptr<const net::TlsServerContext>> server_tls;
  /// By those of Router::upstream_tls.
  std::vector<std::shared_ptr<const net::TlsClientContext>> upstream_tls;
  std::shared_ptr<upstream::TlsSessionMemory> upstream_sessions;
  /// By those of Router::servers; null: the server's lines go to the program's. Empty where all do.
  std::vector<std::shared_ptr<const OwnErrorLog>> error_logs = {};
  /// The number of the configuration on its worker, counted from 1: what is remembered of another
  /// one's servers has to be looked up again.
  std::uint32_t generation = 1;
  /// By the number that a listening address has for the life of the process: its index in
  /// Router::listens, or `gone`.
  std::vector<std::size_t> listens;
  static constexpr std::size_t gone = static_cast<std::size_t>(-1);

  /// Local is an address whose connections arrive at the socket of a wildcard of its port.
  struct Local {
    std::size_t wildcard;  // number of that one
    std::string address;   // as net::endpoint_host gives it
    std::uint16_t port;
    std::size_t number;  // its own
  };
  std::vector<Local> locals = {};

  /// error_log is the number of that server's own error log; 0: it has none.
  [[nodiscard]] std::uint32_t error_log(const route::Server& server) const noexcept {
    return error_logs.empty() ? 0 : own_error_log(server);
  }
  [[nodiscard]] std::uint32_t own_error_log(const route::Server& server) const noexcept;

  /// number_at is the number of the address that a connection was made to, by the number of the
  /// socket at which it arrived and the connection's local address.
  [[nodiscard]] std::size_t number_at(std::size_t accepted, std::string_view address,
                                      std::uint16_t port) const noexcept {
    for (const Local& local : locals) {
      if (local.wildcard == accepted && local.port == port && local.address == address)
        return local.number;
    }
    return accepted;
  }

  /// serves says whether the configuration has that address still.
  [[nodiscard]] bool serves(std::size_t listen) const noexcept {
    return listen < listens.size() && listens[listen] != gone;
  }

  /// takes_proxy_protocol says whether connections to that address begin with a PROXY header.
  [[nodiscard]] bool takes_proxy_protocol(std::size_t listen) const noexcept {
    return serves(listen) && router->listens()[listens[listen]].proxy_protocol;
  }

  /// speaks_tls says whether clients speak TLS at the address of that number.
  [[nodiscard]] bool speaks_tls(std::size_t listen) const noexcept {
    return serves(listen) && router->listens()[listens[listen]].ssl;
  }

  /// heads_differ says whether the servers of that address read heads by different rules.
  [[nodiscard]] bool heads_differ(std::size_t listen) const noexcept {
    return serves(listen) && router->listens()[listens[listen]].heads_differ;
  }

  /// needs_preface says whether something comes before the first request there.
  [[nodiscard]] bool needs_preface(std::size_t listen) const noexcept {
    return takes_proxy_protocol(listen) || speaks_tls(listen);
  }

  /// default_server is Router::default_server for the address of that number; find_server and it
  /// take the first address for one that is gone: a connection's last request is answered all the
  /// same.
  [[nodiscard]] const route::Server& default_server(std::size_t listen) const {
    return router->default_server(serves(listen) ? listens[listen] : 0);
  }

  /// find_server is Router::find_server for the address of that number.
  [[nodiscard]] const route::Server& find_server(
      std::size_t listen, std::string_view host,
      std::unique_ptr<route::Captured>* captured = nullptr) const {
    return router->find_server(serves(listen) ? listens[listen] : 0, host, captured);
  }

  /// find_named_server is Router::find_named_server for the address of that number.
  [[nodiscard]] const route::Server* find_named_server(std::size_t listen,
                                                       std::string_view host) const {
    return router->find_named_server(serves(listen) ? listens[listen] : 0, host);
  }
};

/// Tenure is a listening address's time on a worker, which its connections share.
struct Tenure {
  /// Null for as long as the configuration has the address; then the last one that had it, for what
  /// was on its way when a reload took the address away (nginx: the old worker). It dies with the
  /// last of those connections.
  std::shared_ptr<const Runtime> last;
};

/// Services is what a worker lends to its sessions. It outlives them and belongs to the worker's
/// thread, but for what is said to be shared.
struct Services {
  Services(net::asio::io_context& io, net::SignerPool& pool, net::PasswordThreads& password_threads,
           signing::SignatureMemo& shared_memo)
      : context(io),
        wheel(io),
        signers(pool),
        passwords(password_threads),
        memo(shared_memo),
        urls(shared_memo) {}

  net::asio::io_context& context;
  net::DeadlineWheel wheel;
  net::SignerPool& signers;         // shared
  net::PasswordThreads& passwords;  // shared
  signing::SignatureMemo& memo;     // shared
  signing::UrlSigner urls;
  std::shared_ptr<const Runtime> runtime;
  std::vector<std::shared_ptr<Tenure>> tenures;  // by the numbers of addresses; null: over
  codec::EncoderPool encoders;
  Counters counters;
  UpstreamLog upstream_log;
  IdleClients idle;  // waiting for a request: a drain ends these at once, and so does want of room
  AccessErrors access_errors;
  UserFiles user_files;
  PasswordMemo known_passwords;
  GrantCache grants;  // of grant_request
  RareLog file_log;   // troubles with temporary files
  net::FileThreads files;
  BufferPool buffers;
  RequestMemoryPool memories;
  std::uint64_t connections = 0;  // open now
  std::uint64_t answering = 0;    // requests that are answered now
  bool draining = false;          // leaving, and nobody is waited for who asks nothing now
  bool stopping = false;          // what is left is cut
  bool log_dirty = false;         // the worker flushes the logs and resets this
  /// The worker ends with its connections: answers say close, and no other request may follow. Who
  /// has not been told so yet may still ask.
  bool leaving = false;

  /// next_connection is a serial number ($connection) unique in the process.
  [[nodiscard]] static std::uint64_t next_connection() noexcept;

  /// resolver_for is the worker's resolver of those settings, made when it is first asked for.
  [[nodiscard]] std::shared_ptr<net::Resolver> resolver_for(const config::Resolver& settings);

  /// close_resolvers ends every question that is open, so that the io_context can run out of work.
  void close_resolvers() noexcept { resolvers_.clear(); }

  /// date is the value of Date for this second.
  [[nodiscard]] std::string_view date();

 private:
  std::vector<std::shared_ptr<net::Resolver>> resolvers_;  // as many as configurations have named
  UnixSeconds date_second_ = 0;
  std::string date_text_;
};

}  // namespace signgate::proxy
