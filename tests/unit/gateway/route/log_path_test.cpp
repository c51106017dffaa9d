// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/log_path.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::route {
namespace {

class LogPathTest : public testing::Test {
 protected:
  // The path, or "VARIABLE: reason" of a refusal.
  std::string filled(std::string_view text) const {
    const LogPath path(text);
    std::string out = "what was there before";
    const auto refusal = path.fill(values_, out);
    if (!refusal) return out;
    return std::string(refusal->variable).append(": ").append(refusal->reason);
  }

  VariableValues values_;
};

TEST_F(LogPathTest, IsEmptyWithoutVariables) {
  EXPECT_TRUE(LogPath().empty());
  EXPECT_TRUE(LogPath("logs/access.log").empty());
  EXPECT_FALSE(LogPath("logs/$host.log").empty());
}

TEST_F(LogPathTest, PutsValuesInTheirPlaces) {
  values_.host = "www.example.com";
  values_.server_name = "s";
  EXPECT_EQ(filled("/var/log/$host.log"), "/var/log/www.example.com.log");
  EXPECT_EQ(filled("${server_name}x/a-$host"), "sx/a-www.example.com");
  EXPECT_EQ(filled("../logs/./$host"), "../logs/./www.example.com");  // what the operator wrote
  EXPECT_EQ(filled("$host"), "www.example.com");
  values_.host = "..";
  EXPECT_EQ(filled("$host.log"), "...log");
  values_.host = "stderr";
  EXPECT_EQ(filled("$host"), "stderr");
}

TEST_F(LogPathTest, LetsNoValueBeMoreThanPartOfAName) {
  for (const std::string_view value :
       {"/", "a/b", "../x", "/etc/passwd", "a\nb", "a\x7f", "\x01"}) {
    values_.host = value;
    EXPECT_EQ(filled("logs/$host.log"), "$host: has a \"/\" or a control character") << value;
  }
  values_.host = std::string_view("a\0b", 3);
  EXPECT_EQ(filled("logs/$host.log"), "$host: has a \"/\" or a control character");
}

TEST_F(LogPathTest, LetsNoValueMakeANameThatLeadsElsewhere) {
  values_.host = "..";
  EXPECT_EQ(filled("logs/$host/access.log"), "$host: makes \".\" or \"..\" of a name");
  EXPECT_EQ(filled("logs/$host"), "$host: makes \".\" or \"..\" of a name");
  EXPECT_EQ(filled("$host/access.log"), "$host: makes \".\" or \"..\" of a name");
  values_.host = ".";
  EXPECT_EQ(filled("logs/.${host}/a.log"), "${host}: makes \".\" or \"..\" of a name");
  EXPECT_EQ(filled("logs/${host}${host}"), "${host}: makes \".\" or \"..\" of a name");
  EXPECT_EQ(filled("logs/$host/a.log"), "$host: makes \".\" or \"..\" of a name");
  values_.host = "";
  EXPECT_EQ(filled("logs/$host/a.log"), "$host: leaves the name of a file or folder empty");
  EXPECT_EQ(filled("$host/a.log"), "$host: leaves the name of a file or folder empty");
  EXPECT_EQ(filled("logs/$host"), "$host: leaves the name of a file or folder empty");
  EXPECT_EQ(filled("logs/.$host/a.log"), "$host: makes \".\" or \"..\" of a name");
  EXPECT_EQ(filled("logs/$host.log"), "logs/.log");
}

TEST_F(LogPathTest, BoundsNames) {
  const std::string most(limits::file_name, 'x');
  values_.host = most;
  EXPECT_EQ(filled("logs/$host/a").size(), 5 + limits::file_name + 2);
  EXPECT_EQ(filled("logs/x$host/a"), "$host: makes a name too long");
}

TEST_F(LogPathTest, MasksWhatLogsMask) {
  http::RequestHead head;
  head.query = "Signature=abc&n=1";
  values_.request = &head;
  EXPECT_EQ(filled("logs/$arg_signature-$arg_n"), "logs/***-1");
  EXPECT_EQ(filled("logs/$args"), "logs/Signature=***&n=1");
}

}  // namespace
}  // namespace signgate::route
