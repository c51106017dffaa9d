// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/access_variables.hpp"

#include <gtest/gtest.h>

#include "gateway/route/referer_rule.hpp"

namespace signgate::route {
namespace {

std::string value(std::string_view text, const VariableValues& values) {
  std::string out;
  Template(text).append(values, Escape::none, out);
  return out;
}

TEST(AccessVariables, HaveTheClientsAddressInBothForms) {
  VariableValues values;
  values.remote_addr = "192.0.2.1";
  values.realip_remote_addr = "10.0.0.1";
  values.realip_remote_port = 4711;
  EXPECT_EQ(value("$binary_remote_addr", values), std::string("\xc0\0\x02\x01", 4));
  EXPECT_EQ(value("$realip_remote_addr:$realip_remote_port", values), "10.0.0.1:4711");
  values.remote_addr = "unix:";
  EXPECT_EQ(value("$binary_remote_addr", values), "unix:");
}

TEST(AccessVariables, HaveNoPortWhereThereIsNone) {
  const VariableValues values;
  EXPECT_EQ(value("[$remote_port][$realip_remote_port]", values), "[][]");
}

TEST(AccessVariables, TellWhatLimitsDid) {
  VariableValues values;
  values.limit_req_status = "PASSED";
  values.limit_conn_status = "REJECTED";
  EXPECT_EQ(value("$limit_req_status $limit_conn_status", values), "PASSED REJECTED");
}

TEST(AccessVariables, TellAnInvalidReferer) {
  config::Referers settings;
  settings.names = {"good.example"};
  const RefererRule rule(settings, {});
  http::RequestHead head;
  head.fields.add("Referer", "http://evil.example/");
  VariableValues values;
  values.request = &head;
  EXPECT_EQ(value("$invalid_referer", values), "");  // nothing is valid or not without a rule
  values.referers = &rule;
  EXPECT_EQ(value("$invalid_referer", values), "1");
  head.fields.clear();
  head.fields.add("Referer", "http://good.example/");
  EXPECT_EQ(value("$invalid_referer", values), "");
}

TEST(AccessVariables, HaveTheFieldsOfTheUpstream) {
  http::Fields fields;
  fields.add("X-User", "joe");
  fields.add("X-User", "ann");
  VariableValues values;
  EXPECT_EQ(value("$upstream_http_x_user", values), "");
  values.upstream = &fields;
  EXPECT_EQ(value("$upstream_http_x_user", values), "joe, ann");
}

TEST(AccessVariables, HaveWhatTheConfigurationDefines) {
  DefinedValues defined = {{"auth_user", "joe"}};
  VariableValues values;
  EXPECT_EQ(value("<$auth_user>", values), "<>");
  values.defined = &defined;
  EXPECT_EQ(value("<$auth_user>", values), "<joe>");
}

}  // namespace
}  // namespace signgate::route
