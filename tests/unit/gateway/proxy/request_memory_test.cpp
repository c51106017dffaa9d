// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/request_memory.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

RequestMemoryPool::Memory used(RequestMemoryPool& pool, std::size_t capacity) {
  RequestMemoryPool::Memory memory = pool.take();
  memory->buffer = std::make_unique<char[]>(capacity);
  memory->capacity = capacity;
  memory->body_buffer = std::make_unique<char[]>(1);
  memory->head.fields.add("Cookie", "secret");
  memory->head.target = "/secret";
  memory->left = 7;
  memory->chunks.emplace(Side::client);
  memory->out = memory->rest = memory->end_of_body = "text";
  return memory;
}

TEST(RequestMemoryPool, LendsAgainWhatItWasGiven) {
  RequestMemoryPool pool;
  RequestMemoryPool::Memory memory = used(pool, 1024);
  const RequestMemory* const first = memory.get();
  pool.give(std::move(memory));
  EXPECT_EQ(pool.kept(), 1U);
  memory = pool.take();
  EXPECT_EQ(memory.get(), first);
  EXPECT_EQ(memory->capacity, 1024U);
  EXPECT_EQ(pool.kept(), 0U);
}

TEST(RequestMemoryPool, ForgetsTheRequestBefore) {
  RequestMemoryPool pool;
  pool.give(used(pool, 1024));
  const RequestMemoryPool::Memory memory = pool.take();
  EXPECT_EQ(memory->head.fields.size(), 0U);
  EXPECT_EQ(memory->head.target, "");
  EXPECT_EQ(memory->left, 0U);
  EXPECT_FALSE(memory->chunks);
  EXPECT_EQ(memory->body_buffer, nullptr);
  EXPECT_EQ(memory->out + memory->rest + memory->end_of_body, "");
}

TEST(RequestMemoryPool, KeepsNeitherLargeBuffersNorManyMemories) {
  RequestMemoryPool pool;
  pool.give(used(pool, limits::kept_head_buffer + 1));
  RequestMemoryPool::Memory shrunk = pool.take();
  EXPECT_EQ(shrunk->buffer, nullptr);
  pool.give(std::move(shrunk));
  std::vector<RequestMemoryPool::Memory> lent(limits::request_memories + 5);
  for (auto& each : lent)
    each = pool.take();
  for (auto& each : lent)
    pool.give(std::move(each));
  EXPECT_EQ(pool.kept(), limits::request_memories);
}

TEST(RequestMemoryPool, KeepsNoLongTexts) {
  RequestMemory memory;
  memory.out.assign(limits::kept_head_buffer + 1, 'x');
  memory.rest.assign(100, 'x');
  memory.end_of_body.assign(100, 'x');
  memory.clear();
  const std::size_t none = std::string().capacity();
  EXPECT_EQ(memory.out.capacity(), none);
  EXPECT_EQ(memory.rest.capacity(), none);
  EXPECT_EQ(memory.end_of_body.capacity(), none);
}

TEST(RequestMemoryPool, KeepsNoTableOfVeryManyFields) {
  RequestMemory memory;
  for (std::size_t i = 0; i < limits::kept_fields; ++i)
    memory.head.fields.add("X", "1");
  memory.clear();
  EXPECT_GE(memory.head.fields.room(), limits::kept_fields);
  for (std::size_t i = 0; i <= limits::kept_fields; ++i)
    memory.head.fields.add("X", "1");
  memory.clear();
  EXPECT_EQ(memory.head.fields.room(), 0U);
}

TEST(RequestMemoryPool, CountsHeadsOfWhichAPartHasCome) {
  RequestMemoryPool pool;
  {
    const RequestMemoryPool::BegunHead one(pool);
    const RequestMemoryPool::BegunHead another(pool);
    EXPECT_EQ(pool.begun_heads(), 2U);
  }
  EXPECT_EQ(pool.begun_heads(), 0U);
}

TEST(RequestMemoryPool, HasToSpareUntilSoManyAreLent) {
  RequestMemoryPool pool;
  std::vector<RequestMemoryPool::Memory> lent;
  while (pool.has_to_spare())
    lent.push_back(pool.take());
  EXPECT_EQ(lent.size(), limits::waiting_memories);
  pool.give(std::move(lent.back()));
  EXPECT_TRUE(pool.has_to_spare());
}

}  // namespace
}  // namespace signgate::proxy
