// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/buffer_pool.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

TEST(BufferPool, LendsWhatItGotBack) {
  BufferPool pool;
  BufferPool::Buffer buffer = pool.take();
  const char* const place = buffer.get();
  pool.give(std::move(buffer));
  EXPECT_EQ(pool.kept(), 1U);
  EXPECT_EQ(pool.take().get(), place);
  EXPECT_EQ(pool.kept(), 0U);
}

TEST(BufferPool, KeepsNoMoreThanItsLimit) {
  BufferPool pool;
  std::vector<BufferPool::Buffer> lent;
  for (std::size_t i = 0; i < limits::tunnel_buffers + 5; ++i)
    lent.push_back(pool.take());
  for (BufferPool::Buffer& buffer : lent)
    pool.give(std::move(buffer));
  EXPECT_EQ(pool.kept(), limits::tunnel_buffers);
}

}  // namespace
}  // namespace signgate::proxy
