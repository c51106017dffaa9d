// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/edge.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/edge/admission.hpp"
#include "gateway/edge/error_document.hpp"
#include "gateway/edge/forwarding.hpp"
#include "gateway/edge/object_response.hpp"
#include "gateway/edge/response_headers.hpp"
#include "gateway/http/http_date.hpp"
#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

constexpr int not_modified = 304;

/// A field's value must be one line of ASCII, whatever was quoted from the request.
std::string header_safe(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < 0x20 || c == 0x7f; }, '?');
  return out;
}

std::string_view method_name(http::Method method) noexcept {
  switch (method) {
    case http::Method::post:
      return "POST";
    case http::Method::put:
      return "PUT";
    case http::Method::delete_:
      return "DELETE";
    default:
      return "PATCH";
  }
}

/// How long an answer that came now is kept.
std::int64_t life_of(const FieldLines& fields, const Ttls& ttls, UnixSeconds now) {
  std::string cache_control;
  for (const auto& [name, value] : fields) {
    if (!http::equal_ignoring_case(name, "Cache-Control")) continue;
    if (!cache_control.empty()) cache_control += ',';
    cache_control += value;
  }
  std::optional<std::int64_t> expires;
  if (const auto written = find_line(fields, "Expires")) {
    // What cannot be read lies in the past. Source: RFC 9111 section 5.3.
    expires = http::parse_http_date(*written, now).value_or(now) - now;
  }
  return time_to_live(cache_control, expires, ttls);
}

/// Where no cookie goes to the origin, none comes from it. Source: CloudFront Developer Guide,
/// "Cache content based on cookies".
void drop_cookies(const Behavior& behavior, FieldLines& fields) {
  if (behavior.cookies.all || !behavior.cookies.names.empty()) return;
  std::erase_if(fields, [](const auto& field) {
    return http::equal_ignoring_case(field.first, "Set-Cookie");
  });
}

/// Adds how old the answer is that has been kept since `stored`, and before it for as long as its
/// origin said. Source: RFC 9111 section 4.2.3.
void add_age(EdgeResponse& response, UnixSeconds stored, UnixSeconds now) {
  UnixSeconds age = std::max<UnixSeconds>(now - stored, 0);
  if (const auto told = find_line(response.fields, "Age")) {
    std::uint32_t before = 0;
    std::from_chars(told->data(), told->data() + told->size(), before);
    age += before;
  }
  std::erase_if(response.fields,
                [](const auto& field) { return http::equal_ignoring_case(field.first, "Age"); });
  response.add("Age", std::to_string(age));
}

/// The fields of an object that was found unchanged: a 304's take the place of those of the same
/// name. Source: RFC 9111 sections 3.2 and 4.3.4.
FieldLines refreshed(const FieldLines& stored, const FieldLines& told) {
  FieldLines fields;
  fields.reserve(stored.size() + told.size());
  for (const auto& line : stored) {
    const bool is_age = http::equal_ignoring_case(line.first, "Age");  // it begins anew
    if (!is_age && !find_line(told, line.first)) fields.push_back(line);
  }
  fields.insert(fields.end(), told.begin(), told.end());
  return fields;
}

EdgeResponse hit(const CachedObject& cached, const ViewerRequest& request, UnixSeconds now,
                 std::uint64_t number) {
  Body body;
  body.bytes = cached.bytes;
  body.length = cached.size;
  EdgeResponse response;
  if (cached.status == 200) {
    response = object_response(cached, std::move(body), request, now, number);
  } else {
    response = plain_response(cached, std::move(body));
  }
  if (response.status < 400) response.add("X-Cache", "Hit from cloudfront");
  add_age(response, cached.stored, now);
  return response;
}

bool is_cachable(http::Method method) noexcept {
  return method == http::Method::get || method == http::Method::head;
}

/// The edge forwards no bodies: what CloudFront lets through to S3, it refuses in its name.
EdgeResponse refuse_body(const ViewerRequest& request, std::uint64_t number) {
  OriginAnswer answer = s3_error(
      {405, "MethodNotAllowed", "The specified method is not allowed against this resource.",
       "<Method>" + std::string(method_name(request.method)) +
           "</Method><ResourceType>OBJECT</ResourceType>"},
      number);
  answer.reason = "read_only: the local bucket takes GET, HEAD and OPTIONS alone";
  return error_response(std::move(answer));
}

/// Whether there was one.
bool drop_conditions(FieldLines& fields) {
  return std::erase_if(fields, [](const auto& field) { return is_condition(field.first); }) > 0;
}

/// What asks for all of an object.
Question ask_whole(Question question) {
  auto& fields = question.request.fields;
  drop_conditions(fields);
  std::erase_if(fields,
                [](const auto& field) { return http::equal_ignoring_case(field.first, "Range"); });
  question.is_part = false;
  question.part_of.clear();
  return question;
}

/// What asks for the part of an object that the viewer wants, of this version of it alone; without
/// a tag of whichever is there.
Question ask_part(Question question, const ViewerRequest& request, std::string_view etag) {
  Question part = ask_whole(std::move(question));
  auto& fields = part.request.fields;
  fields.emplace_back("Range", request.fields->value(http::HeaderId::range).value_or(""));
  if (!etag.empty()) fields.emplace_back("If-Match", etag);
  part.is_part = true;
  part.part_of = etag;
  return part;
}

/// Whether a part that was asked for is not known to be of the version that it was asked of. A
/// store need not know If-Match.
bool is_of_another_version(const Question& question, const OriginAnswer& answer) {
  if (question.part_of.empty()) return false;
  if (answer.status == 412 || answer.status == 416) return true;
  return answer.status == 206 && find_line(answer.fields, "ETag").value_or("") != question.part_of;
}

/// Whether a part is asked for without a condition. One that has a condition needs the object's
/// present tag first, as the answer to a question for the whole tells it.
bool wants_plain_part(const http::Fields& fields) {
  return fields.find(http::HeaderId::range) != nullptr &&
         std::none_of(fields.begin(), fields.end(),
                      [](const http::Field& field) { return is_condition(field.name); });
}

/// What is asked when the object changed after its tag was told. A plain part is of whichever
/// version its own answer says.
Question ask_anew(Question question, const ViewerRequest& request) {
  question.has_changed = true;
  if (wants_plain_part(*request.fields)) return ask_part(std::move(question), request, {});
  return ask_whole(std::move(question));
}

}  // namespace

Edge::Edge(Distribution distribution)
    : distribution_(std::make_shared<const Distribution>(std::move(distribution))),
      cache_(limits::edge_cache),
      signatures_(limits::edge_signatures) {}

void Edge::reconfigure(Distribution distribution) {
  distribution_ = std::make_shared<const Distribution>(std::move(distribution));
}

Step Edge::begin(const ViewerRequest& request, UnixSeconds now) {
  Step step = begin_admitted(request, now);
  finish(*distribution_, request, step);
  return step;
}

Step Edge::resume(Question question, OriginAnswer answer, const ViewerRequest& request,
                  UnixSeconds now) {
  const auto distribution = question.distribution;
  Step step = resume_admitted(std::move(question), std::move(answer), request, now);
  finish(*distribution, request, step);
  return step;
}

Step Edge::begin_admitted(const ViewerRequest& request, UnixSeconds now) {
  const std::uint64_t number = ++requests_;
  auto checked = admit(*distribution_, request, now, number, signatures_);
  if (auto* refused = std::get_if<EdgeResponse>(&checked)) return std::move(*refused);
  Admitted& admitted = std::get<Admitted>(checked);

  Question question;
  question.distribution = distribution_;
  question.behavior = admitted.behavior;
  OriginRequest& asked = question.request;
  asked.method = request.method;
  asked.path = std::move(admitted.path);
  asked.key = std::move(admitted.key);
  asked.now = now;
  asked.number = number;
  forward(*admitted.behavior, admitted.query, *request.fields, asked);
  question.cache_key = cache_key(*admitted.behavior, asked);
  forward_beside(*admitted.behavior, *request.fields, asked);
  question.lost_referer = request.fields->find(http::HeaderId::referer) != nullptr &&
                          !forwards(*admitted.behavior, "Referer");

  if (!is_cachable(request.method)) {
    if (request.method != http::Method::options) return refuse_body(request, number);
    return question;
  }
  const CachedObject* cached = cache_.find(question.cache_key);
  if (cached == nullptr) return question;
  if (cached->status == 200 && cached->bytes == nullptr) {
    if (!wants_plain_part(*request.fields)) return question;
    return ask_part(std::move(question), request, {});
  }
  if (cached->expires > now) return hit(*cached, request, now, number);
  if (cached->status == 200 && !cached->etag.empty()) {
    asked.fields.emplace_back("If-None-Match", cached->etag);
  }
  return question;
}

Step Edge::resume_admitted(Question question, OriginAnswer answer, const ViewerRequest& request,
                           UnixSeconds now) {
  if (is_of_another_version(question, answer)) return ask_anew(std::move(question), request);
  drop_cookies(*question.behavior, answer.fields);
  if (answer.status == not_modified) {
    if (auto served = serve_stale(question, request, now, &answer)) return *std::move(served);
    // The cache dropped it while the origin was asked.
    if (drop_conditions(question.request.fields)) return question;
    return cloudfront_error(502, "The origin answered 304 to a request without a condition.");
  }
  if (answer.status >= 500 && is_cachable(question.request.method)) {
    if (auto served = serve_stale(question, request, now, nullptr)) return *std::move(served);
  }
  if (answer.status >= 400) return serve_error(question, std::move(answer), now);

  CachedObject entry = to_cached(answer, now);
  if (!is_cachable(question.request.method)) return plain_response(entry, std::move(answer.body));
  const bool is_streamed = answer.body.source != nullptr;
  const bool is_whole = answer.status == 200;
  bool selects = is_whole;
  if (is_whole && is_streamed) {
    const EdgeResponse probe = object_response(entry, {}, request, now, question.request.number);
    const bool is_partial = probe.status == 206;
    // What may change again, or has no tag to know it by, is sent whole, as a Range allows.
    const bool is_known = !entry.etag.empty() || wants_plain_part(*request.fields);
    if (is_partial && !question.is_part && !question.has_changed && is_known) {
      // The next who wants a part need not ask for all of it first.
      entry.expires = now + 1;
      const std::string etag = entry.etag;
      cache_.store(question.cache_key, std::move(entry));
      return ask_part(std::move(question), request, etag);
    }
    selects = !is_partial;  // so does an origin that knows no Range
  }
  entry.expires = now + life_of(answer.fields, question.behavior->ttls, now);
  EdgeResponse response = selects ? object_response(entry, std::move(answer.body), request, now,
                                                    question.request.number)
                                  : plain_response(entry, std::move(answer.body));
  if (response.status < 400) response.add("X-Cache", "Miss from cloudfront");
  const bool is_kept = question.request.method == http::Method::get && answer.status != 206 &&
                       (entry.bytes != nullptr || is_streamed);
  if (is_kept && entry.expires > now) cache_.store(question.cache_key, std::move(entry));
  return response;
}

std::optional<EdgeResponse> Edge::serve_stale(const Question& question,
                                              const ViewerRequest& request, UnixSeconds now,
                                              const OriginAnswer* unchanged) {
  const CachedObject* cached = cache_.find(question.cache_key);
  if (cached == nullptr || cached->status != 200 || cached->bytes == nullptr) return std::nullopt;
  CachedObject entry = *cached;
  if (unchanged != nullptr) {
    entry.fields = std::make_shared<const FieldLines>(refreshed(*entry.fields, unchanged->fields));
    entry.stored = now;
    entry.expires = now + life_of(*entry.fields, question.behavior->ttls, now);
  } else {
    entry.expires = now + question.distribution->error_caching_min_ttl;
  }
  Body body;
  body.bytes = entry.bytes;
  EdgeResponse response =
      object_response(entry, std::move(body), request, now, question.request.number);
  if (response.status < 400) {
    response.add("X-Cache",
                 unchanged != nullptr ? "RefreshHit from cloudfront" : "Hit from cloudfront");
  }
  if (unchanged == nullptr) add_age(response, entry.stored, now);
  cache_.store(question.cache_key, std::move(entry));
  return response;
}

EdgeResponse Edge::serve_error(const Question& question, OriginAnswer answer, UnixSeconds now) {
  if (answer.status == 403 && question.lost_referer) {
    if (!answer.reason.empty()) answer.reason += "; ";
    answer.reason += "CloudFront removed Referer: forward_headers does not list it";
  }
  answer.reason = header_safe(answer.reason);
  CachedObject entry = to_cached(answer, now);
  entry.expires = now + question.distribution->error_caching_min_ttl;
  EdgeResponse response = plain_response(entry, std::move(answer.body));
  const bool is_kept = question.request.method == http::Method::get && !question.is_part &&
                       entry.bytes != nullptr && entry.expires > now;
  if (is_kept) cache_.store(question.cache_key, std::move(entry));
  return response;
}

void Edge::finish(const Distribution& distribution, const ViewerRequest& request,
                  Step& step) const {
  auto* response = std::get_if<EdgeResponse>(&step);
  if (response == nullptr) return;
  if (response->from_origin) {
    response->add("Via", "1.1 " + distribution.id + ".cloudfront.net (CloudFront)");
  }
  add_cors(distribution, request, *response);
  if (response->reason.empty()) return;
  response->reason = header_safe(response->reason);
  response->add("x-signgate-reason", response->reason);
}

}  // namespace signgate::edge
