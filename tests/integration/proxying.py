# SPDX-License-Identifier: Apache-2.0
"""A gateway that passes everything on: for the tests of proxying."""

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
client_max_body_size = "64m"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/forwarded"
proxy_pass = "http://origin"
proxy_set_header = { Host = "$http_host", X-Real-IP = "$remote_addr", X-Forwarded-For = "$proxy_add_x_forwarded_for", \
X-Forwarded-Proto = "$scheme", X-Forwarded-Host = "$host", X-Dropped = "", X-Both = "a $request_method $arg_x b" }
[upstream.origin]
server = ["@ORIGIN@"]
keepalive = 8
"""
