// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/fetch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <optional>

#include "gateway/base/limits.hpp"

namespace signgate::cli::demo {
namespace {

namespace asio = net::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using TcpStream = beast::basic_stream<Tcp, net::Executor>;

constexpr std::size_t body_limit = 16 * limits::mib;

struct Target {
  std::string_view host;  // with the port
  std::uint16_t port = 0;
  std::string path;
};

std::optional<Target> read_url(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const auto slash = url.find('/');
  const auto host = url.substr(0, slash);
  if (!host.starts_with("127.0.0.1:")) return std::nullopt;
  const auto port = host.substr(host.find(':') + 1);
  Target target{host, 0, slash == std::string_view::npos ? "/" : std::string(url.substr(slash))};
  const auto* end = port.data() + port.size();
  if (std::from_chars(port.data(), end, target.port).ptr != end) return std::nullopt;
  target.path.resize(std::min(target.path.size(), target.path.find('#')));
  return target;
}

Error failure(ErrorCode code, std::string_view doing, const beast::error_code& cause) {
  if (cause == beast::error::timeout) code = ErrorCode::timed_out;
  if (cause == http::error::body_limit) code = ErrorCode::body_too_large;
  return Error{code, Side::upstream, Retry::no, std::string(doing) + ": " + cause.message()};
}

}  // namespace

std::string_view Fetched::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers) {
    if (beast::iequals(key, name)) return value;
  }
  return {};
}

net::Awaitable<Result<Fetched>> fetch(std::string url, Headers headers) {
  const auto target = read_url(url);
  if (!target) {
    co_return Error{ErrorCode::bad_request, Side::own, Retry::no, "not an address of the demo"};
  }
  const net::Executor executor = co_await asio::this_coro::executor;
  TcpStream stream(executor);
  stream.expires_after(std::chrono::seconds(10));

  const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), target->port);
  const auto [connected] = co_await stream.async_connect(endpoint, net::as_values);
  if (connected) co_return failure(ErrorCode::connect_failed, "connect", connected);

  http::request<http::empty_body> request(http::verb::get, target->path, 11);
  request.set(http::field::host, target->host);
  request.set(http::field::connection, "close");
  for (const auto& [name, value] : headers)
    request.set(name, value);
  const auto [written, sent] = co_await http::async_write(stream, request, net::as_values);
  if (written) co_return failure(ErrorCode::closed, "send the request", written);

  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(body_limit);
  const auto [read, received] = co_await http::async_read(stream, buffer, parser, net::as_values);
  if (read) co_return failure(ErrorCode::bad_response, "read the answer", read);

  Fetched answer;
  auto response = parser.release();
  answer.status = static_cast<int>(response.result_int());
  for (const auto& field : response) {
    answer.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  answer.body = std::move(response.body());
  co_return answer;
}

Result<Fetched> fetch_now(std::string_view url, const Headers& headers) {
  asio::io_context context(1);
  std::optional<Result<Fetched>> answer;
  asio::co_spawn(context, fetch(std::string(url), headers),
                 [&answer](std::exception_ptr thrown, Result<Fetched> result) {
                   if (thrown) std::rethrow_exception(thrown);
                   answer.emplace(std::move(result));
                 });
  context.run();
  return std::move(*answer);
}

}  // namespace signgate::cli::demo
