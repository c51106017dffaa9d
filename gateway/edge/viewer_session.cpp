// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/viewer_session.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/edge/body_source.hpp"
#include "gateway/edge/denial_line.hpp"
#include "gateway/edge/error_document.hpp"
#include "gateway/http/host.hpp"
#include "gateway/http/http_date.hpp"

namespace signgate::edge {
namespace {

constexpr Milliseconds send_timeout{60000};

proxy::HeadLimits head_limits() {
  proxy::HeadLimits limits;
  limits.rules.max_line = limits::edge_head;
  limits.rules.max_head = limits::edge_head;
  limits.rules.underscores_in_headers = true;
  limits.first_buffer = 4 * limits::kib;
  return limits;
}

/// What a request is about, or nothing when it names no host or no path that could be served.
struct Target {
  std::string_view host;
  std::string path_and_query;
};

std::optional<Target> target_of(const http::RequestHead& head) {
  Target target;
  const std::size_t hosts = head.fields.count(http::HeaderId::host);
  if (hosts > 1 || (hosts == 0 && head.minor == 1)) return std::nullopt;
  target.host = !head.authority.empty() ? head.authority
                                        : head.fields.value(http::HeaderId::host).value_or("");
  target.path_and_query = head.path.empty() && !head.authority.empty() ? "/" : head.path;
  if (target.host.empty() || !http::is_valid_host(target.host)) return std::nullopt;
  if (!target.path_and_query.starts_with('/')) return std::nullopt;
  if (head.has_query) {
    target.path_and_query += '?';
    target.path_and_query += head.query;
  }
  return target;
}

/// The refusal of what is no request for a distribution.
EdgeResponse refuse(int status, std::string_view why) {
  EdgeResponse refused = cloudfront_error(status, why);
  refused.add("x-signgate-reason", refused.reason);
  return refused;
}

Error cut_short() {
  return {ErrorCode::resource, Side::own, Retry::no, "an object was cut short"};
}

/// ViewerSession is one connection's requests.
class ViewerSession {
 public:
  ViewerSession(Service& service, proxy::Http1Client& client, std::string viewer)
      : service_(service), client_(client), viewer_(std::move(viewer)) {}

  net::Awaitable<void> run(const ViewerTls* tls);

 private:
  net::Awaitable<EdgeResponse> answer(UnixSeconds arrived);
  net::Awaitable<Result<void>> send(EdgeResponse& response, bool keep_alive, UnixSeconds arrived);
  net::Awaitable<Result<void>> send_file(const Body& body);
  net::Awaitable<Result<void>> send_source(const Body& body);

  Service& service_;
  proxy::Http1Client& client_;
  std::string viewer_;
  std::string_view scheme_ = "http";
};

net::Awaitable<void> ViewerSession::run(const ViewerTls* tls) {
  if (tls != nullptr) {
    const Result<bool> met = co_await tls->meet(client_.stream());
    if (!met) co_return;
    if (*met) scheme_ = "https";
  }
  const proxy::HeadLimits limits = head_limits();
  bool linger = false;
  while (true) {
    if (client_.begin_head()) {
      const Result<void> waited = co_await client_.wait_for_head(limits);
      if (!waited) break;
    }
    const Result<bool> read = co_await client_.read_head(limits);
    if (read && !*read) break;
    const UnixSeconds arrived = service_.now();
    if (!read) {
      const int status = error_status(read.error());
      if (read.error().code == ErrorCode::cancelled || status == 499) break;
      EdgeResponse refused = refuse(status, read.error().detail);
      service_.log(denial_line(arrived, viewer_, "-", "", "", refused));
      const Result<void> sent = co_await send(refused, false, arrived);
      linger = sent.has_value();
      break;
    }
    const bool body_read = client_.whole_body().has_value();
    if (body_read) client_.discard_whole_body();
    EdgeResponse response = co_await answer(arrived);
    const Result<void> sent = co_await send(response, body_read, arrived);
    if (!sent || !client_.finish_request()) {
      linger = sent.has_value() && !body_read;
      break;
    }
  }
  const proxy::Linger usual;
  if (linger) co_await client_.linger(usual);
}

net::Awaitable<EdgeResponse> ViewerSession::answer(UnixSeconds arrived) {
  const http::RequestHead& head = client_.head();
  const auto target = target_of(head);
  EdgeResponse response;
  if (target) {
    ViewerRequest request;
    request.method = head.method;
    request.minor = head.minor;
    request.scheme = scheme_;
    request.host = target->host;
    request.target = target->path_and_query;
    request.fields = &head.fields;
    request.viewer = policy::parse_ipv4_address(viewer_);
    Step step = service_.begin(request, arrived);
    if (auto* known = std::get_if<EdgeResponse>(&step)) {
      response = std::move(*known);
    } else {
      Question question = std::get<Question>(std::move(step));
      response = co_await service_.finish(std::move(question), request);
    }
  } else {
    response = refuse(400, "The request names no valid host or path.");
  }
  if (response.status >= 400) {
    service_.log(denial_line(arrived, viewer_, head.method_name, target ? target->host : "",
                             head.target, response));
  }
  co_return response;
}

net::Awaitable<Result<void>> ViewerSession::send(EdgeResponse& response, bool keep_alive,
                                                 UnixSeconds arrived) {
  proxy::Answer head;
  head.status = response.status;
  head.length = response.body.length;
  if (response.status == 304) head.length.reset();
  for (const auto& [name, value] : response.fields)
    head.fields.add(name, value);
  client_.start(head, keep_alive, response.server, http::format_http_date(arrived));

  const Body& body = response.body;
  const bool bodyless =
      client_.head().method == http::Method::head || response.status == 304 || body.length == 0;
  if (!bodyless && body.file.is_open()) {
    const Result<void> sent = co_await send_file(body);
    co_return sent;
  }
  if (!bodyless && body.source != nullptr) {
    const Result<void> sent = co_await send_source(body);
    co_return sent;
  }
  std::array<std::string_view, 1> parts;
  if (!bodyless) {
    parts[0] =
        std::string_view(*body.bytes)
            .substr(static_cast<std::size_t>(body.offset), static_cast<std::size_t>(body.length));
  }
  const Result<void> sent = co_await client_.write(parts, true, send_timeout);
  co_return sent;
}

net::Awaitable<Result<void>> ViewerSession::send_file(const Body& body) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(limits::edge_file_read);
  std::uint64_t at = body.offset;
  std::uint64_t left = body.length;
  while (left > 0) {
    const auto most =
        static_cast<std::size_t>(std::min<std::uint64_t>(left, limits::edge_file_read));
    const ssize_t got = ::pread(body.file.get(), buffer.get(), most, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      // The file shrank or broke after its length was told: only a cut connection says so.
      client_.cut();
      co_return cut_short();
    }
    const auto size = static_cast<std::size_t>(got);
    at += size;
    left -= size;
    std::array<std::string_view, 1> parts = {std::string_view(buffer.get(), size)};
    const Result<void> sent = co_await client_.write(parts, left == 0, send_timeout);
    if (!sent) co_return sent.error();
  }
  co_return Result<void>();
}

net::Awaitable<Result<void>> ViewerSession::send_source(const Body& body) {
  std::uint64_t left = body.length;
  while (left > 0) {
    const Result<std::string_view> read = co_await body.source->read();
    if (!read || read->empty() || read->size() > left) {
      client_.cut();
      co_return cut_short();
    }
    left -= read->size();
    std::array<std::string_view, 1> parts = {*read};
    const Result<void> sent = co_await client_.write(parts, left == 0, send_timeout);
    if (!sent) co_return sent.error();
  }
  co_return Result<void>();
}

}  // namespace

net::Awaitable<void> serve_viewer(Service& service, const ViewerTls* tls,
                                  proxy::Http1Client& client, std::string viewer) {
  ViewerSession session(service, client, std::move(viewer));
  co_await session.run(tls);
}

}  // namespace signgate::edge
