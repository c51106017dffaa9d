// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/script_scanner.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

/// found are the literals of a script, with commas between, when it comes in pieces of `size`.
std::string found(std::string_view script, std::size_t size = 1000) {
  ScriptScanner scanner;
  ScriptScanner::Literal literal;
  std::string all;
  for (std::size_t end = 0; end < script.size();) {
    end = std::min(script.size(), end + size);
    while (scanner.next(script.substr(0, end), literal))
      all.append(all.empty() ? "" : ",").append(script, literal.begin, literal.end - literal.begin);
  }
  if (scanner.finish(literal))
    all.append(all.empty() ? "" : ",").append(script, literal.begin, literal.end - literal.begin);
  return all;
}

void expect_found(std::string_view script, std::string_view literals) {
  EXPECT_EQ(found(script), literals) << script;
  for (const std::size_t size : {1U, 2U, 3U, 7U})
    EXPECT_EQ(found(script, size), literals) << script << " by " << size;
}

TEST(ScriptScanner, FindsValuesOfTheirOwn) {
  expect_found("a = 'x';", "x");
  expect_found("a = \"x\"", "x");
  expect_found("a = `x`\nb = 'y' // z", "x,y");
  expect_found("var s = {a: 'x', 'n': \"y\", [k]: 'z'}", "x,y,z");
  expect_found("f('x', \"y\"); g(1, 'z')", "x,y,z");
  expect_found("a = ['x', 'y']; return 'z'", "x,y,z");
  expect_found("() => 'x'; a = b || 'y'; a ?\?= 'z'", "x,y,z");
  expect_found("a = b ? 'x' : 'y';", "x,y");
  expect_found("a = 'x' /* c */ ;", "x");
  expect_found("new Image('x')", "x");
  expect_found("a = 'x\\'y';", "x\\'y");
  expect_found("a = '\"`';", "\"`");
}

TEST(ScriptScanner, LeavesOutWhatIsPartOfSomethingElse) {
  for (const char* script : {"a = 'x' + b;",
                             "a = b + 'x';",
                             "a == 'x';",
                             "'x' === a;",
                             "a = 'x'.length;",
                             "a = 'x'[0];",
                             "switch (a) { case 'x': b() }",
                             "b = {'x': 1};",
                             "b = {a, 'x': 1}",
                             "import 'x';",
                             "import a from 'x';",
                             "import('x');",
                             "export default 'x';",
                             "a['x'];",
                             "a['x'] = 1;",
                             "String.raw`x`;",
                             "a = (b ? 'x' : 'y') + c;",
                             "a = `${c}x`;",
                             "a = `x${b ? 'y' : 'z'}`;",
                             "'use strict';",
                             "{ 'x' }",
                             "if ('x') y;",
                             "a = 'x' in b;",
                             "a = 'x'\n in b;",
                             "a = 'x'\n+ b;",
                             "a = 'x'\n.y",
                             "a = 'x' ? 1 : 2;",
                             "a = 'x",
                             "a += 'x';",
                             "typeof 'x';",
                             "a = 'x' /* c",
                             "a = b ? c : 'x' + d",
                             "a = 'x'`y`"}) {
    expect_found(script, "");
  }
}

TEST(ScriptScanner, TellsCommentsAndRegularExpressions) {
  expect_found("// a = 'x';\na = 'y';", "y");
  expect_found("/* a = 'x'; ' */ a = 'y';", "y");
  expect_found("a = /'x/; b = 'y';", "y");
  expect_found("a = b / c; d = 'x'; e / f", "x");
  expect_found("a = /[/']/g.test(b) / 2; c = 'x';", "x");
  expect_found("f(/\\/'/, 'x')", "x");
  expect_found("if (a) /'/.test(b); c = 'x';", "x");
  expect_found("(a) / b; c = 'x'; d[0] / '", "x");
  expect_found("return /'/; a = 'x';", "x");
  expect_found("a++ / b; c = 'x'; /'/", "x");
  expect_found("a.return / b; c = 'x'; d / '", "x");
  expect_found("1.5 / 2; c = 'x'; 1e3/'", "x");
}

TEST(ScriptScanner, FollowsTemplates) {
  expect_found("a = `b${f('x')}c'`; d = 'y';", "x,y");
  expect_found("a = `${ `${ {b: 'x'} }` }`; c = 'y';", "x,y");
  expect_found("a = `$'{`; b = 'x';", "$'{,x");
  expect_found("a = `\\${'`; b = 'x';", "\\${',x");
}

TEST(ScriptScanner, GivesUpWhereItCannotTell) {
  for (const char* doubt :
       {"function f() {} /'/.test(a);", "yield /a/;", "a = b); ", "a = [1};", "<!-- a\n",
        "\n--> b\n", "a = \"b\n\";", "a = /b\n/;", "f(a]);", "a = \x01;"}) {
    expect_found("a = 'x'; " + std::string(doubt) + " c = 'y';", "x");
  }
  expect_found("while (n --> 0) a = 'x';", "x");
  const std::string deep(ScriptScanner::depth_limit, '(');
  expect_found(deep + "f(", "");
  expect_found(std::string(ScriptScanner::depth_limit - 1, '[') + "f('x')", "x");
  expect_found(std::string(ScriptScanner::depth_limit, '[') + "f('x')", "");
}

TEST(ScriptScanner, HoldsALiteralUntilTheTokenBehindIt) {
  ScriptScanner scanner;
  ScriptScanner::Literal literal;
  EXPECT_FALSE(scanner.next("a = b + 'x", literal));
  EXPECT_FALSE(scanner.holds());
  scanner = ScriptScanner();
  const std::string script = "a = 'x'  ";
  EXPECT_FALSE(scanner.next(script, literal));
  EXPECT_TRUE(scanner.holds());
  EXPECT_EQ(scanner.hold(), 5U);
  scanner.drop(5);
  EXPECT_TRUE(scanner.next(script.substr(5) + ";", literal));
  EXPECT_EQ(literal.begin, 0U);
  EXPECT_EQ(literal.end, 1U);
  EXPECT_FALSE(scanner.holds());
}

}  // namespace
}  // namespace signgate::rewrite
