// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_credential_source.hpp"

#include <algorithm>

#include "gateway/net/tls_credentials.hpp"
#include "gateway/net/tls_files.hpp"

namespace signgate::net {
namespace {

constexpr std::size_t smallest_sweep = 64;

std::array<unsigned char, 32> digest_of(const TlsIdentityText& text) {
  std::array<unsigned char, 32> digest{};
  const std::unique_ptr<EVP_MD_CTX, openssl::Free<EVP_MD_CTX_free>> hash(EVP_MD_CTX_new());
  const std::string length = std::to_string(text.certificate.size()) + ' ';
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  for (const std::string_view part :
       {std::string_view(length), std::string_view(text.certificate), text.key.text()})
    EVP_DigestUpdate(hash.get(), part.data(), part.size());
  EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr);
  return digest;
}

Error failure(const std::vector<TlsFinding>& findings) {
  const auto error = std::find_if(findings.begin(), findings.end(),
                                  [](const TlsFinding& finding) { return !finding.is_warning; });
  const std::string why = error == findings.end() ? "cannot load a certificate"
                                                  : error->setting + ": " + error->message;
  return {ErrorCode::resource, Side::own, Retry::no, why};
}

}  // namespace

TlsCredentialSource::TlsCredentialSource(std::string_view prefix, std::string password_file,
                                         const TlsCertificateCache& cache)
    : certificate_setting_(std::string(prefix) + "certificate"),
      key_setting_(std::string(prefix) + "certificate_key"),
      password_setting_(std::string(prefix) + "password_file"),
      password_file_(std::move(password_file)),
      cache_(cache) {}

TlsLoaded TlsCredentialSource::find(const TlsPaths& paths, SteadyTime now) {
  if (cache_.max == 0) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(paths);
  if (found == entries_.end() || !found->second.kept) return nullptr;
  Entry& entry = found->second;
  if (now - entry.used >= cache_.inactive) {
    entry.kept.reset();
    --kept_;
    return nullptr;
  }
  entry.used = now;
  return now - entry.read >= cache_.valid ? nullptr : entry.kept;
}

Result<TlsLoaded> TlsCredentialSource::load(const TlsPaths& paths, SteadyTime now) {
  std::vector<TlsFinding> findings;
  TlsFindings found(findings);
  const TlsIdentity identity{.certificate_setting = certificate_setting_,
                             .key_setting = key_setting_,
                             .certificate = paths.certificate,
                             .key = paths.key,
                             .password_file = password_file_,
                             .password_setting = password_setting_};
  // The system's calls would take what stands before a NUL for all of the path.
  for (const auto& [setting, path] : {std::pair(identity.certificate_setting, &paths.certificate),
                                      std::pair(identity.key_setting, &paths.key)}) {
    if (path->find('\0') != std::string::npos)
      found.error(setting, 0, quoted(*path) + " is no path: it has a NUL");
  }
  if (found.has_error()) return failure(findings);
  while (!signing::has_room_for_key() && drop_oldest()) {
  }
  const auto text = read_identity(identity, found);
  if (!text) return failure(findings);
  const Digest digest = digest_of(*text);
  TlsLoaded loaded = shared(paths, digest);
  if (!loaded) loaded = parse_identity(identity, *text, found);
  if (!loaded) return failure(findings);
  keep(paths, digest, loaded, now);
  return loaded;
}

std::size_t TlsCredentialSource::size() {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

TlsLoaded TlsCredentialSource::shared(const TlsPaths& paths, const Digest& digest) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(paths);
  if (found == entries_.end() || found->second.digest != digest) return nullptr;
  return found->second.alive.lock();
}

void TlsCredentialSource::keep(const TlsPaths& paths, const Digest& digest, const TlsLoaded& loaded,
                               SteadyTime now) {
  {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= sweep_at_) {
      std::erase_if(entries_, [](const auto& each) { return each.second.alive.expired(); });
      sweep_at_ = std::max(smallest_sweep, 2 * entries_.size());
    }
    Entry& entry = entries_[paths];
    const bool was_kept = entry.kept != nullptr;
    entry = {digest, loaded, cache_.max == 0 ? nullptr : loaded, now, now};
    if (cache_.max != 0 && !was_kept) ++kept_;
    if (kept_ <= cache_.max) return;
  }
  drop_oldest();
}

bool TlsCredentialSource::drop_oldest() {
  const std::lock_guard lock(mutex_);
  auto oldest = entries_.end();
  for (auto each = entries_.begin(); each != entries_.end(); ++each) {
    if (!each->second.kept) continue;
    if (oldest == entries_.end() || each->second.used < oldest->second.used) oldest = each;
  }
  if (oldest == entries_.end()) return false;
  oldest->second.kept.reset();
  --kept_;
  return true;
}

}  // namespace signgate::net
