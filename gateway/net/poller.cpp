// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/poller.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <system_error>

#include "gateway/base/check.hpp"

namespace signgate::net {

asio::execution_context::id Poller::id;

Poller::Poller(asio::execution_context& context)
    : asio::execution_context::service(context),
      context_(static_cast<asio::io_context&>(context)),
      epoll_(context_.get_executor()) {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1()");
  epoll_.assign(descriptor);
}

Poller::~Poller() = default;

Poller& Poller::of(const Executor& executor) {
  return asio::use_service<Poller>(executor.context());
}

// As Asio's own operations: what waits is destroyed, and with it the coroutines.
void Poller::shutdown() {
  dispatching_ = true;  // nothing is armed any more
  while (first_ != nullptr)
    first_->abandon();
  boost::system::error_code ignored;
  epoll_.close(ignored);
}

bool Poller::set(Readiness& readiness, int operation, std::uint32_t events) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &readiness;
  return epoll_.is_open() &&
         ::epoll_ctl(epoll_.native_handle(), operation, readiness.descriptor_, &event) == 0;
}

void Poller::forget(Readiness& readiness) noexcept {
  for (std::size_t i = next_; i < end_; ++i) {
    if (batch_[i].data.ptr == &readiness) batch_[i].data.ptr = nullptr;
  }
}

void Poller::begin_wait() {
  ++waiting_;
  if (!armed_ && !dispatching_) arm();
}

void Poller::end_wait() noexcept {
  if (--waiting_ == 0) disarm();
}

// Without a wait the io_context has to be able to run out of work.
void Poller::disarm() noexcept {
  if (!armed_) return;
  boost::system::error_code ignored;
  epoll_.cancel(ignored);
}

void Poller::arm() {
  armed_ = true;
  epoll_.async_wait(asio::posix::descriptor_base::wait_read,
                    [this](boost::system::error_code code) {
                      armed_ = false;
                      if (!code) dispatch();
                      if (waiting_ > 0 && !armed_ && !dispatching_) arm();
                    });
}

void Poller::dispatch() {
  dispatching_ = true;
  // What is thrown ends one connection; the others' events would be lost with it.
  struct Guard {
    Poller& poller;
    bool ended = false;
    ~Guard() {
      poller.dispatching_ = false;
      if (ended) return;
      asio::post(poller.context_, [&poller = poller] {
        if (!poller.dispatching_) poller.dispatch();
        if (poller.waiting_ > 0 && !poller.armed_) poller.arm();
        if (poller.waiting_ == 0) poller.disarm();
      });
    }
  };
  Guard guard{*this};
  fire_batch();
  for (int round = 0; round < rounds; ++round) {
    const int count = ::epoll_wait(epoll_.native_handle(), batch_.data(), batch_size, 0);
    if (count <= 0) break;
    next_ = 0;
    end_ = static_cast<std::size_t>(count);
    // All is noted before anything is done: who takes a kept connection sees what this batch knows.
    for (std::size_t i = 0; i < end_; ++i)
      static_cast<Readiness*>(batch_[i].data.ptr)->note(batch_[i].events);
    fire_batch();
    if (static_cast<std::size_t>(count) < busy) break;
  }
  guard.ended = true;
}

void Poller::fire_batch() {
  using Direction = Readiness::Direction;
  while (next_ < end_) {
    for (const auto direction : {Direction::read, Direction::write, Direction::write_for_read}) {
      // It may be gone by now.
      auto* const readiness = static_cast<Readiness*>(batch_[next_].data.ptr);
      if (readiness == nullptr) break;
      const bool goes_on =
          direction == Direction::read ? readiness->readable_ : readiness->writable_;
      Continuation& waiting = readiness->place_of(direction);
      if (goes_on && waiting) readiness->fire(waiting);
    }
    ++next_;
  }
}

Readiness::~Readiness() {
  if (watched_ == 0) return;
  abandon();
}

// Takes it out of the list, and destroys what waits. The descriptor's end takes it out of the epoll
// without a further system call.
void Readiness::abandon() noexcept {
  watched_ = 0;
  poller_.forget(*this);
  if (previous_ != nullptr)
    previous_->next_ = next_;
  else
    poller_.first_ = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  const std::array<Continuation, 3> all = {std::move(read_), std::move(write_),
                                           std::move(write_for_read_)};
  for (const Continuation& each : all) {
    if (each) poller_.end_wait();
  }
}

Continuation& Readiness::place_of(Direction direction) noexcept {
  if (direction == Direction::read) return read_;
  return direction == Direction::write ? write_ : write_for_read_;
}

bool Readiness::watch(std::uint32_t events) noexcept {
  if ((watched_ & events) == events) return true;
  const std::uint32_t wanted = watched_ | events | EPOLLET | EPOLLRDHUP;
  if (!poller_.set(*this, watched_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, wanted)) return false;
  if (watched_ == 0) {
    next_ = poller_.first_;
    previous_ = nullptr;
    if (next_ != nullptr) next_->previous_ = this;
    poller_.first_ = this;
  }
  watched_ = wanted;
  return true;
}

void Readiness::note(std::uint32_t events) noexcept {
  constexpr std::uint32_t broken = EPOLLHUP | EPOLLERR;
  if ((events & (EPOLLIN | EPOLLRDHUP | broken)) != 0) readable_ = true;
  if ((events & (EPOLLRDHUP | broken)) != 0) ended_ = true;
  if ((events & (EPOLLOUT | broken)) != 0) writable_ = true;
}

void Readiness::wait(Direction direction, Continuation done) {
  if (direction == Direction::read ? readable_ : writable_) {
    asio::post(poller_.context_, [done = std::move(done)]() mutable { done({}); });
    return;
  }
  Continuation& place = place_of(direction);
  // What waits there would be destroyed under its own feet.
  SIGNGATE_CHECK(!place);
  // A socket that is waited for is read as well: see note().
  const std::uint32_t events = direction == Direction::read ? EPOLLIN : EPOLLIN | EPOLLOUT;
  if (!watch(events)) {
    const boost::system::error_code code(errno, boost::system::system_category());
    asio::post(poller_.context_, [done = std::move(done), code]() mutable { done(code); });
    return;
  }
  place = std::move(done);
  poller_.begin_wait();
}

void Readiness::fire(Continuation& done) {
  Continuation now = std::move(done);
  --poller_.waiting_;  // while events are dispatched nothing is armed
  now({});
}

void Readiness::cancel() {
  for (Continuation* each : {&read_, &write_, &write_for_read_}) {
    if (!*each) continue;
    asio::post(poller_.context_,
               [done = std::move(*each)]() mutable { done(asio::error::operation_aborted); });
    poller_.end_wait();
  }
}

}  // namespace signgate::net
