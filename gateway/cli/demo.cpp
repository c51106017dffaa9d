// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "gateway/cli/commands.hpp"
#include "gateway/cli/demo/check.hpp"
#include "gateway/cli/demo/child.hpp"
#include "gateway/cli/demo/folder.hpp"
#include "gateway/cli/demo/site.hpp"
#include "gateway/cli/demo/workshop.hpp"

namespace signgate::cli {
namespace {

using demo::Child;
using demo::Folder;
using demo::Media;
using demo::Places;

struct Options {
  bool check = false;
  std::optional<std::uint16_t> port;       // none: 8080 if free; 0: any
  std::optional<std::uint16_t> edge_port;  // none: 8443 if free; 0: any
  std::string keep_dir;
};

constexpr std::uint16_t default_port = 8080;
constexpr std::uint16_t default_edge_port = 8443;
constexpr int attempts_to_start = 4;

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// The signals that end the demo or tell of a child's end: blocked, and looked at where it suits.
sigset_t watched_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : ending_signals)
    sigaddset(&signals, number);
  sigaddset(&signals, SIGCHLD);
  return signals;
}

bool ends_the_demo(int number) {
  return std::find(ending_signals.begin(), ending_signals.end(), number) != ending_signals.end();
}

/// True once one of the ending signals came; it stays pending.
bool is_interrupted() {
  sigset_t pending;
  sigpending(&pending);
  return std::any_of(ending_signals.begin(), ending_signals.end(),
                     [&pending](int number) { return sigismember(&pending, number) == 1; });
}

/// The port itself when nobody listens there, or 0; for 0 some free port.
std::uint16_t free_port(std::uint16_t wanted) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return 0;
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(wanted);
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  // listen as well: with SO_REUSEADDR alone, bind succeeds beside a socket that does not listen
  // yet.
  const bool is_free = bind(descriptor, raw, size) == 0 && listen(descriptor, 1) == 0 &&
                       getsockname(descriptor, raw, &size) == 0;
  close(descriptor);
  return is_free ? ntohs(address.sin_port) : std::uint16_t{0};
}

/// The port to try first: what was asked for, or the usual one if it is free. 0 means any.
Result<std::uint16_t> choose_port(const std::optional<std::uint16_t>& asked, std::uint16_t usual,
                                  const char* what) {
  const std::uint16_t wanted = asked.value_or(usual);
  if (wanted == 0 || free_port(wanted) == wanted) return wanted;
  const std::string taken = "port " + std::to_string(wanted) + " is in use";
  if (asked) return Error{ErrorCode::resource, Side::own, Retry::no, taken};
  std::cout << "For the " << what << ": " << taken << ", so it takes another.\n";
  return std::uint16_t{0};
}

/// The path of this very program.
std::string own_program() {
  std::error_code failed;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? "/proc/self/exe" : path.string();
}

/// The gateway and the edge, as children: `signgate run` and `signgate edge`.
struct Programs {
  Child gateway;
  Child edge;
};

/// Starts both; `places` gets their ports. The gateway must know the edge's port (its links lead
/// there) and the edge the gateway's (its bucket's policy lists the site), so the edge's is picked
/// beforehand.
Result<void> start(Programs& programs, const Folder& folder, Places& places) {
  if (auto done = demo::write_gateway_toml(folder, places); !done) return done.error();
  const auto gateway_file = (folder.path() / "gateway.toml").string();
  if (auto done = programs.gateway.start({own_program(), "run", "-c", gateway_file},
                                         folder.path() / "logs/gateway.log");
      !done) {
    return done.error();
  }
  const auto port = programs.gateway.wait_until_listening(is_interrupted);
  if (!port) {
    return Error{port.error().code, Side::own, Retry::no,
                 "the gateway did not start\n" + port.error().detail};
  }
  places.gateway = *port;

  if (auto done = demo::write_edge_toml(folder, places); !done) return done.error();
  const auto edge_file = (folder.path() / "edge.toml").string();
  if (auto done = programs.edge.start({own_program(), "edge", "-c", edge_file},
                                      folder.path() / "logs/edge.log");
      !done) {
    return done.error();
  }
  const auto edge = programs.edge.wait_until_listening(is_interrupted);
  if (!edge) {
    return Error{edge.error().code, Side::own, Retry::yes,
                 "the edge did not start\n" + edge.error().detail};
  }
  return {};
}

/// Starts both, and again when somebody else took the edge's port in between.
Result<std::unique_ptr<Programs>> start_programs(const Folder& folder, std::uint16_t port,
                                                 std::uint16_t edge_port, Places& places) {
  for (int attempt = 1;; ++attempt) {
    places.gateway = port;
    places.edge = edge_port != 0 ? edge_port : free_port(0);
    auto programs = std::make_unique<Programs>();
    const auto started = start(*programs, folder, places);
    if (started) return programs;
    const bool again = started.error().retry == Retry::yes &&
                       started.error().code == ErrorCode::closed && edge_port == 0 &&
                       attempt < attempts_to_start;
    if (!again) return started.error();
  }
}

void print_guide(const Places& places, const Folder& folder, const Options& options) {
  std::cout << "\n  The site, through the gateway   " << places.site_url() << "/\n"
            << "  What is refused, side by side   " << places.site_url() << "/proof\n"
            << "  Which check refuses it, drawn   " << places.site_url() << "/chain\n"
            << "  The same page, not signed       " << places.origin_url()
            << "/   (the web application itself: no private picture loads)\n"
            << "  The edge, CloudFront and S3     " << places.edge_url() << "/\n\n"
            << "Look at\n"
            << "  - a picture's address on the site: the page links to /media/private/..., the "
               "browser got a signed link\n"
            << "  - a picture opened in a new tab by its address: 403 from the bucket, no page of "
               "the site sent you\n"
            << "  - curl -i " << places.private_prefix()
            << "album/lake-320.png: 403 MissingKey from the edge\n"
            << "  - " << (folder.path() / "gateway.toml").string()
            << ", edge.toml and bucket-policy.json beside it"
            << (options.keep_dir.empty() ? " (removed at the end)" : "") << "\n\n"
            << "Ctrl-C ends it all." << std::endl;
}

/// Waits for an ending signal: true; or for a child's end: false.
bool wait_for_the_end(Programs& programs) {
  const sigset_t signals = watched_signals();
  while (true) {
    const int number = sigwaitinfo(&signals, nullptr);
    if (ends_the_demo(number)) return true;
    if (programs.gateway.has_ended()) {
      std::cerr << "signgate demo: the gateway ended\n" << programs.gateway.log_tail();
      return false;
    }
    if (programs.edge.has_ended()) {
      std::cerr << "signgate demo: the edge ended\n" << programs.edge.log_tail();
      return false;
    }
  }
}

Result<bool> run_demo(const Options& options) {
  const auto port = choose_port(options.port, default_port, "gateway");
  if (!port) return port.error();
  const auto edge_port = choose_port(options.edge_port, default_edge_port, "edge");
  if (!edge_port) return edge_port.error();
  const auto folder =
      options.keep_dir.empty() ? Folder::make_temporary() : Folder::open(options.keep_dir);
  if (!folder) return folder.error();

  std::cout << "Drawing the pictures." << std::endl;
  const Media media = demo::make_media();
  const auto key = demo::make_key(*folder);
  if (!key) return key.error();
  if (auto done = demo::write_bucket(*folder, media); !done) return done.error();

  Places places;
  const demo::Site site(places, media, *key);
  demo::WebServer origin(
      [&site](demo::WebRequest request) { return site.answer(std::move(request)); });
  const auto origin_port = origin.listen();
  if (!origin_port) return origin_port.error();
  places.origin = *origin_port;

  const auto programs = start_programs(*folder, *port, *edge_port, places);
  if (!programs) return programs.error();
  origin.start();

  if (options.check) return demo::check(places, media, *key, is_interrupted, std::cout, std::cerr);
  print_guide(places, *folder, options);
  return wait_for_the_end(**programs);
}

int demo_command(const Options& options) {
  const sigset_t signals = watched_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A reader of the output that goes away must not end it before its folder, which holds a private
  // key, is removed.
  std::signal(SIGPIPE, SIG_IGN);
  const auto done = run_demo(options);
  if (!done) {
    if (done.error().code == ErrorCode::cancelled && !options.check) return 0;
    std::cerr << "signgate demo: " << done.error().detail << '\n';
    return 1;
  }
  if (options.check) std::cout << (*done ? "\nAll held.\n" : "\nNot all held; see above.\n");
  return *done ? 0 : 1;
}

}  // namespace

void add_demo(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand(
      "demo", "a photo site, the gateway and the edge on this machine, to look at or to check");
  auto options = std::make_shared<Options>();
  command->add_flag(
      "--check", options->check,
      "fetch the page and each private link once, in every way, print the answers, and end");
  command->add_option("--port", options->port,
                      "the gateway's port on 127.0.0.1; 0: any (default: 8080 if free, else any)");
  command->add_option("--edge-port", options->edge_port,
                      "the edge's port on 127.0.0.1; 0: any (default: 8443 if free, else any)");
  command->add_option(
      "--keep-dir", options->keep_dir,
      "write keys, configurations, pictures and logs there, and leave them; it must be empty");
  command->footer(
      "Example:\n"
      "  signgate demo                                  until Ctrl-C; then open "
      "http://127.0.0.1:8080/\n"
      "  signgate demo --check --port 0 --edge-port 0   exit status 0 when all held");
  command->callback([options, &exit_status] { exit_status = demo_command(*options); });
}

}  // namespace signgate::cli
