// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/request_variables.hpp"

#include <gtest/gtest.h>

#include "gateway/route/request_facts.hpp"

namespace signgate::route {
namespace {

/// Facts counts how often it was asked.
class Facts final : public RequestFacts {
 public:
  SentFraming sent_framing() const override {
    ++asked;
    return framing;
  }
  Connections connections() const override {
    ++asked;
    return {.active = 9, .reading = 2, .writing = 3, .waiting = 4};
  }
  Milliseconds connection_time() const override {
    ++asked;
    return Milliseconds(12345);
  }
  std::optional<TcpState> tcp_state() const override {
    ++asked;
    return tcp;
  }
  std::uint64_t limit_rate() const override {
    ++asked;
    return rate;
  }
  bool is_complete() const override {
    ++asked;
    return complete;
  }
  std::optional<GzipSizes> gzip_sizes() const override {
    ++asked;
    return sizes;
  }
  void append_body_file(std::string& out) const override {
    ++asked;
    out += body_file;
  }
  std::string_view upstream_trailers() const override {
    ++asked;
    return received;
  }
  std::string_view sent_trailers() const override {
    ++asked;
    return sent;
  }

  SentFraming framing;
  std::optional<TcpState> tcp;
  std::uint64_t rate = 0;
  bool complete = false;
  std::optional<GzipSizes> sizes;
  std::string body_file;
  std::string received;
  std::string sent;
  mutable int asked = 0;
};

class RequestVariablesTest : public testing::Test {
 protected:
  RequestVariablesTest() { values_.facts = &facts_; }

  std::string value(std::string_view text, Escape escape = Escape::none) const {
    std::string out;
    Template(text).append(values_, escape, out);
    return out;
  }

  std::string port(const std::string& request_line, const std::string& host) {
    const std::string text = request_line + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    http::RequestHead head;
    EXPECT_TRUE(http::parse_request_head(text, {}, head)) << text;
    values_.request = &head;
    std::string shown = value("$request_port$is_request_port");
    values_.request = nullptr;
    return shown;
  }

  Facts facts_;
  VariableValues values_;
};

TEST_F(RequestVariablesTest, TellWhatTheProtocolAddedToTheAnswer) {
  constexpr std::string_view all =
      "$sent_http_content_length|$sent_http_transfer_encoding|$sent_http_connection|"
      "$sent_http_keep_alive";
  EXPECT_EQ(value(all), "||close|");
  EXPECT_EQ(value(all, Escape::log), "-|-|close|-");
  facts_.framing = {.content_length = 0, .keeps_alive = true};
  EXPECT_EQ(value(all), "0||keep-alive|");
  facts_.framing = {.chunked = true, .keeps_alive = true, .keep_alive_for = 20};
  EXPECT_EQ(value(all), "|chunked|keep-alive|timeout=20");
  facts_.framing = {.keep_alive_for = 20};
  EXPECT_EQ(value(all), "||close|");
  values_.status = 101;
  EXPECT_EQ(value("$sent_http_Connection"), "upgrade");
}

TEST_F(RequestVariablesTest, TellOfConnections) {
  EXPECT_EQ(value("$connections_active $connections_reading $connections_writing "
                  "$connections_waiting $connection_time"),
            "9 2 3 4 12.345");
}

TEST_F(RequestVariablesTest, TellWhatTheKernelKnows) {
  constexpr std::string_view all =
      "$tcpinfo_rtt $tcpinfo_rttvar $tcpinfo_snd_cwnd $tcpinfo_rcv_space";
  EXPECT_EQ(value(all, Escape::log), "- - - -");
  facts_.tcp = TcpState{.rtt = 1, .rttvar = 2, .snd_cwnd = 3, .rcv_space = 4};
  EXPECT_EQ(value(all), "1 2 3 4");
}

TEST_F(RequestVariablesTest, TellWhetherTheAnswerWentOutWhole) {
  EXPECT_EQ(value("[$request_completion]", Escape::log), "[]");
  facts_.complete = true;
  EXPECT_EQ(value("[$request_completion]", Escape::log), "[OK]");
}

TEST_F(RequestVariablesTest, TellByHowMuchGzipHasShortenedTheBody) {
  EXPECT_EQ(value("$gzip_ratio", Escape::log), "-");
  const auto ratio = [this](std::uint64_t plain, std::uint64_t coded) {
    facts_.sizes = GzipSizes{.plain = plain, .coded = coded};
    return value("$gzip_ratio", Escape::log);
  };
  EXPECT_EQ(ratio(1000, 100), "10.00");
  EXPECT_EQ(ratio(1000, 333), "3.00");
  EXPECT_EQ(ratio(2000, 301), "6.64");
  EXPECT_EQ(ratio(1005, 1000), "1.01");
  EXPECT_EQ(ratio(1999, 1000), "2.00");
  EXPECT_EQ(ratio(0, 20), "0.00");
  EXPECT_EQ(ratio(0, 0), "-");
}

TEST_F(RequestVariablesTest, KnowNamesThatHaveNothingToTell) {
  EXPECT_EQ(value("[$http2][$upstream_cache_status]"), "[][]");
  EXPECT_EQ(value("[$http2][$upstream_cache_status]", Escape::log), "[][-]");
}

TEST_F(RequestVariablesTest, TellTheRateAndTheFileOfTheBody) {
  EXPECT_EQ(value("$limit_rate $request_body_file", Escape::log), "0 -");
  facts_.rate = 4096;
  facts_.body_file = "/tmp/body";
  EXPECT_EQ(value("$limit_rate $request_body_file"), "4096 /tmp/body");
}

TEST_F(RequestVariablesTest, TellThePortThatTheRequestNames) {
  EXPECT_EQ(port("GET /", "a"), "");
  EXPECT_EQ(port("GET /", "a:8080"), "8080:");
  EXPECT_EQ(port("GET /", "a:"), "");
  EXPECT_EQ(port("GET /", "a:0"), "");
  EXPECT_EQ(port("GET /", "a:0080"), "80:");
  EXPECT_EQ(port("GET /", "[::1]"), "");
  EXPECT_EQ(port("GET /", "[::1]:65535"), "65535:");
  EXPECT_EQ(port("GET http://b:81/", "a:8080"), "81:");
  EXPECT_EQ(port("GET http://b/", "a:8080"), "");
  EXPECT_EQ(value("[$request_port$is_request_port]", Escape::log), "[]");
}

TEST_F(RequestVariablesTest, FindACookieThatTheUpstreamSets) {
  EXPECT_EQ(value("[$upstream_cookie_a]", Escape::log), "[-]");
  http::Fields fields;
  values_.upstream = &fields;
  for (const char* text :
       {"first", "one=1; Path=/", "ONE=2", "two  =  2 ; Secure", "empty=", "onerous=3"})
    fields.add("Set-Cookie", text);
  EXPECT_EQ(value("$upstream_cookie_one|$upstream_cookie_Two|$upstream_cookie_onerous"), "1|2 |3");
  EXPECT_EQ(
      value("[$upstream_cookie_empty][$upstream_cookie_first][$upstream_cookie_path]", Escape::log),
      "[][-][-]");
}

TEST_F(RequestVariablesTest, FindTrailers) {
  facts_.received = "X-Sum: a\r\nx-sum: b\r\nX-Empty:\r\nContent-Length: 7\r\n";
  facts_.sent = "Cache-Control: c\r\n";
  EXPECT_EQ(value("$upstream_trailer_x_sum|$upstream_trailer_content_length"), "a, b|");
  EXPECT_EQ(value("[$upstream_trailer_x_empty][$upstream_trailer_none]", Escape::log), "[][-]");
  EXPECT_EQ(value("$sent_trailer_cache_control|$sent_trailer_x_sum"), "c|");
}

TEST_F(RequestVariablesTest, AreAskedOnlyForWhatAValueNames) {
  EXPECT_EQ(value("$status $upstream_http_x $sent_http_x $upstream_cookie_x"), "000   ");
  EXPECT_EQ(facts_.asked, 0);
}

TEST_F(RequestVariablesTest, AreEmptyWhereNothingIsKnown) {
  values_.facts = nullptr;
  EXPECT_EQ(value("[$connection_time$connections_active$request_completion$limit_rate"
                  "$request_body_file$sent_http_connection$sent_http_content_length"
                  "$sent_http_keep_alive$sent_http_transfer_encoding$sent_trailer_a"
                  "$upstream_trailer_a$upstream_cookie_a]"),
            "[]");
}

TEST(RequestVariables, AreNoOthers) {
  EXPECT_FALSE(find_request_variable("sent_http_etag"));
  EXPECT_FALSE(find_request_variable("connections"));
  EXPECT_FALSE(find_request_variable("Limit_rate"));
}

}  // namespace
}  // namespace signgate::route
