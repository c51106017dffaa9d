// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/error_document.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "signing/verifier.hpp"

namespace signgate::edge {
namespace {

template <class Message>
std::string field(const Message& message, std::string_view name) {
  return std::string(find_line(message.fields, name).value_or("(none)"));
}

TEST(ErrorDocument, CloudFrontsOwnBodiesByteForByte) {
  using signing::DenialCode;
  struct Case {
    DenialCode code;
    std::string_view body;
  };
#define SIGNGATE_XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
  for (const Case& c : {
           Case{DenialCode::missing_key, SIGNGATE_XML
                "<Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id query parameter or "
                "cookie value</Message></Error>"},
           Case{DenialCode::invalid_key, SIGNGATE_XML
                "<Error><Code>InvalidKey</Code><Message>Unknown Key</Message></Error>"},
           Case{DenialCode::malformed_signature,
                SIGNGATE_XML "<Error><Code>MalformedSignature</Code><Message>Could not unencode "
                             "Signature</Message></Error>"},
           Case{DenialCode::malformed_policy,
                SIGNGATE_XML "<Error><Code>MalformedPolicy</Code><Message>Malformed "
                             "Policy</Message></Error>"},
           Case{DenialCode::access_denied, SIGNGATE_XML
                "<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>"},
       }) {
    const EdgeResponse response =
        cloudfront_denial(signing::denial_code_name(c.code), signing::denial_message(c.code));
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(*response.body.bytes, c.body);
    EXPECT_EQ(response.body.length, c.body.size());
    EXPECT_EQ(response.server, "CloudFront");
    EXPECT_EQ(field(response, "Content-Type"), "text/xml");
    EXPECT_EQ(field(response, "X-Cache"), "Error from cloudfront");
    EXPECT_EQ(response.fields.size(), 2U);
  }
#undef SIGNGATE_XML
  EXPECT_EQ(cloudfront_denial("MissingKey", "Missing Key-Pair-Id query parameter or cookie value")
                .body.length,
            146U);
}

TEST(ErrorDocument, S3sBodyHasBothIdsAndTheyDifferFromRequestToRequest) {
  const OriginAnswer first = s3_error({403, "AccessDenied", "Access Denied", {}}, 1);
  const OriginAnswer second = s3_error({404, "NoSuchKey", "Gone", "<Key>a</Key>"}, 2);
  const std::string id = field(first, "x-amz-request-id");
  const std::string host = field(first, "x-amz-id-2");
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(host.size(), 76U);
  EXPECT_EQ(*first.body.bytes,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>" +
                id + "</RequestId><HostId>" + host + "</HostId></Error>");
  EXPECT_EQ(field(first, "Content-Type"), "application/xml");
  EXPECT_EQ(first.server, "AmazonS3");
  EXPECT_NE(field(second, "x-amz-request-id"), id);
  EXPECT_NE(second.body.bytes->find("<Message>Gone</Message><Key>a</Key><RequestId>"),
            std::string::npos);
}

TEST(ErrorDocument, TextIsEscaped) {
  EXPECT_EQ(xml_escape("a<b>&\"c\"\n\x01"), "a&lt;b&gt;&amp;&quot;c&quot;&#10;&#1;");
  EXPECT_NE(cloudfront_error(400, "a<b").body.bytes->find("a&lt;b"), std::string::npos);
}

}  // namespace
}  // namespace signgate::edge
