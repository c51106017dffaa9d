// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/framing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signgate::http {
namespace {

using namespace std::literals;

// "none", "length N", "chunked", "until close", or the status that refuses the message.
std::string shown(const Result<Framing>& framing) {
  if (!framing) return std::to_string(error_status(framing.error()));
  switch (framing->kind) {
    case Framing::Kind::none:
      return "none";
    case Framing::Kind::length:
      return "length " + std::to_string(framing->length);
    case Framing::Kind::chunked:
      return "chunked";
    case Framing::Kind::until_close:
      return "until close";
  }
  return "?";
}

std::string of_request(std::string_view fields, std::string_view version = "HTTP/1.1",
                       std::string_view method = "POST") {
  const std::string bytes = std::string(method) + " / " + std::string(version) +
                            "\r\nHost: gw.test\r\n" + std::string(fields) + "\r\n";
  RequestHead head;
  if (const auto parsed = parse_request_head(bytes, {}, head); !parsed) {
    return "head " + std::to_string(error_status(parsed.error()));
  }
  const auto framing = request_framing(head);
  if (!framing) {
    EXPECT_EQ(framing.error().side, Side::client);
  }
  return shown(framing);
}

std::string of_response(std::string_view fields, int status = 200, Method method = Method::get,
                        std::string_view version = "HTTP/1.1") {
  const std::string bytes =
      std::string(version) + ' ' + std::to_string(status) + " X\r\n" + std::string(fields) + "\r\n";
  ResponseHead head;
  if (!parse_response_head(bytes, head)) return "head";
  const auto framing = response_framing(method, head);
  if (!framing) {
    EXPECT_EQ(framing.error().side, Side::upstream);
  }
  return shown(framing);
}

TEST(RequestFraming, WithoutEitherFieldThereIsNoBody) {
  EXPECT_EQ(of_request(""), "none");
  EXPECT_EQ(of_request("", "HTTP/1.0"), "none");
  EXPECT_EQ(of_request("", "HTTP/1.1", "GET"), "none");
  EXPECT_EQ(of_request("Content_Length: 5\r\n"), "none");
}

TEST(RequestFraming, AContentLengthIsDigitsAlone) {
  EXPECT_EQ(of_request("Content-Length: 5\r\n"), "length 5");
  EXPECT_EQ(of_request("cONTENT-lENGTH:\t 5 \t\r\n"), "length 5");
  EXPECT_EQ(of_request("Content-Length: 0\r\n"), "length 0");
  EXPECT_EQ(of_request("Content-Length: 0005\r\n"), "length 5");
  EXPECT_EQ(of_request("Content-Length: 010\r\n"), "length 10");  // decimal, never octal
  EXPECT_EQ(of_request("Content-Length: 5\r\n", "HTTP/1.0"), "length 5");
  EXPECT_EQ(of_request("Content-Length: 5\r\n", "HTTP/1.1", "GET"), "length 5");
  EXPECT_EQ(of_request("Content-Length: 1099511627776\r\n"), "length 1099511627776");
  EXPECT_EQ(of_request("Content-Length: 999999999999999999\r\n"), "length 999999999999999999");
  for (const std::string_view value : {"+5"sv,
                                       "-5"sv,
                                       "-0"sv,
                                       "0x5"sv,
                                       "5.0"sv,
                                       "5e0"sv,
                                       "5 5"sv,
                                       "5\t5"sv,
                                       "1_0"sv,
                                       "five"sv,
                                       "5abc"sv,
                                       "5;"sv,
                                       "5,"sv,
                                       ",5"sv,
                                       "5, 5"sv,
                                       "5, 6"sv,
                                       "5,5"sv,
                                       "\"5\""sv,
                                       ""sv,
                                       "\v5"sv,
                                       "5\f"sv,
                                       "\xef\xbc\x95"sv,
                                       "\x85"
                                       "5"sv,
                                       "5\xa0"sv,
                                       "9223372036854775808"sv,
                                       "18446744073709551616"sv,
                                       "18446744073709551621"sv,
                                       "1000000000000000000"sv,
                                       "0000000000000000005"sv,
                                       "5555555555555555555555555555555555555555"sv}) {
    EXPECT_EQ(of_request("Content-Length: " + std::string(value) + "\r\n"), "400") << value;
  }
  EXPECT_EQ(of_request("Content-Length: 5\0\r\n"sv), "head 400");
}

TEST(RequestFraming, ASecondContentLengthIsRefusedEvenAnEqualOne) {
  for (const std::string_view fields :
       {"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 0\r\n",
        "Content-Length: 0\r\nX: 1\r\ncontent-length: 5\r\n",
        "Content-Length: \r\nContent-Length: 5\r\n"}) {
    EXPECT_EQ(of_request(fields), "400") << fields;
  }
}

TEST(RequestFraming, ChunkedIsTheOneTransferCodingTaken) {
  EXPECT_EQ(of_request("Transfer-Encoding: chunked\r\n"), "chunked");
  EXPECT_EQ(of_request("tRANSFER-eNCODING: \t cHUNKED\t\r\n"), "chunked");
  EXPECT_EQ(of_request("Transfer-Encoding: chunked\r\n", "HTTP/1.1", "GET"), "chunked");
  for (const std::string_view value :
       {"cow"sv, "identity"sv, "gzip"sv, "gzip, chunked"sv, "chunked, gzip"sv, "chunked, chunked"sv,
        ""sv, ",chunked"sv, "chunked,"sv, "\"chunked\""sv, "chunked;q=1"sv, "xchunked"sv,
        "chunkedx"sv, "chunked\v"sv, "\vchunked"sv, "chunked\x85"sv, "chunk"sv, "chunked chunked"sv,
        "'chunked'"sv}) {
    EXPECT_EQ(of_request("Transfer-Encoding: " + std::string(value) + "\r\n"), "501") << value;
  }
  for (const std::string_view fields :
       {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: cow\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n"}) {
    EXPECT_EQ(of_request(fields), "400") << fields;
  }
}

TEST(RequestFraming, BothFieldsTogetherAreRefused) {
  for (const std::string_view fields : {"Content-Length: 15\r\nTransfer-Encoding: chunked\r\n",
                                        "Transfer-Encoding: chunked\r\nContent-Length: 15\r\n",
                                        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                                        "Content-Length: abc\r\nTransfer-Encoding: chunked\r\n",
                                        "Content-Length: 5\r\nTransfer-Encoding:\r\n",
                                        "Content-Length: 5\r\nTransfer-Encoding: cow\r\n"}) {
    EXPECT_EQ(of_request(fields), "400") << fields;
    EXPECT_EQ(of_request(fields, "HTTP/1.0"), "400") << fields;
  }
}

TEST(RequestFraming, TransferEncodingInHttp10IsRefused) {
  EXPECT_EQ(of_request("Transfer-Encoding: chunked\r\n", "HTTP/1.0"), "400");
  EXPECT_EQ(of_request("Transfer-Encoding: cow\r\n", "HTTP/1.0"), "400");
}

TEST(ResponseFraming, TheFieldsDecideAndWithoutThemTheClose) {
  EXPECT_EQ(of_response("Content-Length: 5\r\n"), "length 5");
  EXPECT_EQ(of_response("Content-Length: 0\r\n"), "length 0");
  EXPECT_EQ(of_response("Transfer-Encoding: Chunked\r\n"), "chunked");
  EXPECT_EQ(of_response(""), "until close");
  EXPECT_EQ(of_response("", 200, Method::get, "HTTP/1.0"), "until close");
  EXPECT_EQ(of_response("Content-Length: 5\r\n", 404, Method::post, "HTTP/1.0"), "length 5");
  EXPECT_EQ(of_response("", 205), "until close");
  EXPECT_EQ(of_response("Content-Length: 5\r\n", 206), "length 5");
}

TEST(ResponseFraming, SomeAnswersHaveNoBodyWhateverTheFieldsSay) {
  for (const std::string_view fields :
       {"", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n"}) {
    for (const int status : {100, 101, 103, 150, 199, 204, 304}) {
      EXPECT_EQ(of_response(fields, status), "none") << status << fields;
    }
    for (const int status : {200, 301, 404, 500}) {
      EXPECT_EQ(of_response(fields, status, Method::head), "none") << status << fields;
    }
  }
}

TEST(ResponseFraming, DoubtsAre502) {
  const std::vector<std::string_view> doubtful = {
      "Content-Length: 5\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Content-Length: 5, 5\r\n",
      "Content-Length: -5\r\n",
      "Content-Length:\r\n",
      "Content-Length: 18446744073709551621\r\n",
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: identity\r\n",
      "Transfer-Encoding:\r\n",
  };
  for (const std::string_view fields : doubtful) {
    EXPECT_EQ(of_response(fields), "502") << fields;
    EXPECT_EQ(of_response(fields, 304), "502") << fields;
    EXPECT_EQ(of_response(fields, 200, Method::head), "502") << fields;
  }
  EXPECT_EQ(of_response("Transfer-Encoding: chunked\r\n", 200, Method::get, "HTTP/1.0"), "502");
}

TEST(StatedLength, IsTheFirstContentLengthWhenItIsValid) {
  Fields fields;
  EXPECT_EQ(stated_length(fields), std::nullopt);
  fields.add("content-length", "1234");
  EXPECT_EQ(stated_length(fields), 1234U);
  fields.set(HeaderId::content_length, "Content-Length", "12x");
  EXPECT_EQ(stated_length(fields), std::nullopt);
}

}  // namespace
}  // namespace signgate::http
