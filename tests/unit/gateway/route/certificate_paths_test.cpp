// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/certificate_paths.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(CertificatePaths, AreBelowTheFolderWhereTheyAreRelative) {
  VariableValues values;
  values.server_name = "a.test";
  const CertificatePaths relative("tls/$server_name.pem", "tls/$server_name.key");
  EXPECT_EQ(relative.paths(values, "/conf"),
            (TlsPaths{"/conf/tls/a.test.pem", "/conf/tls/a.test.key"}));
  EXPECT_EQ(CertificatePaths("/etc/$server_name", "$server_name").paths(values, "/conf"),
            (TlsPaths{"/etc/a.test", "/conf/a.test"}));
}

TEST(CertificatePaths, AreEmptyWithoutAValue) {
  EXPECT_TRUE(CertificatePaths().empty());
  EXPECT_EQ(CertificatePaths().paths({}, "/conf"), TlsPaths{});
  EXPECT_EQ(CertificatePaths("$server_name", "key").paths({}, "/conf"), TlsPaths{});
}

}  // namespace
}  // namespace signgate::route
