// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/supervisor.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ostream>

#include "gateway/config/reader.hpp"
#include "gateway/net/tls_session_cache.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/version.hpp"
#include "gateway/server/error_log.hpp"
#include "gateway/server/gateway.hpp"
#include "signing/key_memory.hpp"

namespace signgate::server {
namespace {

using proxy::ErrorLevel;
using proxy::log;

// Like nginx it goes on with what there is when the system does not allow more.
void set_descriptor_limit(const config::Config& config) {
  if (config.worker_rlimit_nofile == 0) return;
  rlimit limit{};
  limit.rlim_cur = limit.rlim_max = config.worker_rlimit_nofile;
  rlimit before{};
  // Only a privileged process may raise the hard limit, and none gets back what it has lowered.
  if (::getrlimit(RLIMIT_NOFILE, &before) == 0) {
    limit.rlim_max = std::max(limit.rlim_cur, before.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
  }
  log(ErrorLevel::alert, "worker_rlimit_nofile {} is not allowed: {}; the limit stays {}",
      config.worker_rlimit_nofile, std::strerror(errno), before.rlim_cur);
}

/// reload takes up the file at `path` anew; when anything in it is wrong, that is logged and the
/// old configuration, keys included, stays in use. Like nginx it reopens the logs too.
void reload(const std::string& path, net::TlsSessions& sessions, proxy::LogFiles& logs,
            Gateway& gateway) {
  log(ErrorLevel::notice, "reconfiguring from {}", path);
  const auto refuse = [](const std::string& why = {}) {
    if (!why.empty()) log(ErrorLevel::emerg, "{}", why);
    log(ErrorLevel::emerg, "the new configuration is refused, the old one stays in use");
  };
  config::Reading reading = config::read_file(path);
  for (config::Diagnostic& finding : reading.diagnostics) {
    finding.source_line.clear();  // one line each
    const bool is_error = finding.severity == config::Severity::error;
    log(is_error ? ErrorLevel::emerg : ErrorLevel::warn, "{}", config::render(finding));
  }
  if (!reading.config) return refuse();
  auto snapshot = make_snapshot(std::move(*reading.config), sessions, logs);
  if (!snapshot) return refuse(snapshot.error().detail);
  const std::vector<std::string> admin_before = gateway.admin_addresses();
  if (const auto done = gateway.reload(std::move(*snapshot)); !done)
    return refuse(done.error().detail);
  proxy::set_error_log(gateway.snapshot().error_log);
  for (const std::string& address : gateway.admin_addresses()) {
    if (std::ranges::find(admin_before, address) == admin_before.end())
      log(ErrorLevel::notice, "admin interface on {}", address);
  }
  set_descriptor_limit(gateway.snapshot().config);
  logs.reopen();
  log(ErrorLevel::notice, "the new configuration is in use");
}

void warn_of_key_memory() {
  switch (signing::prepare_key_memory()) {
    case signing::KeyMemory::locked:
      break;
    case signing::KeyMemory::unlocked:
      log(ErrorLevel::warn,
          "the memory of the keys cannot be locked against swapping: raise the limit "
          "(ulimit -l, LimitMEMLOCK) to at least {} MiB",
          signing::key_memory_size / 1024 / 1024);
      break;
    case signing::KeyMemory::ordinary:
      log(ErrorLevel::warn, "OpenSSL has no secure heap here: keys lie in ordinary memory");
      break;
  }
}

}  // namespace

int run_gateway(const std::string& path, std::ostream& out, std::ostream& err) {
  config::Reading reading = config::read_file(path);
  for (const config::Diagnostic& finding : reading.diagnostics)
    err << config::render(finding) << '\n';
  if (!reading.config) return 1;
  proxy::LogFiles logs;
  const auto opened = open_error_logs(reading.config->error_log, reading.config->folder, logs);
  if (!opened) {
    err << "signgate: " << opened.error().detail << '\n';
    return 1;
  }
  proxy::set_error_log(*opened);
  signing::forbid_cores();
  warn_of_key_memory();
  set_descriptor_limit(*reading.config);
  net::TlsSessions sessions;
  auto snapshot = make_snapshot(std::move(*reading.config), sessions, logs);
  if (!snapshot) {
    err << snapshot.error().detail << '\n';
    return 1;
  }
  // A peer that goes away while we write, or a file that may grow no more, is an error value, not a
  // signal.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  boost::asio::io_context signals_context;
  boost::asio::signal_set signals(signals_context, SIGTERM, SIGINT, SIGQUIT);
  signals.add(SIGHUP);
  signals.add(SIGUSR1);
  signals.add(SIGUSR2);
  Gateway gateway;
  if (const auto started = gateway.start(std::move(*snapshot)); !started) {
    err << "signgate: " << started.error().detail << '\n';
    return 1;
  }
  for (const std::string& address : gateway.addresses())
    out << "listening on " << address << '\n';
  for (const std::string& address : gateway.admin_addresses())
    out << "admin interface on " << address << '\n';
  out.flush();
  log(ErrorLevel::notice, "{} serves {}", proxy::server_with_version, path);

  std::function<void(boost::system::error_code, int)> on_signal;
  std::thread waiter;
  on_signal = [&](boost::system::error_code failed, int signal) {
    if (failed) return;
    if (signal == SIGUSR1) {
      log(ErrorLevel::notice, "reopening logs");
      logs.reopen();
      signals.async_wait(on_signal);
      return;
    }
    if (signal == SIGUSR2) {
      log(ErrorLevel::warn,
          "signal {} (USR2) is ignored: there is no change of the binary in place", signal);
      signals.async_wait(on_signal);
      return;
    }
    if (signal == SIGHUP) {
      if (!waiter.joinable()) reload(path, sessions, logs, gateway);
      signals.async_wait(on_signal);
      return;
    }
    log(ErrorLevel::notice, "signal {} received, {}", signal,
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
  log(ErrorLevel::notice, "stopped");
  proxy::error_logger(ErrorLevel::emerg).flush();
  return 0;
}

}  // namespace signgate::server
