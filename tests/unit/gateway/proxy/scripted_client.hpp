// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gateway/proxy/client_stream.hpp"

namespace signgate::proxy {

/// A client without a connection or framing: the second kind of client, which holds the exchange to
/// what ClientStream says.
class ScriptedClient : public ClientStream {
 public:
  explicit ScriptedClient(std::string request) : request_(std::move(request)) {
    EXPECT_TRUE(http::parse_request_head(request_, {}, head_)) << request_;
    framing_ = *http::request_framing(head_);
  }

  [[nodiscard]] const http::RequestHead& head() const noexcept override { return head_; }
  [[nodiscard]] SteadyTime began() const noexcept override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] const http::Framing& framing() const noexcept override { return framing_; }
  [[nodiscard]] bool pipelined() const noexcept override { return false; }
  [[nodiscard]] std::optional<std::string_view> whole_body() const noexcept override {
    return std::string_view();
  }
  void discard_whole_body() noexcept override {}
  [[nodiscard]] net::Awaitable<Result<BodyPart>> read_body(Milliseconds /*timeout*/) override {
    const BodyPart part{.data = {}, .last = true};
    co_return part;
  }
  void stop_reading() noexcept override {}
  [[nodiscard]] bool body_complete() const noexcept override { return true; }
  [[nodiscard]] bool body_begun() const noexcept override { return false; }
  [[nodiscard]] bool waits_for_continue() const noexcept override { return false; }
  [[nodiscard]] net::Awaitable<Result<void>> send_interim(int /*status*/,
                                                          const http::Fields& /*fields*/,
                                                          Milliseconds /*timeout*/) override {
    co_return Result<void>();
  }
  [[nodiscard]] std::string_view trailers() const noexcept override { return {}; }
  [[nodiscard]] bool takes_trailers() const noexcept override { return false; }
  void add_trailers(const http::Fields& /*fields*/) override {}
  [[nodiscard]] std::string_view sent_trailers() const noexcept override { return {}; }
  [[nodiscard]] bool is_chunked() const noexcept override { return false; }
  [[nodiscard]] bool is_kept() const noexcept override { return started_ ? kept : true; }
  [[nodiscard]] std::optional<route::TcpState> tcp_state() override { return std::nullopt; }
  void start(const Answer& answer, bool keep_alive, std::string_view server,
             std::string_view date) override {
    status = answer.status;
    length = answer.length;
    kept = keep_alive;
    this->server = server;
    this->date = date;
    for (const http::Field& field : answer.fields)
      fields += std::string(field.name) + ": " + std::string(field.value) + "\n";
    started_ = true;
  }
  [[nodiscard]] net::Awaitable<Result<void>> write(std::span<const std::string_view> parts,
                                                   bool last, Milliseconds /*timeout*/) override {
    EXPECT_TRUE(started_);
    for (const std::string_view part : parts)
      body += part;
    ended = ended || last;
    co_return Result<void>();
  }
  [[nodiscard]] Result<bool> write_now(std::span<const std::string_view> parts,
                                       bool last) override {
    for (const std::string_view part : parts)
      body += part;
    ended = ended || last;
    return true;
  }
  [[nodiscard]] net::Awaitable<Result<void>> flush(Milliseconds /*timeout*/) override {
    co_return Result<void>();
  }
  void start_tunnel(const Answer& answer, std::string_view server, std::string_view date) override {
    start(answer, false, server, date);
  }
  [[nodiscard]] net::Awaitable<Result<std::size_t>> read_tunnel(std::span<char> /*into*/,
                                                                Milliseconds /*timeout*/) override {
    co_return std::size_t{0};
  }
  [[nodiscard]] net::Awaitable<Result<void>> wait_readable(Milliseconds /*timeout*/) override {
    co_return Result<void>();
  }
  void postpone_read(Milliseconds /*timeout*/) noexcept override {}
  void end_tunnel() noexcept override {}
  void cut() noexcept override { was_cut = true; }
  [[nodiscard]] bool started() const noexcept override { return started_; }
  [[nodiscard]] bool has_left() noexcept override { return false; }
  [[nodiscard]] std::uint64_t request_length() const noexcept override { return request_.size(); }
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept override { return body.size(); }
  [[nodiscard]] std::uint64_t body_bytes_sent() const noexcept override { return body.size(); }

  int status = 0;
  std::optional<std::uint64_t> length;
  bool kept = false;
  std::string server;
  std::string date;
  std::string fields;
  std::string body;
  bool ended = false;
  bool was_cut = false;

 private:
  std::string request_;
  http::RequestHead head_;
  http::Framing framing_;
  bool started_ = false;
};

}  // namespace signgate::proxy
