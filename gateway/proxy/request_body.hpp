// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/temp_file.hpp"
#include "gateway/rewrite/request_text.hpp"

namespace signgate::proxy {

/// BodySource is where a request's body comes from on its way to a peer, part by part.
class BodySource {
 public:
  virtual ~BodySource() = default;

  /// next waits for the next part, a view that dies with the call after it.
  [[nodiscard]] virtual net::Awaitable<Result<ClientStream::BodyPart>> next() = 0;

  /// stop ends a next() under way early. Not while a write to the client is under way.
  virtual void stop() noexcept = 0;

  /// trailers are the lines behind the body once it was read to its end.
  [[nodiscard]] virtual std::string_view trailers() const noexcept = 0;
};

/// StreamedBody is a body on its way from the client: it can be had once.
class StreamedBody final : public BodySource {
 public:
  /// A body of more than `max_size` bytes is an error; 0 = any (client_max_body_size). `text`,
  /// where there is one, is given all that next() gives, before next() does; it must outlive this
  /// object.
  StreamedBody(ClientStream& client, Milliseconds timeout, std::uint64_t max_size,
               rewrite::RequestText* text = nullptr) noexcept
      : client_(client), timeout_(timeout), max_size_(max_size), text_(text) {}

  [[nodiscard]] net::Awaitable<Result<ClientStream::BodyPart>> next() override;
  void stop() noexcept override { client_.stop_reading(); }
  [[nodiscard]] std::string_view trailers() const noexcept override { return client_.trailers(); }

 private:
  ClientStream& client_;
  Milliseconds timeout_;
  std::uint64_t max_size_;
  rewrite::RequestText* text_;
  std::uint64_t size_ = 0;
};

/// HeldBody is a whole body: in memory while it is small, in a file without a name when it is not.
/// It can be sent as often as is needed. Source: nginx, client_body_buffer_size.
class HeldBody final : public BodySource {
 public:
  /// With a `name` the body goes to a file that has one, however short it is, unless it is empty.
  explicit HeldBody(net::FileThreads& threads, TempFile::Name name = TempFile::Name::none)
      : file_(threads), name_(name) {}

  /// read takes all of `from`: up to `memory` bytes are kept there, more go to a file in `folder`.
  [[nodiscard]] net::Awaitable<Result<void>> read(BodySource& from, std::size_t memory,
                                                  const std::string& folder);

  /// assign makes `text` the body.
  void assign(std::string text);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// memory is the body while it lies there, else "".
  [[nodiscard]] std::string_view memory() const noexcept { return memory_; }
  [[nodiscard]] bool in_file() const noexcept { return file_.is_open(); }

  /// path is TempFile::path of its file; only with in_file().
  [[nodiscard]] std::string path() const { return file_.path(); }

  /// rewind makes next() begin with the first byte again. Not while it is under way.
  void rewind() noexcept { given_ = 0; }

  [[nodiscard]] net::Awaitable<Result<ClientStream::BodyPart>> next() override;
  void stop() noexcept override {}
  [[nodiscard]] std::string_view trailers() const noexcept override { return trailers_; }

 private:
  [[nodiscard]] net::Awaitable<Result<void>> spill(const std::string& folder);

  std::string memory_;
  TempFile file_;
  TempFile::Name name_;
  std::uint64_t size_ = 0;
  std::uint64_t in_file_ = 0;  // bytes of it in the file
  std::uint64_t given_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::string trailers_;
};

}  // namespace signgate::proxy
