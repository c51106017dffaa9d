// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/admin.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "gateway/base/limits.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/version.hpp"

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

Admin::Admin(Handler handler) : handler_(std::move(handler)) {}

Admin::~Admin() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void Admin::start(std::vector<net::ListeningSocket> sockets) {
  for (net::ListeningSocket& socket : sockets) {
    listeners_.push_back(std::make_unique<net::Listener>(
        context_, std::move(socket),
        [this](net::Socket accepted, const net::Endpoint&) {
          if (connections_ >= limits::admin_connections) return;
          ++connections_;
          net::asio::co_spawn(context_, serve(std::move(accepted)),
                              [this](const std::exception_ptr&) { --connections_; });
        },
        [](const std::string& reason) {
          proxy::log(proxy::ErrorLevel::error, "admin: accept() failed: {}", reason);
        }));
    listeners_.back()->start();
  }
  thread_ = std::thread([this] { context_.run(); });
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
