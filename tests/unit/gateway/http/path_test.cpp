// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/path.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace signgate::http {
namespace {

using namespace std::literals;

// "400" where the path is refused: what nginx's $uri would be for it.
std::string normal(std::string_view path) {
  std::string storage = "left over from before";
  const auto result = normalise_path(path, storage);
  if (!result) {
    EXPECT_EQ(result.error().code, ErrorCode::bad_request) << path;
    EXPECT_EQ(result.error().side, Side::client) << path;
    return "400";
  }
  return std::string(*result);
}

struct Case {
  std::string_view path;
  std::string_view uri;
};

TEST(NormalisePath, APathThatIsNormalStaysWhereItIs) {
  for (const std::string_view path :
       {"/"sv, "/a"sv, "/a/"sv, "/a/b.html"sv, "/a./b.."sv, "/a;v=1/b"sv, "/a+b"sv, "/a\\..\\b"sv,
        "/\xc3\xa9"sv, "/a=b&c@d:e~f"sv}) {
    std::string storage = "untouched";
    const auto result = normalise_path(path, storage);
    ASSERT_TRUE(result) << path;
    EXPECT_EQ(result->data(), path.data()) << path;
    EXPECT_EQ(*result, path);
    EXPECT_EQ(storage, "untouched");
  }
}

TEST(NormalisePath, PercentCodesAreDecodedOnce) {
  for (const auto& [path, uri] : std::initializer_list<Case>{
           {"/%41%7a", "/Az"},
           {"/a%20b", "/a b"},
           {"/%25", "/%"},
           {"/%2541", "/%41"},
           {"/%252e%252e/a", "/%2e%2e/a"},
           {"/%3Fa", "/?a"},
           {"/%23a", "/#a"},
           {"/a%2Bb", "/a+b"},
           {"/%c3%A9", "/\xc3\xa9"},
           {"/%0d%0aX", "/\r\nX"},
           {"/%5c..%5ca", "/\\..\\a"},
           {"/%7f%ff%01", "/\x7f\xff\x01"},
       }) {
    EXPECT_EQ(normal(path), uri) << path;
  }
}

TEST(NormalisePath, AMalformedPercentCodeIsRefused) {
  for (const std::string_view path : {"/%"sv, "/%4"sv, "/a%"sv, "/%zz"sv, "/%4g"sv, "/%g4"sv,
                                      "/% 1"sv, "/%-1"sv, "/%%41"sv, "/%u0041"sv, "/%2"sv}) {
    EXPECT_EQ(normal(path), "400") << path;
  }
}

TEST(NormalisePath, ADecodedNulIsRefused) {
  EXPECT_EQ(normal("/%00"), "400");
  EXPECT_EQ(normal("/a%00.html"), "400");
  EXPECT_EQ(normal("/%2500"), "/%00");
}

TEST(NormalisePath, DotSegmentsAreResolved) {
  for (const auto& [path, uri] : std::initializer_list<Case>{
           {"/.", "/"},
           {"/./", "/"},
           {"/a/.", "/a/"},
           {"/a/./", "/a/"},
           {"/a/./b", "/a/b"},
           {"/././a", "/a"},
           {"/a/..", "/"},
           {"/a/../", "/"},
           {"/a/b/..", "/a/"},
           {"/a/b/../", "/a/"},
           {"/a/b/../c", "/a/c"},
           {"/a/b/../../c", "/c"},
           {"/a/b/c/../../d/./e/..", "/a/d/"},
           {"/a/../b/../c/../", "/"},
       }) {
    EXPECT_EQ(normal(path), uri) << path;
  }
}

TEST(NormalisePath, DotsThatAreNoSegmentOfTheirOwnStay) {
  for (const std::string_view path : {"/..."sv, "/.a"sv, "/..a"sv, "/a.."sv, "/.a/..b/c..d"sv,
                                      "/.well-known/x"sv, "/a/.../b"sv, "/..;/a"sv, "/.;"sv}) {
    EXPECT_EQ(normal(path), path);
  }
}

TEST(NormalisePath, RunsOfSlashesAreMerged) {
  for (const auto& [path, uri] : std::initializer_list<Case>{
           {"//", "/"},
           {"///", "/"},
           {"//a", "/a"},
           {"/a//", "/a/"},
           {"/a//b", "/a/b"},
           {"/a///b////c//", "/a/b/c/"},
           {"//a//..//b", "/b"},
           {"/a//../b", "/b"},
           {"/a/.//./b", "/a/b"},
       }) {
    EXPECT_EQ(normal(path), uri) << path;
  }
}

TEST(NormalisePath, RunsOfSlashesStayWithoutMergeSlashes) {
  for (const auto& [path, uri] : std::initializer_list<Case>{
           {"//a//b", "//a//b"},
           {"/a//", "/a//"},
           {"/a%2F%2fb", "/a//b"},
           {"//..", "/"},
           {"/a//../b", "/a/b"},
           {"/a/./..//b", "//b"},
           {"/a/b//..", "/a/b/"},
           {"/a//.", "/a//"},
           {"/../a", "400"},
       }) {
    std::string storage;
    const auto result = normalise_path(path, storage, false);
    EXPECT_EQ(result ? *result : "400", uri) << path;
  }
  const std::string_view untouched = "/a//b";
  std::string storage;
  EXPECT_EQ(normalise_path(untouched, storage, false)->data(), untouched.data());
}

TEST(NormalisePath, AnEncodedSlashOrDotCountsAsOne) {
  for (const auto& [path, uri] : std::initializer_list<Case>{
           {"/a%2Fb", "/a/b"},
           {"/a%2f%2Fb", "/a/b"},
           {"/a/%2e%2e/b", "/b"},
           {"/a/%2E./b", "/b"},
           {"/a/.%2e", "/"},
           {"/a%2f..%2Fb", "/b"},
           {"/a/%2e/b", "/a/b"},
           {"/a%2f%2e%2e", "/"},
           {"/%2e", "/"},
           {"/%2F", "/"},
       }) {
    EXPECT_EQ(normal(path), uri) << path;
  }
}

TEST(NormalisePath, APathAboveTheRootIsRefused) {
  for (const std::string_view path :
       {"/.."sv, "/../"sv, "/../a"sv, "/a/../.."sv, "/a/../../b"sv, "/%2e%2e/"sv, "/%2e%2e"sv,
        "//../a"sv, "/./.."sv, "/a//../../b"sv, "/..%2fetc/passwd"sv,
        "/../../../../etc/passwd"sv}) {
    EXPECT_EQ(normal(path), "400") << path;
  }
}

TEST(NormalisePath, AnEmptyPathIsTheRoot) {
  EXPECT_EQ(normal(""), "/");
}

TEST(NormalisePath, TheAsteriskOfOptionsStays) {
  EXPECT_EQ(normal("*"), "*");
}

// What any result must be, whatever went in.
TEST(NormalisePath, ResultsAreAbsoluteWithoutDotSegmentsOrDoubledSlashes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const std::vector<std::string_view> pieces = {"/", "/", ".", "..", "a", "%2e", "%2F", "%41", "b"};
  std::size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string path = "/";
    for (auto n = random() % 12; n > 0; --n)
      path += pieces[random() % pieces.size()];
    const std::string uri = normal(path);
    if (uri == "400") continue;
    ++accepted;
    ASSERT_TRUE(uri.starts_with('/')) << path;
    const std::string framed = uri + '/';
    ASSERT_EQ(uri.find("//"), std::string::npos) << path;
    ASSERT_EQ(framed.find("/./"), std::string::npos) << path;
    ASSERT_EQ(framed.find("/../"), std::string::npos) << path;
    ASSERT_EQ(normal(uri), uri) << path;  // no '%' among what the pieces decode to
    ASSERT_EQ(normal(escape_path(uri)), uri) << path;
  }
  EXPECT_GT(accepted, 1000U);
}

TEST(EscapePath, EncodesWhatNginxEncodes) {
  const std::string_view encoded = " \"#%<>?\\^`{|}";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string out = escape_path(std::string_view(&c, 1));
    if (byte < 0x20 || byte >= 0x7f || encoded.find(c) != std::string_view::npos) {
      char expected[8];
      std::snprintf(expected, sizeof expected, "%%%02X", static_cast<unsigned>(byte));
      EXPECT_EQ(out, expected) << byte;
    } else {
      EXPECT_EQ(out, std::string(1, c)) << byte;
    }
  }
}

TEST(EscapePath, IsUndoneByNormalising) {
  EXPECT_EQ(escape_path(""), "");
  for (const std::string_view path : {"/a b"sv, "/%41"sv, "/\r\nX"sv, "/?a#b"sv, "/\xc3\xa9"sv}) {
    EXPECT_EQ(normal(escape_path(path)), path);
  }
}

}  // namespace
}  // namespace signgate::http
