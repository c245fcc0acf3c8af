"""`relay` between programs that people use: Redis, PostgreSQL, nginx and curl, Modbus. They go on as if nothing stood there,
the transcript names both sides, and what a fault promises is what they see.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from harness import PEERS, Case, Process, Terminal, in_english, payload
from programs import INITDB, PostgreSql, needs


class Programs(Case):
    def run_program(self, *command, stdin=None, env=None):
        """What a program says, and its exit code."""
        environment = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
        done = subprocess.run(
            command, input=stdin, capture_output=True, timeout=60, env=environment, check=False, text=True
        )
        return done.stdout + done.stderr, done.returncode

    def folder(self):
        """A folder of the test's own."""
        return self.enterContext(tempfile.TemporaryDirectory(prefix="sockeye-"))

    def relay(self, target, *arguments):
        """A relay to `target` and its port."""
        relay = self.sockeye("relay", "127.0.0.1:0", target, "--json", "--seed", "7", *arguments)
        return relay, relay.address()[1]

    def heard(self, relay, leg):
        """What came on a leg, message by message."""
        relay.stop()
        return [payload(event) for event in relay.events() if event["type"] == "recv" and event["leg"] == leg]

    def acted(self, relay):
        """Which faults have acted."""
        relay.stop()
        return {act["fault"] for act in relay.summary()["faults"] if act["acts"]}


@needs("redis-server", shutil.which("redis-server") and shutil.which("redis-cli"))
class Redis(Programs):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.folder(), "redis")
        server = Process(
            ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--appendonly", "no"]
        )
        self.addCleanup(server.discard)
        server.stdout.wait(lambda data: re.search(rb"(?i)ready to accept connections", data))

    def cli(self, port, *words):
        return self.run_program("redis-cli", "-h", "127.0.0.1", "-p", str(port), *words)

    def test_it_is_watched_message_by_message(self):
        relay, port = self.relay(f"unix:{self.path}", "--frame", "crlf")
        self.assertEqual(self.cli(port, "SET", "name", "鲑鱼")[0].strip(), "OK")
        self.assertEqual(self.cli(port, "--raw", "GET", "name")[0].strip(), "鲑鱼")
        relay.event("closed", conn=2)
        asked, answered = b"\n".join(self.heard(relay, "client")), self.heard(relay, "target")
        self.assertIn("*3\n$3\nSET\n$4\nname\n$6\n鲑鱼".encode(), asked)
        self.assertIn(b"+OK", answered)
        self.assertIn("鲑鱼".encode(), answered)

    def test_what_faults_promise_is_what_it_sees(self):
        relay, port = self.relay(f"unix:{self.path}", "--down", "latency=300ms", "--fault", "slice=1,gap=0s")
        began = time.monotonic()
        self.assertEqual(self.cli(port, "PING")[0].strip(), "PONG")
        self.assertGreaterEqual(time.monotonic() - began, 0.3)
        self.assertEqual(self.acted(relay), {"latency", "slice"})
        _, port = self.relay(f"unix:{self.path}", "--down", "reset=0")
        self.assertRegex(self.cli(port, "PING")[0], "(?i)reset|closed|I/O error")
        _, port = self.relay(f"unix:{self.path}", "--down", "cut=3")
        self.assertRegex(self.cli(port, "PING")[0], "(?i)closed|error")


@needs("PostgreSQL", INITDB and shutil.which("psql"))
class Postgres(Programs):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgreSql()
        cls.addClassCleanup(cls.server.discard)

    def psql(self, port, query):
        return self.run_program(
            "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "sockeye", "-d", "postgres", "-XAtc", query,
            env={"PGSSLMODE": "disable", "PGGSSENCMODE": "disable", "PGCONNECT_TIMEOUT": "20"},
        )  # fmt: skip

    def test_it_is_watched_message_by_message(self):
        relay, port = self.relay(f"unix:{self.server.path}", "--frame", "len=4,offset=1,adjust=-4")
        self.assertEqual(self.psql(port, "select '三文鱼', 6*7"), ("三文鱼|42\n", 0))
        relay.event("closed")
        kinds = {message[:1] for message in self.heard(relay, "target")}
        # Authentication, a parameter, the description of a row, a row, the end of the command, ready.
        self.assertLessEqual({b"R", b"S", b"T", b"D", b"C", b"Z"}, kinds)

    def test_what_faults_promise_is_what_it_sees(self):
        relay, port = self.relay(f"unix:{self.server.path}", "--fault", "slice=1..5,gap=0s", "--fault", "latency=20ms")
        self.assertEqual(self.psql(port, "select count(*) from generate_series(1, 1000)"), ("1000\n", 0))
        self.assertEqual(self.acted(relay), {"latency", "slice"})
        _, port = self.relay(f"unix:{self.server.path}", "--fault", "refuse")
        words, code = self.psql(port, "select 1")
        self.assertNotEqual(code, 0)
        self.assertRegex(words, "(?i)reset|closed|server closed")
        _, port = self.relay(f"unix:{self.server.path}", "--down", "cut=100")
        self.assertNotEqual(self.psql(port, "select 1")[1], 0)


@needs("nginx", shutil.which("nginx") and shutil.which("curl"))
class Nginx(Programs):
    BODY = "".join(f"line {number} 第{number}行\n" for number in range(5000))

    def setUp(self):
        super().setUp()
        home = self.folder()
        os.chmod(home, 0o755)
        self.path = os.path.join(home, "nginx")
        with open(os.path.join(home, "page.txt"), "w", encoding="utf-8") as page:
            page.write(self.BODY)
        conf = os.path.join(home, "nginx.conf")
        user = "user root;" if os.geteuid() == 0 else ""
        with open(conf, "w", encoding="utf-8") as file:
            file.write(
                f"daemon off; {user} master_process off; pid {home}/pid; error_log stderr notice;\n"
                f"events {{}}\nhttp {{ access_log off; client_body_temp_path {home}; proxy_temp_path {home};\n"
                f"fastcgi_temp_path {home}; uwsgi_temp_path {home}; scgi_temp_path {home};\n"
                f"server {{ listen unix:{self.path}; root {home}; }} }}\n"
            )
        server = Process(["nginx", "-p", home, "-c", conf])
        self.addCleanup(server.discard)
        server.stderr.wait(lambda data: re.search(rb"event method", data))

    def curl(self, port, *options):
        return self.run_program("curl", "-sS", "--max-time", "30", *options, f"http://127.0.0.1:{port}/page.txt")

    def test_it_is_watched_line_by_line(self):
        relay, port = self.relay(f"unix:{self.path}", "--frame", "crlf", "--max-frame", "1MiB")
        self.assertEqual(self.curl(port), (self.BODY, 0))
        relay.event("closed")
        relay.stop()
        events = relay.events()
        heads = [payload(e) for e in events if e["type"] == "recv"]
        self.assertIn(b"GET /page.txt HTTP/1.1", heads)
        self.assertIn(b"HTTP/1.1 200 OK", heads)

    def test_what_faults_promise_is_what_it_sees(self):
        relay, port = self.relay(f"unix:{self.path}", "--quiet", "--down", "bandwidth=200kB")
        began = time.monotonic()
        self.assertEqual(self.curl(port), (self.BODY, 0))
        self.assertGreaterEqual(time.monotonic() - began, len(self.BODY.encode()) / 200_000 * 0.85)
        self.assertEqual(self.acted(relay), {"bandwidth"})
        _, port = self.relay(f"unix:{self.path}", "--down", "cut=10000")
        words, code = self.curl(port)
        # curl: the transfer is shorter than it was announced.
        self.assertEqual((code, len(words) < 11_000), (18, True), words[-200:])
        _, port = self.relay(f"unix:{self.path}", "--down", "reset=1000")
        self.assertEqual(self.curl(port)[1], 56)


@needs("pymodbus", importlib.util.find_spec("pymodbus"))
class Modbus(Programs):
    VALUES = "[100, 101, 102, 103, 104, 105, 106, 107, 108, 109]"

    def setUp(self):
        super().setUp()
        _peer, (host, port) = self.server_peer("modbus_server")
        self.device = f"{host}:{port}"

    def master(self, port, patience=10):
        words, _ = self.run_program("python3", str(PEERS / "modbus_client.py"), str(port), str(patience))
        return words.strip()

    def test_it_is_watched_message_by_message(self):
        relay, port = self.relay(self.device, "--frame", "modbus-tcp")
        self.assertEqual(self.master(port), self.VALUES)
        relay.event("closed")
        (asked,), (answered,) = self.heard(relay, "client"), self.heard(relay, "target")
        self.assertTrue(asked.endswith(bytes.fromhex("01 03 00 00 00 0a")), asked)
        self.assertIn(bytes.fromhex("01 03 14 00 64 00 65"), answered)

    def test_what_faults_promise_is_what_it_sees(self):
        relay, port = self.relay(self.device, "--fault", "slice=1", "--fault", "latency=10ms")
        self.assertEqual(self.master(port), self.VALUES)
        self.assertEqual(self.acted(relay), {"latency", "slice"})
        _, port = self.relay(self.device, "--down", "stall=4")
        self.assertIn("error", self.master(port, 0.5))
        relay, port = self.relay(
            self.device, "--frame", "modbus-tcp", "--edit",
            self.file("edit.toml", b'[[rule]]\ndir = "down"\nregex = "(?s-u)^(.*)$"\ndrop = true\n'),
        )  # fmt: skip
        self.assertIn("error", self.master(port, 0.5))
        self.assertEqual(self.acted(relay), {"edit"})

    @in_english
    def test_the_transcript_names_both_sides(self):
        terminal = Terminal("relay", "127.0.0.1:0", self.device, "--frame", "modbus-tcp")
        self.addCleanup(terminal.discard)
        self.assertEqual(self.master(terminal.port()), self.VALUES)
        terminal.read_until("client → target")
        terminal.read_until("client ← target")
        terminal.read_until("was first to close")


if __name__ == "__main__":
    unittest.main()
