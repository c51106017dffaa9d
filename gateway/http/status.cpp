// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/status.hpp"

namespace signgate::http {
namespace {

// What nginx adds to the page of its own statuses.
std::string_view told_beside_400(int status) {
  switch (status) {
    case 494:
      return "Request Header Or Cookie Too Large";
    case 495:
      return "The SSL certificate error";
    case 496:
      return "No required SSL certificate was sent";
    case 497:
      return "The plain HTTP request was sent to HTTPS port";
    default:
      return "";
  }
}

// What stands on the page; for two statuses nginx writes something else into the status line.
std::string_view page_phrase(int status) {
  if (status == 302) return "Found";
  if (status == 401) return "Authorization Required";
  return reason_phrase(status);
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 102:
      return "Processing";
    case 103:
      return "Early Hints";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Moved Temporarily";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Not Allowed";
    case 406:
      return "Not Acceptable";
    case 407:
      return "Proxy Authentication Required";
    case 408:
      return "Request Time-out";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Request Entity Too Large";
    case 414:
      return "Request-URI Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Requested Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Temporarily Unavailable";
    case 504:
      return "Gateway Time-out";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "";
  }
}

int shown_status(int status) noexcept {
  return status >= 494 && status <= 497 ? 400 : status;
}

std::string error_page(int status, std::string_view server) {
  std::string heading = std::to_string(shown_status(status));
  if (const std::string_view reason = page_phrase(shown_status(status)); !reason.empty()) {
    heading += ' ';
    heading += reason;
  }
  const std::string_view told = told_beside_400(status);
  const std::string title = told.empty() ? heading : "400 " + std::string(told);
  std::string page = "<html>\r\n<head><title>" + title +
                     "</title></head>\r\n<body>\r\n<center><h1>" + heading + "</h1></center>\r\n";
  if (!told.empty()) page.append("<center>").append(told).append("</center>\r\n");
  page += "<hr><center>";
  page += server;
  page += "</center>\r\n</body>\r\n</html>\r\n";
  return page;
}

}  // namespace signgate::http
