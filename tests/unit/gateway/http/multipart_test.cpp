// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/multipart.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/base/limits.hpp"

namespace signgate::http {
namespace {

using Kind = MultipartScanner::Kind;

// What the scanner makes of a body: "[between](head)content", pieces of one kind joined.
std::string scan(std::string_view body, std::size_t piece) {
  MultipartScanner scanner("b");
  std::string out;
  std::string window;
  std::string all;
  Kind kind = Kind::content;
  const auto turn = [&](Kind next) {
    if (kind == next && next != Kind::head) return;
    out += kind == Kind::between ? "]" : kind == Kind::head ? ")" : "";
    out += next == Kind::between ? "[" : next == Kind::head ? "(" : "";
    kind = next;
  };
  for (std::size_t read = 0;;) {
    const bool last = read == body.size();
    while (const auto found = scanner.next(window, last)) {
      EXPECT_FALSE(found->text.empty());
      turn(found->kind);
      out += found->text;
      all += found->text;
      window.erase(0, found->text.size());
    }
    if (last) break;
    window += body.substr(read, piece);
    read += std::min(piece, body.size() - read);
  }
  turn(Kind::content);
  EXPECT_EQ(all, body);
  EXPECT_EQ(window, "");
  return out;
}

void expect_scan(std::string_view body, std::string_view expected) {
  for (std::size_t piece = 1; piece <= body.size() + 1; ++piece)
    EXPECT_EQ(scan(body, piece), expected) << "in pieces of " << piece;
}

TEST(Multipart, CutsABodyIntoItsParts) {
  expect_scan(
      "--b\r\nA: 1\r\n\r\nfirst\r\n--b\r\nB: 2\r\nC: 3\r\n\r\nsecond\r\n--b--\r\n",
      "[--b\r\n](A: 1\r\n\r\n)first[\r\n--b\r\n](B: 2\r\nC: 3\r\n\r\n)second[\r\n--b--\r\n]");
  expect_scan("preamble\r\n--b \t\r\n\r\ntext\r\n--b--epilogue\r\n--b\r\nX: 1\r\n\r\n",
              "[preamble\r\n--b \t\r\n](\r\n)text[\r\n--b--epilogue\r\n--b\r\nX: 1\r\n\r\n]");
  expect_scan("--b\r\nA: 1\r\n\r\n\r\n--b--", "[--b\r\n](A: 1\r\n\r\n)[\r\n--b--]");
}

TEST(Multipart, TakesNothingElseForADelimiter) {
  for (const std::string_view text :
       {"--b\r\n", "x--b\r\n", "\n--b\r\n", "\r\n--bx\r\n", "\r\n--b-\r\n", "\r\n-b\r\n",
        "\r\n--b x\r\n", "\r\n--B\r\n", "\r\n\r\n--", "\r"}) {
    const std::string content = "text" + std::string(text);
    expect_scan("--b\r\n\r\n" + content + "\r\n--b--", "[--b\r\n](\r\n)" + content + "[\r\n--b--]");
  }
  expect_scan("--bx\r\n\r\ntext", "[--bx\r\n\r\ntext]");
  expect_scan("", "");
}

TEST(Multipart, GivesAllOfABodyThatIsCutOff) {
  expect_scan("--b", "[--b]");
  expect_scan("--b\r\nA: 1", "[--b\r\nA: 1]");
  expect_scan("--b\r\nA: 1\r\n\r\ntext\r\n--", "[--b\r\n](A: 1\r\n\r\n)text\r\n--");
  expect_scan("--b\r\nA: 1\r\n\r\ntext\r\n--b", "[--b\r\n](A: 1\r\n\r\n)text\r\n--b");
}

TEST(Multipart, WaitsForNoMoreThanAHead) {
  const auto body = [](std::size_t size) {
    return "--b\r\nA:" + std::string(size - 6, 'a') + "\r\n\r\ntext";
  };
  EXPECT_NE(scan(body(limits::multipart_head), 1000).find(")text"), std::string::npos);
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{100000}}) {
    const std::string found = scan(body(limits::multipart_head + 1), piece);
    EXPECT_EQ(found.find('('), std::string::npos);
  }
  MultipartScanner scanner("b");
  std::string_view window = "--b\r\n\r\ntext\r\n-";
  for (int i = 0; i < 3; ++i)
    window.remove_prefix(scanner.next(window, false)->text.size());
  EXPECT_EQ(window, "\r\n-");
}

TEST(Multipart, KnowsWhatABoundaryMayBe) {
  EXPECT_TRUE(MultipartScanner::is_boundary("----WebKitFormBoundary7MA4YWxkTrZu0gW"));
  EXPECT_TRUE(MultipartScanner::is_boundary(std::string(70, 'x')));
  EXPECT_TRUE(MultipartScanner::is_boundary("a b'()+_,-./:=?"));
  for (const std::string_view text : {"", "a ", "a\r\nb", "a\"b", "a;b", "\xC3\xA9"})
    EXPECT_FALSE(MultipartScanner::is_boundary(text)) << text;
  EXPECT_FALSE(MultipartScanner::is_boundary(std::string(71, 'x')));
}

}  // namespace
}  // namespace signgate::http
