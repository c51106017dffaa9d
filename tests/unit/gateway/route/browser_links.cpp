// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/route/browser_links.hpp"

namespace signgate::route::browser {

void Links::add_authority(std::string& out) {
  static constexpr std::string_view users[] = {"u@", "u:p@", "@", ":@", "a@b@", "%40@"};
  static constexpr std::string_view hosts[] = {"www.example.com",
                                               "www.example.com",
                                               "m.test",
                                               "m.test",
                                               "M.Test",
                                               "d1.test",
                                               "d1.test",
                                               "D1.TEST",
                                               "m%2Etest",
                                               "m.te%73t",
                                               "m.test.",
                                               "m\xC3\xBCnchen.test",
                                               "xn--mnchen-3ya.test",
                                               "[::1]",
                                               "",
                                               "m test",
                                               "d1.test.evil.test",
                                               "m.test%00"};
  static constexpr std::string_view ports[] = {":",     ":80",    ":443", ":8443",
                                               ":0443", ":65536", ":x"};
  if (one_in(12)) out += any(users);
  out += any(hosts);
  if (one_in(5)) out += any(ports);
}

void Links::add_path(std::string& out) {
  static constexpr std::string_view roots[] = {"one",  "each", "all",   "one",
                                               "each", "all",  "on%65", "ONE"};
  static constexpr std::string_view segments[] = {"a.jpg",
                                                  "b",
                                                  "..",
                                                  ".",
                                                  "%2e",
                                                  "%2E%2e",
                                                  ".%2E",
                                                  "...",
                                                  "",
                                                  "a b",
                                                  "%41",
                                                  "%zz",
                                                  "%",
                                                  "%c3%a9",
                                                  "%C3%A9",
                                                  "\xC3\xA9",
                                                  "\xF0\x9F\x98\x80",
                                                  "{x}",
                                                  "a^b",
                                                  "a|b",
                                                  "it's",
                                                  "\"q\"",
                                                  "<x>",
                                                  "~a",
                                                  "a`b",
                                                  "*",
                                                  "a+b",
                                                  ";x=1",
                                                  "u@v",
                                                  "a:b",
                                                  "a&b",
                                                  "a=b",
                                                  "%2F..",
                                                  "%5c",
                                                  "x%2f",
                                                  "$!,()[]",
                                                  "a%00b"};
  static constexpr std::string_view slashes[] = {"/", "/", "/", "/", "/", "/", "\\", "//"};
  if (!one_in(8)) out += any(roots);
  for (auto count = random_() % 5; count > 0; --count)
    out.append(any(slashes)).append(any(segments));
}

void Links::add_query(std::string& out) {
  static constexpr std::string_view parameters[] = {"w=1",
                                                    "h=2",
                                                    "",
                                                    "=",
                                                    "a[]=b",
                                                    "it's",
                                                    "\xC3\xA9=\xC3\xBC",
                                                    "a=b=c",
                                                    "?",
                                                    "*",
                                                    "x=\"<>\"",
                                                    "a+b",
                                                    "|",
                                                    "%c3%A9",
                                                    "{y}",
                                                    "a\\b",
                                                    "`^",
                                                    "expires=1",
                                                    "Expire%73=1",
                                                    "u=https://e.test/a?b",
                                                    "/../x"};
  static constexpr std::string_view reserved[] = {
      "Expires=1",
      "Policy=e_~-",
      "Signature=abc_",
      "Key-Pair-Id=K",
      "Hash-Algorithm=SHA256",
      "Expires=1&Signature=abc_&Key-Pair-Id=K",
      "Policy=e_&Signature=s&Key-Pair-Id=K&Hash-Algorithm=SHA1"};
  out += '?';
  for (auto count = random_() % 4; count > 0; --count) {
    out += one_in(8) ? any(reserved) : any(parameters);
    if (count > 1) out += '&';
  }
}

// Bytes that a browser drops, and one changed at random; the text stays UTF-8.
void Links::disturb(std::string& out) {
  static constexpr std::string_view dropped[] = {"\t", "\n", "\r\n"};
  static constexpr std::string_view around[] = {" ", "\n", "\x01", "\x1F", "\f "};
  const std::size_t at = random_() % (out.size() + 1);
  const bool whole = at == out.size() || static_cast<unsigned char>(out[at]) < 0x80;
  if (whole && at < out.size() && one_in(12)) out[at] = static_cast<char>(random_() % 128);
  if (whole && one_in(8)) out.insert(at, any(dropped));
  if (one_in(16)) out.insert(0, any(around));
  if (one_in(16)) out += any(around);
}

std::string Links::next() {
  static constexpr std::string_view schemes[] = {
      "https:", "https:", "HTTPS:", "http:", "hTTp:", "data:", "mailto:", "https", "ftp:"};
  static constexpr std::string_view before_host[] = {"//",   "//",  "//",  "//",
                                                     "\\\\", "/\\", "///", "/"};
  static constexpr std::string_view before_path[] = {"/",      "/",   "/",      "/",  "\\", "/./",
                                                     "/x/../", "../", "../../", "./", ""};
  static constexpr std::string_view fragments[] = {"#",        "#top",       "#\xC3\xA9", "#a#b",
                                                   "#`{}\"<>", "#?Policy=x", "#a b"};
  std::string out;
  if (one_in(2)) {
    if (!one_in(4)) out += any(schemes);
    out += any(before_host);
    add_authority(out);
    out += one_in(8) ? "" : "/";
  } else {
    if (one_in(12)) out += any(schemes);
    out += any(before_path);
  }
  if (!one_in(10)) add_path(out);
  if (one_in(3)) add_query(out);
  if (one_in(5)) out += any(fragments);
  disturb(out);
  return out;
}

}  // namespace signgate::route::browser
