// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gateway/base/error.hpp"

namespace signgate::cli::demo {

/// Child is a program that the demo runs beside itself. What it prints goes to a log file. It is in
/// a process group of its own, so that Ctrl-C reaches the demo alone, and it dies with the demo
/// (PR_SET_PDEATHSIG: with the thread that started it, so start it from the main one). Not
/// thread-safe.
class Child {
 public:
  Child() = default;
  /// ~Child stops it.
  ~Child() { stop(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// start runs `command`, whose first word is the program's path, with its output in the new file
  /// `log`. A program that cannot be run ends at once with status 127. Errors: resource.
  [[nodiscard]] Result<void> start(const std::vector<std::string>& command,
                                   const std::filesystem::path& log);

  /// wait_until_listening waits for the line `listening on ADDRESS:PORT` in the log and returns the
  /// port. Errors: closed with the log's end when the child ended first, cancelled when
  /// `is_interrupted` said so, timed_out.
  [[nodiscard]] Result<std::uint16_t> wait_until_listening(bool (*is_interrupted)());

  /// has_ended says whether the child is gone, by itself or by stop.
  [[nodiscard]] bool has_ended() noexcept;

  /// log_tail is the end of what the child printed, for an error message.
  [[nodiscard]] std::string log_tail() const;

  /// stop ends the child (SIGTERM; SIGKILL after 5 s) and waits for it. Does nothing when it is
  /// gone.
  void stop() noexcept;

 private:
  pid_t pid_ = -1;
  std::filesystem::path log_;
};

}  // namespace signgate::cli::demo
