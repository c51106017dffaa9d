// SPDX-License-Identifier: Apache-2.0
// Http1Client's writing half: heads, chunk framing, interim answers, tunnels.
#include <algorithm>
#include <charconv>

#include "gateway/http/head_writer.hpp"
#include "gateway/http/status.hpp"
#include "gateway/proxy/http1_client.hpp"

namespace signgate::proxy {
namespace {

std::string_view digits_of(std::uint64_t number, std::array<char, 24>& digits, int base = 10) {
  const auto [end, code] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  return {digits.data(), static_cast<std::size_t>(end - digits.data())};
}

}  // namespace

net::Awaitable<Result<void>> Http1Client::send_interim(int status, const http::Fields& fields,
                                                       Milliseconds timeout) {
  if (memory_->head.minor == 0) co_return Result<void>();
  // Before the write: while it waits, an upstream's own 100 may come.
  continued_ = continued_ || status == 100;
  std::string text = "HTTP/1.1 " + std::to_string(status);
  text.append(" ").append(http::reason_phrase(status)).append("\r\n");
  for (const http::Field& field : fields)
    text.append(field.name).append(": ").append(field.value).append("\r\n");
  text += "\r\n";
  std::array<net::asio::const_buffer, 1> parts = {net::asio::buffer(text)};
  const Result<void> sent = co_await stream_.write(parts, timeout);
  co_return sent;
}

// Of a request that could not be read nothing is known.
bool Http1Client::wants_more() const noexcept {
  const http::RequestHead& head = memory_->head;
  if (head.line.empty()) return false;
  return head.minor == 1 ? !http::connection_lists(head.fields, "close")
                         : http::connection_lists(head.fields, "keep-alive");
}

void Http1Client::start(const Answer& answer, bool keep_alive, std::string_view server,
                        std::string_view date) {
  keep_alive_ = keep_alive && wants_more();
  started_ = true;
  const bool bodyless =
      memory_->head.method == http::Method::head || answer.status == 204 || answer.status == 304;
  if (bodyless || answer.length == 0U) {
    form_ = BodyForm::none;
  } else if (answer.length) {
    form_ = BodyForm::length;
  } else if (answer.may_chunk && memory_->head.minor == 1 && !memory_->head.line.empty()) {
    form_ = BodyForm::chunked;
  } else {
    form_ = BodyForm::until_close;
    keep_alive_ = false;
  }
  told_kept_ = keep_alive_;
  write_head(answer, server, date);
}

void Http1Client::start_tunnel(const Answer& answer, std::string_view server,
                               std::string_view date) {
  started_ = true;
  keep_alive_ = told_kept_ = false;
  form_ = BodyForm::tunnel;
  write_head(answer, server, date);
}

void Http1Client::write_head(const Answer& answer, std::string_view server, std::string_view date) {
  const std::string_view reason =
      answer.reason.empty() ? http::reason_phrase(answer.status) : answer.reason;
  constexpr std::size_t lines_of_our_own = 240;
  std::size_t most = lines_of_our_own + reason.size() + server.size() + date.size();
  for (const http::Field& field : answer.fields)
    most += http::HeadWriter::field_size(field.name, field.value);
  std::array<char, 24> digits;
  memory_->out.clear();
  http::HeadWriter head(memory_->out, most);
  head.text("HTTP/1.1 ").text(digits_of(std::uint64_t(answer.status), digits)).text(" ");
  head.text(reason).text("\r\n");
  bool has_server = false;
  bool has_date = false;
  for (const http::Field& field : answer.fields) {
    has_server = has_server || field.id == http::HeaderId::server;
    has_date = has_date || field.id == http::HeaderId::date;
  }
  if (!has_server) head.field("Server", server);
  if (!has_date) head.field("Date", date);
  for (const http::Field& field : answer.fields)
    head.field(field.name, field.value);
  if (form_ == BodyForm::tunnel) {
    head.field("Connection", "upgrade").text("\r\n").finish();
    return;
  }
  if (answer.length && answer.status != 204) {
    head.field("Content-Length", digits_of(*answer.length, digits));
  } else if (form_ == BodyForm::chunked) {
    head.field("Transfer-Encoding", "chunked");
  }
  if (!keep_alive_) {
    head.field("Connection", "close");
  } else if (memory_->head.minor == 0 || answer.keep_alive_for > 0) {
    head.field("Connection", "keep-alive");
  }
  if (keep_alive_ && answer.keep_alive_for > 0) {
    head.text("Keep-Alive: timeout=").text(digits_of(std::uint64_t(answer.keep_alive_for), digits));
    head.text("\r\n");
  }
  head.text("\r\n").finish();
}

void Http1Client::add_trailers(const http::Fields& fields) {
  if (fields.size() == 0) return;
  std::string& end = memory_->end_of_body;
  if (end.empty()) {
    end = "0\r\n";
  } else {
    end.resize(end.size() - 2);
  }
  for (const http::Field& field : fields)
    end.append(field.name).append(": ").append(field.value).append("\r\n");
  end += "\r\n";
}

std::string_view Http1Client::sent_trailers() const noexcept {
  constexpr std::size_t last_chunk = 3;
  constexpr std::size_t line_end = 2;
  const std::string_view end = memory_->end_of_body;
  if (end.size() < last_chunk + line_end) return {};
  return end.substr(last_chunk, end.size() - last_chunk - line_end);
}

// Lines up the head if it is due, the parts and their framing. The parts' bytes stay where they
// are.
void Http1Client::gather(std::span<const std::string_view> parts, bool last) {
  std::size_t size = 0;
  if (form_ != BodyForm::none) {
    for (const std::string_view part : parts)
      size += part.size();
  }
  memory_->gather.clear();
  std::size_t framing = 0;
  std::string_view tail;
  std::string_view ending;
  if (form_ == BodyForm::chunked) {
    if (size > 0) {
      std::array<char, 24> digits;
      const std::string_view length = digits_of(size, digits, 16);
      memory_->out.append(length).append("\r\n");
      framing = length.size() + 2;
      tail = last && memory_->end_of_body.empty() ? "\r\n0\r\n\r\n" : "\r\n";
    } else if (last && memory_->end_of_body.empty()) {
      tail = "0\r\n\r\n";
    }
    if (last) ending = memory_->end_of_body;
  }
  body_bytes_sent_ += framing + size + tail.size() + ending.size();
  const auto add = [this](std::string_view text) {
    if (!text.empty()) memory_->gather.push_back(net::asio::buffer(text.data(), text.size()));
  };
  // One short buffer goes out for less than the call that takes several.
  constexpr std::size_t copied = 1024;
  if (size > 0 && size + tail.size() + ending.size() <= copied) {
    for (const std::string_view part : parts)
      memory_->out += part;
    memory_->out.append(tail).append(ending);
    add(memory_->out);
    return;
  }
  add(memory_->out);
  if (size > 0) {
    for (const std::string_view part : parts)
      add(part);
  }
  add(tail);
  add(ending);
}

net::Awaitable<Result<void>> Http1Client::write(std::span<const std::string_view> parts, bool last,
                                                Milliseconds timeout) {
  if (!memory_->rest.empty()) {
    const Result<void> flushed = co_await flush(timeout);
    if (!flushed) co_return flushed.error();
  }
  gather(parts, last);
  if (!memory_->gather.empty()) {
    const Result<void> sent = co_await stream_.write(memory_->gather, timeout);
    if (!sent) {
      keep_alive_ = false;
      co_return sent.error();
    }
  }
  memory_->out.clear();
  ended_ = ended_ || last;
  co_return Result<void>();
}

Result<bool> Http1Client::write_now(std::span<const std::string_view> parts, bool last) {
  gather(parts, last);
  std::span<net::asio::const_buffer> left = memory_->gather;
  if (memory_->rest.empty()) {
    const Result<std::size_t> sent = stream_.write_now(left);
    if (!sent) {
      keep_alive_ = false;
      return sent.error();
    }
  }
  for (const net::asio::const_buffer& part : left)
    memory_->rest.append(static_cast<const char*>(part.data()), part.size());
  memory_->out.clear();
  ended_ = ended_ || last;
  return memory_->rest.empty();
}

net::Awaitable<Result<void>> Http1Client::flush(Milliseconds timeout) {
  if (memory_->rest.empty()) co_return Result<void>();
  std::array<net::asio::const_buffer, 1> parts = {net::asio::buffer(memory_->rest)};
  const Result<void> sent = co_await stream_.write(parts, timeout);
  // A connection that idles has no use for it.
  std::string().swap(memory_->rest);
  if (!sent) keep_alive_ = false;
  co_return sent;
}

void Http1Client::cut() noexcept {
  keep_alive_ = false;
  if (form_ == BodyForm::until_close) stream_.reset_on_close();
}

}  // namespace signgate::proxy
