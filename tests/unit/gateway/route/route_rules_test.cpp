// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/route_rules.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

bool hides(const RouteRules& rules, std::string_view name) {
  return rules.hides({.name = name, .value = {}, .id = http::header_id(name)});
}

RouteRules rules_of(const config::ProxyAnswer& answer,
                    const std::optional<ImpliedRedirect>& implied = std::nullopt) {
  return make_route_rules({}, answer, implied, "/etc/signgate");
}

TEST(RouteRules, HideWhatNginxHides) {
  const RouteRules rules = rules_of({});
  for (const char* name : {"Server", "Date", "X-Pad", "X-Accel-Redirect", "x-accel-limit-rate",
                           "X-Accel-Buffering", "X-Accel-Anything"}) {
    EXPECT_TRUE(hides(rules, name)) << name;
  }
  for (const char* name : {"ETag", "X-Accel", "X-Accelerate", "X-Powered-By", "Set-Cookie"})
    EXPECT_FALSE(hides(rules, name)) << name;
}

TEST(RouteRules, HideAndPassWhatTheySay) {
  config::ProxyAnswer answer;
  answer.proxy_hide_header = {"X-Powered-By", "set-cookie", "Both"};
  answer.proxy_pass_header = {"server", "X-Accel-Redirect", "both"};
  const RouteRules rules = rules_of(answer);
  EXPECT_TRUE(hides(rules, "x-powered-by"));
  EXPECT_TRUE(hides(rules, "Set-Cookie"));
  EXPECT_FALSE(hides(rules, "Both"));
  EXPECT_FALSE(hides(rules, "Server"));
  EXPECT_FALSE(hides(rules, "X-Accel-Redirect"));
  EXPECT_TRUE(hides(rules, "Date"));
}

TEST(RouteRules, DefaultRedirectIsProxyPassForLocation) {
  const RouteRules rules = rules_of({}, ImpliedRedirect{"http://up/two/", "/one/"});
  EXPECT_EQ(apply_first(rules.redirects, "http://up/two/x", {}), "/one/x");
  EXPECT_TRUE(rules_of({}).redirects.empty());
  config::ProxyAnswer off;
  off.proxy_redirect.clear();
  EXPECT_TRUE(rules_of(off, ImpliedRedirect{"http://up/", "/"}).redirects.empty());
}

TEST(RouteRules, HaveTheUpstreamsRateAndTheAddressItIsAskedFrom) {
  config::ProxyAnswer answer;
  answer.proxy_limit_rate = "10k";
  config::ProxyRequest request;
  request.proxy_bind = "$remote_addr";
  const RouteRules rules = make_route_rules(request, answer, std::nullopt, "");
  VariableValues values;
  values.remote_addr = "192.0.2.1";
  EXPECT_EQ(rules.upstream_rate.of(values), 10240U);
  std::string address;
  rules.bind.append(values, Escape::none, address);
  EXPECT_EQ(address, "192.0.2.1");
  EXPECT_TRUE(rules_of({}).bind.empty());
}

TEST(RouteRules, MakeAnAddressOfAPath) {
  VariableValues values;
  values.host = "gw.test";
  values.server_name = "own.test";
  values.server_addr = "192.0.2.1";
  values.server_port = 8080;
  config::ProxyAnswer answer;
  EXPECT_EQ(rules_of(answer).own_address(values, "/x?y"), "http://gw.test:8080/x?y");
  values.server_port = 80;
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "http://gw.test/");
  values.scheme = "https";
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "https://gw.test:80/");
  values.server_port = 443;
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "https://gw.test/");
  values.server_port = 0;  // a unix socket
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "https://gw.test/");
  values.server_port = 8443;
  answer.port_in_redirect = false;
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "https://gw.test/");
  answer.server_name_in_redirect = true;
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "https://own.test/");
  values.server_name = "";
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "https://192.0.2.1/");
  values.server_addr = "2001:db8::1";
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "https://[2001:db8::1]/");
  values.server_addr = "unix:/run/s";
  EXPECT_EQ(rules_of(answer).own_address(values, "/"), "https://unix:/run/s/");
  answer.absolute_redirect = false;
  EXPECT_EQ(rules_of(answer).own_address(values, "/x"), "/x");
}

TEST(RouteRules, FoldersLieBesideTheConfiguration) {
  config::ProxyAnswer answer;
  answer.proxy_temp_path = "tmp";
  EXPECT_EQ(rules_of(answer).answer_folder, "/etc/signgate/tmp");
  EXPECT_EQ(rules_of({}).answer_folder, "/var/tmp");
}

TEST(Rate, IsASizeOrWhatVariablesGive) {
  EXPECT_EQ(Rate().of({}), 0U);
  EXPECT_EQ(Rate("10k").of({}), 10240U);
  VariableValues values;
  values.args = "rate=5k&bad=x";
  EXPECT_EQ(Rate("$arg_rate").of(values), 5120U);
  EXPECT_EQ(Rate("$arg_bad").of(values), 0U);
  EXPECT_EQ(Rate("$arg_none").of(values), 0U);
}

}  // namespace
}  // namespace signgate::route
