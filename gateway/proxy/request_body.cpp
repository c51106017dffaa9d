// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/request_body.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {

net::Awaitable<Result<ClientStream::BodyPart>> StreamedBody::next() {
  const auto part = co_await client_.read_body(timeout_);
  if (!part) co_return part.error();
  size_ += part->data.size();
  if (max_size_ != 0 && size_ > max_size_)
    co_return Error{ErrorCode::body_too_large, Side::client, Retry::no, "client_max_body_size"};
  if (text_ != nullptr) {
    text_->add(part->data);
    if (part->last) text_->end();
  }
  co_return *part;
}

// What has gathered goes to the file.
net::Awaitable<Result<void>> HeldBody::spill(const std::string& folder) {
  if (!file_.is_open()) {
    const Result<void> opened = co_await file_.open(folder, name_);
    if (!opened) co_return opened;
  }
  const Result<void> written = co_await file_.write(in_file_, memory_);
  if (!written) co_return written;
  in_file_ += memory_.size();
  memory_.clear();
  co_return Result<void>();
}

net::Awaitable<Result<void>> HeldBody::read(BodySource& from, std::size_t memory,
                                            const std::string& folder) {
  while (true) {
    const auto part = co_await from.next();
    if (!part) co_return part.error();
    memory_ += part->data;
    size_ += part->data.size();
    const bool last = part->last;
    // In a file already: one write for each body_step, and for what is left.
    const bool all_to_file = last && name_ != TempFile::Name::none;
    const bool full = file_.is_open() ? memory_.size() >= limits::body_step || last
                                      : memory_.size() > memory || all_to_file;
    if (full && !memory_.empty()) {
      const Result<void> spilled = co_await spill(folder);
      if (!spilled) co_return spilled;
    }
    if (last) break;
  }
  // An assignment would keep what was allocated.
  if (file_.is_open()) std::string().swap(memory_);
  trailers_ = from.trailers();
  co_return Result<void>();
}

void HeldBody::assign(std::string text) {
  memory_ = std::move(text);
  size_ = memory_.size();
}

net::Awaitable<Result<ClientStream::BodyPart>> HeldBody::next() {
  ClientStream::BodyPart part;
  if (!file_.is_open()) {
    part.data = std::string_view(memory_).substr(static_cast<std::size_t>(given_));
    part.last = true;
    given_ = size_;
    co_return part;
  }
  if (buffer_ == nullptr) buffer_ = std::make_unique_for_overwrite<char[]>(limits::body_step);
  const auto most =
      static_cast<std::size_t>(std::min<std::uint64_t>(limits::body_step, size_ - given_));
  const std::span<char> into(buffer_.get(), most);
  const Result<std::size_t> read = co_await file_.read(given_, into);
  if (!read) co_return read.error();
  if (*read != most) {
    co_return Error{ErrorCode::resource, Side::own, Retry::no, "a body's file has become shorter"};
  }
  given_ += most;
  part.data = std::string_view(into.data(), most);
  part.last = given_ == size_;
  co_return part;
}

}  // namespace signgate::proxy
