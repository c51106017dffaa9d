// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/chunked.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {

Error ChunkedDecoder::malformed(const char* what) const {
  return {side_ == Side::client ? ErrorCode::bad_request : ErrorCode::bad_response, side_,
          Retry::no, what};
}

Result<ChunkedDecoder::Step> ChunkedDecoder::next(std::string_view in) {
  Step step;
  step.done = state_ == State::done;
  while (!step.done && step.consumed < in.size()) {
    if (state_ == State::data) {
      const std::size_t size =
          static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - step.consumed));
      step.data = in.substr(step.consumed, size);
      step.consumed += size;
      left_ -= size;
      if (left_ == 0) state_ = State::data_cr;
      return step;
    }
    const char c = in[step.consumed++];
    switch (state_) {
      case State::size: {
        const int digit = hex_value(c);
        if (digit >= 0) {
          if (++digits_ > 16 || left_ >> 59 != 0) return malformed("chunk size is too large");
          left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
        } else if (digits_ == 0) {
          return malformed("malformed chunk size");
        } else if (c == '\r') {
          state_ = State::size_lf;
        } else if (c == ';' || c == ' ' || c == '\t') {
          line_ = 1;
          state_ = c == ';' ? State::extension : State::padding;
        } else {
          return malformed("malformed chunk size");
        }
        break;
      }
      case State::padding:
        // Old servers pad sizes with spaces; "0 5" is two sizes to two readers.
        if (c == '\r') {
          state_ = State::size_lf;
        } else if (c == ';') {
          state_ = State::extension;
        } else if (c != ' ' && c != '\t') {
          return malformed("malformed chunk size");
        } else if (++line_ > limits::chunk_line) {
          return malformed("chunk size line is too long");
        }
        break;
      case State::extension:
        if (c == '\r') {
          state_ = State::size_lf;
        } else if (c == '\n' || c == '\0') {
          return malformed("control byte in a chunk extension");
        } else if (++line_ > limits::chunk_line) {
          return malformed("chunk extension is too long");
        }
        break;
      case State::size_lf:
        if (c != '\n') return malformed("chunk size line does not end in CRLF");
        trailer_line_ = 0;
        state_ = left_ == 0 ? State::trailer : State::data;
        break;
      case State::data_cr:
        if (c != '\r') return malformed("chunk data does not end in CRLF");
        state_ = State::data_lf;
        break;
      case State::data_lf:
        if (c != '\n') return malformed("chunk data does not end in CRLF");
        digits_ = 0;
        state_ = State::size;
        break;
      case State::trailer:
        if (trailer_text_.size() >= limits::trailer_section)
          return malformed("trailer section is too long");
        if (c == '\r') {
          state_ = State::trailer_lf;
        } else if (c == '\n' || c == '\0') {
          return malformed("control byte in a trailer");
        } else {
          ++trailer_line_;
          trailer_text_ += c;
        }
        break;
      case State::trailer_lf:
        if (c != '\n') return malformed("trailer line does not end in CRLF");
        if (trailer_line_ == 0) {
          state_ = State::done;
          step.done = true;
          return step;
        }
        trailer_line_ = 0;
        trailer_text_ += "\r\n";
        state_ = State::trailer;
        break;
      case State::data:
      case State::done:
        break;
    }
  }
  return step;
}

}  // namespace signgate::http
