// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/head.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "gateway/base/limits.hpp"

namespace signgate::http {
namespace {

using namespace std::literals;

// The status that refuses a request head, 0 when it is taken.
int verdict(const std::string& bytes, const HeadRules& rules = {}) {
  RequestHead head;
  const auto parsed = parse_request_head(bytes, rules, head);
  if (parsed) return 0;
  EXPECT_EQ(parsed.error().side, Side::client);
  EXPECT_FALSE(parsed.error().detail.empty());
  return error_status(parsed.error());
}

int verdict_of_line(std::string_view line) {
  return verdict(std::string(line) + "\r\nHost: gw.test\r\n\r\n");
}

struct Verdict {
  std::string_view text;
  int status;
};

TEST(RequestLine, MethodsAreOfUpperCaseLettersUnderscoreAndHyphen) {
  for (const auto& [line, status] : std::initializer_list<Verdict>{
           {"GET / HTTP/1.1", 0},
           {"BREW / HTTP/1.1", 0},
           {"get / HTTP/1.1", 400},
           {"Get / HTTP/1.1", 400},
           {"GE7 / HTTP/1.1", 400},
           {"-_Z / HTTP/1.1", 0},
           {"M-SEARCH / HTTP/1.1", 0},
           {"TRACE / HTTP/1.1", 405},
           {"CONNECT gw.test:443 HTTP/1.1", 405},
           {"CONNECT / HTTP/1.1", 405},
           {"G=\":<>(e),[T];?\" / HTTP/1.1", 400},
           {"G\0T / HTTP/1.1"sv, 400},
           {"G\xc9T / HTTP/1.1", 400},
           {"\0GET / HTTP/1.1"sv, 400},
           {" / HTTP/1.1", 400},
           {" GET / HTTP/1.1", 400},
           {"\tGET / HTTP/1.1", 400},
       }) {
    EXPECT_EQ(verdict_of_line(line), status) << line;
  }
}

TEST(RequestLine, ThreeWordsWithOneSpaceBetween) {
  for (const std::string_view line : {
           "",
           " ",
           "GET",
           "GET ",
           "GET /",
           "GET / ",
           "GET  HTTP/1.1",
           "GET HTTP/1.1",
           "GET  / HTTP/1.1",
           "GET /  HTTP/1.1",
           "GET / HTTP/1.1 ",
           "GET\t/\tHTTP/1.1",
           "GET /\tHTTP/1.1",
           "GET / x HTTP/1.1",
           "GET / HTTP/1.1 HTTP/1.1",
           "GET /\vHTTP/1.1",
           "SSH-2.0-probe",
           "PROXY TCP4 192.0.2.7 192.0.2.8 1 2",
           "\x16\x03\x01\x02",
       }) {
    EXPECT_EQ(verdict_of_line(line), 400) << line;
  }
}

TEST(RequestLine, TheVersionIsExactlyHttpOneDotDigit) {
  for (const auto& [version, status] : std::initializer_list<Verdict>{
           {"HTTP/1.1", 0},     {"HTTP/1.0", 0},      {"HTTP/1.2", 0},
           {"HTTP/1.9", 0},     {"HTTP/2.0", 505},    {"HTTP/9.9", 505},
           {"http/1.1", 400},   {"HTTP/0.9", 400},    {"HTTP/1.10", 400},
           {"HTTP/1", 400},     {"HTTP/1.", 400},     {"HTTP/01.1", 400},
           {"HTTP/+1.1", 400},  {"HTTP/1.1abc", 400}, {"HTTP/4294967297.1", 400},
           {"HTCPCP/1.0", 400}, {"HTTP/1,1", 400},    {"HTTP/1.x", 400},
           {"HTTP/x.1", 400},   {"HTTP/1.1\r", 400},  {"HTTP/1.1\0"sv, 400},
           {"HTTP\\1.1", 400},  {"HTTP/ 1.1", 400},
       }) {
    EXPECT_EQ(verdict_of_line("GET / " + std::string(version)), status) << version;
  }
  EXPECT_EQ(verdict("PRI * HTTP/2.0\r\n\r\n"), 505);
}

TEST(RequestLine, TargetsHoldNoControlsOrSpaces) {
  for (const auto& [target, status] : std::initializer_list<Verdict>{
           {"/", 0},         {"/a?b", 0},         {"/a?", 0},
           {"//a", 0},       {"/%zz", 0},  // the router's matter: normalise_path
           {"/../..", 0},    {"/\\..\\x", 0},     {"/?a=%20&b=+&c=%zz&d=/?&e=[]|\"'", 0},
           {"/\xc3\xa9", 0}, {"/\xc0\xaf..", 0},  {"/\x01", 400},
           {"/\x1f", 400},   {"/\x7f", 400},      {"/\0x"sv, 400},
           {"/\rX", 400},    {"/#frag", 0},       {"/?a#frag", 0},
           {"#", 400},       {"#/a", 400},        {"c/relative", 400},
           {"?x=1", 400},    {"!", 400},          {"*", 400},
           {"**", 400},      {"gw.test:80", 400}, {"gw.test", 400},
       }) {
    EXPECT_EQ(verdict_of_line("GET " + std::string(target) + " HTTP/1.1"), status) << target;
  }
}

TEST(RequestLine, AFragmentIsNeitherOfThePathNorOfTheQuery) {
  for (const auto& [target, path, query] :
       std::initializer_list<std::array<std::string_view, 3>>{{"/a#b", "/a", "-"},
                                                              {"/a#b?c", "/a", "-"},
                                                              {"/a?c#d", "/a", "c"},
                                                              {"/a?#d", "/a", ""},
                                                              {"http://gw.test/a#b", "/a", "-"},
                                                              {"/#", "/", "-"}}) {
    const std::string text = "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    RequestHead head;
    ASSERT_TRUE(parse_request_head(text, {}, head)) << target;
    EXPECT_EQ(head.path, path) << target;
    EXPECT_EQ(head.has_query ? head.query : "-", query) << target;
    EXPECT_EQ(head.target, target);
  }
}

TEST(RequestLine, AbsoluteFormNamesHttpAndAValidAuthority) {
  for (const auto& [target, status] : std::initializer_list<Verdict>{
           {"http://gw.test/p", 0},
           {"https://gw.test/p", 0},
           {"HTTP://gw.test/p", 0},
           {"http://gw.test", 0},
           {"http://gw.test?x=1", 0},
           {"http://gw.test:8080/p", 0},
           {"http://[::1]:80/", 0},
           {"http:///p", 400},
           {"http://", 400},
           {"http:/p", 400},
           {"http:gw.test", 400},
           {"http://user:pw@gw.test/p", 400},
           {"http://gw.test:99999/p", 400},
           {"http://gw.test#frag", 400},
           {"http://gw.test/p#frag", 0},
           {"http://g\\w.test/", 400},
           {"file:///etc/passwd", 400},
           {"ftp://gw.test/p", 400},
           {"://gw.test/p", 400},
           {"/http://gw.test/p", 0},
       }) {
    EXPECT_EQ(verdict_of_line("GET " + std::string(target) + " HTTP/1.1"), status) << target;
  }
}

TEST(RequestLine, IsTakenApart) {
  RequestHead head;
  const std::string origin = "POST /a/b?c=d?e HTTP/1.0\r\n\r\n";
  ASSERT_TRUE(parse_request_head(origin, {}, head));
  EXPECT_EQ(head.line, "POST /a/b?c=d?e HTTP/1.0");
  EXPECT_EQ(head.method_name, "POST");
  EXPECT_EQ(head.method, Method::post);
  EXPECT_EQ(head.target, "/a/b?c=d?e");
  EXPECT_EQ(head.path, "/a/b");
  EXPECT_EQ(head.query, "c=d?e");
  EXPECT_TRUE(head.has_query);
  EXPECT_EQ(head.authority, "");
  EXPECT_EQ(head.minor, 0);

  const std::string absolute = "BREW HTTP://Gw.Test:80?x HTTP/1.7\nHost: other\n\n";
  ASSERT_TRUE(parse_request_head(absolute, {}, head));
  EXPECT_EQ(head.line, "BREW HTTP://Gw.Test:80?x HTTP/1.7");
  EXPECT_EQ(head.method, Method::other);
  EXPECT_EQ(head.target, "HTTP://Gw.Test:80?x");
  EXPECT_EQ(head.authority, "Gw.Test:80");
  EXPECT_EQ(head.path, "");
  EXPECT_EQ(head.query, "x");
  EXPECT_EQ(head.minor, 1);
  EXPECT_EQ(head.fields.value(HeaderId::host), "other");

  const std::string star = "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(parse_request_head(star, {}, head));
  EXPECT_EQ(head.path, "*");
  EXPECT_FALSE(head.has_query);
  EXPECT_EQ(head.query, "");

  const std::string empty_query = "GET /? HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(parse_request_head(empty_query, {}, head));
  EXPECT_TRUE(head.has_query);
  EXPECT_EQ(head.query, "");
}

// A log line of a refused request must not show its predecessor on the connection.
TEST(RequestLine, NothingOfTheLastRequestIsLeftInARefusedOne) {
  RequestHead head;
  const std::string good = "POST http://gw.test/secret?q HTTP/1.0\r\nX-A: 1\r\n\r\n";
  ASSERT_TRUE(parse_request_head(good, {}, head));
  const std::string bad = "BAD\r\n\r\n";
  ASSERT_FALSE(parse_request_head(bad, {}, head));
  EXPECT_EQ(head.line, "BAD");
  EXPECT_EQ(head.method_name, "");
  EXPECT_EQ(head.method, Method::other);
  EXPECT_EQ(head.target, "");
  EXPECT_EQ(head.path, "");
  EXPECT_EQ(head.query, "");
  EXPECT_FALSE(head.has_query);
  EXPECT_EQ(head.authority, "");
  EXPECT_EQ(head.minor, 1);
  EXPECT_EQ(head.fields.size(), 0U);
}

TEST(RequestLine, ALineAtTheLimitIsTakenAndOneByteMoreIs414) {
  const HeadRules rules{.max_line = 100, .max_head = 1000};
  const auto with_line_of = [](std::size_t size) {
    std::string line = "GET / HTTP/1.1";
    line.insert(5, size - line.size(), 'a');
    return line + "\r\nHost: h\r\n\r\n";
  };
  EXPECT_EQ(verdict(with_line_of(100), rules), 0);
  EXPECT_EQ(verdict(with_line_of(101), rules), 414);
  EXPECT_EQ(verdict(with_line_of(8192)), 0);
  EXPECT_EQ(verdict(with_line_of(8193)), 414);
}

TEST(MethodOf, KnowsTheNamesAndTheirCase) {
  const std::vector<std::pair<std::string_view, Method>> methods = {
      {"GET", Method::get},       {"HEAD", Method::head},      {"POST", Method::post},
      {"PUT", Method::put},       {"DELETE", Method::delete_}, {"OPTIONS", Method::options},
      {"PATCH", Method::patch},   {"TRACE", Method::trace},    {"CONNECT", Method::connect},
      {"", Method::other},        {"get", Method::other},      {"Get", Method::other},
      {"PURGE", Method::other},   {"GETS", Method::other},     {"PROPFIND", Method::other},
      {"DELETES", Method::other},
  };
  for (const auto& [name, method] : methods)
    EXPECT_EQ(method_of(name), method) << name;
}

TEST(IsIdempotent, AsRfc9110Section922) {
  for (const Method method :
       {Method::get, Method::head, Method::put, Method::delete_, Method::options, Method::trace}) {
    EXPECT_TRUE(is_idempotent(method));
  }
  for (const Method method : {Method::post, Method::patch, Method::connect, Method::other}) {
    EXPECT_FALSE(is_idempotent(method));
  }
}

TEST(RequestHead, TellsWhatWasReadBeforeItWentWrong) {
  RequestHead head;
  EXPECT_FALSE(parse_request_head("TRACE /p?q HTTP/1.1\r\nX-A: 1\r\n\r\n", {}, head));
  EXPECT_TRUE(head.has_line && head.path == "/p" && head.fields.size() == 1);
  EXPECT_FALSE(parse_request_head("GET /p HTTP/9.9\r\n\r\n", {}, head));
  EXPECT_FALSE(head.has_line);
}

TEST(Host, ThereIsExactlyOneAndAValidOne) {
  const auto with = [](std::string_view hosts, std::string_view line = "GET /p HTTP/1.1") {
    return verdict(std::string(line) + "\r\n" + std::string(hosts) + "\r\n");
  };
  EXPECT_EQ(with("Host: gw.test\r\n"), 0);
  EXPECT_EQ(with(""), 400);
  EXPECT_EQ(with("", "GET /p HTTP/1.0"), 0);
  EXPECT_EQ(with("", "GET http://gw.test/ HTTP/1.1"), 400);
  EXPECT_EQ(with("", "GET http://gw.test/ HTTP/1.0"), 0);
  EXPECT_EQ(with("Host:\r\n"), 400);
  EXPECT_EQ(with("Host: \t\r\n"), 400);
  EXPECT_EQ(with("Host:\r\n", "GET /p HTTP/1.0"), 0);
  EXPECT_EQ(with("Host:\r\n", "GET http://gw.test/ HTTP/1.1"), 0);
  EXPECT_EQ(with("Host: a.test\r\nHost: b.test\r\n"), 400);
  EXPECT_EQ(with("Host: a.test\r\nX: 1\r\nhOST: a.test\r\n"), 400);
  EXPECT_EQ(with("Host: a.test\r\nHost: b.test\r\n", "GET http://a.test/ HTTP/1.1"), 400);
  EXPECT_EQ(with("Host: a.test\r\nHost: b.test\r\n", "GET /p HTTP/1.0"), 400);
  EXPECT_EQ(with("Host: bad host\r\n", "GET http://gw.test/ HTTP/1.1"), 400);
  EXPECT_EQ(with("Host: bad host\r\n", "GET /p HTTP/1.0"), 400);
}

std::string names_of(const Fields& fields) {
  std::string out;
  for (const Field& field : fields)
    (out += field.name) += ' ';
  return out;
}

int response_verdict(std::string_view bytes, ResponseHead& head) {
  const auto parsed = parse_response_head(bytes, head);
  if (parsed) return 0;
  EXPECT_EQ(parsed.error().side, Side::upstream);
  return error_status(parsed.error());
}

TEST(StatusLine, IsTakenApartWithOrWithoutAReason) {
  struct Line {
    std::string_view line;
    int status;
    std::string_view reason;
    int minor;
  };
  for (const auto& [line, status, reason, minor] : std::initializer_list<Line>{
           {"HTTP/1.1 200 OK", 200, "OK", 1},
           {"HTTP/1.0 404 Not Found", 404, "Not Found", 0},
           {"HTTP/1.1 200", 200, "", 1},
           {"HTTP/1.1 200 ", 200, "", 1},
           {"HTTP/1.1 599 \xc3\xa4 \tb", 599, "\xc3\xa4 \tb", 1},
           {"HTTP/1.1 100 Continue", 100, "Continue", 1},
           {"HTTP/1.1 600 Beyond", 600, "Beyond", 1},
           {"HTTP/1.0 999 So Be It", 999, "So Be It", 0},
           {"HTTP/1.1 777", 777, "", 1},
           {"HTTP/1.2 200 OK", 200, "OK", 1},
       }) {
    for (const std::string_view end : {"\r\n\r\n", "\n\n", "\r\nX: 1\r\n\r\n"}) {
      const std::string bytes = std::string(line) + std::string(end);
      ResponseHead head;
      ASSERT_EQ(response_verdict(bytes, head), 0) << line;
      EXPECT_EQ(head.status, status);
      EXPECT_EQ(head.reason, reason);
      EXPECT_EQ(head.minor, minor);
    }
  }
}

TEST(StatusLine, WhatIsNoStatusLineIs502) {
  for (const std::string_view line : {
           ""sv,
           "HTTP/1.1"sv,
           "HTTP/1.1 "sv,
           "HTTP/1.1 20"sv,
           "HTTP/1.1  200 OK"sv,
           "HTTP/1.1 2000 OK"sv,
           "HTTP/1.1 200OK"sv,
           "HTTP/1.1 2x0 OK"sv,
           "HTTP/1.1 -20 OK"sv,
           "HTTP/1.1 +20 OK"sv,
           "HTTP/1.1 099 Low"sv,
           "HTTP/1.1 000 Zero"sv,
           "HTTP/1.1\t200 OK"sv,
           "HTTP/2.0 200 OK"sv,
           "HTTP/2 200 OK"sv,
           "HTTP/0.9 200 OK"sv,
           "http/1.1 200 OK"sv,
           "ICY 200 OK"sv,
           " HTTP/1.1 200 OK"sv,
           "HTTP/1.1 200\tOK"sv,
           "HTTP/1.1 200 O\rK"sv,
           "HTTP/1.1 200 O\0K"sv,
           "<html>hello</html>"sv,
           "HTTP/1.1 200 OK\r"sv,
           "\x16\x03\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a"sv,
       }) {
    ResponseHead head;
    EXPECT_EQ(response_verdict(std::string(line) + "\r\nX: 1\r\n\r\n", head), 502) << line;
  }
}

TEST(ResponseFields, FollowTheRulesOfRequestsWithOddNamesKept) {
  const std::string good =
      "HTTP/1.1 200 OK\nSet-Cookie: a=1\nX_B: 2\nX@C: 3\nX\xe9(: 4\nSet-Cookie:  b=2 \n\n";
  ResponseHead head;
  ASSERT_EQ(response_verdict(good, head), 0);
  EXPECT_EQ(names_of(head.fields), "Set-Cookie X_B X@C X\xe9( Set-Cookie ");
  for (const std::string_view fields :
       {"X-A : 1\r\n"sv, "X y: a\r\n"sv, ": a\r\n"sv, "X\x7f: a\r\n"sv, "X@\x01: a\r\n"sv,
        "X-A 1\r\n"sv, " X-A: 1\r\n"sv, "X-A: 1\r\n 2\r\n"sv, "X: a\0b\r\n"sv, "X: a\rb\r\n"sv,
        "X: a\r\r\n"sv, "Content-Length : 5\r\n"sv}) {
    EXPECT_EQ(response_verdict("HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n", head), 502)
        << fields;
  }
}

TEST(ResponseFields, AreAsManyAsTheirBoundSays) {
  std::string many = "HTTP/1.1 200 OK\n";
  for (std::size_t i = 0; i < limits::response_fields; ++i)
    many += "X:\n";
  ResponseHead head;
  ASSERT_EQ(response_verdict(many + "\n", head), 0);
  EXPECT_EQ(head.fields.size(), limits::response_fields);
  EXPECT_EQ(response_verdict(many + "X:\n\n", head), 502);
}

}  // namespace
TEST(Head, TellsItsHostBeforeItIsWhole) {
  const std::string head =
      "GET /http://no HTTP/1.1\r\nA: b\r\nhOst: \t a.test:80 \r\nHost: b\r\n\r\n";
  const std::size_t known = head.find("Host: b");
  for (std::size_t cut = 0; cut <= head.size(); ++cut) {
    EXPECT_EQ(find_host(std::string_view(head).substr(0, cut)), cut < known ? "" : "a.test:80")
        << cut;
  }
  EXPECT_EQ(find_host("GET http://a.test:80/x HTTP/1.1\nHost: b\n"), "a.test:80");
  EXPECT_EQ(find_host("GET http://a.test?x HTTP/1.1\n "), "a.test");
  EXPECT_EQ(find_host("GET\nHost: b\n"), "");
  EXPECT_EQ(find_host("GET / HTTP/1.1\nbroken\nHost: b\n"), "");
}

}  // namespace signgate::http
