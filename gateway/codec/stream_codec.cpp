// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/stream_codec.hpp"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zstd.h>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"

namespace signgate::codec {
namespace {

constexpr int zstd_largest_window_bits = 23;

const std::uint8_t* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

class BrotliDecoder final : public StreamDecoder {
 public:
  explicit BrotliDecoder(BrotliDecoderState* state) noexcept : state_(state) {}

  Status decode(std::string_view& in, std::span<char>& out) override {
    std::size_t left = in.size();
    const std::uint8_t* next = bytes(in);
    std::size_t room = out.size();
    auto* place = reinterpret_cast<std::uint8_t*>(out.data());
    const auto result =
        BrotliDecoderDecompressStream(state_.get(), &left, &next, &room, &place, nullptr);
    in.remove_prefix(in.size() - left);
    out = out.subspan(out.size() - room);
    if (result == BROTLI_DECODER_RESULT_SUCCESS) return Status::ended;
    if (result != BROTLI_DECODER_RESULT_ERROR) return Status::wants_more;
    const int code = BrotliDecoderGetErrorCode(state_.get());
    const bool memory = code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
                        code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES;
    return memory ? Status::no_memory : Status::corrupt;
  }

  [[nodiscard]] bool is_complete() const noexcept override {
    return BrotliDecoderIsFinished(state_.get()) == BROTLI_TRUE;
  }

 private:
  struct End {
    void operator()(BrotliDecoderState* state) const noexcept {
      BrotliDecoderDestroyInstance(state);
    }
  };
  std::unique_ptr<BrotliDecoderState, End> state_;
};

class ZstdDecoder final : public StreamDecoder {
 public:
  explicit ZstdDecoder(ZSTD_DCtx* context) noexcept : context_(context) {
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, zstd_largest_window_bits);
  }

  Status decode(std::string_view& in, std::span<char>& out) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t left = ZSTD_decompressStream(context_.get(), &to, &from);
    in.remove_prefix(from.pos);
    out = out.subspan(to.pos);
    if (ZSTD_isError(left)) return Status::corrupt;
    // Without a byte read the library only says what it would like to have.
    if (from.pos > 0 || to.pos > 0) between_frames_ = left == 0;
    return Status::wants_more;
  }

  [[nodiscard]] bool is_complete() const noexcept override { return between_frames_; }

 private:
  struct End {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, End> context_;
  bool between_frames_ = false;
};

class BrotliEncoder final : public StreamEncoder {
 public:
  BrotliEncoder(BrotliEncoderState* state, int level) noexcept : state_(state) {
    BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, static_cast<std::uint32_t>(level));
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, limits::coding_window_bits);
  }

  std::optional<bool> encode(std::string_view& in, Flush flush, std::span<char>& out) override {
    std::size_t left = in.size();
    const std::uint8_t* next = bytes(in);
    std::size_t room = out.size();
    auto* place = reinterpret_cast<std::uint8_t*>(out.data());
    const BrotliEncoderOperation operation = flush == Flush::none   ? BROTLI_OPERATION_PROCESS
                                             : flush == Flush::sync ? BROTLI_OPERATION_FLUSH
                                                                    : BROTLI_OPERATION_FINISH;
    const auto done =
        BrotliEncoderCompressStream(state_.get(), operation, &left, &next, &room, &place, nullptr);
    if (done != BROTLI_TRUE) return std::nullopt;
    in.remove_prefix(in.size() - left);
    out = out.subspan(out.size() - room);
    if (flush == Flush::finish) return BrotliEncoderIsFinished(state_.get()) == BROTLI_TRUE;
    const bool more = BrotliEncoderHasMoreOutput(state_.get()) == BROTLI_TRUE;
    return in.empty() && !more;
  }

  // libbrotli has no way to: its memory is what is used again.
  bool reset(int) override { return false; }

 private:
  struct End {
    void operator()(BrotliEncoderState* state) const noexcept {
      BrotliEncoderDestroyInstance(state);
    }
  };
  std::unique_ptr<BrotliEncoderState, End> state_;
};

class ZstdEncoder final : public StreamEncoder {
 public:
  ZstdEncoder(ZSTD_CCtx* context, int level) noexcept : context_(context) { set(level); }

  std::optional<bool> encode(std::string_view& in, Flush flush, std::span<char>& out) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const ZSTD_EndDirective directive = flush == Flush::none   ? ZSTD_e_continue
                                        : flush == Flush::sync ? ZSTD_e_flush
                                                               : ZSTD_e_end;
    const std::size_t left = ZSTD_compressStream2(context_.get(), &to, &from, directive);
    if (ZSTD_isError(left)) return std::nullopt;
    in.remove_prefix(from.pos);
    out = out.subspan(to.pos);
    return flush == Flush::none ? in.empty() : left == 0;
  }

  bool reset(int level) override {
    if (ZSTD_isError(ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_and_parameters)))
      return false;
    set(level);
    return true;
  }

 private:
  void set(int level) noexcept {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_windowLog, limits::coding_window_bits);
  }

  struct End {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, End> context_;
};

void* take_block(void* cache, std::size_t size) {
  return static_cast<BlockCache*>(cache)->take(size);
}

void give_block(void* cache, void* block) {
  static_cast<BlockCache*>(cache)->give(block);
}

}  // namespace

std::unique_ptr<StreamDecoder> make_stream_decoder(Coding coding) {
  if (coding == Coding::br) {
    auto* state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
    if (state == nullptr) return nullptr;
    return std::make_unique<BrotliDecoder>(state);
  }
  SIGNGATE_CHECK(coding == Coding::zstd);
  auto* context = ZSTD_createDCtx();
  if (context == nullptr) return nullptr;
  return std::make_unique<ZstdDecoder>(context);
}

std::unique_ptr<StreamEncoder> make_stream_encoder(Coding coding, int level, BlockCache& memory) {
  if (coding == Coding::br) {
    auto* state = BrotliEncoderCreateInstance(&take_block, &give_block, &memory);
    if (state == nullptr) return nullptr;
    return std::make_unique<BrotliEncoder>(state, level);
  }
  SIGNGATE_CHECK(coding == Coding::zstd);
  auto* context = ZSTD_createCCtx();
  if (context == nullptr) return nullptr;
  return std::make_unique<ZstdEncoder>(context, level);
}

}  // namespace signgate::codec
