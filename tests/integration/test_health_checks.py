# SPDX-License-Identifier: Apache-2.0
"""Health checks: a server that does not pass is asked by nobody, on any worker, until it passes again."""

import re
import signal
import socket
import urllib.request

from certificates import Authority
from harness import main, wait_until
from origin import Origin, answer
from tls import TlsOrigin
from upstreams import UpstreamsTest, hang, refuse, say

CHECK = 'health_check = "interval=100ms timeout=500ms uri=/health%s"'


def unwell(status):
    """An origin that answers all but its health check."""
    def handler(conversation, request):
        conversation.read_body(request)
        if request.target == "/health":
            conversation.send(answer("no", status=status))
        else:
            conversation.send(answer("answered"))
    return handler


class Blurting(Origin):
    """A plain server that refuses what is no HTTP as soon as it comes, as most do."""

    def serve(self, conversation):
        try:
            conversation.fill()
            conversation.send(answer("no", status="400 Bad Request"))
        except OSError:
            pass
        finally:
            with self.lock:
                self.open.discard(conversation)
            conversation.close()


class HealthChecks(UpstreamsTest):
    count = 2

    def gets(self, gateway, count=8):
        return [gateway.get("/").text() for _ in range(count)]

    def test_a_server_that_fails_its_check_is_left_out_by_all_workers(self):
        self.origins[0].on_all(unwell("503 No"))
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % "", workers=3)
        wait_until(lambda: "is unhealthy: it answered 503" in gateway.log(), "the check")
        self.assertEqual(self.gets(gateway, 12), ["1"] * 12)
        self.origins[0].on_all(None)
        wait_until(lambda: "is healthy" in gateway.log(), "the server to be well again")
        wait_until(lambda: "0" in self.gets(gateway), "the server to be asked again")

    def test_the_request_of_a_check_is_as_configured(self):
        gateway = self.start('server = "@0@"\n' + CHECK % "?deep=1")
        wait_until(lambda: self.origins[0].seen("/health"), "a check")
        request = self.origins[0].seen("/health")[0]
        self.assertEqual((request.method, request.target, request.get("Host")), ("GET", "/health?deep=1", "app"))
        self.assertEqual(gateway.get("/").status, 200)

    def test_an_application_that_knows_its_own_names_alone_is_well_by_one_of_them(self):
        def picky(conversation, request):
            conversation.read_body(request)
            conversation.send(answer("0", status="200 OK" if request.get("Host") == "www.test" else "400 Bad Request"))
        self.origins[0].on_all(picky)
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % " host=www.test mandatory")
        wait_until(lambda: len(self.origins[0].seen("/health")) >= 3, "checks")
        self.assertEqual({each.get("Host") for each in self.origins[0].seen("/health")}, {"www.test"})
        self.assertNotIn("unhealthy", gateway.log())
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % "")
        wait_until(lambda: "is unhealthy: it answered 400" in gateway.log(), "the check")

    def test_refusing_hanging_and_garbling_servers_fail(self):
        def garble(conversation, _):
            conversation.send(b"what?\r\n\r\n")
            conversation.finish()
        for behaviour in (refuse, hang, garble):
            self.origins[0].on_all(behaviour)
            gateway = self.start('server = ["@0@ max_fails=0", "@1@"]\n' + CHECK % "")
            wait_until(lambda: "is unhealthy" in gateway.log(), "the check")
            self.assertEqual(self.gets(gateway), ["1"] * 8)

    def test_an_answer_that_drips_fails_in_time(self):
        def drip(conversation, _):
            try:
                conversation.send(b"HTTP/1.1 200 OK\r\n")
                for number in range(10_000):
                    conversation.send(b"X-%d: 1\r\n" % number)
                    if conversation.origin.ended.wait(0.05):
                        return
            except OSError:
                pass
            conversation.finish()
        self.origins[0].on_all(drip)
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % "")
        wait_until(lambda: "is unhealthy: no answer in time" in gateway.log(), "the check")

    def test_fails_passes_and_statuses_count(self):
        self.origins[0].on_all(unwell("404 No"))
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % " fails=3 passes=2 status=200,404")
        wait_until(lambda: len(self.origins[0].seen("/health")) >= 6, "checks")
        self.assertNotIn("unhealthy", gateway.log())
        self.origins[0].on_all(unwell("500 No"))
        wait_until(lambda: "is unhealthy: it answered 500" in gateway.log(), "the check")

    def test_a_mandatory_check_comes_before_the_first_request(self):
        self.origins[0].on_all(hang)
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % " mandatory")
        wait_until(lambda: gateway.get("/").status == 200, "the first check")
        self.assertEqual(self.gets(gateway), ["1"] * 8)

    def test_when_none_is_well_it_is_502(self):
        for origin in self.origins:
            origin.on_all(unwell("500 No"))
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % "")
        wait_until(lambda: gateway.log().count("is unhealthy") == 2, "both checks")
        self.assertEqual(gateway.get("/").status, 502)

    def test_a_reload_keeps_what_is_known_and_one_without_the_check_forgets_it(self):
        self.origins[0].on_all(unwell("500 No"))
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % "")
        wait_until(lambda: "is unhealthy" in gateway.log(), "the check")
        text = gateway.file.read_text()

        def reload(changed):
            before = gateway.log().count("the new configuration is in use")
            gateway.file.write_text(changed)
            gateway.signal(signal.SIGHUP)
            wait_until(lambda: gateway.log().count("the new configuration is in use") > before, "the reload")
        reload(text + "keepalive = 5\n")
        self.assertEqual(self.gets(gateway), ["1"] * 8)
        self.assertEqual(gateway.log().count("is unhealthy"), 1)
        reload(re.sub("health_check.*\n", "", text))
        wait_until(lambda: "answered" in self.gets(gateway), "the server to be asked")

    def start_over_tls(self, servers, check="", route="", top=""):
        text = "server = [%s]\n" % ", ".join(f'"127.0.0.1:{server.port}"' for server in servers)
        folder = str(self.folder)
        return self.start(text + CHECK % check, route=route.replace("@FOLDER@", folder), top=top.replace("@FOLDER@", folder),
                          proxy_pass="https://app")

    def tls_origin(self, *names, **options):
        made = TlsOrigin(self.authority().issue(names[0], names, **options))
        self.addCleanup(made.stop)
        made.on("/health", answer("well"))
        made.on("/", answer("over TLS"))
        return made

    def authority(self):
        if not hasattr(type(self), "made_authority"):
            type(self).made_authority = Authority(self.folder)
        return self.made_authority

    VERIFY = 'proxy_ssl_verify = "on"\nproxy_ssl_trusted_certificate = "@FOLDER@/ca.pem"\n'

    def test_an_upstream_of_https_is_checked_over_tls(self):
        good = self.tls_origin("app")
        gateway = self.start_over_tls([good], " mandatory", self.VERIFY + 'proxy_ssl_server_name = "on"')
        wait_until(lambda: gateway.get("/").text() == "over TLS", "the check")
        self.assertEqual(good.seen("/health")[0].get("Host"), "app")
        self.assertEqual(set(good.names), {"app"})
        self.assertNotIn("unhealthy", gateway.log())

    def test_a_certificate_that_does_not_verify_makes_a_server_unhealthy(self):
        for origin, reason in ((self.tls_origin("other"), "certificate verify error: (62:hostname mismatch)"),
                               (self.tls_origin("app", days=-1), "certificate verify error: (10:certificate has expired)")):
            gateway = self.start_over_tls([origin], route=self.VERIFY)
            wait_until(lambda: "is unhealthy: " in gateway.log(), "the check")
            self.assertIn(reason, gateway.log())
            self.assertEqual(origin.seen("/health"), [])
            self.assertEqual(gateway.get("/").status, 502)

    def test_without_verification_any_certificate_will_do(self):
        gateway = self.start_over_tls([self.tls_origin("other")], " mandatory")
        wait_until(lambda: gateway.get("/").text() == "over TLS", "the check")

    def test_a_plain_server_fails_a_check_over_tls(self):
        plain = Blurting()
        self.addCleanup(plain.stop)
        gateway = self.start_over_tls([plain])
        wait_until(lambda: re.search(r"is unhealthy: .*wrong version number", gateway.log()), "the check")

    def test_a_server_that_never_ends_its_handshake_fails_in_time(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            gateway = self.start(f'server = ["127.0.0.1:{silent.getsockname()[1]}"]\n' + CHECK % "", proxy_pass="https://app")
            wait_until(lambda: "is unhealthy: no answer in time" in gateway.log(), "the check")

    def test_tls_may_be_said_in_the_check(self):
        good = self.tls_origin("app")
        gateway = self.start(f'server = ["127.0.0.1:{good.port}"]\n' + CHECK % " tls=on mandatory",
                             top=self.VERIFY.replace("@FOLDER@", str(self.folder)))
        wait_until(lambda: good.seen("/health"), "the check")
        self.assertNotIn("unhealthy", gateway.log())
        # A port of its own for checks that speaks no TLS.
        gateway = self.start_over_tls([good], f" tls=off mandatory port={self.origins[0].port}")
        wait_until(lambda: gateway.get("/").text() == "over TLS", "the check")
        self.assertTrue(self.origins[0].seen("/health"))

    def test_metrics_show_health(self):
        self.origins[0].on_all(unwell("500 No"))
        gateway = self.start('server = ["@0@", "@1@"]\n' + CHECK % "", top='[admin]\nlisten = "127.0.0.1:0"',
                             listeners=1)
        admin = wait_until(lambda: re.search(r"admin interface[^\n]*?([\d.]+:\d+)", gateway.log()), "the admin interface")
        address = admin.group(1)

        def metrics():
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=30) as page:
                return page.read().decode()
        wait_until(lambda: f'signgate_upstream_peer_healthy{{upstream="app",peer="127.0.0.1:{self.origins[0].port}"}} 0'
                   in metrics(), "the metric")
        self.assertIn(f'signgate_upstream_peer_healthy{{upstream="app",peer="127.0.0.1:{self.origins[1].port}"}} 1',
                      metrics())
        self.assertRegex(metrics(), r'upstream_health_checks_total\{upstream="app",peer="[^"]*",result="failed"\} [1-9]')


if __name__ == "__main__":
    main()
