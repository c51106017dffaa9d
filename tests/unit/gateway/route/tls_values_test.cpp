// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/tls_values.hpp"

#include <gtest/gtest.h>

#include "gateway/config/known_variables.hpp"

namespace signgate::route {
namespace {

/// Connection tells which variables it is asked for.
class Connection final : public TlsValues {
 public:
  void append(TlsVariable variable, std::string& out) const override {
    out += '<' + std::to_string(static_cast<int>(variable)) + '>';
  }
};

std::string value(std::string_view text, const TlsValues* tls) {
  VariableValues values;
  values.tls = tls;
  std::string out;
  Template(text).append(values, Escape::none, out);
  return out;
}

TEST(TlsVariables, AreAskedOfTheConnection) {
  const Connection connection;
  EXPECT_EQ(value("a $ssl_protocol b", &connection),
            "a <" + std::to_string(static_cast<int>(TlsVariable::protocol)) + "> b");
  EXPECT_EQ(value("${ssl_alpn_protocol}", &connection), "<0>");
}

TEST(TlsVariables, AreEmptyWithoutTls) {
  EXPECT_EQ(value("[$ssl_cipher]", nullptr), "[]");
}

TEST(TlsVariables, AreThoseThatTheConfigurationKnows) {
  std::size_t count = 0;
  for (const std::string_view name : config::known_variables) {
    if (!name.starts_with("ssl_")) continue;
    ++count;
    EXPECT_NE(find_tls_appender(name), nullptr) << name;
  }
  EXPECT_EQ(count, static_cast<std::size_t>(TlsVariable::sigalgs) + 1);
  EXPECT_EQ(find_tls_appender("ssl_nonsense"), nullptr);
}

}  // namespace
}  // namespace signgate::route
