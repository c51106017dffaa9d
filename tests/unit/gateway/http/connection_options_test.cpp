// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/connection_options.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::http {
namespace {

TEST(ConnectionOptions, AreThoseOfAllConnectionFieldsInAnyCase) {
  Fields fields;
  fields.add("Connection", "close, X-One,,x-two ,\tZ");
  fields.add("X-Three", "X-Four");
  fields.add("connection", "X-FIVE");
  const ConnectionOptions options(fields);
  for (const char* name : {"Close", "x-one", "X-Two", "z", "x-Five"})
    EXPECT_TRUE(options.list(name)) << name;
  for (const char* name : {"", "X-Three", "X-Four", "x", "X-On", "X-Onee", "Connection"})
    EXPECT_FALSE(options.list(name)) << name;
}

TEST(ConnectionOptions, AreNoneWithoutSuchAField) {
  EXPECT_FALSE(ConnectionOptions(Fields()).list("close"));
}

TEST(ConnectionOptions, AreFoundAmongMany) {
  std::string value;
  for (int i = 0; i < 3000; i += 2)
    value.append("X-").append(std::to_string(i)).append(",");
  Fields fields;
  fields.add("Connection", value);
  const ConnectionOptions options(fields);
  for (int i = 0; i < 3000; ++i)
    ASSERT_EQ(options.list("x-" + std::to_string(i)), i % 2 == 0) << i;
}

}  // namespace
}  // namespace signgate::http
