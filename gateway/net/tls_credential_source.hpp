// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/error.hpp"
#include "gateway/base/tls_settings.hpp"

namespace signgate::net {

struct TlsCredentials;

/// TlsLoaded is a certificate chain with its key, ready for connections; null: there is none.
using TlsLoaded = std::shared_ptr<const TlsCredentials>;

/// TlsCredentialSource loads the certificates that variables name, for one connection after the
/// other, and keeps some as the setting of the cache says. What has not changed since it was read
/// for a connection that is still under way is shared with that one, so that many handshakes for
/// one name take the memory of one key. All members may be called on any thread.
class TlsCredentialSource {
 public:
  /// TlsCredentialSource speaks of settings that begin with `prefix`: "ssl_" or "proxy_ssl_".
  TlsCredentialSource(std::string_view prefix, std::string password_file,
                      const TlsCertificateCache& cache);

  /// find gives what is kept of those files and still counts at `now`, or null.
  [[nodiscard]] TlsLoaded find(const TlsPaths& paths, SteadyTime now);

  /// load reads the files, which may block. The error says which setting and which file is at
  /// fault; it holds nothing of a key.
  [[nodiscard]] Result<TlsLoaded> load(const TlsPaths& paths, SteadyTime now);

  /// size is how many paths are remembered: those in use, those that are kept, and for a while as
  /// many others.
  [[nodiscard]] std::size_t size();

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Entry {
    Digest digest{};                            // of both files
    std::weak_ptr<const TlsCredentials> alive;  // what connections have of it
    TlsLoaded kept;                             // by the cache
    SteadyTime read{};
    SteadyTime used{};
  };

  [[nodiscard]] TlsLoaded shared(const TlsPaths& paths, const Digest& digest);
  void keep(const TlsPaths& paths, const Digest& digest, const TlsLoaded& loaded, SteadyTime now);
  /// drop_oldest takes from the cache what has rested longest; false: it is empty.
  bool drop_oldest();

  const std::string certificate_setting_;
  const std::string key_setting_;
  const std::string password_setting_;
  const std::string password_file_;
  const TlsCertificateCache cache_;
  std::mutex mutex_;
  std::map<TlsPaths, Entry> entries_;
  std::size_t kept_ = 0;      // entries in the cache
  std::size_t sweep_at_ = 0;  // so many entries are looked through for those of nobody
};

}  // namespace signgate::net
