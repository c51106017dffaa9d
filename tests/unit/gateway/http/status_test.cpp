// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/status.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::http {
namespace {

TEST(ReasonPhrase, IsTheOneThatNginxWrites) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(204), "No Content");
  EXPECT_EQ(reason_phrase(302), "Moved Temporarily");
  EXPECT_EQ(reason_phrase(304), "Not Modified");
  EXPECT_EQ(reason_phrase(405), "Not Allowed");
  EXPECT_EQ(reason_phrase(408), "Request Time-out");
  EXPECT_EQ(reason_phrase(413), "Request Entity Too Large");
  EXPECT_EQ(reason_phrase(414), "Request-URI Too Large");
  EXPECT_EQ(reason_phrase(503), "Service Temporarily Unavailable");
  EXPECT_EQ(reason_phrase(504), "Gateway Time-out");
}

TEST(ReasonPhrase, EveryStatusHasOneOfPrintableBytesOrNone) {
  for (int status = -1; status < 1100; ++status) {
    for (const char c : reason_phrase(status)) {
      EXPECT_TRUE(c >= 0x20 && c < 0x7f) << status;
    }
  }
  EXPECT_EQ(reason_phrase(0), "");
  EXPECT_EQ(reason_phrase(299), "");
  EXPECT_EQ(reason_phrase(999), "");
}

TEST(ErrorPage, IsNginxsShortPage) {
  EXPECT_EQ(error_page(502, "signgate/0.1.0"),
            "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
            "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>signgate/0.1.0</center>\r\n"
            "</body>\r\n</html>\r\n");
}

TEST(ErrorPage, HasTheTitlesOfNginxsPages) {
  for (const std::string title : {"301 Moved Permanently",
                                  "302 Found",
                                  "303 See Other",
                                  "307 Temporary Redirect",
                                  "308 Permanent Redirect",
                                  "400 Bad Request",
                                  "401 Authorization Required",
                                  "402 Payment Required",
                                  "403 Forbidden",
                                  "404 Not Found",
                                  "405 Not Allowed",
                                  "406 Not Acceptable",
                                  "407 Proxy Authentication Required",
                                  "408 Request Time-out",
                                  "409 Conflict",
                                  "410 Gone",
                                  "411 Length Required",
                                  "412 Precondition Failed",
                                  "413 Request Entity Too Large",
                                  "414 Request-URI Too Large",
                                  "415 Unsupported Media Type",
                                  "416 Requested Range Not Satisfiable",
                                  "421 Misdirected Request",
                                  "429 Too Many Requests",
                                  "500 Internal Server Error",
                                  "501 Not Implemented",
                                  "502 Bad Gateway",
                                  "503 Service Temporarily Unavailable",
                                  "504 Gateway Time-out",
                                  "505 HTTP Version Not Supported",
                                  "507 Insufficient Storage"}) {
    const std::string page = error_page(std::stoi(title), "signgate");
    EXPECT_NE(page.find("<title>" + title + "</title>"), std::string::npos) << page;
    EXPECT_NE(page.find("<h1>" + title + "</h1>"), std::string::npos) << page;
  }
  // The status lines of two say something else.
  EXPECT_EQ(reason_phrase(302), "Moved Temporarily");
  EXPECT_EQ(reason_phrase(401), "Unauthorized");
  EXPECT_EQ(reason_phrase(407), "Proxy Authentication Required");
}

TEST(ErrorPage, TellsWhatIsBehindNginxsOwnStatuses) {
  EXPECT_EQ(
      error_page(497, "signgate"),
      "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>"
      "\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n"
      "<center>The plain HTTP request was sent to HTTPS port</center>\r\n"
      "<hr><center>signgate</center>\r\n</body>\r\n</html>\r\n");
  for (int status = 494; status <= 497; ++status)
    EXPECT_EQ(shown_status(status), 400);
  for (const int status : {200, 493, 498, 499, 502})
    EXPECT_EQ(shown_status(status), status);
}

TEST(ErrorPage, AStatusWithoutANameShowsItsNumberAlone) {
  const std::string page = error_page(444, "signgate");
  EXPECT_NE(page.find("<title>444</title>"), std::string::npos);
  EXPECT_NE(page.find("<h1>444</h1>"), std::string::npos);
}

}  // namespace
}  // namespace signgate::http
