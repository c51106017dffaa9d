// SPDX-License-Identifier: Apache-2.0
// The decoders: the same text and verdict however the body is cut, a bounded output, and whatever
// is encoded comes back. The first byte picks the coding, the second seeds the cuts.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/codec/decoder.hpp"
#include "gateway/codec/encoder.hpp"

namespace {

using signgate::codec::Coding;
using signgate::codec::Decoder;
using signgate::codec::Encoder;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::string text;
  bool done = false;
  bool failed = false;
};

template <class NextSize>
Outcome decode(Coding coding, std::string_view body, std::size_t out_size, NextSize next_size) {
  Decoder decoder(coding);
  Outcome outcome;
  std::vector<char> out(out_size);
  std::size_t at = 0;
  while (true) {
    const std::size_t size = std::min<std::size_t>(next_size(), body.size() - at);
    // Its own allocation: a decoder that looks at bytes of the step before is seen.
    const std::string piece(body.substr(at, size));
    at += size;
    const bool last = at == body.size();
    std::string_view in = piece;
    while (true) {
      const auto step = decoder.decode(in, last, out);
      if (!step) {
        outcome.failed = true;
        return outcome;
      }
      require(step->consumed <= in.size() && step->produced <= out.size());
      in.remove_prefix(step->consumed);
      outcome.text.append(out.data(), step->produced);
      outcome.done = step->done;
      if (step->done || step->produced < out.size()) break;
    }
    require(in.empty());
    if (last) break;
  }
  require(outcome.done);
  return outcome;
}

void round_trip(Coding coding, const std::string_view whole, std::minstd_rand& random) {
  std::string_view text = whole;
  Encoder encoder(coding, 1 + static_cast<int>(random() % 9));
  std::string body;
  std::vector<char> out(Encoder::min_out + random() % 100);
  while (true) {
    const std::string piece(text.substr(0, random() % 512));
    text.remove_prefix(piece.size());
    const auto flush = text.empty()        ? Encoder::Flush::finish
                       : random() % 2 == 0 ? Encoder::Flush::sync
                                           : Encoder::Flush::none;
    std::string_view in = piece;
    while (true) {
      const auto step = encoder.encode(in, flush, out);
      require(step.has_value() && step->consumed <= in.size() && step->produced <= out.size());
      in.remove_prefix(step->consumed);
      body.append(out.data(), step->produced);
      if (step->done) break;
      require(step->consumed + step->produced > 0);
    }
    require(in.empty());
    if (flush == Encoder::Flush::finish) break;
  }
  const Outcome outcome = decode(coding, body, 4096, [&] { return body.size(); });
  require(outcome.done && outcome.text == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Coding coding = data[0] >= 192     ? Coding::br
                        : data[0] >= 128   ? Coding::zstd
                        : data[0] % 4 == 3 ? Coding::deflate
                                           : Coding::gzip;
  const bool zlibs = coding == Coding::gzip || coding == Coding::deflate;
  const std::size_t free_run =
      zlibs ? signgate::limits::decoder_step : signgate::limits::decoder_run;
  std::minstd_rand random(data[1] + 1U);
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);

  const Outcome whole = decode(coding, body, 4096, [&] { return body.size(); });
  require(whole.text.size() <= body.size() * signgate::limits::decoder_ratio + free_run + 4096);
  // How soon a run is too long for the input so far depends on the cuts.
  if (!zlibs && whole.text.size() > free_run) return 0;
  const Outcome bytes = decode(coding, body, 64, [] { return 1; });
  const Outcome pieces =
      decode(coding, body, 1 + random() % 300, [&] { return 1 + random() % 16; });
  for (const Outcome* other : {&bytes, &pieces}) {
    require(other->failed == whole.failed && other->done == whole.done);
    // An error may be seen before or after the last bytes in front of it went out.
    if (whole.failed)
      require(whole.text.starts_with(other->text) || other->text.starts_with(whole.text));
    else
      require(other->text == whole.text);
  }
  round_trip(coding, body, random);
  return 0;
}
