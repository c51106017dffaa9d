// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/error_document.hpp"

#include <array>

#include "gateway/http/status.hpp"

namespace signgate::edge {
namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// The splitmix64 step: ids only need to look and differ like S3's, they protect nothing.
std::uint64_t mix(std::uint64_t& state) noexcept {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t z = state;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

std::string letters(std::string_view alphabet, std::size_t count, std::uint64_t seed) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += alphabet[mix(seed) % alphabet.size()];
  return text;
}

std::string request_id(std::uint64_t number) {
  return letters("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 16, number);
}

std::string host_id(std::uint64_t number) {
  return letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 75, ~number) +
         "=";
}

}  // namespace

std::string xml_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "&#" + std::to_string(static_cast<int>(c)) + ';';
        } else {
          out += c;
        }
    }
  }
  return out;
}

EdgeResponse cloudfront_denial(std::string_view code, std::string_view message) {
  EdgeResponse response;
  response.status = 403;
  response.code = code;
  response.add("Content-Type", "text/xml");
  response.add("X-Cache", "Error from cloudfront");
  std::string body(declaration);
  body += "<Error><Code>";
  body += code;
  body += "</Code><Message>";
  body += message;
  body += "</Message></Error>";
  response.body = Body::of(std::move(body));
  return response;
}

EdgeResponse cloudfront_error(int status, std::string_view message) {
  EdgeResponse response;
  response.status = status;
  response.code = http::reason_phrase(status);
  response.reason = message;
  response.add("Content-Type", "text/html");
  response.add("X-Cache", "Error from cloudfront");
  const std::string number = std::to_string(status);
  std::string body =
      "<!DOCTYPE html>\n<html><head><title>ERROR: The request could not be satisfied</title></head>"
      "<body>\n<h1>" +
      number + " ERROR</h1>\n<h2>The request could not be satisfied.</h2>\n<hr>\n<p>";
  body += xml_escape(message);
  body += "</p>\n</body></html>\n";
  response.body = Body::of(std::move(body));
  return response;
}

EdgeResponse cloudfront_redirect(int status, std::string location) {
  EdgeResponse response;
  response.status = status;
  response.add("Content-Type", "text/html");
  response.add("Location", std::move(location));
  response.add("X-Cache", "Redirect from cloudfront");
  const std::string title = std::to_string(status) + ' ' + std::string(http::reason_phrase(status));
  response.body = Body::of("<html>\r\n<head><title>" + title +
                           "</title></head>\r\n<body>\r\n<center><h1>" + title +
                           "</h1></center>\r\n<hr><center>CloudFront</center>\r\n</body>\r\n"
                           "</html>\r\n");
  return response;
}

void add_s3_ids(OriginAnswer& answer, std::uint64_t request_number) {
  answer.add("x-amz-request-id", request_id(request_number));
  answer.add("x-amz-id-2", host_id(request_number));
}

OriginAnswer s3_error(const S3Error& error, std::uint64_t request_number) {
  OriginAnswer answer;
  answer.status = error.status;
  answer.code = error.code;
  answer.add("Content-Type", "application/xml");
  add_s3_ids(answer, request_number);
  std::string body(declaration);
  body += "\n<Error><Code>";
  body += error.code;
  body += "</Code><Message>";
  body += error.message;
  body += "</Message>";
  body += error.details;
  body += "<RequestId>" + request_id(request_number) + "</RequestId><HostId>" +
          host_id(request_number) + "</HostId></Error>";
  answer.body = Body::of(std::move(body));
  return answer;
}

}  // namespace signgate::edge
