// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/supervisor.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <ostream>

#include "gateway/config/reader.hpp"
#include "gateway/proxy/version.hpp"
#include "gateway/server/error_log.hpp"
#include "gateway/server/gateway.hpp"

namespace signgate::server {

int run_gateway(const std::string& path, std::ostream& out, std::ostream& err) {
  config::Reading reading = config::read_file(path);
  for (const config::Diagnostic& finding : reading.diagnostics)
    err << config::render(finding) << '\n';
  if (!reading.config) return 1;
  if (const auto opened = open_error_log(reading.config->error_log, reading.config->folder);
      !opened) {
    err << "signgate: " << opened.error().detail << '\n';
    return 1;
  }
  auto snapshot = make_snapshot(std::move(*reading.config));
  if (!snapshot) {
    err << snapshot.error().detail << '\n';
    return 1;
  }
  // A peer that goes away while we write is an error value, not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context signals_context;
  boost::asio::signal_set signals(signals_context, SIGTERM, SIGINT, SIGQUIT);
  Gateway gateway;
  if (const auto started = gateway.start(std::move(*snapshot)); !started) {
    err << "signgate: " << started.error().detail << '\n';
    return 1;
  }
  for (const std::string& address : gateway.addresses())
    out << "listening on " << address << '\n';
  out.flush();
  spdlog::info("{} serves {}", proxy::server_with_version, path);

  std::function<void(boost::system::error_code, int)> on_signal;
  std::thread waiter;
  on_signal = [&](boost::system::error_code failed, int signal) {
    if (failed) return;
    spdlog::info("signal {} received, {}", signal,
                 signal == SIGQUIT ? "finishing requests" : "stopping");
    signal == SIGQUIT ? gateway.drain() : gateway.stop();
    if (!waiter.joinable()) {
      waiter = std::thread([&] {
        gateway.join();
        signals_context.stop();
      });
    }
    signals.async_wait(on_signal);
  };
  signals.async_wait(on_signal);
  signals_context.run();
  if (waiter.joinable()) waiter.join();
  gateway.wait();
  spdlog::info("stopped");
  spdlog::default_logger()->flush();
  return 0;
}

}  // namespace signgate::server
