// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/body_unsigner.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace signgate::proxy {
namespace {

const rewrite::UnsignRules rules(std::vector<rewrite::UnsignRule>{{"https://d.test/p/", {"K1"}}});
const std::string plain = "https://d.test/p/a";
const std::string linked = plain + "?Expires=1&Signature=s&Key-Pair-Id=K1";

std::unique_ptr<BodyUnsigner> make(std::string_view type, std::string_view coding = "",
                                   Counters* counters = nullptr) {
  http::Fields fields;
  if (!type.empty()) fields.add("Content-Type", type);
  if (!coding.empty()) fields.add("Content-Encoding", coding);
  Counters unused;
  return BodyUnsigner::make(rules, fields, counters != nullptr ? *counters : unused);
}

std::string unsign(std::string_view type, std::string_view body, std::size_t piece) {
  const auto unsigner = make(type);
  std::string out;
  for (std::size_t at = 0;;) {
    const std::string_view part = body.substr(at, piece);
    at += part.size();
    unsigner->feed(part, at == body.size(), out);
    if (at == body.size()) break;
  }
  EXPECT_EQ(unsigner->has_changed(), out != body);
  return out;
}

void expect_unsigned(std::string_view type, std::string_view body, std::string_view expected) {
  for (std::size_t piece = 1; piece <= body.size() + 1; ++piece)
    ASSERT_EQ(unsign(type, body, piece), expected) << type << " in pieces of " << piece;
}

TEST(BodyUnsigner, LooksIntoFormsAndTextOfAnyKind) {
  for (const char* type :
       {"text/plain", "text/html; charset=utf-8", "application/json", "application/ld+json",
        "application/xml", "application/soap+xml", "TEXT/Markdown", "text/plain; charset=latin1"})
    expect_unsigned(type, "<" + linked + ">", "<" + plain + ">");
  expect_unsigned("application/x-www-form-urlencoded",
                  "a=https%3A%2F%2Fd.test%2Fp%2Fa%3FExpires%3D1%26Signature%3Ds%26Key-Pair-Id%3DK1"
                  "&b=+1",
                  "a=https%3A%2F%2Fd.test%2Fp%2Fa&b=+1");
}

TEST(BodyUnsigner, LeavesOtherBodiesAlone) {
  for (const char* type :
       {"", "application/octet-stream", "image/png", "application/javascript", "multipart/mixed",
        "multipart/form-data", "multipart/form-data; boundary=\"\"", "nonsense",
        "multipart/form-data; boundary=\"a;b\""})
    EXPECT_EQ(make(type), nullptr) << type;
}

TEST(BodyUnsigner, CountsWhatCannotBeRead) {
  Counters counters;
  EXPECT_EQ(make("text/html", "gzip", &counters), nullptr);
  EXPECT_EQ(make("text/html", "identity, br", &counters), nullptr);
  EXPECT_EQ(counters.unstripped_coding, 2U);
  EXPECT_EQ(make("text/html; charset=utf-16", "", &counters), nullptr);
  EXPECT_EQ(counters.unstripped_charset, 1U);
  EXPECT_NE(make("text/html", "identity", &counters), nullptr);
  EXPECT_EQ(make("image/png", "gzip", &counters), nullptr);
  EXPECT_EQ(counters.unstripped_coding, 2U);
}

// A multipart body of one part.
std::string part(const std::string& head, const std::string& content) {
  return "--b\r\n" + head + "\r\n" + content + "\r\n--b--\r\n";
}

TEST(BodyUnsigner, LooksIntoThePartsThatAreText) {
  const std::string field = "Content-Disposition: form-data; name=\"body\"\r\n";
  const std::string file = "Content-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n";
  for (const std::string& head :
       {field, field + "Content-Type: text/plain\r\n", std::string(),
        file + "Content-Type: text/html\r\n", file + "content-type: application/json\r\n",
        field + "Content-Transfer-Encoding: 8bit\r\n"})
    expect_unsigned("multipart/form-data; boundary=b", part(head, linked), part(head, plain));
  for (const std::string& head :
       {file, file + "Content-Type: image/svgz\r\n", field + "Content-Type: image/png\r\n",
        field + "Content-Type: text/plain; charset=utf-16\r\n",
        field + "Content-Transfer-Encoding: base64\r\n",
        field + "Content-Transfer-Encoding: quoted-printable\r\n", std::string("no head\r\n"),
        std::string("Content-Disposition: form-data; name=f; filename*=UTF-8''x\r\n")})
    expect_unsigned("multipart/form-data; boundary=b", part(head, linked), part(head, linked));
}

TEST(BodyUnsigner, KeepsPartsApart) {
  const std::string field = "Content-Disposition: form-data; name=\"" + linked + "\"\r\n\r\n";
  const std::string file = "Content-Disposition: form-data; name=f; filename=\"\"\r\n\r\n";
  const auto body = [&](const std::string& link) {
    return linked + "\r\n--b\r\n" + field + link + "\r\n--b\r\n" + file + linked + "\r\n--b\r\n" +
           field + "https://d.test/p/a?Expires=1&Signature=s\r\n--b\r\n" + field +
           "&Key-Pair-Id=K1 " + link + "\r\n--b--\r\n" + linked;
  };
  expect_unsigned("multipart/form-data; boundary=b", body(linked), body(plain));
}

}  // namespace
}  // namespace signgate::proxy
