// SPDX-License-Identifier: Apache-2.0
// The chunked decoder: the same data, end and verdict however the bytes are cut. The first byte
// seeds the cuts.
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "gateway/http/chunked.hpp"

namespace {

using signgate::Side;
using signgate::http::ChunkedDecoder;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::string data;
  std::size_t consumed = 0;  // when done
  bool done = false;
  bool failed = false;
  bool operator==(const Outcome&) const = default;
};

template <class NextSize>
Outcome decode(std::string_view bytes, NextSize next_size) {
  ChunkedDecoder decoder(Side::client);
  Outcome outcome;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t size = std::min<std::size_t>(next_size(), bytes.size() - at);
    // Its own allocation: a decoder that looks at bytes of the step before is seen.
    const std::string piece(bytes.substr(at, size));
    std::string_view rest = piece;
    while (!rest.empty()) {
      const auto step = decoder.next(rest);
      if (!step) {
        require(step.error().side == Side::client && error_status(step.error()) == 400);
        outcome.failed = true;
        return outcome;
      }
      require(step->consumed > 0 && step->consumed <= rest.size());
      require(step->data.size() <= step->consumed);
      outcome.data += step->data;
      rest.remove_prefix(step->consumed);
      at += step->consumed;
      if (step->done) {
        outcome.done = true;
        outcome.consumed = at;
        const auto after = decoder.next(rest);
        require(after.has_value() && after->done && after->consumed == 0);
        return outcome;
      }
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = decode(bytes, [&] { return bytes.size(); });
  require(decode(bytes, [] { return 1; }) == whole);
  std::minstd_rand random(data[0] + 1U);
  require(decode(bytes, [&] { return 1 + random() % 16; }) == whole);
  if (whole.done) {
    // What follows the body never counts, and a body is whole only with its last byte.
    const std::string_view body = bytes.substr(0, whole.consumed);
    require(decode(body, [&] { return body.size(); }) == whole);
    require(!decode(body.substr(0, body.size() - 1), [] { return 7; }).done);
  }
  return 0;
}
