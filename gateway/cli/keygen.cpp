// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/keygen.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "gateway/cli/commands.hpp"
#include "signing/key_memory.hpp"
#include "signing/private_key.hpp"

namespace signgate::cli {
namespace {

std::string reason() {
  return std::strerror(errno);
}

/// write_new creates `path`, which must not exist, with `mode` whatever the umask adds. Nothing, or
/// why it failed; a file cut short is removed.
std::optional<std::string> write_new(const std::string& path, const std::string& text,
                                     mode_t mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return reason();
  std::string_view left = text;
  bool failed = ::fchmod(fd, mode) != 0;
  while (!failed && !left.empty()) {
    const ssize_t written = ::write(fd, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    failed = written < 0;
    if (!failed) left.remove_prefix(static_cast<std::size_t>(written));
  }
  failed = failed || ::fsync(fd) != 0;
  const std::string why = failed ? reason() : std::string();
  ::close(fd);
  if (!failed) return std::nullopt;
  ::unlink(path.c_str());
  return why;
}

/// place writes `path` anew; with `force` beside it first, so that the old file stays until the new
/// one is whole.
std::optional<std::string> place(const std::string& path, const std::string& text, mode_t mode,
                                 bool force) {
  if (!force) return write_new(path, text, mode);
  const std::string beside = path + "." + std::to_string(::getpid()) + ".new";
  if (auto why = write_new(beside, text, mode)) return why;
  if (std::rename(beside.c_str(), path.c_str()) == 0) return std::nullopt;
  std::string why = reason();
  ::unlink(beside.c_str());
  return why;
}

}  // namespace

int generate_key_pair(const KeygenOptions& options, std::ostream& out, std::ostream& err) {
  const auto fail = [&err](const std::string& why) {
    err << "signgate keygen: " << why << "\n";
    return 1;
  };
  const std::filesystem::path folder(options.out_dir);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail("cannot make the folder " + options.out_dir + ": " + error.message());
  const std::string private_path = folder / "private_key.pem";
  const std::string public_path = folder / "public_key.pem";
  for (const std::string& path : {private_path, public_path}) {
    struct stat there {};
    if (!options.force && ::lstat(path.c_str(), &there) == 0) {
      return fail(path + " is there already; --force replaces it");
    }
  }
  const auto key = signing::PrivateKey::generate(options.type);
  if (!key) return fail(key.error().message);
  signing::forbid_cores();
  std::string private_pem = key->pem();
  const signing::WipedString wiped(private_pem);
  const std::string public_pem = key->public_key().pem();
  if (private_pem.empty() || public_pem.empty()) return fail("OpenSSL could not write the key");
  // A public key can be made of the private one again, not the other way round: the private one is
  // replaced last.
  if (const auto why = place(public_path, public_pem, 0644, options.force)) {
    return fail("cannot write " + public_path + ": " + *why);
  }
  if (const auto why = place(private_path, private_pem, 0600, options.force)) {
    return fail("cannot write " + private_path + ": " + *why + " (" + public_path +
                " is written, and belongs to no private key)");
  }
  out << private_path << "\n" << public_path << "\n";
  out.flush();
  return 0;
}

void add_keygen(CLI::App& app, int& exit_status) {
  struct Arguments {
    std::string type = "rsa2048";
    KeygenOptions options;
  };
  const auto arguments = std::make_shared<Arguments>();
  auto* command =
      app.add_subcommand("keygen", "make a key pair for signing; CloudFront gets the public half");
  command->add_option("--type", arguments->type, "rsa2048 or ecdsa-p256")
      ->check(CLI::IsMember({"rsa2048", "ecdsa-p256"}))
      ->type_name("TYPE")
      ->capture_default_str();
  command->add_option("--out-dir", arguments->options.out_dir, "the folder for the two files")
      ->required()
      ->type_name("DIR");
  command->add_flag("--force", arguments->options.force, "replace files that are there already");
  command->footer(
      "Writes private_key.pem (mode 0600: keep it secret) and public_key.pem (upload it to "
      "CloudFront,\n"
      "put it into a key group; the id it gets there is the Key-Pair-Id).\n"
      "Exit status: 0 done, 1 not written (the reason on stderr), 2 wrong usage.\n"
      "\n"
      "Example:\n"
      "  signgate keygen --type ecdsa-p256 --out-dir keys");
  command->callback([arguments, &exit_status] {
    arguments->options.type = signing::parse_key_type_name(arguments->type).value();
    exit_status = generate_key_pair(arguments->options, std::cout, std::cerr);
  });
}

}  // namespace signgate::cli
