// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/resolver.hpp"

#include <ares.h>
#include <netinet/in.h>

#include <algorithm>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <functional>
#include <utility>

#include "gateway/base/limits.hpp"

namespace signgate::net {
namespace {

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

// The first wait for an answer and the number of them: 2, 4, 8 and 16 s for each server.
constexpr int first_wait = 2000;
constexpr int attempts = 4;
constexpr Milliseconds failure_holds{1000};

Error not_found(const char* why) {
  return {ErrorCode::no_live_upstreams, Side::upstream, Retry::no,
          std::string("the host could not be resolved: ") + why};
}

// The same where nobody was asked: 502 as well, but no fault of whom the name leads to.
Error not_asked(const char* why) {
  Error error = not_found(why);
  error.side = Side::own;
  return error;
}

}  // namespace

/// Channel lets c-ares work on an io_context: it waits for its sockets and its time.
class Resolver::Channel : public std::enable_shared_from_this<Resolver::Channel> {
 public:
  /// Done takes the status of c-ares and the addresses, or null.
  using Done = std::function<void(int status, ares_addrinfo* found)>;

  explicit Channel(asio::io_context& context) : context_(context), timer_(context.get_executor()) {}
  ~Channel() { close(); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  [[nodiscard]] bool open(const Settings& settings) {
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    if (library != ARES_SUCCESS) return false;
    ares_options options{};
    int mask = ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
    options.timeout = first_wait;
    options.tries = attempts;
    options.sock_state_cb = &Channel::on_socket;
    options.sock_state_cb_data = this;
    std::string lookups = "b";
    if (!settings.servers.empty()) {
      // As nginx: the name servers alone, no hosts file, no search list.
      options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
      options.lookups = lookups.data();
      mask |= ARES_OPT_FLAGS | ARES_OPT_LOOKUPS;
    }
    if (ares_init_options(&channel_, &options, mask) != ARES_SUCCESS) return false;
    if (settings.servers.empty()) return true;
    std::string list;
    for (const std::string& server : settings.servers)
      list.append(list.empty() ? "" : ",").append(server);
    return ares_set_servers_ports_csv(channel_, list.c_str()) == ARES_SUCCESS;
  }

  void ask(const std::string& name, int family, Done done) {
    ares_addrinfo_hints hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = ARES_AI_NOSORT;
    ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, &Channel::on_answer,
                     new Done(std::move(done)));
    schedule();
  }

  void close() {
    if (channel_ == nullptr) return;
    ares_channel gone = std::exchange(channel_, nullptr);
    ares_destroy(gone);
    timer_.cancel();
    for (const auto& [number, watched] : watched_)
      watched->descriptor.release();
    watched_.clear();
  }

 private:
  struct Watched {
    asio::posix::basic_stream_descriptor<Executor> descriptor;
    bool wants_read = false;
    bool wants_write = false;
    bool waits_read = false;
    bool waits_write = false;
  };
  using Wait = asio::posix::descriptor_base::wait_type;

  static void on_answer(void* argument, int status, int, ares_addrinfo* found) {
    const std::unique_ptr<Done> done(static_cast<Done*>(argument));
    (*done)(status, found);
    if (found != nullptr) ares_freeaddrinfo(found);
  }

  static void on_socket(void* self, ares_socket_t number, int readable, int writable) {
    static_cast<Channel*>(self)->watch(number, readable != 0, writable != 0);
  }

  void watch(ares_socket_t number, bool readable, bool writable) {
    auto& watched = watched_[number];
    if (!readable && !writable) {
      // c-ares closes it itself.
      if (watched) watched->descriptor.release();
      watched_.erase(number);
      return;
    }
    if (!watched)
      watched = std::make_shared<Watched>(
          Watched{asio::posix::basic_stream_descriptor<Executor>(context_.get_executor(), number)});
    watched->wants_read = readable;
    watched->wants_write = writable;
    wait(number, watched);
  }

  void wait(ares_socket_t number, const std::shared_ptr<Watched>& watched) {
    if (watched->wants_read && !std::exchange(watched->waits_read, true))
      wait_for(Wait::wait_read, number, watched);
    if (watched->wants_write && !std::exchange(watched->waits_write, true))
      wait_for(Wait::wait_write, number, watched);
  }

  void wait_for(Wait what, ares_socket_t number, const std::shared_ptr<Watched>& watched) {
    watched->descriptor.async_wait(
        what, [self = weak_from_this(), what, number, watched](boost::system::error_code code) {
          (what == Wait::wait_read ? watched->waits_read : watched->waits_write) = false;
          const auto channel = self.lock();
          if (code || !channel || channel->channel_ == nullptr) return;
          const bool reads = what == Wait::wait_read;
          ares_process_fd(channel->channel_, reads ? number : ARES_SOCKET_BAD,
                          reads ? ARES_SOCKET_BAD : number);
          const auto still = channel->watched_.find(number);
          if (still != channel->watched_.end() && still->second == watched)
            channel->wait(number, watched);
          channel->schedule();
        });
  }

  // c-ares looks at its time only when it is told to.
  void schedule() {
    if (channel_ == nullptr) return;
    timeval span{};
    if (ares_timeout(channel_, nullptr, &span) == nullptr) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::seconds(span.tv_sec) +
                         std::chrono::microseconds(span.tv_usec) + std::chrono::milliseconds(1));
    timer_.async_wait([self = weak_from_this()](boost::system::error_code code) {
      const auto channel = self.lock();
      if (code || !channel || channel->channel_ == nullptr) return;
      ares_process_fd(channel->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      channel->schedule();
    });
  }

  asio::io_context& context_;
  Timer timer_;
  ares_channel channel_ = nullptr;
  std::map<ares_socket_t, std::shared_ptr<Watched>> watched_;
};

/// Question is one that is open, and who waits for its answer.
struct Resolver::Question {
  bool done = false;
  Resolution resolution;
  const char* failure = "";
  std::vector<Timer*> waiting;
};

Resolver::Resolver(asio::io_context& context, DeadlineWheel& wheel, Settings settings)
    : context_(context),
      wheel_(wheel),
      settings_(std::move(settings)),
      cache_(limits::resolver_names),
      channel_(std::make_shared<Channel>(context)) {
  if (!channel_->open(settings_)) channel_.reset();
}

Resolver::~Resolver() {
  if (channel_) channel_->close();
}

Result<Resolution> Resolver::remembered(const Resolution& resolution) const {
  if (resolution.addresses.empty()) return not_found("it has no address");
  return Result<Resolution>(boost::system::in_place_value, resolution);
}

void Resolver::finish(const std::string& name, Question& question) {
  Resolution kept = question.resolution;
  if (kept.addresses.empty()) {
    kept.ttl = failure_holds;
  } else if (settings_.valid > Milliseconds(0)) {
    kept.ttl = settings_.valid;
  }
  question.resolution.ttl = kept.ttl;
  cache_.put(name, std::move(kept), std::chrono::steady_clock::now());
  open_.erase(name);
}

Awaitable<Result<Resolution>> Resolver::resolve(const std::string& name, Milliseconds timeout,
                                                const std::function<bool()>* is_wanted) {
  if (const Resolution* known = cache_.find(name, std::chrono::steady_clock::now()))
    co_return remembered(*known);
  if (!channel_) co_return not_asked("no name server can be asked");
  std::shared_ptr<Question> question;
  if (const auto same = open_.find(name); same != open_.end()) {
    question = same->second;
  } else {
    if (open_.size() >= limits::resolver_questions)
      co_return not_asked("too many names are asked for at once");
    question = std::make_shared<Question>();
    open_.emplace(name, question);
    const int family = !settings_.ipv6 ? AF_INET : !settings_.ipv4 ? AF_INET6 : AF_UNSPEC;
    const std::shared_ptr<Channel> channel = channel_;
    channel->ask(name, family, [this, name, question](int status, ares_addrinfo* found) {
      question->done = true;
      if (status != ARES_SUCCESS) question->failure = ares_strerror(status);
      Resolution& resolution = question->resolution;
      for (ares_addrinfo_node* node = found == nullptr ? nullptr : found->nodes; node != nullptr;
           node = node->ai_next) {
        const Milliseconds ttl = std::chrono::seconds(std::max(node->ai_ttl, 0));
        resolution.ttl = resolution.addresses.empty() ? ttl : std::min(resolution.ttl, ttl);
        resolution.addresses.emplace_back(node->ai_addr, node->ai_addrlen, 0);
      }
      for (Timer* waiting : question->waiting)
        waiting->cancel();
      // Of a resolver that goes away there is nothing left to touch.
      if (status != ARES_EDESTRUCTION) finish(name, *question);
    });
  }
  if (!question->done) {
    Timer answered(context_.get_executor(), SteadyTime::max());
    Deadline patience(
        wheel_, [](void* timer) { static_cast<Timer*>(timer)->cancel(); }, &answered);
    const bool asks = is_wanted != nullptr && *is_wanted;
    Milliseconds left = timeout;
    question->waiting.push_back(&answered);
    while (!question->done && left > Milliseconds(0) && !wheel_.stopping()) {
      const Milliseconds step = asks ? std::min(left, limits::watch_interval) : left;
      patience.set(step);
      const auto [cancelled] = co_await answered.async_wait(as_values);
      static_cast<void>(cancelled);
      left -= step;
      if (asks && !(*is_wanted)()) break;
    }
    std::erase(question->waiting, &answered);
  }
  if (!question->done && wheel_.stopping())
    co_return Error{ErrorCode::cancelled, Side::own, Retry::no, "the worker stops"};
  if (!question->done) co_return not_found("no name server has answered in time");
  if (question->resolution.addresses.empty()) co_return not_found(question->failure);
  co_return question->resolution;
}

}  // namespace signgate::net
