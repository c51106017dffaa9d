// SPDX-License-Identifier: Apache-2.0
// The edge before an origin that is none of its own: what it asks, keeps and does with failures.
#include "gateway/edge/origin_message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "gateway/base/limits.hpp"
#include "gateway/edge/body_source.hpp"
#include "gateway/edge/edge.hpp"
#include "gateway/http/http_date.hpp"

namespace signgate::edge {
namespace {

constexpr UnixSeconds noon = 1893499200;

/// Never read here: what counts is which answers keep it.
class Unread final : public BodySource {
 public:
  net::Awaitable<Result<std::string_view>> read() override {
    co_return Result<std::string_view>(std::string_view());
  }
};

OriginAnswer whole(const std::string& text, const std::string& etag = "\"v1\"") {
  OriginAnswer answer;
  answer.add("ETag", etag);
  answer.add("Cache-Control", "max-age=60");
  answer.body = Body::of(text);
  return answer;
}

OriginAnswer streamed(std::uint64_t length, int status = 200, const std::string& etag = "\"big\"") {
  OriginAnswer answer;
  answer.status = status;
  if (!etag.empty()) answer.add("ETag", etag);
  answer.body.source = std::make_shared<Unread>();
  answer.body.length = length;
  return answer;
}

OriginAnswer failure(int status) {
  OriginAnswer answer;
  answer.status = status;
  answer.server = "other";
  answer.body = Body::of("broken");
  answer.code = "Broken";
  return answer;
}

class EdgeOriginTest : public testing::Test {
 protected:
  EdgeOriginTest() : edge_(make_distribution()) {}

  static Distribution make_distribution() {
    Distribution distribution;
    distribution.id = "E1";
    return distribution;
  }

  void add(std::string_view name, std::string_view value) { fields_.add(name, value); }

  /// The answer to a request whose questions get `answers` in turn; all of them have to be asked.
  EdgeResponse ask(std::deque<OriginAnswer> answers, UnixSeconds now = noon,
                   http::Method method = http::Method::get) {
    asked_.clear();
    ViewerRequest request;
    request.method = method;
    request.host = "media.test";
    request.target = "/a";
    request.fields = &fields_;
    Step step = edge_.begin(request, now);
    while (auto* question = std::get_if<Question>(&step)) {
      if (answers.empty()) {
        ADD_FAILURE() << "asked once too often";
        return {};
      }
      asked_.push_back(question->request);
      OriginAnswer answer = std::move(answers.front());
      answers.pop_front();
      step = edge_.resume(std::move(*question), std::move(answer), request, now);
    }
    EXPECT_TRUE(answers.empty());
    return std::get<EdgeResponse>(std::move(step));
  }

  static std::string field(const EdgeResponse& response, std::string_view name) {
    return std::string(find_line(response.fields, name).value_or("(none)"));
  }

  [[nodiscard]] std::string asked(std::size_t i, std::string_view name) const {
    return std::string(find_line(asked_.at(i).fields, name).value_or("(none)"));
  }

  static std::deque<OriginAnswer> list(OriginAnswer first) {
    std::deque<OriginAnswer> answers;
    answers.push_back(std::move(first));
    return answers;
  }
  static std::deque<OriginAnswer> list(OriginAnswer first, OriginAnswer second) {
    std::deque<OriginAnswer> answers = list(std::move(first));
    answers.push_back(std::move(second));
    return answers;
  }
  static std::deque<OriginAnswer> list(OriginAnswer first, OriginAnswer second,
                                       OriginAnswer third) {
    std::deque<OriginAnswer> answers = list(std::move(first), std::move(second));
    answers.push_back(std::move(third));
    return answers;
  }

  Edge edge_;
  http::Fields fields_;
  std::vector<OriginRequest> asked_;
};

TEST_F(EdgeOriginTest, AWholeObjectIsKeptAndRangesAreServedFromIt) {
  add("Range", "bytes=1-2");
  EdgeResponse response = ask(list(whole("hello")));
  EXPECT_EQ(asked(0, "Range"), "(none)");
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.body.offset, 1U);
  EXPECT_EQ(response.body.length, 2U);
  response = ask({}, noon + 59);
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(field(response, "X-Cache"), "Hit from cloudfront");
}

TEST_F(EdgeOriginTest, ExpiresCountsWhereCacheControlSaysNoAge) {
  const auto dated = [](std::string expires, std::string cache_control) {
    OriginAnswer answer;
    answer.add("Expires", std::move(expires));
    answer.add("Cache-Control", "public");
    answer.add("Cache-Control", std::move(cache_control));
    answer.body = Body::of("hello");
    return answer;
  };
  ask(list(dated(http::format_http_date(noon + 30), "no-transform")));
  EXPECT_EQ(field(ask({}, noon + 29), "X-Cache"), "Hit from cloudfront");
  ask(list(dated("0", "no-transform")), noon + 30);
  ask(list(dated("0", "max-age=10")), noon + 30);
  EXPECT_EQ(field(ask({}, noon + 39), "X-Cache"), "Hit from cloudfront");
  ask(list(dated(http::format_http_date(noon + 900), "no-store")), noon + 40);
  ask(list(whole("hello")), noon + 40);
}

TEST_F(EdgeOriginTest, AStaleObjectIsAskedForByItsTag) {
  ask(list(whole("hello")));
  OriginAnswer unchanged;
  unchanged.status = 304;
  EdgeResponse response = ask(list(std::move(unchanged)), noon + 60);
  EXPECT_EQ(asked(0, "If-None-Match"), "\"v1\"");
  EXPECT_EQ(field(response, "X-Cache"), "RefreshHit from cloudfront");
  EXPECT_EQ(*response.body.bytes, "hello");
  EXPECT_EQ(field(ask({}, noon + 119), "Age"), "59");
  response = ask(list(whole("changed", "\"v2\"")), noon + 120);
  EXPECT_EQ(field(response, "X-Cache"), "Miss from cloudfront");
  EXPECT_EQ(*ask({}, noon + 121).body.bytes, "changed");
}

TEST_F(EdgeOriginTest, AnUnchangedObjectHasTheFieldsThatTheOriginNowTells) {
  ask(list(whole("hello")));
  OriginAnswer unchanged;
  unchanged.status = 304;
  unchanged.add("cache-control", "max-age=10");
  unchanged.add("x-amz-meta-a", "new");
  EdgeResponse response = ask(list(std::move(unchanged)), noon + 60);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(field(response, "Cache-Control"), "max-age=10");
  response = ask({}, noon + 69);
  EXPECT_EQ(field(response, "X-Cache"), "Hit from cloudfront");
  EXPECT_EQ(field(response, "x-amz-meta-a"), "new");
  EXPECT_EQ(field(response, "ETag"), "\"v1\"");
  EXPECT_EQ(*ask(list(whole("hello")), noon + 70).body.bytes, "hello");
}

TEST_F(EdgeOriginTest, TheOriginsAgeCountsAndItsCookiesAreNobodys) {
  OriginAnswer answer = whole("hello");
  answer.add("age", "20");
  answer.add("Set-Cookie", "session=1");
  EdgeResponse response = ask(list(std::move(answer)));
  EXPECT_EQ(field(response, "Age"), "20");
  EXPECT_EQ(field(response, "Set-Cookie"), "(none)");
  response = ask({}, noon + 5);
  EXPECT_EQ(field(response, "Set-Cookie"), "(none)");
  EXPECT_EQ(std::count_if(response.fields.begin(), response.fields.end(),
                          [](const auto& line) { return line.first == "Age"; }),
            1);
  EXPECT_EQ(field(response, "Age"), "25");

  Distribution distribution = make_distribution();
  distribution.default_behavior.cookies.names = {"session"};
  edge_.reconfigure(std::move(distribution));
  OriginAnswer personal = whole("hello");
  personal.add("Set-Cookie", "session=1");
  EXPECT_EQ(field(ask(list(std::move(personal)), noon + 60), "Set-Cookie"), "session=1");
}

TEST_F(EdgeOriginTest, AnUnchangedObjectThatTheCacheLostIsAskedForAnew) {
  ask(list(whole("hello")));
  ViewerRequest request;
  request.host = "media.test";
  request.target = "/a";
  request.fields = &fields_;
  Step step = edge_.begin(request, noon + 60);
  ASSERT_TRUE(std::holds_alternative<Question>(step));
  EXPECT_EQ(edge_.cache().purge("/*"), 1U);
  OriginAnswer unchanged;
  unchanged.status = 304;
  step =
      edge_.resume(std::get<Question>(std::move(step)), std::move(unchanged), request, noon + 60);
  ASSERT_TRUE(std::holds_alternative<Question>(step));
  EXPECT_FALSE(find_line(std::get<Question>(step).request.fields, "If-None-Match"));
}

TEST_F(EdgeOriginTest, OfALargeObjectThePartIsAskedFor) {
  add("Range", "bytes=10-19");
  OriginAnswer part = streamed(10, 206);
  part.add("Content-Range", "bytes 10-19/5000000");
  EdgeResponse response = ask(list(streamed(5000000), std::move(part)));
  EXPECT_EQ(asked(0, "Range"), "(none)");
  EXPECT_EQ(asked(1, "Range"), "bytes=10-19");
  EXPECT_EQ(asked(1, "If-Match"), "\"big\"");
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.body.length, 10U);
  EXPECT_EQ(field(response, "Content-Range"), "bytes 10-19/5000000");
  // From then on the part alone is asked for; nothing of it is served from the cache.
  response = ask(list(streamed(10, 206)));
  EXPECT_EQ(asked(0, "Range"), "bytes=10-19");
  EXPECT_EQ(field(response, "X-Cache"), "Miss from cloudfront");
}

TEST_F(EdgeOriginTest, OnceKnownAsLargeItIsAskedForInPartsAtOnce) {
  ask(list(streamed(5000000)));
  add("Range", "bytes=10-19");
  ask(list(streamed(10, 206)));
  EXPECT_EQ(asked(0, "Range"), "bytes=10-19");
}

// Whoever says it: the store by If-Match, or, where it does not know that, the part's own tag, or
// a part without one.
std::vector<OriginAnswer> answers_of_another_version() {
  std::vector<OriginAnswer> answers;
  answers.push_back(failure(412));
  answers.push_back(failure(416));
  answers.push_back(streamed(10, 206, "\"new\""));
  answers.push_back(streamed(10, 206, ""));
  return answers;
}

TEST_F(EdgeOriginTest, APartThatGoesOnWithAnotherVersionIsNotSent) {
  add("Range", "bytes=10-19");
  add("If-Range", "\"big\"");
  for (OriginAnswer& changed : answers_of_another_version()) {
    const EdgeResponse response =
        ask(list(streamed(5000000), std::move(changed), streamed(4000000, 200, "\"new\"")));
    EXPECT_EQ(asked(1, "If-Match"), "\"big\"");
    EXPECT_EQ(asked(2, "If-Match"), "(none)");
    EXPECT_EQ(asked(2, "Range"), "(none)");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(field(response, "ETag"), "\"new\"");
    EXPECT_EQ(field(response, "Content-Range"), "(none)");
    EXPECT_EQ(response.body.length, 4000000U);
  }
}

TEST_F(EdgeOriginTest, ConditionsAreJudgedByTheVersionThatIsSent) {
  add("Range", "bytes=10-19");
  add("If-Match", "\"big\"");
  for (OriginAnswer& changed : answers_of_another_version()) {
    const EdgeResponse response =
        ask(list(streamed(5000000), std::move(changed), streamed(4000000, 200, "\"new\"")));
    EXPECT_EQ(response.status, 412);
    EXPECT_EQ(response.code, "PreconditionFailed");
  }
}

TEST_F(EdgeOriginTest, APlainPartIsOfWhicheverVersionIsThere) {
  add("Range", "bytes=10-19");
  for (OriginAnswer& changed : answers_of_another_version()) {
    EXPECT_LE(edge_.cache().purge("/*"), 1U);
    const EdgeResponse response =
        ask(list(streamed(5000000), std::move(changed), streamed(10, 206, "\"new\"")));
    EXPECT_EQ(asked(2, "If-Match"), "(none)");
    EXPECT_EQ(asked(2, "Range"), "bytes=10-19");
    EXPECT_EQ(response.status, 206);
    EXPECT_EQ(field(response, "ETag"), "\"new\"");
  }
}

TEST_F(EdgeOriginTest, WhatChangesAllTheTimeIsSentWhole) {
  add("Range", "bytes=10-19");
  add("If-None-Match", "\"old\"");
  EdgeResponse response =
      ask(list(streamed(5000000), failure(412), streamed(4000000, 200, "\"new\"")));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.length, 4000000U);
  EXPECT_EQ(field(response, "ETag"), "\"new\"");
  // A small one is at hand, and so is each part of it.
  response = ask(list(streamed(5000000), failure(412), whole("twelve bytes", "\"new\"")));
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.body.offset, 10U);
  EXPECT_EQ(response.body.length, 2U);
}

TEST_F(EdgeOriginTest, WithoutATagNoPartIsAskedForOnACondition) {
  add("Range", "bytes=10-19");
  add("If-None-Match", "\"old\"");
  const EdgeResponse response = ask(list(streamed(5000000, 200, "")));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.length, 5000000U);
}

TEST_F(EdgeOriginTest, AnOriginWithoutRangesSendsAll) {
  add("Range", "bytes=10-19");
  const EdgeResponse response = ask(list(streamed(5000000), streamed(5000000)));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.length, 5000000U);
  EXPECT_EQ(field(response, "Content-Range"), "(none)");
}

TEST_F(EdgeOriginTest, AnErrorIsPassedOnAndKept) {
  EdgeResponse response = ask(list(failure(403)));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.server, "other");
  EXPECT_EQ(field(response, "X-Cache"), "Error from cloudfront");
  response = ask({}, noon + 9);
  EXPECT_EQ(*response.body.bytes, "broken");
  EXPECT_EQ(field(response, "Age"), "9");
  EXPECT_EQ(ask(list(whole("hello")), noon + 10).status, 200);
}

TEST_F(EdgeOriginTest, AFailingOriginLeavesWhatIsStale) {
  ask(list(whole("hello")));
  EdgeResponse response = ask(list(failure(503)), noon + 60);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*response.body.bytes, "hello");
  EXPECT_EQ(field(response, "Age"), "60");
  // Not asked again for as long as errors are kept.
  EXPECT_EQ(ask({}, noon + 69).status, 200);
  EXPECT_EQ(ask(list(failure(404)), noon + 70).status, 404);
}

TEST_F(EdgeOriginTest, HeadIsAskedAsHeadAndLeavesNothing) {
  OriginAnswer head = whole("");
  head.body = {};
  head.body.length = 5;
  EdgeResponse response = ask(list(std::move(head)), noon, http::Method::head);
  EXPECT_EQ(asked_[0].method, http::Method::head);
  EXPECT_EQ(response.body.length, 5U);
  ask(list(whole("hello")));
  response = ask({}, noon + 1, http::Method::head);
  EXPECT_EQ(field(response, "X-Cache"), "Hit from cloudfront");
}

TEST_F(EdgeOriginTest, ARequestEndsWithTheDistributionThatItBeganWith) {
  ViewerRequest request;
  request.host = "media.test";
  request.target = "/a";
  request.fields = &fields_;
  Step step = edge_.begin(request, noon);
  Distribution other = make_distribution();
  other.id = "E2";
  edge_.reconfigure(other);
  step = edge_.resume(std::get<Question>(std::move(step)), whole("hello"), request, noon);
  EXPECT_EQ(field(std::get<EdgeResponse>(step), "Via"), "1.1 E1.cloudfront.net (CloudFront)");
  EXPECT_EQ(field(ask({}), "Via"), "1.1 E2.cloudfront.net (CloudFront)");
}

}  // namespace
}  // namespace signgate::edge
