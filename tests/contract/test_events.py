"""The events that programs read: documented, and each held to what `sockeye schema` says.

Every other test does that too: `harness.py` holds each line of a run with `--json` to the schema when the run is discarded.
"""

import json
import os
import subprocess

import schema
from harness import ROOT, Case, binary, reset


class Documented(Case):
    def schema(self):
        return schema.of(binary())

    def test_the_page_is_made_of_the_schema(self):
        page = (ROOT / "docs" / "EVENTS.md").read_text()
        self.assertTrue(page.endswith(schema.tables(self.schema())), "make it again: tests/contract/schema.py")

    def test_the_schema_is_one_of_2020_12_and_names_each_event_once(self):
        found = self.schema()
        self.assertEqual(found["$schema"], "https://json-schema.org/draft/2020-12/schema")
        names = [reference["$ref"].rsplit("/", 1)[1] for reference in found["oneOf"]]
        self.assertEqual(names, list(found["$defs"]))

    def test_what_is_not_documented_is_found(self):
        found = self.schema()
        line = {"v": 1, "type": "listening", "addr": "tcp://127.0.0.1:1", "ts": "2026-11-21T10:00:00.000000000Z"}
        self.assertEqual(schema.mistakes(line, found), [])
        for change, says in (
            ({"more": 1}, "not documented"),
            ({"addr": 5}, "no string"),
            ({"v": 2}, "not 1"),
            ({"ts": "today"}, "does not match"),
            ({"type": "heard"}, "no event is called"),
        ):
            with self.subTest(change=change):
                self.assertIn(says, "; ".join(schema.mistakes({**line, **change}, found)))
        self.assertIn("has no addr", "; ".join(schema.mistakes({"v": 1, "type": "listening"}, found)))

    def test_limits_are_lines_of_it_too(self):
        printed = subprocess.run([binary(), "limits", "--json"], capture_output=True, check=True).stdout
        for line in printed.splitlines():
            self.assertEqual(schema.mistakes(json.loads(line), self.schema()), [], line)


class Opened(Case):
    def test_connecting_is_timed_over_tcp(self):
        server, address = self.listen("--reply", "echo")
        client = self.connect(address, "--send", "x", "--count", "1", "--json")
        self.succeeds(client)
        opened = [event for event in client.events() if event["type"] == "opened"]
        self.assertEqual(len(opened), 1)
        self.assertIsInstance(opened[0]["connect_us"], int)
        self.assertLess(opened[0]["connect_us"], 10_000_000)
        self.assertNotIn("connect_us", server.event("opened"), "an accepted conversation was not connected by us")

    def test_connecting_is_timed_over_a_unix_socket(self):
        path = f"{os.path.dirname(self.file('anchor', ''))}/talk.sock"
        server = self.sockeye("listen", f"unix:{path}", "--reply", "echo", "--json")
        server.event("listening")
        client = self.sockeye("connect", f"unix:{path}", "--send", "x", "--count", "1", "--json")
        self.succeeds(client)
        self.assertIn("connect_us", client.event("opened"))

    def test_nothing_is_connected_over_udp(self):
        _, address = self.listen("--reply", "echo", at="udp://127.0.0.1:0")
        client = self.connect(address, "--send", "x", "--count", "1", "--json", scheme="udp://")
        self.succeeds(client)
        self.assertNotIn("connect_us", client.event("opened"))

    def test_every_event_names_a_conversation_that_opened_gave(self):
        server, address = self.listen("--reply", "echo", "--frame", "line", "--fault", "latency=1ms")
        for farewell in ("close", reset):
            sock = self.dial(address)
            sock.sendall(b"one\ntwo\nhal")
            self.assertEqual(sock.recv(1), b"o")
            sock.close() if farewell == "close" else farewell(sock)
        for _ in range(2):
            server.event("closed")
        self.assertEqual(server.stop(), 0)
        given, about_the_run = set(), {"listening", "summary"}
        for event in server.events():
            if event["type"] == "opened":
                given.add(event["conn"])
            elif event["type"] not in about_the_run:
                self.assertIn(event["conn"], given, event)
        self.assertEqual(given, {1, 2})
