// SPDX-License-Identifier: Apache-2.0
#include "signing/signed_text_guesses.hpp"

#include <utility>

#include "policy/cloudfront_statement.hpp"
#include "policy/json_writer.hpp"
#include "signing/replace_all.hpp"
#include "signing/url_base64.hpp"

namespace signgate::signing {
namespace {

// Clocks are no more than 14 hours from UTC.
constexpr int most_hours = 14;
constexpr UnixSeconds hour = 3600;

std::string quoted(std::string_view text) {
  std::string out;
  policy::append_json_string(out, text);
  return out;
}

/// spaced_out is the canned policy with these separators between its tokens.
std::string spaced_out(std::string_view resource, UnixSeconds expires, std::string_view colon,
                       std::string_view comma) {
  std::string text = R"({"Statement")";
  text.append(colon).append(R"([{"Resource")").append(colon).append(quoted(resource));
  text.append(comma).append(R"("Condition")").append(colon).append(R"({"DateLessThan")");
  text.append(colon).append(R"({"AWS:EpochTime")").append(colon);
  return text.append(std::to_string(expires)).append("}}}]}");
}

std::string standard_base64(std::string_view text) {
  std::string out;
  append_url_base64(out, text);
  for (char& c : out)
    c = c == '-' ? '+' : c == '_' ? '=' : c == '~' ? '/' : c;
  return out;
}

std::string by_hours(int hours) {
  return std::to_string(hours < 0 ? -hours : hours) + (hours < 0 ? " h earlier" : " h later");
}

/// add_forms adds what happens to any policy text on its way to the signature.
void add_forms(std::string_view text, auto add) {
  add(std::string(text) + "\n",
      "a newline behind the policy was signed as well (echo without -n does that)");
  if (text.ends_with('\n')) {
    add(std::string(text.substr(0, text.size() - 1)),
        "the policy was signed without the newline that it was sent with");
  }
  std::string encoded;
  append_url_base64(encoded, text);
  add(encoded, "the policy's base64 text was signed in place of the policy");
  add(standard_base64(text), "the policy's base64 text was signed in place of the policy");
}

}  // namespace

std::vector<TextGuess> canned_text_guesses(std::string_view resource, UnixSeconds expires) {
  std::vector<TextGuess> guesses;
  const std::string right = policy::canned_policy(resource, expires);
  const auto add = [&](std::string text, std::string says) {
    if (text != right) guesses.push_back({std::move(text), std::move(says)});
  };
  const std::string white_space =
      "the policy was signed with white space in it, and CloudFront builds a canned policy without "
      "any";
  add(spaced_out(resource, expires, ": ", ", "), white_space);
  add(spaced_out(resource, expires, ": ", ","), white_space);
  add(replace_all(right, R"("Statement":[)", R"("Statement": [)"), white_space);
  add(replace_all(right, "/", "\\/"),
      "the policy was signed with / written as \\/ (PHP's json_encode does that)");
  add(replace_all(right, "&", "\\u0026"),
      "the policy was signed with & written as \\u0026 (Go's encoding/json does that)");
  add(replace_all(right, std::to_string(expires) + "}}}]}",
                  "\"" + std::to_string(expires) + "\"}}}]}"),
      "the policy was signed with its time in quotes: it has to be a number");
  add_forms(right, add);
  add(std::string(resource), "the URL itself was signed in place of the policy");
  const auto at = [&](UnixSeconds time) { return policy::canned_policy(resource, time); };
  if (expires < 0 || expires > policy::max_cloudfront_time) return guesses;
  add(at(expires * 1000), "the policy was signed with its time in milliseconds");
  for (const UnixSeconds off : {-1, 1}) {
    add(at(expires + off),
        "the policy was signed for a time one second from Expires: a fraction was rounded in two "
        "ways");
  }
  for (int hours = -most_hours; hours <= most_hours; ++hours) {
    if (hours == 0) continue;
    add(at(expires + hours * hour),
        "the policy was signed for a time " + by_hours(hours) +
            " than Expires: two time zones met, or Expires was changed after signing");
  }
  return guesses;
}

std::vector<TextGuess> custom_text_guesses(std::string_view text) {
  std::vector<TextGuess> guesses;
  const auto add = [&](std::string other, std::string says) {
    if (other != text) guesses.push_back({std::move(other), std::move(says)});
  };
  add(policy::compact_json(text),
      "the policy was signed without its white space and sent with it: sign and send the same "
      "bytes");
  add_forms(text, add);
  return guesses;
}

}  // namespace signgate::signing
