// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/config/address.hpp"
#include "gateway/net/io.hpp"
#include "gateway/net/listener.hpp"

namespace signgate::server {

/// AdminAnswer is what the admin interface says to one request.
struct AdminAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

/// Admin is the interface for operators and their monitoring, on addresses and a thread of its
/// own, so that it answers whatever the workers are doing. It serves one request a connection. Its
/// members are for one thread.
class Admin {
 public:
  /// Handler answers a GET or HEAD for that path (without the query); called on Admin's thread.
  using Handler = std::function<AdminAnswer(std::string_view path)>;

  /// Address is a listening address, with its socket.
  struct Address {
    config::Address at;  // as the configuration has it, canonical
    std::string bound;   // "127.0.0.1:8080", "unix:PATH"
    std::shared_ptr<net::ListeningSocket> socket;
  };
  using Addresses = std::vector<Address>;

  explicit Admin(Handler handler);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  /// open gives the addresses that `listen` names (config::Admin): those that are served already as
  /// they are, the others opened. Fails with `resource`, one line for the operator; in either case
  /// nothing has changed before adopt.
  [[nodiscard]] Result<Addresses> open(const std::vector<std::string>& listen);

  /// adopt serves at those addresses and closes the others, after those who wait there; requests
  /// under way are answered.
  void adopt(Addresses addresses);

  /// addresses are what was bound, in the order of the configuration.
  [[nodiscard]] std::vector<std::string> addresses() const;

  /// stop ends it at once and for good.
  void stop();

 private:
  void listen(const std::shared_ptr<const net::ListeningSocket>& socket);
  net::Awaitable<void> serve(net::Socket socket);

  Handler handler_;
  Addresses addresses_;
  // From here on it is the thread's, while that runs.
  net::asio::io_context context_{1};
  net::asio::executor_work_guard<net::Executor> guard_;
  std::vector<
      std::pair<std::shared_ptr<const net::ListeningSocket>, std::unique_ptr<net::Listener>>>
      listeners_;
  std::size_t connections_ = 0;
  std::thread thread_;  // from the first address on
};

}  // namespace signgate::server
