// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <forward_list>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/codec/encoder.hpp"
#include "gateway/proxy/answer_writer.hpp"
#include "gateway/proxy/begun_body.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/proxy/request_body.hpp"
#include "gateway/proxy/request_pump.hpp"
#include "gateway/proxy/response_filter.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/proxy/target_finder.hpp"
#include "gateway/proxy/unsigning_body.hpp"
#include "gateway/proxy/upstream_request.hpp"
#include "gateway/proxy/viewer.hpp"
#include "gateway/rewrite/url.hpp"
#include "gateway/route/request_facts.hpp"
#include "gateway/upstream/exchange.hpp"
#include "gateway/upstream/group.hpp"

namespace signgate::proxy {

class AnswerExplainer;
class LinkGate;

class Authorizer;

/// Exchange is one request and its answer: route, upstream, filters, pumps, log. It knows nothing
/// of how the client's protocol frames messages. Design, section 3.
class Exchange final : private route::ProgressSource, private route::RequestFacts {
 public:
  Exchange(Services& services, ClientStream& client, const Viewer& viewer);
  ~Exchange();

  /// run answers the request whose head `client` has read. It never fails: every error becomes an
  /// answer, or a cut one, and a line in the log; so does what was thrown, a bug of our own.
  [[nodiscard]] net::Awaitable<void> run();

  /// refuse answers a request that could not even be read, as run() does.
  [[nodiscard]] net::Awaitable<void> refuse(const Error& error);

  /// linger is how long the client is heard out when its connection has to end: nothing where the
  /// route's lingering_close does not want it, such as a request that was read whole. After run()
  /// or refuse().
  [[nodiscard]] std::optional<Linger> linger() const noexcept;

  /// discard is how much of a body that nobody has read is read away behind the answer, and within
  /// which time, so that the connection serves another request. After run().
  [[nodiscard]] Discard discard() const noexcept;

  /// idle_timeout is how long the connection may wait for its next request: keepalive_timeout of
  /// the route that answered. After run().
  [[nodiscard]] Milliseconds idle_timeout() const noexcept { return settings().keepalive_timeout; }

 private:
  /// Detour is where a request goes on that error_page or X-Accel-Redirect sends elsewhere. Most
  /// have none.
  struct Detour {
    bool pending = false;  // follow() is to follow it
    std::size_t count = 0;
    std::string target;          // "/uri?args" or "@name"
    bool from_answer = false;    // the target came from an upstream, percent-encoded
    int status = 0;              // of the answer in the end, whatever it says itself; 0 = its own
    int cause = 502;             // the error that error_page was looked up for
    bool in_error_page = false;  // no further error_page is looked for
    bool drops_body = false;     // the method has become GET
    int intercepted = 0;         // the upstream's status, of an answer that error_page replaces
    std::vector<std::pair<std::string, std::string>>
        fields;                             // kept of the answer with the redirect
    std::optional<std::string> limit_rate;  // its X-Accel-Limit-Rate
    // What the values' views are of, the latest first; captures may be of an earlier one.
    std::forward_list<std::string> uris;
    std::string args;
  };

  [[nodiscard]] net::Awaitable<void> serve();
  void enter(const route::Route& route);
  /// begin_trace makes a traceparent for a request without a valid one.
  void begin_trace();
  [[nodiscard]] net::Awaitable<void> dispatch();
  [[nodiscard]] net::Awaitable<void> authorize(const route::AccessRules& rules);
  [[nodiscard]] net::Awaitable<void> respond();
  [[nodiscard]] net::Awaitable<void> proxy();
  [[nodiscard]] bool has_too_long_body() const noexcept;
  [[nodiscard]] net::Awaitable<void> refuse_body();
  [[nodiscard]] route::Progress progress() const override;
  [[nodiscard]] route::SentFraming sent_framing() const override;
  [[nodiscard]] route::Connections connections() const override;
  [[nodiscard]] Milliseconds connection_time() const override;
  [[nodiscard]] std::optional<route::TcpState> tcp_state() const override {
    return client_.tcp_state();
  }
  [[nodiscard]] std::uint64_t limit_rate() const override;
  [[nodiscard]] bool is_complete() const override { return is_complete_; }
  [[nodiscard]] std::optional<route::GzipSizes> gzip_sizes() const override { return gzip_; }
  void append_body_file(std::string& out) const override;
  [[nodiscard]] std::string_view upstream_trailers() const override;
  [[nodiscard]] std::string_view sent_trailers() const override { return client_.sent_trailers(); }
  [[nodiscard]] net::Awaitable<void> answer_failure(Error error, bool answering);
  [[nodiscard]] net::Awaitable<Result<void>> ask_upstream();
  [[nodiscard]] net::Awaitable<Result<void>> attempt(bool fresh_only,
                                                     const std::function<bool()>& is_wanted);
  [[nodiscard]] net::Awaitable<Result<void>> stop_pump();
  [[nodiscard]] net::Awaitable<Result<void>> pump_body();
  [[nodiscard]] net::Awaitable<Result<void>> answer_upstream();
  [[nodiscard]] net::Awaitable<Result<void>> pass_interim();
  [[nodiscard]] Result<void> begin_body(ResponsePlan& plan, BodyFront& front);
  [[nodiscard]] Result<bool> pass_at_once(AnswerWriter& out, const BodyFront& front, bool trailers);
  [[nodiscard]] net::Awaitable<Result<void>> pass_body(AnswerWriter& out, BodyFront& front,
                                                       bool trailers);
  [[nodiscard]] net::Awaitable<Result<void>> pass_tunnel();
  [[nodiscard]] net::Awaitable<void> read_rest();
  [[nodiscard]] net::Awaitable<Result<void>> filter_answer(ResponsePlan& plan,
                                                           std::optional<rewrite::PageUrl>& page,
                                                           LinkGate& gate, UnixSeconds now,
                                                           AnswerExplainer* explainer);
  [[nodiscard]] net::Awaitable<void> answer_page(int status);
  [[nodiscard]] net::Awaitable<void> answer_return();
  [[nodiscard]] net::Awaitable<void> answer_text(int status, std::string_view type,
                                                 std::string body, std::string location);

  void begin_selection();
  void begin_try();
  void end_try(int status);
  /// access_rules are those that hold for the request's method; null: everybody may ask.
  [[nodiscard]] const route::AccessRules* access_rules() const;
  /// find_client looks for the client behind trusted proxies; is_authorized answers the request
  /// itself when it says no.
  void find_client(const route::AccessRules& rules);
  [[nodiscard]] net::Awaitable<bool> is_authorized(const route::AccessRules& rules);
  void add_challenges(Answer& answer) const;

  /// dress gives an answer of our own what the route's settings of answers say.
  void dress(Answer& answer, std::string& body);
  void compress(Answer& answer, std::string& body, UnixSeconds now);
  void note_sizes(codec::Coding coding, const codec::Sizes& sizes);
  void bound_link(Answer& answer);
  /// tell_trailers adds the fields of `add_trailer` to the answer's end.
  void tell_trailers();
  void tell_end(AnswerExplainer* explainer);

  /// find_unsigner makes unsigner_ by the route, for a body that was not read yet.
  void find_unsigner();
  /// has_other_body says that what goes upstream may not be the client's body (unsign).
  [[nodiscard]] bool has_other_body() const noexcept;
  [[nodiscard]] bool holds_body() const;
  /// watch_body comes after find_unsigner, as it has to know whether the body will be read.
  void watch_body();
  /// guard has the gate of an upstream's answer know the request, and whom to ask about grants.
  void guard(LinkGate& gate) const;
  void frame_body();
  [[nodiscard]] net::Awaitable<Result<void>> hold_body();
  [[nodiscard]] bool strips_held_body() const;
  [[nodiscard]] net::Awaitable<Result<void>> strip_held_body();
  [[nodiscard]] net::Awaitable<Result<void>> hold_from(BodySource& from);
  [[nodiscard]] net::Awaitable<Result<void>> ask_for_body();
  [[nodiscard]] std::optional<std::string_view> body_at_hand() const;

  [[nodiscard]] Detour& detour();
  [[nodiscard]] bool has_error_page(int status) const noexcept;
  [[nodiscard]] net::Awaitable<void> take_error_page(int status);
  [[nodiscard]] bool plan_detour();
  [[nodiscard]] net::Awaitable<void> take_detour();
  [[nodiscard]] net::Awaitable<void> follow();
  [[nodiscard]] net::Awaitable<bool> answer_with_media(std::string target);
  [[nodiscard]] net::Awaitable<void> answer_media_redirect();
  [[nodiscard]] net::Awaitable<void> answer_link(const route::SignSet& set,
                                                 const Audience& audience, std::string location);
  void add_kept_fields(Answer& answer) const;

  [[nodiscard]] std::optional<rewrite::PageUrl> page_url() const;
  /// audience_of is for whom an answer with links of that set is: for one viewer where a rule says
  /// so, where auth_request was asked whether he may have it, and where his request bore
  /// credentials and not all rules are shared.
  [[nodiscard]] Audience audience_of(const route::SignSet& set) const;
  [[nodiscard]] AnswerWriter::Options writer_options();
  /// wanted_rate is X-Accel-Limit-Rate of the upstream's answer, if it counts.
  [[nodiscard]] std::optional<std::uint64_t> wanted_rate() const;
  void begin_answer();
  void release_upstream(const Result<void>& done);
  /// take_server makes a server, its settings first, the request's.
  void take_server(const route::Server& server);
  void give_back();
  void give_up(const Error& fault);
  void log();
  [[nodiscard]] bool keeps_alive() const;
  [[nodiscard]] bool discards_body() const;
  [[nodiscard]] bool is_for_one_request() const;
  [[nodiscard]] const config::Settings& settings() const noexcept { return route_->settings; }
  [[nodiscard]] std::string_view server_token() const noexcept;

  Services& services_;
  ClientStream& client_;
  const Viewer& viewer_;
  std::shared_ptr<const Runtime>
      runtime_;  // pinned: the request ends with the configuration it began with
  const route::Server* server_ = nullptr;
  const route::Route* route_ = nullptr;
  route::VariableValues values_;
  route::DefinedValues defined_;
  std::unique_ptr<Authorizer> authorizer_;  // where a route has access settings
  SteadyTime began_;
  std::string uri_storage_;
  std::string host_;
  std::array<char, 32> request_id_;
  std::unique_ptr<std::string> traceparent_;  // where one was made
  Answer answer_;
  AnswerTexts texts_;
  UpstreamRequest request_;
  std::optional<upstream::Exchange> upstream_;
  std::unique_ptr<RequestPump> pump_;
  http::Framing body_framing_;                       // of what goes upstream
  std::optional<std::string> replaced_body_;         // proxy_set_body
  std::unique_ptr<HeldBody> held_;                   // the request's body, read whole
  std::unique_ptr<HeldBody> replacement_;            // replaced_body_, where it is long
  std::unique_ptr<rewrite::RequestText> body_text_;  // where reflected links are refused
  std::unique_ptr<StreamedBody> streamed_;
  std::unique_ptr<BodyUnsigner> unsigner_;   // where the body is looked into for signed links
  std::unique_ptr<UnsigningBody> unsigned_;  // streamed_ without them
  std::unique_ptr<Detour> detour_;
  const route::SignSet* linked_ = nullptr;  // its link is the answer's Location: see answer_link
  Audience linked_audience_;
  bool sent_body_ = false;  // part of the request's body went upstream: it cannot be sent again
  bool lingering_ = false;
  bool refused_ = false;      // the request's head could not be read, or not whole
  bool was_judged_ = false;   // a location was asked (auth_request), here or before a redirect
  bool is_complete_ = false;  // the answer has gone out whole
  std::optional<route::GzipSizes> gzip_;
  // What the answer is held to; mutable, since what no answer of an upstream has fixed is looked up
  // when it is asked for, once.
  mutable std::optional<std::uint64_t> rate_;
  std::unique_ptr<FoundTarget> target_;        // of a proxy_pass with variables
  std::unique_ptr<route::Captured> captured_;  // where regular expressions took something
  std::shared_ptr<upstream::Group> group_;
  upstream::Selection selection_;
  std::shared_ptr<upstream::Peer> peer_;  // asked now
  route::UpstreamTries tries_;
  bool trails_ = false;    // fields of add_trailer follow the answer
  bool released_ = false;  // the upstream's connection was given back, and its end reported
  SteadyTime upstream_began_{};
  SteadyTime try_began_{};
  bool is_secure_ = false;         // the upstream speaks TLS
  bool redirected_ = false;        // the next try follows an internal redirect
  std::uint64_t try_written_ = 0;  // what was sent on the connection before
};

}  // namespace signgate::proxy
