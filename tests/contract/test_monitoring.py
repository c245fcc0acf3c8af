"""`probe` as monitoring systems see it: Prometheus, blackbox_exporter, Zabbix, each the real program, skipped aloud where it is
not installed; who may ask for what; servers that hang, refuse and answer nonsense; and every block of `docs/MONITORING.md`.
"""

import contextlib
import json
import re
import socket
import struct
import subprocess
import threading
import unittest
from pathlib import Path

import monitors
from harness import PATIENCE, ROOT, Case, binary, in_english, is_readable, read_to_end
from monitors import AGENT, FLOAT, TEXT, TRAPPER, WHOLE
from programs import needs

#: How long Prometheus may take to see something that it scrapes every second.
SEEN = 40.0


def packet(data):
    """`data` as Zabbix sends it."""
    return b"ZBXD\x01" + struct.pack("<II", len(data), 0) + data


def unpacked(raw):
    """The data of a packet."""
    magic, length = raw[:5], struct.unpack("<I", raw[5:9])[0]
    if magic != b"ZBXD\x01" or len(raw) != 13 + length:
        raise AssertionError(f"no packet: {raw!r}")
    return raw[13:]


class Target:
    """Accepts, and lets go again: a backlog that nobody empties would be full soon, and the target not there any more."""

    def __init__(self, host, port):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._server = socket.create_server((host, port), family=family, backlog=64)
        self.port = self._server.getsockname()[1]
        self.came = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while True:
            try:
                conversation, _ = self._server.accept()
            except OSError:
                return
            self.came += 1
            conversation.close()

    def close(self):
        """Be there no more."""
        with contextlib.suppress(OSError):
            # It wakes whoever waits in accept.
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(PATIENCE)


class Monitored(Case):
    """Starts `probe` where it reports."""

    def kept(self, process):
        """A process that is ended with the test."""
        self.addCleanup(process.discard)
        return process

    def probe(self, *arguments, ends=("metrics",)):
        """`probe` of these targets, reporting at these ends on ports of their own; gives it and their addresses."""
        flags = {"metrics": "--metrics", "zabbix": "--zabbix-agent"}
        asked = [word for end in ends for word in (flags[end], "127.0.0.1:0")]
        prober = self.sockeye("probe", *arguments, *asked, "--json")
        return prober, [prober.address() for _ in ends]

    def scrape(self, address, path="/metrics", headers=None):
        """The samples at an address of ours."""
        status, _, text = monitors.get(f"http://127.0.0.1:{address[1]}{path}", headers)
        self.assertEqual(status, 200, text)
        return monitors.samples(text)

    def status(self, address, path, headers=None):
        """What a request comes to."""
        return monitors.get(f"http://127.0.0.1:{address[1]}{path}", headers)[0]

    def open_and_closed(self):
        """A port that listens and one that does not, as `HOST:PORT`."""
        server, opened = self.target()
        shut, (_, closed) = self.stand()
        shut.close()
        return server, f"127.0.0.1:{opened}", f"127.0.0.1:{closed}"

    def target(self, host="127.0.0.1", port=0):
        """A server that takes whoever comes, and its port."""
        server = Target(host, port)
        self.addCleanup(server.close)
        return server, server.port

    def tried(self, prober, target, **fields):
        """The next attempt at a target that is as told."""
        return prober.event("probe", addr=f"tcp://{target}", **fields)


class Metrics(Monitored):
    def test_each_target_has_its_state_and_its_counters(self):
        server, opened, closed = self.open_and_closed()
        prober, (metrics,) = self.probe(opened, closed, "--interval", "100ms")
        self.tried(prober, opened, number=2)
        # Which of the two comes first is not said.
        self.tried(prober, closed)
        self.tried(prober, closed)
        found = self.scrape(metrics)
        self.assertEqual(found[f'probe_success{{target="{opened}"}}'], 1)
        self.assertEqual(found[f'probe_success{{target="{closed}"}}'], 0)
        self.assertEqual(found[f'probe_ip_protocol{{target="{opened}"}}'], 4)
        self.assertEqual(found[f'sockeye_probe_state{{target="{opened}",state="open"}}'], 1)
        self.assertEqual(found[f'sockeye_probe_state{{target="{closed}",state="refused"}}'], 1)
        self.assertNotIn(f'sockeye_probe_failures_total{{target="{opened}",state="refused"}}', found)
        # Counted is what was told before.
        self.assertGreaterEqual(found[f'sockeye_probe_failures_total{{target="{closed}",state="refused"}}'], 1)
        self.assertGreaterEqual(found[f'sockeye_probe_connect_seconds_count{{target="{opened}"}}'], 1)
        began = found[f'sockeye_probe_last_change_timestamp_seconds{{target="{opened}"}}']
        server.close()
        self.tried(prober, opened, state="refused")
        found = self.scrape(metrics)
        self.assertEqual(found[f'probe_success{{target="{opened}"}}'], 0)
        self.assertEqual(found[f'sockeye_probe_state{{target="{opened}",state="open"}}'], 0)
        self.assertGreater(found[f'sockeye_probe_last_change_timestamp_seconds{{target="{opened}"}}'], began)
        self.assertEqual(prober.stop(), 121)

    def test_the_run_lasts_where_somebody_asks_and_ends_where_it_is_told_to(self):
        _, opened, _ = self.open_and_closed()
        prober, _ = self.probe(opened, "--interval", "10ms")
        self.tried(prober, opened, number=6)
        self.assertEqual(prober.stop(), 0)
        prober, _ = self.probe(opened, "--interval", "10ms", "--count", "2")
        self.ends(prober, 0)

    def test_the_format_is_the_one_that_is_asked_for(self):
        _, opened, _ = self.open_and_closed()
        prober, (metrics,) = self.probe(opened)
        self.tried(prober, opened)
        url = f"http://127.0.0.1:{metrics[1]}/metrics"
        asked = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}
        _, kind, text = monitors.get(url, asked)
        self.assertTrue(kind.startswith("application/openmetrics-text; version=1.0.0"), kind)
        self.assertTrue(text.endswith("# EOF\n"))
        _, kind, text = monitors.get(url)
        self.assertTrue(kind.startswith("text/plain; version=0.0.4"), kind)
        self.assertNotIn("# EOF", text)
        self.assertEqual(self.status(metrics, "/"), 200)
        self.assertEqual(self.status(metrics, "/nothing"), 404)

    def test_an_address_that_is_taken_ends_the_run(self):
        _, (_, taken) = self.stand()
        _, opened, _ = self.open_and_closed()
        prober = self.sockeye("probe", opened, "--metrics", f"127.0.0.1:{taken}")
        self.ends(prober, 45)

    def test_what_is_asked_for_wrongly_is_refused(self):
        for arguments in (
            ["--allow-target", "127.0.0.1:1"],
            ["--zabbix-server", "127.0.0.1:1"],
            ["--zabbix-host", "web"],
            ["--metrics", "udp://127.0.0.1:1"],
            ["--metrics", "127.0.0.1:0", "--allow-target", "127.0.0.1"],
            ["--metrics", "127.0.0.1:0", "--allow-target", "10.0.0.0/33:1"],
            ["--zabbix-agent", "127.0.0.1:0", "--allow-host", "a"],
        ):
            with self.subTest(arguments):
                self.ends(self.sockeye("probe", "127.0.0.1:1", *arguments), 2)

    def test_a_conversation_is_held_with_who_asks_for_it_too(self):
        server, (_, port) = self.stand()

        def answer():
            try:
                while True:
                    conversation, _ = server.accept()
                    with conversation:
                        if conversation.recv(100) == b"ping\n":
                            conversation.sendall(b"pong\n")
            except OSError:
                return

        threading.Thread(target=answer, daemon=True).start()
        arguments = ["--frame", "line", "--send", "ping", "--interval", "1m"]
        for expected, up in (("pong", 1), ("peng", 0)):
            prober, (metrics,) = self.probe(f"127.0.0.1:{port}", *arguments, "--expect", expected)
            found = self.scrape(metrics, f"/probe?target=127.0.0.1:{port}")
            self.assertEqual((found["probe_success"], found["probe_failed_due_to_regex"]), (up, 1 - up))
            prober.stop()


class WhoMayAsk(Monitored):
    def test_only_what_is_allowed_is_tried(self):
        server, opened, closed = self.open_and_closed()
        secret, (_, hidden) = self.stand()
        network, (_, near) = self.stand(host="127.0.0.77")
        prober, (metrics, zabbix) = self.probe(
            closed, "--interval", "1m", "--allow-target", opened, "--allow-target", f"127.0.0.0/25:{near}",
            ends=("metrics", "zabbix"),
        )  # fmt: skip
        self.assertEqual(self.status(metrics, f"/probe?target=127.0.0.1:{hidden}"), 403)
        self.assertEqual(self.status(metrics, f"/probe?target=localhost:{opened.split(':')[1]}"), 403)
        self.assertEqual(self.status(metrics, f"/probe?target=udp://127.0.0.1:{hidden}"), 403)
        self.assertEqual(self.status(metrics, f"/probe?target=no-such-name.invalid:{near}"), 403)
        self.assertEqual(self.status(metrics, "/probe"), 400)
        self.assertEqual(self.status(metrics, "/probe?target=%2e%2e"), 400)
        self.assertEqual(self.status(metrics, f"/probe?target={opened}&module=http_2xx"), 400)
        words, _ = monitors.zabbix_get(zabbix[1], f"net.tcp.port[127.0.0.1,{hidden}]") if monitors.HAS_ZABBIX else ("", 0)
        self.assertFalse(words and "ZBX_NOTSUPPORTED" not in words, words)
        # What is allowed comes after that, and is there.
        self.assertEqual(self.scrape(metrics, f"/probe?target={opened}")["probe_success"], 1)
        self.assertEqual(self.scrape(metrics, f"/probe?module=tcp_connect&target={closed}")["probe_success"], 0)
        self.assertEqual(self.scrape(metrics, f"/probe?target=127.0.0.77%3A{near}")["probe_success"], 1)
        self.assertTrue(server.came > 0 and is_readable(network))
        self.assertFalse(is_readable(secret))
        prober.stop()

    def test_a_page_of_another_site_is_refused(self):
        _, opened, _ = self.open_and_closed()
        _, (metrics,) = self.probe(opened, "--allow-host", "metrics.example")
        for headers, status in (
            ({"Host": "evil.example"}, 403),
            ({"Host": f"127.0.0.1:{metrics[1]}", "Origin": "http://evil.example"}, 403),
            ({"Host": "metrics.example:9116"}, 200),
            ({"Host": f"localhost:{metrics[1]}"}, 200),
            ({"Host": "[::1]"}, 200),
        ):
            for path in ("/metrics", f"/probe?target={opened}"):
                with self.subTest(headers=headers, path=path):
                    self.assertEqual(self.status(metrics, path, headers), status)

    def test_a_scrape_that_hangs_holds_up_nobody_and_is_cut(self):
        _, opened, _ = self.open_and_closed()
        prober, (metrics, zabbix) = self.probe(opened, "--interval", "50ms", ends=("metrics", "zabbix"))
        silent = [self.dial(metrics), self.dial(zabbix)]
        halfway = [self.dial(metrics), self.dial(zabbix)]
        halfway[0].sendall(b"GET /metrics HT")
        halfway[1].sendall(b"ZBXD\x01\xff")
        number = self.tried(prober, opened)["number"]
        self.assertEqual(self.scrape(metrics)[f'probe_success{{target="{opened}"}}'], 1)
        self.tried(prober, opened, number=number + 3)
        for conversation in silent + halfway:
            # After ten seconds; what an answer says, if there is one, is no matter.
            read_to_end(conversation)

    def test_a_stop_waits_for_nobody_who_hangs(self):
        _, opened, _ = self.open_and_closed()
        prober, (metrics, zabbix) = self.probe(opened, "--interval", "50ms", ends=("metrics", "zabbix"))
        self.dial(metrics).sendall(b"GET")
        self.dial(zabbix).sendall(b"ZBX")
        self.tried(prober, opened)
        self.assertEqual(prober.stop(), 0)


class Passive(Monitored):
    """The agent's side, spoken to by a client of our own."""

    def ask(self, address, data):
        """What the agent answers, as it comes."""
        conversation = self.dial(address)
        conversation.sendall(data)
        return read_to_end(conversation)

    def test_both_protocols_and_a_bare_line(self):
        _, opened, closed = self.open_and_closed()
        key = "net.tcp.port[{}]".format(opened.replace(":", ","))
        down = "net.tcp.service[tcp,{}]".format(closed.replace(":", ","))
        _, (zabbix,) = self.probe(opened, closed, "--interval", "1m", ends=("zabbix",))
        self.assertEqual(unpacked(self.ask(zabbix, packet(key.encode()))), b"1")
        self.assertEqual(unpacked(self.ask(zabbix, packet(down.encode()))), b"0")
        self.assertEqual(unpacked(self.ask(zabbix, f"{key}\n".encode())), b"1")
        self.assertEqual(unpacked(self.ask(zabbix, b"agent.ping\r\n")), b"1")
        request = {"request": "passive checks", "data": [{"key": key, "timeout": 3}, {"key": "no.such", "timeout": "3s"}]}
        answer = json.loads(unpacked(self.ask(zabbix, packet(json.dumps(request).encode()))))
        self.assertEqual(answer["data"], [{"value": "1"}, {"error": "Unsupported item key."}])
        self.assertRegex(answer["version"], r"^7\.")
        seconds = float(unpacked(self.ask(zabbix, packet(key.replace("port[", "service.perf[tcp,").encode()))))
        self.assertTrue(0 < seconds < 2, seconds)
        self.assertEqual(unpacked(self.ask(zabbix, packet(down.replace("[", ".perf[").encode()))), b"0.000000")

    def test_what_is_no_question_is_no_trouble(self):
        _, opened, _ = self.open_and_closed()
        prober, (zabbix,) = self.probe(opened, "--interval", "50ms", ends=("zabbix",))
        number = self.tried(prober, opened)["number"]
        for data in (
            b"ZBXD\x03\x01\0\0\0\0\0\0\0x",
            b"ZBXD\x01\xff\xff\xff\xff\0\0\0\0",
            b"ZBXD\x05" + struct.pack("<QQ", 1 << 62, 0),
            packet(b"[" * 60_000),
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            b"\xff" * 70_000 + b"\n",
            b"\n",
        ):
            with self.subTest(data[:20]):
                try:
                    answer = self.ask(zabbix, data)
                except ConnectionError:
                    continue
                self.assertTrue(not answer or unpacked(answer).startswith(b"ZBX_NOTSUPPORTED\0"), answer)
        self.tried(prober, opened, number=number + 2)

    def test_datagrams_are_up_only_if_they_are_answered(self):
        server, address = self.stand(socket.SOCK_DGRAM)
        server.settimeout(None)
        echo = threading.Thread(target=lambda: [server.sendto(b"x", server.recvfrom(100)[1]) for _ in range(2)], daemon=True)
        echo.start()
        silent, (_, mute) = self.stand(socket.SOCK_DGRAM)
        _, (zabbix,) = self.probe(
            f"udp://127.0.0.1:{mute}", "--interval", "1m", "--timeout", "500ms", "--send", "hi",
            "--allow-target", f"127.0.0.1:{address[1]}", ends=("zabbix",),
        )  # fmt: skip
        ask = lambda key, port: unpacked(self.ask(zabbix, packet(f"{key}[udp,127.0.0.1,{port}]".encode())))  # noqa: E731
        self.assertEqual(ask("net.udp.service", address[1]), b"1")
        self.assertGreater(float(ask("net.udp.service.perf", address[1])), 0)
        self.assertEqual(ask("net.udp.service", mute), b"0")

    @needs("zabbix", monitors.HAS_ZABBIX)
    def test_zabbix_get_hears_the_same_from_us_and_from_the_agent_of_zabbix(self):
        _, opened, closed = self.open_and_closed()
        known = self.kept(monitors.ZabbixAgent())
        _, (zabbix,) = self.probe(opened, closed, "--interval", "1m", ends=("zabbix",))
        for target in (opened, closed):
            host, port = target.split(":")
            for key in (
                f"net.tcp.port[{host},{port}]", f"net.tcp.port[,{port}]", f'net.tcp.port["{host}", "{port}"]',
                f"net.tcp.service[tcp,{host},{port}]", "agent.ping", "no.such.key", "net.tcp.port[", "net.tcp.port[a,b]c",
            ):  # fmt: skip
                with self.subTest(key):
                    ours, theirs = monitors.zabbix_get(zabbix[1], key), monitors.zabbix_get(known.port, key)
                    self.assertEqual(ours[1], theirs[1])
                    # Words of why not are each one's own.
                    self.assertEqual(ours[0].split(":")[0], theirs[0].split(":")[0])
        self.assertRegex(monitors.zabbix_get(zabbix[1], "agent.version")[0], r"^sockeye \d")


class TrapperServers(Monitored):
    """A server of Zabbix, as we have it: it says what it is told to."""

    GOOD = b'{"response":"success","info":"processed: 2; failed: 0; total: 2; seconds spent: 0.000042"}'

    def serve(self, answers):
        """A server that answers each connection with the next of these; gives its address and what it was sent."""
        server, address = self.stand()
        server.settimeout(None)
        heard = []

        def run():
            try:
                while True:
                    conversation, _ = server.accept()
                    with conversation:
                        conversation.settimeout(PATIENCE)
                        head = conversation.recv(13, socket.MSG_WAITALL)
                        data = conversation.recv(struct.unpack("<I", head[5:9])[0], socket.MSG_WAITALL)
                        heard.append(json.loads(data))
                        answer = answers.pop(0) if len(answers) > 1 else answers[0]
                        conversation.sendall(answer)
            except OSError:
                return

        threading.Thread(target=run, daemon=True).start()
        return server, address, heard

    def report_to(self, address, *arguments, count=0):
        """`probe` that reports to a server at this address."""
        _, opened, closed = self.open_and_closed()
        prober = self.sockeye(
            "probe", opened, closed, "--count", count, "--interval", "50ms", "--json", *arguments,
            "--zabbix-server", f"127.0.0.1:{address[1]}", "--zabbix-host", "web",
        )  # fmt: skip
        return prober, opened, closed

    def test_each_result_is_sent_under_the_keys_of_the_agent(self):
        _, address, heard = self.serve([packet(self.GOOD)])
        prober, opened, closed = self.report_to(address, count=6)
        # What is still waiting at the end is sent.
        self.ends(prober, 121)
        values = [value for request in heard for value in request["data"]]
        self.assertEqual({request["request"] for request in heard}, {"sender data"})
        self.assertEqual({value["host"] for value in values}, {"web"})
        of = lambda key, target: [v["value"] for v in values if v["key"] == key.format(target.replace(":", ","))]  # noqa: E731
        self.assertEqual(set(of("net.tcp.port[{}]", opened)), {"1"})
        self.assertEqual(set(of("net.tcp.port[{}]", closed)), {"0"})
        self.assertTrue(all(float(value) > 0 for value in of("net.tcp.service.perf[tcp,{}]", opened)))
        self.assertEqual({float(value) for value in of("net.tcp.service.perf[tcp,{}]", closed)}, {0.0})
        events = prober.events()
        attempts = sum(event["type"] == "probe" for event in events)
        self.assertEqual(len(values), 2 * attempts)
        self.assertFalse([event for event in events if event["type"] == "notice"])
        self.assertTrue(all(isinstance(v["clock"], int) and 0 <= v["ns"] < 10**9 for v in values))

    def standing(self, prober):
        """What is told next of the server."""
        notice = prober.event("notice", notice="trapper")
        return notice["standing"]

    def test_an_absent_server_is_told_of_once_and_values_wait_for_it(self):
        server, address = self.stand()
        server.close()
        prober, opened, _ = self.report_to(address)
        self.assertEqual(self.standing(prober), "unreachable")
        number = self.tried(prober, opened)["number"]
        self.tried(prober, opened, number=number + 5)
        heard = []
        with socket.create_server(address) as server:
            server.settimeout(PATIENCE)
            conversation, _ = server.accept()
            with conversation:
                head = conversation.recv(13, socket.MSG_WAITALL)
                heard = json.loads(conversation.recv(struct.unpack("<I", head[5:9])[0], socket.MSG_WAITALL))["data"]
                conversation.sendall(packet(self.GOOD))
                self.assertEqual(self.standing(prober), "taken")
        # The first results are there still.
        self.assertGreater(len(heard), 4 * 5)

    def test_what_a_server_says_is_told_once_and_stops_nothing(self):
        for answer, standing in (
            (packet(b'{"response":"failed","info":"not today"}'), "refused"),
            (packet(b'{"response":"failed","redirect":{"revision":1,"address":"10.0.0.9"}}'), "refused"),
            (packet(b'{"response":"success","info":"processed: 1; failed: 3; total: 4"}'), "partly"),
            (packet(b"[" * 30_000), "unreadable"),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", "unreadable"),
            (b"ZBXD\x03\x01\0\0\0\0\0\0\0x", "unreadable"),
            (b"ZBXD\x01\xff\xff\xff\xff\0\0\0\0", "unreadable"),
            (b"", "unreadable"),
        ):
            with self.subTest(answer[:60]):
                _, address, _ = self.serve([answer])
                prober, opened, _ = self.report_to(address)
                self.assertEqual(self.standing(prober), standing)
                number = self.tried(prober, opened)["number"]
                self.tried(prober, opened, number=number + 5)
                self.assertEqual(prober.stop(), 121)
                told = [event for event in prober.events() if event["type"] == "notice"]
                self.assertEqual([event["standing"] for event in told], [standing])

    def test_a_server_that_says_nothing_stops_nothing(self):
        server, address = self.stand()
        prober, opened, _ = self.report_to(address, "--metrics", "127.0.0.1:0")
        metrics = prober.address()
        self.accept(server)
        number = self.tried(prober, opened)["number"]
        self.tried(prober, opened, number=number + 20)
        self.assertEqual(self.standing(prober), "unreachable")
        number = self.tried(prober, opened)["number"]
        self.tried(prober, opened, number=number + 20)
        self.assertEqual(self.scrape(metrics)['sockeye_zabbix_values_total{outcome="refused"}'], 0)

    @in_english
    def test_people_are_told_in_a_sentence(self):
        _, address, _ = self.serve([packet(b'{"response":"failed","info":"not \\u001b[31mtoday"}')])
        _, opened, _ = self.open_and_closed()
        prober = self.sockeye(
            "probe", opened, "--count", "0", "--interval", "50ms",
            "--zabbix-server", f"127.0.0.1:{address[1]}", "--zabbix-host", "web",
        )  # fmt: skip
        said = prober.stderr.wait(re.compile(rb"Zabbix at tcp://\S+ says no: (.*)\n").search)
        self.assertIn(rb"not \x1b[31mtoday", said.group(1))


@needs("prometheus", monitors.HAS_PROMETHEUS)
class RealPrometheus(Monitored):
    def test_promtool_has_nothing_to_say_of_our_metrics(self):
        _, opened, closed = self.open_and_closed()
        server, address = self.stand()
        prober, (metrics,) = self.probe(
            opened, closed, "udp://127.0.0.1:9", "--interval", "50ms", "--zabbix-server", f"127.0.0.1:{address[1]}",
            "--zabbix-host", "web",
        )  # fmt: skip
        self.tried(prober, closed, number=2)
        for path in ("/metrics", f"/probe?target={opened}", f"/probe?target={closed}"):
            _, _, text = monitors.get(f"http://127.0.0.1:{metrics[1]}{path}")
            done = subprocess.run(
                [monitors.program("promtool"), "check", "metrics"], input=text, capture_output=True, check=False, text=True,
            )  # fmt: skip
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), text)

    def test_its_queries_give_the_states(self):
        server, opened, closed = self.open_and_closed()
        prober, (metrics,) = self.probe(opened, closed, "--interval", "200ms")
        prometheus = self.kept(monitors.Prometheus(
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
            f"- job_name: sockeye\n  static_configs: [{{targets: ['127.0.0.1:{metrics[1]}']}}]\n"
            "- job_name: asked\n  metrics_path: /probe\n"
            f"  params: {{target: ['{opened}']}}\n  static_configs: [{{targets: ['127.0.0.1:{metrics[1]}']}}]\n"
        ))  # fmt: skip
        up = lambda result: {labels.get("target"): value for labels, value in result}  # noqa: E731
        success = 'probe_success{job="sockeye"}'
        prometheus.until(success, lambda result: up(result) == {opened: 1, closed: 0}, SEEN)
        prometheus.until('probe_success{job="asked"}', lambda result: up(result) == {None: 1}, SEEN)
        prometheus.until('rate(sockeye_probe_attempts_total[10s]) > 2', lambda result: len(result) == 2, SEEN)
        server.close()
        prometheus.until(success, lambda result: up(result) == {opened: 0, closed: 0}, SEEN)
        state = 'sockeye_probe_state == 1'
        refused = lambda result: {labels["state"] for labels, _ in result if "target" in labels} == {"refused"}  # noqa: E731
        prometheus.until(state, refused, SEEN)
        prometheus.until('sum(up{job=~"sockeye|asked"})', lambda result: [value for _, value in result] == [2], SEEN)

    @needs("prometheus-blackbox-exporter", monitors.HAS_BLACKBOX)
    def test_blackbox_exporter_agrees_on_twenty_targets(self):
        targets = self.twenty()
        self.assertEqual(len(targets), 20)
        blackbox = self.kept(monitors.Blackbox())
        prober, (metrics,) = self.probe(*targets, "--interval", "1m", "--timeout", "1s")
        for target in targets:
            with self.subTest(target):
                theirs, ours = blackbox.probe(target), self.scrape(metrics, f"/probe?target={target}")
                same = ["probe_success", "probe_failed_due_to_regex", "probe_ip_protocol", "probe_ip_addr_hash"]
                self.assertEqual([ours[name] for name in same], [theirs[name] for name in same], ours)
                self.assertLessEqual(set(theirs), set(ours))
        # All of them at the pace of the run, too.
        for target in targets:
            self.assertEqual(
                self.scrape(metrics)[f'probe_success{{target="{target}"}}'], blackbox.probe(target)["probe_success"], target
            )

    def twenty(self):
        """Open, refused, dropped, thrown out and nameless targets."""
        targets = []
        for host in ["127.0.0.1", "127.0.0.2", "::1", "127.0.0.3", "::1"]:
            name = f"[{host}]" if ":" in host else host
            targets += [f"{name}:{self.target(host)[1]}", f"{name}:{self.nobody(host)}"]
            if name == host:
                targets.append(f"{name}:{self.full(host)}")
        targets += ["no-such-name.invalid:80", "also-not.invalid:443"]
        for _ in range(3):
            server, (_, port) = self.stand()
            server.settimeout(None)
            threading.Thread(target=self.throw_out, args=(server,), daemon=True).start()
            targets.append(f"127.0.0.1:{port}")
        _, port = self.target()
        targets += [f"localhost:{port}", f"127.0.0.1:{port}"]
        return targets

    def nobody(self, host):
        """A port that nobody listens on."""
        server, port = self.target(host)
        server.close()
        return port

    def full(self, host):
        """A port where somebody listens and never accepts: what its backlog has no room for is dropped."""
        server, (_, port) = self.stand(backlog=0, host=host)
        for _ in range(4):
            waits = self.closed(socket.socket())
            waits.setblocking(False)
            waits.connect_ex((host, port))
        return port

    def throw_out(self, server):
        """Accept, and reset, though not before the other side knows that it is connected."""
        try:
            while True:
                conversation, _ = server.accept()
                # Nothing comes from who only connects, but perhaps the end.
                is_readable(conversation, 0.005)
                conversation.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                conversation.close()
        except OSError:
            return


@needs("zabbix", monitors.HAS_ZABBIX)
class RealZabbix(Monitored):
    def test_the_harness_is_right_the_server_polls_its_own_agent_and_hears_its_own_sender(self):
        agent = self.kept(monitors.ZabbixAgent())
        server, (host, port) = self.stand()
        zabbix = self.kept(monitors.Zabbix("known", agent.port))
        key = f"net.tcp.port[{host},{port}]"
        for item, kind in (("agent.ping", AGENT), (key, AGENT), ("sent", TRAPPER), ("no.such[key]", AGENT)):
            zabbix.item(item, kind)
        trigger = zabbix.trigger("{1}=0", key, "last", "")
        zabbix.start()
        self.assertEqual(monitors.zabbix_get(agent.port, "agent.ping"), ("1", 0))
        self.assertEqual(zabbix.value("agent.ping"), "1")
        self.assertEqual(zabbix.value(key), "1")
        self.assertIn("Unsupported item key", zabbix.error("no.such[key]"))
        server.close()
        zabbix.value(key, lambda value: value == 0)
        zabbix.event(trigger, 1)
        sender = [monitors.program("zabbix_sender"), "-z", "127.0.0.1", "-p", str(zabbix.port), "-s", "known"]
        subprocess.run([*sender, "-k", "sent", "-o", "42"], check=True, capture_output=True, timeout=60)
        self.assertEqual(zabbix.value("sent"), "42")

    def test_it_polls_us_and_takes_what_we_send_up_and_down(self):
        server, opened, closed = self.open_and_closed()
        (host, port), shut = opened.split(":"), closed.split(":")[1]
        agent_port = monitors.free_port()
        zabbix = self.kept(monitors.Zabbix("web", agent_port))
        polled, perf = f"net.tcp.service[tcp,{host},{port}]", f"net.tcp.service.perf[tcp,{host},{shut}]"
        sent, seconds = f"net.tcp.port[{host},{port}]", f"net.tcp.service.perf[tcp,{host},{port}]"
        for item, kind, value in (
            (polled, AGENT, WHOLE), (perf, AGENT, FLOAT), ("agent.ping", AGENT, WHOLE), ("agent.version", AGENT, TEXT),
            ("net.tcp.port[127.0.0.1,9]", AGENT, WHOLE), (sent, TRAPPER, WHOLE), (seconds, TRAPPER, FLOAT),
        ):  # fmt: skip
            zabbix.item(item, kind, value)
        trigger = zabbix.trigger("{1}=0", sent, "max", "#2")
        prober = self.sockeye(
            "probe", opened, closed, "--json", "--interval", "500ms", "--count", "0",
            "--zabbix-agent", f"127.0.0.1:{agent_port}", "--zabbix-server", f"127.0.0.1:{zabbix.port}",
            "--zabbix-host", "web",
        )  # fmt: skip
        zabbix.start()
        self.assertEqual(zabbix.value(polled), "1")
        self.assertEqual(zabbix.value(sent), "1")
        self.assertGreater(float(zabbix.value(seconds)), 0)
        self.assertEqual(float(zabbix.value(perf)), 0)
        self.assertEqual(zabbix.value("agent.ping"), "1")
        self.assertRegex(zabbix.text("agent.version"), r"^sockeye \d")
        self.assertIn("Not a target of this run", zabbix.error("net.tcp.port[127.0.0.1,9]"))
        server.close()
        zabbix.value(polled, lambda value: value == 0)
        zabbix.value(sent, lambda value: value == 0)
        zabbix.event(trigger, 1)
        self.target(host, int(port))
        with zabbix.from_now():
            zabbix.value(polled, lambda value: value == 1)
            zabbix.value(sent, lambda value: value == 1)
            zabbix.event(trigger, 0)
        # It knows no items for the other target, which is told once.
        self.assertEqual(prober.stop(), 121)
        told = [event["standing"] for event in prober.events() if event["type"] == "notice"]
        self.assertEqual([standing for standing in told if standing != "unreachable"][:1], ["partly"])


class Document(Monitored):
    """What `docs/MONITORING.md` says, done."""

    PAGE = (ROOT / "docs" / "MONITORING.md").read_text(encoding="utf-8")

    def block(self, begins):
        """The one block that begins so."""
        found = [text for _, text in re.findall(r"```(\w+)\n(.*?)```", self.PAGE, re.DOTALL) if text.startswith(begins)]
        self.assertEqual(len(found), 1, begins)
        return found[0]

    def written(self, text, **replaced):
        """A block with what is different here."""
        for old, new in replaced.values():
            self.assertIn(old, text)
            text = text.replace(old, new)
        return text

    def test_every_block_is_tried(self):
        begins = [text.splitlines()[0] for _, text in re.findall(r"```(\w+)\n(.*?)```", self.PAGE, re.DOTALL)]
        source = Path(__file__).read_text(encoding="utf-8")
        for line in begins:
            self.assertIn(f'"{line[:30]}', source, "a block that nothing here tries")

    def test_both_languages_have_the_same_blocks_and_names(self):
        chinese = (ROOT / "docs" / "MONITORING.zh.md").read_text(encoding="utf-8")
        for pattern in (r"```(\w+)\n(.*?)```", r"(?m)^\| `([^`]+)`", r"(?m)^\| [^|]+\| (Zabbix \w+) \| (`[^`]+`) \| ([^|]+) \|$"):
            there = [re.sub("、", ", ", str(found)) for found in re.findall(pattern, chinese, re.DOTALL)]
            here = [str(found) for found in re.findall(pattern, self.PAGE, re.DOTALL)]
            self.assertEqual(there, here)

    def start(self, line, *more, **replaced):
        """`probe` as a block says, with JSON besides."""
        words = self.written(self.block(line), **replaced).split()
        self.assertEqual(words[:2], ["sockeye", "probe"])
        return self.sockeye(*words[1:], "--json", *more)

    def targets(self, *targets):
        """The file of targets, with others in it."""
        text = self.block("# /etc/sockeye/targets")
        here = dict(zip(("db.example:5432", "gateway.example:502", "udp://time.example:123"), targets, strict=True))
        for written, target in here.items():
            self.assertIn(written, text)
            text = text.replace(written, target)
        return self.file("targets", text)

    def test_the_first_command_and_its_file_of_targets(self):
        _, opened, closed = self.open_and_closed()
        _, udp = self.stand(socket.SOCK_DGRAM)
        file = self.targets(opened, closed, f"udp://127.0.0.1:{udp[1]}")
        prober = self.start(
            "sockeye probe @/etc/sockeye/targets --metrics", targets=("/etc/sockeye/targets", file),
            metrics=("127.0.0.1:9116", "127.0.0.1:0"), agent=("127.0.0.1:10050", "127.0.0.1:0"),
        )  # fmt: skip
        metrics = prober.address()
        prober.event("probe", addr=f"udp://127.0.0.1:{udp[1]}")
        self.tried(prober, closed)
        found = self.scrape(metrics)
        self.assertEqual(found[f'probe_success{{target="{closed}"}}'], 0)
        self.assertEqual(found[f'probe_success{{target="udp://127.0.0.1:{udp[1]}"}}'], 0)
        # Every metric of the table is there, or is of something that did not happen.
        table = set(re.findall(r"^\| `((?:probe|sockeye)_\w+)", self.PAGE, re.MULTILINE))
        names = {re.sub(r"_(?:bucket|sum|count)?(?:\{.*)?$", "", name) for name in found}
        names = {re.sub(r"(?:_bucket|_sum|_count)$", "", re.sub(r"\{.*", "", name)) for name in found}
        self.assertEqual(table - names, {"sockeye_probe_answer_seconds", "sockeye_zabbix_values_total"})
        self.assertEqual(names - table, set())

    @needs("prometheus", monitors.HAS_PROMETHEUS)
    def test_promtool_takes_both_configurations_and_the_rules(self):
        folder = Path(self.file("prometheus.yml", self.block("# prometheus.yml"))).parent
        (folder / "probe.yml").write_text(self.block("# prometheus-probe.yml"), encoding="utf-8")
        (folder / "sockeye.rules.yml").write_text(self.block("# sockeye.rules.yml"), encoding="utf-8")
        for what, file in (("config", "prometheus.yml"), ("config", "probe.yml"), ("rules", "sockeye.rules.yml")):
            done = subprocess.run(
                [monitors.program("promtool"), "check", what, file], cwd=folder, capture_output=True, check=False, text=True
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("SUCCESS", done.stdout)

    @needs("prometheus", monitors.HAS_PROMETHEUS)
    def test_prometheus_alerts_by_the_rules(self):
        _, opened, closed = self.open_and_closed()
        prober, (metrics,) = self.probe(opened, closed, "--interval", "200ms")
        rules = self.file("sockeye.rules.yml", self.block("# sockeye.rules.yml"))
        text = self.written(
            self.block("# prometheus.yml"), interval=("15s", "1s\n  evaluation_interval: 1s"),
            rules=("sockeye.rules.yml", rules), target=("127.0.0.1:9116", f"127.0.0.1:{metrics[1]}"),
        )  # fmt: skip
        prometheus = self.kept(monitors.Prometheus(text))
        down = lambda result: [(labels["alertname"], labels["target"]) for labels, _ in result] == [("TargetDown", closed)]  # noqa: E731
        prometheus.until('ALERTS{alertstate="firing"}', down, SEEN)

    @needs("prometheus", monitors.HAS_PROMETHEUS)
    def test_prometheus_asks_as_it_asks_blackbox_exporter(self):
        _, opened, closed = self.open_and_closed()
        prober, (metrics,) = self.probe(opened, "--interval", "1m", "--allow-target", closed)
        text = self.written(
            self.block("# prometheus-probe.yml"), interval=("15s", "1s\n  scrape_timeout: 1s"),
            one=("db.example:5432", opened), other=("gateway.example:502", closed),
            address=("127.0.0.1:9116", f"127.0.0.1:{metrics[1]}"),
        )  # fmt: skip
        prometheus = self.kept(monitors.Prometheus(text))
        up = lambda result: {labels["instance"]: value for labels, value in result} == {opened: 1, closed: 0}  # noqa: E731
        prometheus.until('probe_success{job="probe"}', up, SEEN)

    def rows(self, kind):
        """The items of a table: key, and type of values."""
        types = {"Numeric (unsigned)": WHOLE, "Numeric (float)": FLOAT, "Character": TEXT}
        found = re.findall(rf"^\| [^|]+ \| {kind} \| `([^`]+)` \| ([^|]+) \|$", self.PAGE, re.MULTILINE)
        self.assertGreaterEqual(len(found), 2)
        return [(key, types[value]) for key, value in found]

    @needs("zabbix", monitors.HAS_ZABBIX)
    def test_zabbix_has_these_items_and_this_trigger(self):
        server, opened, closed = self.open_and_closed()
        here = opened.replace(":", ",")
        file = self.targets(opened, closed, "udp://127.0.0.1:9")
        agent_port = monitors.free_port()
        zabbix = self.kept(monitors.Zabbix("web", agent_port))
        expression = self.block("max(/web/net.tcp.port[db.example,").strip()
        parts = re.fullmatch(r"(max)\(/web/(.+),(#3)\)(=0)", expression)
        keys = {}
        for kind, number in (("Zabbix agent", AGENT), ("Zabbix trapper", TRAPPER)):
            for key, value in self.rows(kind):
                # One host cannot have a key twice: those that are sent get another spelling of the same.
                local = key.replace("db.example,5432", here)
                keys[kind, key] = local
                if local not in zabbix.keys():
                    zabbix.item(local, number, value)
        trigger = zabbix.trigger("{1}" + parts[4], parts[2].replace("db.example,5432", here), parts[1], parts[3])
        asking = self.start(
            "sockeye probe @/etc/sockeye/targets --metrics", targets=("/etc/sockeye/targets", file),
            metrics=("127.0.0.1:9116", "127.0.0.1:0"), agent=("127.0.0.1:10050", f"127.0.0.1:{agent_port}"),
        )  # fmt: skip
        asking.address()
        zabbix.start()
        for key, _ in self.rows("Zabbix agent"):
            local = keys["Zabbix agent", key]
            self.assertTrue(zabbix.text(local))
        server.close()
        zabbix.event(trigger, 1)
        done = subprocess.run(
            self.written(
                self.block("zabbix_get -s 127.0.0.1 -p 10050"), port=("10050", str(agent_port)), key=("db.example,5432", here)
            ),
            shell=True, capture_output=True, check=False, text=True, timeout=60,
        )  # fmt: skip
        self.assertEqual((done.stdout.strip(), done.returncode), ("0", 0), done.stderr)

    @needs("zabbix", monitors.HAS_ZABBIX)
    def test_zabbix_takes_what_it_is_sent(self):
        server, opened, closed = self.open_and_closed()
        here = opened.replace(":", ",")
        file = self.targets(opened, closed, "udp://127.0.0.1:9")
        zabbix = self.kept(monitors.Zabbix("web"))
        for key, value in self.rows("Zabbix trapper"):
            zabbix.item(key.replace("db.example,5432", here), TRAPPER, value)
        zabbix.start()
        self.start(
            "sockeye probe @/etc/sockeye/targets --count 0", targets=("/etc/sockeye/targets", file),
            server=("zabbix.example:10051", f"127.0.0.1:{zabbix.port}"),
        )  # fmt: skip
        for key, value in self.rows("Zabbix trapper"):
            self.assertGreater(float(zabbix.value(key.replace("db.example,5432", here))), 0)
        server.close()
        zabbix.value(f"net.tcp.port[{here}]", lambda value: value == 0)

    @needs("systemd-analyze", monitors.program("systemd-analyze"))
    def test_the_unit_is_one_of_systemd(self):
        text = self.written(self.block("# /etc/systemd/system/sockeye-probe.service"), binary=("/usr/local/bin/sockeye", binary()))
        file = self.file("sockeye-probe.service", text)
        done = subprocess.run(
            [monitors.program("systemd-analyze"), "verify", "--man=no", "--recursive-errors=no", file],
            capture_output=True, check=False, text=True, timeout=60,
        )  # fmt: skip
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_the_command_of_the_unit_is_one(self):
        line = re.search(r"^ExecStart=/usr/local/bin/(sockeye probe .*)$", self.block("# /etc/systemd/system/sockeye-probe.service"), re.MULTILINE)
        _, opened, _ = self.open_and_closed()
        words = self.written(
            line.group(1), targets=("@/etc/sockeye/targets", opened), metrics=("127.0.0.1:9116", "127.0.0.1:0"),
            agent=("127.0.0.1:10050", "127.0.0.1:0"),
        ).split()  # fmt: skip
        ended = self.sockeye(*words[1:], "--count", "2", "--interval", "10ms")
        self.ends(ended, 0)
        self.assertEqual(ended.stdout.bytes() + ended.stderr.bytes(), b"")

    def test_the_last_command_allows_what_it_says(self):
        _, opened, closed = self.open_and_closed()
        prober = self.start(
            "sockeye probe db.example:5432 --metrics", target=("db.example:5432", opened),
            metrics=("127.0.0.1:9116", "127.0.0.1:0"), host=("gateway.example:502", closed),
            network=("10.0.0.0/8:502", f"127.1.0.0/16:{closed.split(':')[1]}"),
        )  # fmt: skip
        metrics = prober.address()
        for target, status in (
            (opened, 200), (closed, 200), (closed.replace("127.0.0.1", "127.1.2.3"), 200),
            (closed.replace("127.0.0.1", "127.2.0.1"), 403),
        ):  # fmt: skip
            self.assertEqual(self.status(metrics, f"/probe?target={target}"), status, target)


if __name__ == "__main__":
    unittest.main()
