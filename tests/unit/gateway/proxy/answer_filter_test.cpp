// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/answer_filter.hpp"

#include <gtest/gtest.h>

#include "gateway/codec/decoder.hpp"

namespace signgate::proxy {
namespace {

constexpr UnixSeconds now = 1700000000;

class AnswerFilterTest : public testing::Test {
 protected:
  void answer(int status, std::vector<std::pair<std::string_view, std::string_view>> fields) {
    answer_ = {};
    answer_.status = status;
    for (const auto& [name, value] : fields)
      answer_.fields.add(name, value);
  }

  std::string added(const config::Answers& settings) {
    const auto rules = route::make_answer_rules(settings);
    route::VariableValues values;
    values.host = "h.example";
    values.sent = &answer_.fields;
    add_answer_headers(*rules, values, now, answer_, texts_);
    return listed();
  }

  std::string compressed(const config::Answers& settings, route::CompressionChoice* choice) {
    http::RequestHead request;
    request.fields.add("Accept-Encoding", "gzip");
    *choice = compress_fields(route::CompressionRule(settings), request, {}, now, answer_, texts_);
    return listed();
  }

  std::string listed() const {
    std::string out;
    for (const http::Field& field : answer_.fields)
      out += std::string(field.name) + ": " + std::string(field.value) + "\n";
    return out;
  }

  Answer answer_;
  AnswerTexts texts_;
};

config::Answers with(std::vector<config::AddHeader> headers, std::string expires = "off") {
  config::Answers settings;
  settings.add_header = std::move(headers);
  settings.expires = std::move(expires);
  return settings;
}

TEST_F(AnswerFilterTest, AddsHeadersBehindThoseThatAreThere) {
  answer(200, {{"X-A", "1"}});
  EXPECT_EQ(added(with({{"X-A", "2", false}, {"X-Host", "$host", false}})),
            "X-A: 1\nX-A: 2\nX-Host: h.example\n");
}

TEST_F(AnswerFilterTest, AddsNothingForAnEmptyValue) {
  answer(200, {});
  EXPECT_EQ(added(with({{"X-A", "", true}, {"X-B", "$http_none", true}})), "");
}

TEST_F(AnswerFilterTest, AddsToErrorsOnlyWhatIsAlwaysAdded) {
  answer(404, {});
  EXPECT_EQ(added(with({{"X-A", "1", false}, {"X-B", "2", true}}, "1h")), "X-B: 2\n");
}

TEST_F(AnswerFilterTest, ReplacesValidators) {
  answer(200, {{"ETag", "\"a\""}, {"Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT"}});
  EXPECT_EQ(added(with({{"ETag", "\"b\"", false}, {"Last-Modified", "", false}})), "ETag: \"b\"\n");
}

TEST_F(AnswerFilterTest, PutsExpiresInThePlaceOfUpstreams) {
  answer(200, {{"Cache-Control", "private"}, {"Cache-Control", "no-store"}, {"Expires", "0"}});
  EXPECT_EQ(added(with({{"Cache-Control", "public", false}}, "1h")),
            "Cache-Control: max-age=3600\nExpires: Tue, 14 Nov 2023 23:13:20 GMT\n"
            "Cache-Control: public\n");
}

TEST_F(AnswerFilterTest, KeepsLineEndsOutOfValues) {
  answer(200, {});
  const auto rules = route::make_answer_rules(with({{"X-U", "$uri", false}}));
  route::VariableValues values;
  values.uri = "/a\r\nSet-Cookie: x";
  add_answer_headers(*rules, values, now, answer_, texts_);
  EXPECT_EQ(listed(), "X-U: /a%0D%0ASet-Cookie: x\n");
}

config::Answers gzip() {
  config::Answers settings;
  settings.gzip.on = true;
  settings.gzip_vary = true;
  return settings;
}

TEST_F(AnswerFilterTest, DropsWhatIsTrueOfThePlainBytesAlone) {
  answer(200, {{"Content-Type", "text/html"},
               {"Accept-Ranges", "bytes"},
               {"Content-MD5", "x"},
               {"Content-Digest", "y"},
               {"ETag", "\"t\""}});
  answer_.length = 1000;
  route::CompressionChoice choice;
  EXPECT_EQ(compressed(gzip(), &choice),
            "Content-Type: text/html\nETag: W/\"t\"\nVary: Accept-Encoding\n"
            "Content-Encoding: gzip\n");
  EXPECT_EQ(choice.coding, codec::Coding::gzip);
  EXPECT_FALSE(answer_.length);
}

TEST_F(AnswerFilterTest, LeavesWeakTagsAndDropsWhatIsNone) {
  route::CompressionChoice choice;
  answer(200, {{"Content-Type", "text/html"}, {"ETag", "W/\"t\""}});
  EXPECT_NE(compressed(gzip(), &choice).find("ETag: W/\"t\"\n"), std::string::npos);
  answer(200, {{"Content-Type", "text/html"}, {"ETag", "t"}});
  EXPECT_EQ(compressed(gzip(), &choice).find("ETag"), std::string::npos);
}

TEST_F(AnswerFilterTest, SaysVaryOnce) {
  route::CompressionChoice choice;
  answer(200, {{"Content-Type", "text/html"}, {"Vary", "Cookie, accept-encoding"}});
  EXPECT_EQ(compressed(gzip(), &choice).find("Vary: Accept-Encoding"), std::string::npos);
}

TEST_F(AnswerFilterTest, LeavesAnAnswerThatStaysPlain) {
  route::CompressionChoice choice;
  answer(200, {{"Content-Type", "image/png"}, {"ETag", "\"t\""}});
  answer_.length = 1000;
  EXPECT_EQ(compressed(gzip(), &choice), "Content-Type: image/png\nETag: \"t\"\n");
  EXPECT_EQ(answer_.length, 1000U);
}

TEST(CompressText, MakesAWholeBody) {
  codec::EncoderPool pool;
  const std::string text(100000, 'x');
  for (const codec::Coding coding : {codec::Coding::gzip, codec::Coding::br, codec::Coding::zstd}) {
    const auto body = compress_text(text, {.coding = coding, .level = 1, .vary = false}, pool);
    ASSERT_TRUE(body);
    EXPECT_LT(body->size(), 2000U);
    codec::Decoder decoder(coding);
    std::vector<char> out(200000);
    const auto step = decoder.decode(*body, true, out);
    ASSERT_TRUE(step);
    EXPECT_EQ(std::string_view(out.data(), step->produced), text);
  }
}

TEST_F(AnswerFilterTest, FramesAnAnswerForTrailers) {
  config::Answers settings;
  settings.add_trailer = {{"X-Sum", "$host", false}};
  const auto some = route::make_answer_rules(settings);
  settings.add_trailer.push_back({"X-Always", "a", true});
  const auto always = route::make_answer_rules(settings);
  http::RequestHead request;
  const auto framed = [&](const auto& rules, int status) {
    answer(status, {});
    answer_.length = 5;
    const bool trails = frame_trailers(*rules, &request, answer_);
    EXPECT_EQ(trails, !answer_.length) << status;
    return trails;
  };
  EXPECT_TRUE(framed(some, 200));
  EXPECT_FALSE(framed(some, 404));
  EXPECT_TRUE(framed(always, 404));
  for (const int status : {101, 204, 304})
    EXPECT_FALSE(framed(always, status)) << status;
  request.method = http::Method::head;
  EXPECT_FALSE(framed(always, 200));
  request.method = http::Method::get;
  request.minor = 0;
  EXPECT_FALSE(framed(always, 200));
  EXPECT_FALSE(frame_trailers(*always, nullptr, answer_));
  EXPECT_FALSE(framed(route::make_answer_rules(with({{"X-A", "1", true}})), 200));
}

TEST_F(AnswerFilterTest, AddsTrailersThatHaveAValue) {
  config::Answers settings;
  settings.add_trailer = {
      {"X-Sum", "$host", false}, {"X-Empty", "$http_none", true}, {"X-Line", "a$uri", true}};
  const auto rules = route::make_answer_rules(settings);
  route::VariableValues values;
  values.host = "h.example";
  values.uri = "/\r\nEvil: x";
  answer(200, {});
  add_trailers(*rules, values, 200, answer_.fields, texts_);
  EXPECT_EQ(listed(), "X-Sum: h.example\nX-Line: a/%0D%0AEvil: x\n");
  answer(404, {});
  add_trailers(*rules, values, 404, answer_.fields, texts_);
  EXPECT_EQ(listed(), "X-Line: a/%0D%0AEvil: x\n");
}

}  // namespace
}  // namespace signgate::proxy
