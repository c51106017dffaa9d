// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/block_cache.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace signgate::codec {

struct alignas(std::max_align_t) BlockCache::Header {
  std::size_t size;
};

BlockCache::~BlockCache() {
  for (Header* header : free_)
    std::free(header);
}

void* BlockCache::take(std::size_t size) noexcept {
  const auto found = std::find_if(free_.rbegin(), free_.rend(),
                                  [size](const Header* header) { return header->size == size; });
  Header* header = nullptr;
  if (found != free_.rend()) {
    header = *found;
    free_.erase(std::next(found).base());
    kept_ -= size;
  } else {
    void* memory = std::malloc(sizeof(Header) + size);
    if (memory == nullptr) return nullptr;
    header = new (memory) Header{size};
  }
  return header + 1;
}

void BlockCache::give(void* block) noexcept {
  if (block == nullptr) return;
  Header* header = static_cast<Header*>(block) - 1;
  if (header->size > most_) {
    std::free(header);
    return;
  }
  kept_ += header->size;
  free_.push_back(header);
  while (kept_ > most_) {
    kept_ -= free_.front()->size;
    std::free(free_.front());
    free_.erase(free_.begin());
  }
}

}  // namespace signgate::codec
