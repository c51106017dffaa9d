// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <thread>

#include "gateway/base/check.hpp"

namespace signgate::cli::demo {
namespace {

using namespace std::chrono_literals;

constexpr auto start_timeout = 30s;
constexpr auto stop_timeout = 5s;
constexpr auto poll_interval = 10ms;
constexpr std::size_t tail_size = 2000;

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The port of the first whole line that says `listening on ADDRESS:PORT`.
std::optional<std::uint16_t> listening_port(std::string_view log) {
  constexpr std::string_view words = "listening on ";
  const auto at = log.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  auto line = log.substr(at + words.size());
  const auto end = line.find_first_of("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  line = line.substr(0, line.find_first_of(" \r\n"));
  const auto colon = line.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::uint16_t port = 0;
  std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
  return port == 0 ? std::nullopt : std::optional(port);
}

/// What runs between fork and exec: async-signal-safe calls alone.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);  // what is ignored stays so over exec
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  for (int descriptor = 3; descriptor < 1024; ++descriptor)
    ::close(descriptor);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

Result<void> Child::start(const std::vector<std::string>& command,
                          const std::filesystem::path& log) {
  SIGNGATE_CHECK(pid_ < 0 && !command.empty());
  log_ = log;
  std::error_code ignored;
  std::filesystem::create_directories(log.parent_path(), ignored);
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_TRUNC | O_CLOEXEC, 0644);
  if (output < 0) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 "cannot write " + log.string() + ": " + std::generic_category().message(errno)};
  }
  std::vector<std::string> words = command;
  std::vector<char*> pointers;
  for (auto& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) become(pointers.data(), output, parent);
  const int code = errno;
  ::close(output);
  if (child < 0) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 "cannot start a process: " + std::generic_category().message(code)};
  }
  pid_ = child;
  return {};
}

Result<std::uint16_t> Child::wait_until_listening(bool (*is_interrupted)()) {
  const auto deadline = std::chrono::steady_clock::now() + start_timeout;
  while (true) {
    const bool ended = has_ended();  // asked before the log is read, so that its last line counts
    if (const auto port = listening_port(read_all(log_)); port && !ended) return *port;
    if (ended) return Error{ErrorCode::closed, Side::own, Retry::no, log_tail()};
    if (is_interrupted()) return Error{ErrorCode::cancelled, Side::own, Retry::no, "interrupted"};
    if (std::chrono::steady_clock::now() > deadline) {
      return Error{ErrorCode::timed_out, Side::own, Retry::no, log_tail()};
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

bool Child::has_ended() noexcept {
  if (pid_ < 0) return true;
  if (::waitpid(pid_, nullptr, WNOHANG) == 0) return false;
  pid_ = -1;
  return true;
}

std::string Child::log_tail() const {
  const auto text = read_all(log_);
  return text.substr(text.size() > tail_size ? text.size() - tail_size : 0);
}

void Child::stop() noexcept {
  if (has_ended()) return;
  ::kill(pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + stop_timeout;
  while (!has_ended()) {
    if (std::chrono::steady_clock::now() > deadline) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      pid_ = -1;
      return;
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace signgate::cli::demo
