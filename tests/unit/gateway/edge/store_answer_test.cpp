// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/store_answer.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

TEST(StoreAnswer, PassesOnWhatIsEndToEnd) {
  const std::string text =
      "HTTP/1.1 200 OK\r\nServer: AmazonS3\r\nETag: \"e\"\r\nContent-Type: image/jpeg\r\n"
      "Content-Length: 5\r\nDate: x\r\nConnection: Keep-Alive, X-Hop\r\nKeep-Alive: timeout=5\r\n"
      "X-Hop: 1\r\nTransfer-Encoding: chunked\r\nx-amz-request-id: R\r\n\r\n";
  http::ResponseHead head;
  ASSERT_TRUE(http::parse_response_head(text, head));
  const OriginAnswer answer = store_answer(head);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.server, "AmazonS3");
  EXPECT_EQ(
      answer.fields,
      (FieldLines{{"ETag", "\"e\""}, {"Content-Type", "image/jpeg"}, {"x-amz-request-id", "R"}}));
}

TEST(StoreAnswer, TakesTheCodeOfAnError) {
  EXPECT_EQ(store_error_code("<?xml?><Error><Code>AccessDenied</Code><Message>"), "AccessDenied");
  EXPECT_EQ(store_error_code("<Code>NoSuchKey"), "NoSuchKey");
  EXPECT_EQ(store_error_code("<html>403</html>"), "");
  EXPECT_EQ(store_error_code("<Code></Code>"), "");
  EXPECT_EQ(store_error_code("<Code>a b</Code>"), "");
  EXPECT_EQ(store_error_code("<Code>x\r\nSet-Cookie: y</Code>"), "");
  EXPECT_EQ(store_error_code("<Code>" + std::string(64, 'a') + "</Code>").size(), 64U);
  EXPECT_EQ(store_error_code("<Code>" + std::string(65, 'a') + "</Code>"), "");
}

TEST(StoreAnswer, SaysWhichErrorItWas) {
  OriginAnswer answer;
  answer.status = 403;
  explain_refusal(answer, "<Error><Code>SignatureDoesNotMatch</Code></Error>");
  EXPECT_EQ(answer.code, "SignatureDoesNotMatch");
  EXPECT_EQ(answer.reason, "store: it answered 403 SignatureDoesNotMatch");
  answer.status = 500;
  explain_refusal(answer, "");
  EXPECT_EQ(answer.reason, "store: it answered 500");
}

TEST(StoreAnswer, ATimeoutIs504AndTheRest502) {
  const OriginAnswer late =
      unreachable({ErrorCode::timed_out, Side::upstream, Retry::no, ""}, "s3.test:7480");
  EXPECT_EQ(late.status, 504);
  EXPECT_EQ(late.server, "CloudFront");
  EXPECT_EQ(late.reason, "store_unreachable: s3.test:7480: timed_out");
  EXPECT_EQ(find_line(late.fields, "X-Cache"), std::nullopt);
  EXPECT_NE(late.body.bytes->find("504 ERROR"), std::string::npos);
  const OriginAnswer refused =
      unreachable({ErrorCode::connect_failed, Side::upstream, Retry::yes, "refused"}, "s3.test");
  EXPECT_EQ(refused.status, 502);
  EXPECT_EQ(refused.reason, "store_unreachable: s3.test: refused");
  EXPECT_NE(refused.body.bytes->find("wasn't able to connect to the origin"), std::string::npos);
}

}  // namespace
}  // namespace signgate::edge
