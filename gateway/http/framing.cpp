// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/framing.hpp"

#include <optional>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

Error doubtful(Side side, std::string detail, ErrorCode client_code = ErrorCode::bad_request) {
  return {side == Side::client ? client_code : ErrorCode::bad_response, side, Retry::no,
          std::move(detail)};
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// What Transfer-Encoding and Content-Length say together; nothing when neither stands there.
Result<std::optional<Framing>> declared_framing(const Fields& fields, std::uint8_t minor,
                                                Side side) {
  const Field* length = nullptr;
  const Field* coding = nullptr;
  for (const Field& field : fields) {
    if (field.id == HeaderId::content_length) {
      // Even equal doubles are refused: some server behind us may read another one than we did.
      if (length != nullptr) return doubtful(side, "more than one Content-Length");
      length = &field;
    } else if (field.id == HeaderId::transfer_encoding) {
      if (coding != nullptr) return doubtful(side, "more than one Transfer-Encoding");
      coding = &field;
    }
  }
  if (coding != nullptr) {
    if (length != nullptr) return doubtful(side, "Content-Length beside Transfer-Encoding");
    if (minor == 0) return doubtful(side, "Transfer-Encoding in HTTP/1.0");
    if (!equal_ignoring_case(coding->value, "chunked")) {
      return doubtful(side, "a Transfer-Encoding other than chunked", ErrorCode::not_implemented);
    }
    return std::optional(Framing{.kind = Framing::Kind::chunked});
  }
  if (length != nullptr) {
    const auto value = parse_length(length->value);
    if (!value) return doubtful(side, "malformed Content-Length");
    return std::optional(Framing{.kind = Framing::Kind::length, .length = *value});
  }
  return std::optional<Framing>();
}

}  // namespace

std::optional<std::uint64_t> stated_length(const Fields& fields) noexcept {
  const Field* field = fields.find(HeaderId::content_length);
  return field == nullptr ? std::nullopt : parse_length(field->value);
}

Result<Framing> request_framing(const RequestHead& head) {
  auto declared = declared_framing(head.fields, head.minor, Side::client);
  if (!declared) return declared.error();
  return declared->value_or(Framing{});
}

Result<Framing> response_framing(Method request_method, const ResponseHead& head) {
  auto declared = declared_framing(head.fields, head.minor, Side::upstream);
  if (!declared) return declared.error();
  if (request_method == Method::head || head.status / 100 == 1 || head.status == 204 ||
      head.status == 304) {
    return Framing{};
  }
  return declared->value_or(Framing{.kind = Framing::Kind::until_close});
}

}  // namespace signgate::http
