// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/s3_store.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"
#include "gateway/edge/error_document.hpp"
#include "gateway/edge/store_answer.hpp"
#include "gateway/edge/store_body.hpp"
#include "gateway/edge/store_request.hpp"

namespace signgate::edge {
namespace {

constexpr int connection_attempts = 3;  // CloudFront's default
constexpr std::chrono::seconds sweep_interval{1};

Error failure(std::string detail) {
  return {ErrorCode::resource, Side::own, Retry::no, std::move(detail)};
}

Error bad_answer(const char* what) {
  return {ErrorCode::bad_response, Side::upstream, Retry::no, what};
}

std::uint64_t told_length(const http::ResponseHead& head) {
  std::uint64_t length = 0;
  const auto text = head.fields.value(http::HeaderId::content_length).value_or("");
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

OriginAnswer nobodys_key(const OriginRequest& request) {
  OriginAnswer answer = s3_error({400, "InvalidURI", "Couldn't parse the specified URI.",
                                  "<URI>" + xml_escape(request.path) + "</URI>"},
                                 request.number);
  answer.reason = "store: a path with the segment \".\" or \"..\" is not asked for";
  return answer;
}

}  // namespace

S3Store::S3Store(const StoreSetup& setup, std::string bucket, net::asio::io_context& context,
                 net::DeadlineWheel& wheel)
    : setup_(setup),
      bucket_(std::move(bucket)),
      host_(store_host(setup_, bucket_)),
      context_(&context),
      wheel_(&wheel),
      peer_(std::make_shared<upstream::Peer>()),
      pool_(std::make_shared<upstream::IdlePool>()) {
  peer_->text = std::make_shared<const std::string>(host_);
  pool_->configure(config::Upstream());
}

Result<S3Store::Trust> S3Store::trust(const StoreSetup& setup) {
  if (!setup.tls) return Trust();
  TlsClientSettings settings;
  settings.verify = true;
  settings.verify_depth = 9;
  settings.trusted_certificate = setup.ca_certificate;
  std::vector<TlsFinding> findings;
  Trust made = net::TlsClientContext::make(settings, findings);
  if (made) return made;
  return failure("ca_certificate: " +
                 (findings.empty() ? std::string("cannot be used") : findings.front().message));
}

Result<S3Store> S3Store::open(const StoreSetup& setup, std::string bucket,
                              net::asio::io_context& context, net::DeadlineWheel& wheel) {
  S3Store store(setup, std::move(bucket), context, wheel);
  const std::string name = store.setup_.addressing == Addressing::virtual_host
                               ? store.bucket_ + '.' + setup.host
                               : setup.host;
  if (setup.tls) {
    auto trusted = trust(setup);
    if (!trusted) return trusted.error();
    store.tls_.context = std::move(*trusted);
    store.tls_.name = name;
    store.tls_.sends_name = true;
  }
  config::Address address;
  address.host = setup.host;
  // Names below it are this machine too, which name servers need not know: RFC 6761, section 6.3.
  if (address.is_numeric() || setup.host == "localhost") {
    auto resolved = net::resolve(setup.host, setup.port);
    if (!resolved) return resolved.error();
    store.fixed_ = std::move(*resolved);
  } else {
    store.resolver_ = std::make_unique<net::Resolver>(context, wheel, net::Resolver::Settings());
  }
  return store;
}

void S3Store::reconfigure(const StoreSetup& setup, Trust trust) {
  setup_.region = setup.region;
  setup_.access_key_id = setup.access_key_id;
  setup_.secret_access_key = setup.secret_access_key;
  setup_.session_token = setup.session_token;
  setup_.signing = setup.signing;
  key_.reset();
  // Which of both is spoken is part of the endpoint, which stays.
  if (trust && tls_.context) tls_.context = std::move(trust);
}

net::Awaitable<OriginAnswer> S3Store::answer(OriginRequest request) {
  const auto target = store_target(setup_, bucket_, request);
  if (!target) co_return nobodys_key(request);
  const Result<std::string> head = head_of(request, *target);
  if (!head) co_return unreachable(head.error(), host_);
  Begun exchange = co_await ask(*head, request.method);
  if (!exchange) co_return unreachable(exchange.error(), host_);
  Result<OriginAnswer> taken = co_await take(std::move(*exchange), request.method);
  if (!taken) co_return unreachable(taken.error(), host_);
  co_return std::move(*taken);
}

Result<std::string> S3Store::head_of(const OriginRequest& request, const std::string& target) {
  if (!signs(setup_, request)) return store_head({setup_, host_, target, nullptr, {}}, request);
  const std::string timestamp = signing::sigv4_timestamp(unix_now());
  const signing::SigV4Scope scope{timestamp.substr(0, 8), setup_.region, "s3"};
  if (!key_ || key_->scope() != scope) {
    auto derived = signing::SigV4Key::derive(setup_.secret_access_key, scope);
    if (!derived) return Error{ErrorCode::fault, Side::own, Retry::no, derived.error().message};
    key_.emplace(std::move(*derived));
  }
  return store_head({setup_, host_, target, &*key_, timestamp}, request);
}

net::Awaitable<Result<std::vector<net::Endpoint>>> S3Store::addresses() {
  if (!resolver_) co_return Result<std::vector<net::Endpoint>>(fixed_);
  const std::string name =
      setup_.addressing == Addressing::virtual_host ? bucket_ + '.' + setup_.host : setup_.host;
  const Result<net::Resolution> found = co_await resolver_->resolve(name, setup_.connect_timeout);
  if (!found) co_return found.error();
  std::vector<net::Endpoint> endpoints;
  for (const net::Endpoint& address : found->addresses)
    endpoints.push_back(net::with_port(address, setup_.port));
  co_return Result<std::vector<net::Endpoint>>(std::move(endpoints));
}

net::Awaitable<Result<std::unique_ptr<upstream::Connection>>> S3Store::connect() {
  const Result<std::vector<net::Endpoint>> endpoints = co_await addresses();
  if (!endpoints) co_return endpoints.error();
  Error last{ErrorCode::connect_failed, Side::upstream, Retry::no, "the host has no address"};
  for (int i = 0; i < connection_attempts && !endpoints->empty(); ++i) {
    const net::Endpoint endpoint = (*endpoints)[static_cast<std::size_t>(i) % endpoints->size()];
    auto connection = std::make_unique<upstream::Connection>(net::Socket(context_->get_executor()),
                                                             *wheel_, peer_);
    const Result<void> connected =
        co_await connection->stream.connect(endpoint, setup_.connect_timeout);
    if (!connected) {
      last = connected.error();
      if (last.code == ErrorCode::cancelled) break;
      continue;
    }
    if (tls_.context) {
      connection->tls = tls_;
      net::TlsPeer whom;
      whom.name = tls_.name;
      const Result<void> secured =
          co_await connection->stream.connect_tls(*tls_.context, whom, setup_.connect_timeout);
      if (!secured) {
        last = secured.error();
        continue;
      }
    }
    co_return Result<std::unique_ptr<upstream::Connection>>(std::move(connection));
  }
  co_return last;
}

std::unique_ptr<upstream::Connection> S3Store::idle_connection() {
  const SteadyTime now = wheel_->now();
  if (now - swept_ >= sweep_interval) {
    swept_ = now;
    pool_->sweep(now);
  }
  return pool_->take({.peer = *peer_, .tls = tls_, .local = {}, .repeats = true});
}

// One try: a kept connection, unless it has to be a `fresh` one, up to the answer's head.
net::Awaitable<S3Store::Begun> S3Store::begin(const std::string& head, http::Method method,
                                              bool fresh) {
  std::unique_ptr<upstream::Connection> connection;
  if (!fresh) connection = idle_connection();
  if (!connection) {
    auto made = co_await connect();
    if (!made) co_return made.error();
    connection = std::move(*made);
  }
  ++connection->requests;
  auto exchange = std::make_unique<upstream::Exchange>(std::move(connection));
  exchange->allow(setup_.read_timeout);
  std::array<net::asio::const_buffer, 1> parts = {net::asio::buffer(head)};
  const std::span<net::asio::const_buffer> all(parts);
  const Result<void> sent = co_await exchange->send(all, setup_.read_timeout);
  if (!sent) co_return sent.error();
  const Result<void> read = co_await exchange->read_head(method);
  if (!read) co_return read.error();
  co_return Begun(std::move(exchange));
}

net::Awaitable<S3Store::Begun> S3Store::ask(const std::string& head, http::Method method) {
  Begun first = co_await begin(head, method, false);
  if (first || first.error().retry != Retry::reused_only) co_return std::move(first);
  Begun again = co_await begin(head, method, true);
  co_return std::move(again);
}

net::Awaitable<Result<OriginAnswer>> S3Store::take(std::unique_ptr<upstream::Exchange> exchange,
                                                   http::Method method) {
  const http::ResponseHead& head = exchange->head();
  OriginAnswer answer = store_answer(head);
  const http::Framing& framing = exchange->framing();
  if (framing.kind == http::Framing::Kind::length && answer.status < 400 &&
      framing.length > limits::edge_cached_object) {
    answer.body.length = framing.length;
    answer.body.source = std::make_shared<StoreBody>(std::move(exchange), pool_);
    co_return Result<OriginAnswer>(std::move(answer));
  }
  std::string bytes;
  while (true) {
    const Result<upstream::Exchange::BodyPart> part = co_await exchange->read_body();
    if (!part) co_return part.error();
    if (bytes.size() + part->data.size() > limits::edge_cached_object)
      co_return bad_answer("its answer is long and does not say how long");
    bytes.append(part->data);
    if (part->last) break;
  }
  if (answer.status >= 400) explain_refusal(answer, bytes);
  if (method == http::Method::head) {
    answer.body.length = told_length(head);
  } else {
    answer.body = Body::of(std::move(bytes));
  }
  auto connection = exchange->take_connection();
  if (connection) pool_->put(std::move(connection));
  co_return Result<OriginAnswer>(std::move(answer));
}

}  // namespace signgate::edge
