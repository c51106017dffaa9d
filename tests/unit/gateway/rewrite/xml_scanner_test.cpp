// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_scanner.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

using Kind = XmlScanner::Kind;

// The events of a document fed in pieces of `size`, adjoining pieces of text as one. Of attributes
// whose name begins with `w` the value is asked for.
std::string events(std::string_view document, std::size_t size) {
  XmlScanner scanner;
  std::string window;
  std::string out;
  Kind before = Kind::none;
  for (std::size_t read = 0;;) {
    for (;;) {
      const XmlScanner::Event event = scanner.next(window);
      if (event.kind == Kind::none) break;
      const std::string text = window.substr(event.begin, event.end - event.begin);
      const bool goes_on = event.kind == before;
      before = event.kind;
      switch (event.kind) {
        case Kind::start_tag:
          out += "<" + std::string(scanner.name());
          break;
        case Kind::attribute:
          out += " " + std::string(scanner.name());
          if (scanner.name().starts_with('w')) scanner.want_value();
          break;
        case Kind::value:
          out += (event.single_quoted ? "='" : "=\"") + text;
          break;
        case Kind::tag_end:
          out += event.self_closing ? "/>" : ">";
          break;
        case Kind::end_tag:
          out += "</" + std::string(scanner.name());
          break;
        case Kind::text:
          out += (goes_on ? "" : "T:") + text;
          break;
        case Kind::cdata:
          out += (goes_on ? "" : "C:") + text;
          break;
        case Kind::cdata_end:
          out += "]";
          break;
        default:
          out += "!";
          break;
      }
    }
    const std::size_t hold = scanner.hold();
    window.erase(0, hold);
    scanner.drop(hold);
    if (read == document.size()) return out;
    const std::size_t take = std::min(size, document.size() - read);
    window.append(document.substr(read, take));
    read += take;
  }
}

// However it is cut.
void expect_events(std::string_view document, std::string_view expected) {
  for (std::size_t size = 1; size <= document.size(); ++size)
    ASSERT_EQ(events(document, size), expected) << document << " in pieces of " << size;
}

TEST(XmlScanner, TellsTagsAttributesAndText) {
  expect_events("<a>t</a>", "<a>T:t</a");
  expect_events("<x:a b='1' w = \"2>\" w2='3\"'/>\n<c></c >", "<x:a b w=\"2> w2='3\"/>T:\n<c></c");
  expect_events("<a w=''\n\tb=\"\"><b/></a>", "<a w=' b><b/></a");
}

TEST(XmlScanner, PassesOverWhatIsNoMarkup) {
  expect_events("<?xml version='1.0'?><!-- <a w='1'> -- --><b/>", "!!<b/>");
  expect_events("<?a ?>? <b> ?><!---><c/>--->T", "!T:? <b>T: ?>!T:T");
  expect_events(
      "<!DOCTYPE a SYSTEM \"x>'\" [<!ENTITY b '<c w=\"]>\">'><!-- ' ]> --><?p ' ]> ?>]><d/>",
      "!<d/>");
  expect_events("<!ELEMENT a><b/>", "!<b/>");
}

TEST(XmlScanner, HandsOutTheTextOfCdata) {
  expect_events("<a><![CDATA[<b w='1'>]]></a>", "<a>C:<b w='1'>]</a");
  expect_events("<![CDATA[]]]]>x<![CDATA[]]><![CDATA[a]b]]c]]]>", "C:]]]T:x]C:a]b]]c]]");
}

TEST(XmlScanner, GoesOnAfterWhatIsNotWellFormed) {
  expect_events("a < b <c>", "T:a !T: b <c>");
  expect_events("<a <b w='1<c w='2'/>", "<a><b w><c w='2/>");
  expect_events("<a w=1 w=\"2\" w 'x' w='3'>", "<a w w=\"2 w w='3>");
  expect_events("<a//w='1'/ ></><1>", "<a w='1></!T:1>");
  expect_events("<a", "");
  expect_events("<![CDATA[x", "C:x");
}

TEST(XmlScanner, ForgetsANameThatIsTooLong) {
  const std::string name(XmlScanner::name_capacity, 'n');
  expect_events("<" + name + "/>", "<" + name + "/>");
  expect_events("<" + name + "n/>", "</>");
}

TEST(XmlScanner, HoldsOnlyAValueThatWasAskedFor) {
  XmlScanner scanner;
  const std::string_view text = "<a w='12";
  EXPECT_EQ(scanner.next(text).kind, Kind::start_tag);
  EXPECT_EQ(scanner.next(text).kind, Kind::attribute);
  scanner.want_value();
  EXPECT_EQ(scanner.next(text).kind, Kind::none);
  EXPECT_TRUE(scanner.holds_value());
  EXPECT_EQ(scanner.hold(), 6U);
  scanner.drop_value();
  EXPECT_EQ(scanner.hold(), text.size());
  const std::string more = std::string(text) + "'/>";
  EXPECT_EQ(scanner.next(more).kind, Kind::tag_end);
}

}  // namespace
}  // namespace signgate::rewrite
