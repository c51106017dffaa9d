// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/admin.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/version.hpp"
#include "gateway/server/event_loop.hpp"
#include "gateway/server/listen_address.hpp"

namespace signgate::server {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

using AdminStream = beast::basic_stream<net::asio::generic::stream_protocol, net::Executor>;

constexpr std::chrono::seconds patience{10};

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

}  // namespace

Admin::Admin(Handler handler)
    : handler_(std::move(handler)), guard_(net::asio::make_work_guard(context_)) {}

Admin::~Admin() {
  stop();
}

Result<Admin::Addresses> Admin::open(const std::vector<std::string>& listen) {
  Addresses wanted;
  // An address may stand there more than once: port 0 is another port each time.
  std::vector<bool> taken(addresses_.size());
  for (const std::string& text : listen) {
    const auto parsed = config::parse_listen(text);
    SIGNGATE_CHECK(parsed.has_value());
    const config::Address at = config::canonical(*parsed);
    std::size_t known = 0;
    while (known < addresses_.size() && (taken[known] || addresses_[known].at != at))
      ++known;
    if (known < addresses_.size()) {
      taken[known] = true;
      wanted.push_back(addresses_[known]);
      continue;
    }
    // One may follow a wildcard of its port, or the other way round.
    const bool is_beside_ours = std::ranges::any_of(addresses_, [&](const Address& address) {
      return config::covers(address.at, at) || config::covers(at, address.at);
    });
    if (!is_beside_ours) {
      if (auto is_free = check_free(at, {}); !is_free) return is_free.error();
    }
    const auto endpoint = endpoint_of(at);
    if (!endpoint) return endpoint.error();
    auto socket = net::ListeningSocket::open(*endpoint);
    if (!socket) return socket.error();
    std::string bound = net::endpoint_text(socket->local());
    wanted.push_back(
        {at, std::move(bound), std::make_shared<net::ListeningSocket>(std::move(*socket))});
  }
  try {
    if (!wanted.empty() && !thread_.joinable())
      thread_ = std::thread([this] { run_loop(context_, "the admin interface"); });
  } catch (const std::system_error& refused) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 std::string("a thread for the admin interface: ") + refused.what()};
  }
  return Result<Addresses>(boost::system::in_place_value, std::move(wanted));
}

void Admin::adopt(Addresses addresses) {
  const Addresses before = std::exchange(addresses_, std::move(addresses));
  const auto has = [](const Addresses& all, const Address& one) {
    return std::ranges::any_of(all, [&](const Address& each) { return each.socket == one.socket; });
  };
  for (const Address& address : addresses_) {
    if (has(before, address)) continue;
    address.socket->release_file();
    listen(address.socket);
  }
  for (const Address& address : before) {
    if (has(addresses_, address)) continue;
    remove_file(address.bound);
    const std::shared_ptr<const net::ListeningSocket> gone = address.socket;
    net::asio::post(context_, [this, socket = gone] {
      const auto ended = std::ranges::find(listeners_, socket,
                                           [](const auto& listener) { return listener.first; });
      ended->second->finish();
      // What the loop has in hand for it was queued before its end is.
      net::asio::post(context_, [listener = std::move(ended->second)] {});
      listeners_.erase(ended);
    });
  }
}

void Admin::listen(const std::shared_ptr<const net::ListeningSocket>& socket) {
  net::asio::post(context_, [this, socket] {
    auto listener = std::make_unique<net::Listener>(
        context_, socket,
        [this](net::Socket accepted, const net::Endpoint&) {
          if (connections_ >= limits::admin_connections) return;
          ++connections_;
          net::asio::co_spawn(context_, serve(std::move(accepted)),
                              [this](const std::exception_ptr&) { --connections_; });
        },
        [](const std::string& reason) {
          proxy::log(proxy::ErrorLevel::error, "admin: accept() failed: {}", reason);
        });
    listener->start();
    listeners_.emplace_back(socket, std::move(listener));
  });
}

std::vector<std::string> Admin::addresses() const {
  std::vector<std::string> bound;
  for (const Address& address : addresses_)
    bound.push_back(address.bound);
  return bound;
}

void Admin::stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
  listeners_.clear();
  for (const Address& address : addresses_)
    remove_file(address.bound);
  addresses_.clear();
}

net::Awaitable<void> Admin::serve(net::Socket socket) {
  AdminStream stream(context_.get_executor());
  const auto protocol = socket.local_endpoint().protocol();
  boost::system::error_code failed;
  stream.socket().assign(protocol, socket.native_handle(), failed);
  if (failed) co_return;
  static_cast<void>(socket.release());
  stream.expires_after(patience);
  beast::flat_buffer buffer(limits::admin_request);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits::admin_request));
  const auto read = co_await http::async_read_header(stream, buffer, parser, net::as_values);
  if (std::get<0>(read)) co_return;
  const auto& request = parser.get();
  const bool is_head = request.method() == http::verb::head;
  AdminAnswer answer{.status = 405, .body = "only GET and HEAD\n"};
  if (is_head || request.method() == http::verb::get)
    answer = handler_(path_of({request.target().data(), request.target().size()}));
  http::response<http::string_body> response{static_cast<http::status>(answer.status), 11};
  response.set(http::field::server, proxy::server_with_version);
  response.set(http::field::content_type, answer.type);
  response.set(http::field::cache_control, "no-store");
  response.keep_alive(false);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (is_head) response.body().clear();
  http::response_serializer<http::string_body> serializer(response);
  const auto written = co_await http::async_write(stream, serializer, net::as_values);
  if (std::get<0>(written)) co_return;
  boost::system::error_code ignored;
  stream.socket().shutdown(net::asio::socket_base::shutdown_send, ignored);
}

}  // namespace signgate::server
