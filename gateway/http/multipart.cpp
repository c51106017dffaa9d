// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/multipart.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t longest_padding = 64;  // white space behind a boundary

// How many bytes at the end of `text` may be the begin of `wanted`.
std::size_t open_end(std::string_view text, std::string_view wanted) noexcept {
  std::size_t size = std::min(text.size(), wanted.size() - 1);
  while (size > 0 && text.substr(text.size() - size) != wanted.substr(0, size))
    --size;
  return size;
}

}  // namespace

MultipartScanner::MultipartScanner(std::string_view boundary)
    : delimiter_(std::string("\r\n--").append(boundary)) {}

bool MultipartScanner::is_boundary(std::string_view text) noexcept {
  return !text.empty() && text.size() <= limits::multipart_boundary && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alpha(c) || is_digit(c) ||
                  std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
         });
}

std::optional<MultipartScanner::Piece> MultipartScanner::next(std::string_view window, bool last) {
  if (state_ == State::start) {
    // The first delimiter has no line before it that it would have to end.
    const std::string_view first = std::string_view(delimiter_).substr(line_end.size());
    if (window.starts_with(first)) return next_delimiter(window, first.size(), last);
    if (first.starts_with(window) && !last) return std::nullopt;
    state_ = State::preamble;
  }
  if (window.empty()) return std::nullopt;
  if (state_ == State::head) return next_head(window, last);
  if (state_ == State::rest) return Piece{Kind::between, window};
  return next_text(window, last);
}

std::optional<MultipartScanner::Piece> MultipartScanner::next_text(std::string_view window,
                                                                   bool last) {
  const Kind kind = state_ == State::content ? Kind::content : Kind::between;
  std::size_t size = window.find(delimiter_);
  if (size == 0) return next_delimiter(window, delimiter_.size(), last);
  if (size == std::string_view::npos)
    size = window.size() - (last ? 0 : open_end(window, delimiter_));
  if (size == 0) return std::nullopt;
  return Piece{kind, window.substr(0, size)};
}

// The delimiter's first `length` bytes are there: "--" or the line's end has to follow.
std::optional<MultipartScanner::Piece> MultipartScanner::next_delimiter(std::string_view window,
                                                                        std::size_t length,
                                                                        bool last) {
  const std::string_view tail = window.substr(length);
  if (tail.starts_with("--")) {
    state_ = State::rest;
    return Piece{Kind::between, window.substr(0, length + 2)};
  }
  std::size_t padding = 0;
  while (padding < tail.size() && padding < longest_padding &&
         (tail[padding] == ' ' || tail[padding] == '\t'))
    ++padding;
  const std::string_view end = tail.substr(padding);
  if (end.starts_with(line_end)) {
    state_ = State::head;
    return Piece{Kind::between, window.substr(0, length + padding + line_end.size())};
  }
  if (!last && (line_end.starts_with(end) || tail == "-")) return std::nullopt;
  if (state_ == State::start) state_ = State::preamble;
  return Piece{state_ == State::content ? Kind::content : Kind::between, window.substr(0, length)};
}

std::optional<MultipartScanner::Piece> MultipartScanner::next_head(std::string_view window,
                                                                   bool last) {
  std::size_t size = 0;
  if (window.starts_with(line_end)) {
    size = line_end.size();
  } else if (const std::size_t end = window.find(head_end); end != std::string_view::npos) {
    size = end + head_end.size();
  } else if (!last && window.size() <= limits::multipart_head) {
    return std::nullopt;
  }
  if (size == 0 || size > limits::multipart_head) {
    state_ = State::rest;
    return Piece{Kind::between, window};
  }
  state_ = State::content;
  return Piece{Kind::head, window.substr(0, size)};
}

}  // namespace signgate::http
