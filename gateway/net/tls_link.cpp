// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_link.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "gateway/net/openssl.hpp"
#include "gateway/net/tls_credentials.hpp"

namespace signgate::net {
namespace {

bool is_address(const std::string& name) {
  in6_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

int length_of(std::size_t size) noexcept {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

std::unique_ptr<TlsLink> TlsLink::begin(ssl_ctx_st* context, int socket) {
  openssl::forget_errors();
  std::unique_ptr<TlsLink> link(new TlsLink(SSL_new(context)));
  if (link->ssl_ == nullptr || SSL_set_fd(link->ssl_, socket) != 1) {
    openssl::forget_errors();
    return nullptr;
  }
  return link;
}

std::unique_ptr<TlsLink> TlsLink::accept(int socket, const TlsServerContext& context,
                                         const TlsChooser& choose) {
  auto link = begin(context.handle(), socket);
  if (!link) return nullptr;
  link->greeting_ = std::make_unique<TlsGreeting>(TlsGreeting{.choose = &choose});
  SSL_set_app_data(link->ssl_, link->greeting_.get());
  SSL_set_accept_state(link->ssl_);
  return link;
}

std::unique_ptr<TlsLink> TlsLink::connect(int socket, const TlsClientContext& context,
                                          const TlsPeer& peer) {
  auto link = begin(context.handle(), socket);
  if (!link) return nullptr;
  SSL* ssl = link->ssl_;
  const bool by_address = is_address(peer.name);
  bool is_set = true;
  if (context.verifies()) {
    // OpenSSL takes no name as any, and ".example.com" as all below it.
    if (peer.name.empty() || peer.name.starts_with('.')) return nullptr;
    is_set = by_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), peer.name.c_str()) == 1
                        : SSL_set1_host(ssl, peer.name.c_str()) == 1;
  }
  if (is_set && peer.sends_name && !by_address && !peer.name.empty())
    is_set = SSL_set_tlsext_host_name(ssl, peer.name.c_str()) == 1;
  if (is_set && peer.credentials) {
    is_set = use_credentials(ssl, *peer.credentials);
    link->borrows_ = true;
  }
  if (!is_set) {
    openssl::forget_errors();
    return nullptr;
  }
  if (peer.session) SSL_set_session(ssl, peer.session.get());
  SSL_set_connect_state(ssl);
  return link;
}

TlsLink::~TlsLink() {
  SSL_free(ssl_);
  openssl::forget_errors();
}

TlsLink::Step TlsLink::judge(int result) {
  // errno first: what follows may change it.
  const int number = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Step::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Step::wants_write;
    case SSL_ERROR_WANT_X509_LOOKUP:
      return Step::wants_certificate;
    case SSL_ERROR_ZERO_RETURN:
      return Step::ended;
    case SSL_ERROR_SYSCALL:
      reason_ = number != 0 ? std::strerror(number) : "the peer closed";
      break;
    default: {
      const long verified = SSL_get_verify_result(ssl_);
      reason_ = openssl::take_reason();
      if (reason_ == "certificate verify failed" && verified != X509_V_OK) {
        reason_ = "certificate verify error: (" + std::to_string(verified) + ":" +
                  X509_verify_cert_error_string(verified) + ")";
      } else if (reason_ == "unexpected eof while reading") {
        reason_ = "the peer closed without close_notify";
      }
      break;
    }
  }
  broken_ = true;
  openssl::forget_errors();
  return Step::failed;
}

TlsLink::Step TlsLink::handshake() {
  openssl::forget_errors();
  errno = 0;
  const int result = SSL_do_handshake(ssl_);
  if (result != 1) return judge(result);
  SSL_set_app_data(ssl_, nullptr);
  greeting_.reset();
  if (borrows_) SSL_certs_clear(ssl_);
  return Step::done;
}

bool TlsLink::lend(const std::vector<TlsLoaded>& credentials) {
  borrows_ = true;
  return std::all_of(credentials.begin(), credentials.end(),
                     [&](const TlsLoaded& each) { return use_credentials(ssl_, *each); });
}

void TlsLink::withhold() noexcept {
  greeting_->is_withheld = true;
}

TlsLink::Step TlsLink::read(std::span<char> into, std::size_t& size) {
  size = 0;
  while (size < into.size()) {
    openssl::forget_errors();
    errno = 0;
    const std::span<char> rest = into.subspan(size);
    const int got = SSL_read(ssl_, rest.data(), length_of(rest.size()));
    if (got <= 0) {
      // An end, or a fault, after data is told by the next call.
      return size > 0 ? Step::done : judge(got);
    }
    size += static_cast<std::size_t>(got);
    // Records that came in the same read of the socket; no further system call is made for more.
    if (SSL_has_pending(ssl_) == 0) break;
  }
  return Step::done;
}

TlsLink::Step TlsLink::write(std::span<const char> data, std::size_t& size) {
  openssl::forget_errors();
  errno = 0;
  const int sent = SSL_write(ssl_, data.data(), length_of(data.size()));
  size = sent > 0 ? static_cast<std::size_t>(sent) : 0;
  return sent > 0 ? Step::done : judge(sent);
}

bool TlsLink::has_pending() const noexcept {
  return SSL_has_pending(ssl_) == 1;
}

TlsLink::Step TlsLink::peek() {
  openssl::forget_errors();
  errno = 0;
  char byte = 0;
  const int got = SSL_peek(ssl_, &byte, 1);
  return got > 0 ? Step::done : judge(got);
}

void TlsLink::close() noexcept {
  if (broken_ || SSL_in_init(ssl_) != 0) return;
  openssl::forget_errors();
  SSL_shutdown(ssl_);
  openssl::forget_errors();
}

TlsSession TlsLink::session() const {
  SSL_SESSION* held = SSL_get1_session(ssl_);
  if (held == nullptr) return nullptr;
  TlsSession session(held, SSL_SESSION_free);
  return SSL_SESSION_is_resumable(held) == 1 ? session : nullptr;
}

}  // namespace signgate::net
