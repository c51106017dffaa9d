// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/web_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace signgate::cli::demo {
namespace {

namespace asio = net::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<Tcp, net::Executor>;
using TcpStream = beast::basic_stream<Tcp, net::Executor>;

WebRequest web_request(std::string_view target) {
  const auto mark = target.find('?');
  WebRequest request;
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  return request;
}

net::Awaitable<void> serve(TcpStream stream, std::shared_ptr<const WebHandler> handler) {
  beast::flat_buffer buffer(64 * 1024);
  while (true) {
    stream.expires_after(std::chrono::minutes(2));
    http::request<http::empty_body> request;
    const auto [read, received] =
        co_await http::async_read(stream, buffer, request, net::as_values);
    if (read) co_return;

    WebAnswer answer;
    if (request.method() == http::verb::get || request.method() == http::verb::head) {
      WebRequest asked = web_request({request.target().data(), request.target().size()});
      answer = co_await (*handler)(std::move(asked));
    } else {
      answer.status = 405;
      answer.type = "text/plain";
      answer.body = "This site is read with GET and HEAD.\n";
    }

    http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
    response.set(http::field::server, "demo-origin");
    response.set(http::field::content_type, answer.type);
    response.set(http::field::cache_control, "no-cache");
    if (!answer.content_policy.empty()) {
      response.set("Content-Security-Policy", answer.content_policy);
    }
    if (answer.status == 405) response.set(http::field::allow, "GET, HEAD");
    response.keep_alive(request.keep_alive());
    response.content_length(answer.body.size());
    if (request.method() != http::verb::head) response.body() = std::move(answer.body);
    stream.expires_after(std::chrono::minutes(1));
    const auto [written, sent] = co_await http::async_write(stream, response, net::as_values);
    if (written || !response.keep_alive()) co_return;
  }
}

net::Awaitable<void> accept_all(Acceptor* acceptor, std::shared_ptr<const WebHandler> handler) {
  const net::Executor executor = acceptor->get_executor();
  while (acceptor->is_open()) {
    auto [failed, socket] = co_await acceptor->async_accept(net::as_values);
    if (failed) continue;
    asio::co_spawn(executor, serve(TcpStream(std::move(socket)), handler), asio::detached);
  }
}

}  // namespace

WebServer::WebServer(WebHandler handler)
    : handler_(std::make_shared<const WebHandler>(std::move(handler))) {}

WebServer::~WebServer() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

Result<std::uint16_t> WebServer::listen() {
  boost::system::error_code failed;
  acceptor_.open(Tcp::v4(), failed);
  if (!failed) acceptor_.bind({asio::ip::address_v4::loopback(), 0}, failed);
  if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    return Error{ErrorCode::resource, Side::own, Retry::no, "cannot listen: " + failed.message()};
  }
  return acceptor_.local_endpoint().port();
}

void WebServer::start() {
  asio::co_spawn(context_, accept_all(&acceptor_, handler_), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

}  // namespace signgate::cli::demo
