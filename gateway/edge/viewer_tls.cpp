// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/viewer_tls.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gateway/edge/self_signed.hpp"

namespace signgate::edge {
namespace {

constexpr Milliseconds handshake_timeout{60000};
constexpr unsigned char handshake_record = 22;  // RFC 8446 section 5.1

Error unusable(std::string detail) {
  return {ErrorCode::resource, Side::own, Retry::no, std::move(detail)};
}

Result<void> write_file(const std::string& path, std::string_view text) {
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.is_open() &&
      ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
    return {};
  }
  return unusable("certificate_file \"" + path + "\": " + std::strerror(errno));
}

}  // namespace

Result<ViewerTls::Shared> ViewerTls::open(const EdgeSetup& setup, const Shared& former) {
  const Tls& asked = *setup.tls;
  if (asked.self_signed && former && !former->fingerprint_.empty() &&
      former->names_ == setup.distribution.aliases && former->file_ == asked.certificate) {
    return former;
  }
  const std::shared_ptr<ViewerTls> tls(new ViewerTls());
  tls->sessions_ = former ? former->sessions_ : std::make_shared<net::TlsSessions>();
  const Result<void> ready = asked.self_signed
                                 ? tls->sign_itself(setup)
                                 : tls->load(asked.certificate, asked.certificate_key);
  if (!ready) return ready.error();
  return Shared(tls);
}

Result<void> ViewerTls::sign_itself(const EdgeSetup& setup) {
  names_ = setup.distribution.aliases;
  file_ = setup.tls->certificate;
  const auto made = make_self_signed(names_, unix_now());
  if (!made) return made.error();
  if (!file_.empty()) {
    const auto written = write_file(file_, made->certificate);
    if (!written) return written.error();
  }
  fingerprint_ = made->fingerprint;
  const File certificate = memory_file(made->certificate);
  return load(path_of(certificate), path_of(made->key));
}

Result<void> ViewerTls::load(const std::string& certificate, const std::string& key) {
  TlsServerSettings settings;
  settings.certificates = {certificate};
  settings.certificate_keys = {key};
  std::vector<TlsFinding> found;
  context_ = net::TlsServerContext::make(settings, *sessions_, found);
  if (context_) return {};
  for (const TlsFinding& finding : found) {
    if (!finding.is_warning) return unusable("[tls]: " + finding.message);
  }
  return unusable("[tls]: the certificate cannot be used");
}

net::Awaitable<Result<bool>> ViewerTls::meet(net::Stream& stream) const {
  unsigned char first = 0;
  while (true) {
    const Result<void> arrived = co_await stream.wait_readable(handshake_timeout);
    if (!arrived) co_return arrived.error();
    const ssize_t got = ::recv(stream.socket().native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) break;
    // A wait may end for nothing.
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    co_return Error{ErrorCode::closed, Side::client, Retry::no, "the viewer left"};
  }
  if (first != handshake_record) co_return Result<bool>(false);
  const net::TlsServerContext* const context = context_.get();
  const net::TlsChooser choose = [context](std::string_view) { return context; };
  const net::TlsLender lend;
  const Result<void> done = co_await stream.accept_tls(*context, choose, lend, handshake_timeout);
  if (!done) co_return done.error();
  co_return Result<bool>(true);
}

}  // namespace signgate::edge
