"""`relay --api`: toxiproxy's HTTP API, as its clients use it, and every toxic at work on open connections."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from harness import PATIENCE, PEERS, Case, dial, in_english, read_exactly, read_to_end, scaled

MEBIBYTE = 1 << 20
#: What comes sooner was not held up, in seconds.
SOON = 0.5


class Api:
    """A client of the API, as small as can be: each call is one request."""

    def __init__(self, address):
        self.address = address

    def call(self, method, path, body=None, headers=None):
        """The status, and what the body says: JSON, or nothing."""
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        try:
            data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, data, headers or {})
            answer = connection.getresponse()
            said = answer.read()
            return answer.status, json.loads(said) if said else None
        finally:
            connection.close()

    def done(self, method, path, body=None, status=200):
        """What a call that works says."""
        got, said = self.call(method, path, body)
        if got != status:
            raise AssertionError(f"{method} {path}: {got} {said}")
        return said


class Proxied(Case):
    """An API, a server behind it, and proxies between."""

    def setUp(self):
        self.relay = self.sockeye("relay", "--api", "127.0.0.1:0", "--json", "--quiet", "--seed", "1")
        self.api = Api(self.relay.address())
        self.server, self.target = self.stand(backlog=64)

    def proxy(self, name="p", upstream=None, listen="127.0.0.1:0", **fields):
        """A new proxy; gives where it listens."""
        upstream = upstream or f"{self.target[0]}:{self.target[1]}"
        made = self.api.done("POST", "/proxies", dict(name=name, upstream=upstream, listen=listen, **fields), 201)
        return place(made)

    def toxic(self, kind, name="t", proxy="p", stream="downstream", toxicity=1.0, **attributes):
        """A new toxic."""
        body = dict(name=name, type=kind, stream=stream, toxicity=toxicity, attributes=attributes)
        return self.api.done("POST", f"/proxies/{proxy}/toxics", body)

    def without_toxic(self, name="t", proxy="p"):
        self.api.done("DELETE", f"/proxies/{proxy}/toxics/{name}", status=204)

    def pair(self, address):
        """A connection through a proxy: the client's end and the server's."""
        client = self.dial(address)
        return client, self.accept(self.server)

    def echoing(self, address):
        """A connection through a proxy to somebody who answers every byte."""
        client, conversation = self.pair(address)
        threading.Thread(target=echo, args=(conversation,), daemon=True).start()
        return client

    def refused(self, status, error, method, path, body=None):
        """A call is refused with this status and an error that begins so."""
        got, said = self.api.call(method, path, body)
        self.assertEqual((got, said["status"]), (status, status), said)
        self.assertTrue(said["error"].startswith(error), said)


def place(proxy):
    host, port = proxy["listen"].rsplit(":", 1)
    return host, int(port)


def echo(conversation):
    try:
        while data := conversation.recv(65536):
            conversation.sendall(data)
        conversation.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def there_and_back(sock, data=b"hello"):
    """How long an answer took, in seconds."""
    began = time.monotonic()
    sock.sendall(data)
    if read_exactly(sock, len(data)) != data:
        raise AssertionError("something else came back")
    return time.monotonic() - began


def is_open(address):
    """Whether somebody can connect."""
    try:
        dial(address).close()
        return True
    except ConnectionRefusedError:
        return False


class Proxies(Proxied):
    def test_a_proxy_is_made_shown_changed_and_ended(self):
        address = self.proxy("redis")
        shown = {
            "name": "redis",
            "listen": f"127.0.0.1:{address[1]}",
            "upstream": f"127.0.0.1:{self.target[1]}",
            "enabled": True,
            "toxics": [],
        }
        self.assertEqual(self.api.done("GET", "/proxies/redis"), shown)
        self.assertEqual(self.api.done("GET", "/proxies"), {"redis": shown})
        self.assertEqual(self.relay.event("listening")["addr"], f"tcp://127.0.0.1:{address[1]}")
        self.assertLess(there_and_back(self.echoing(address)), PATIENCE)
        for method in ("POST", "PATCH"):
            off = self.api.done(method, "/proxies/redis", {"enabled": False})
            self.assertEqual(off, {**shown, "enabled": False})
            self.assertFalse(is_open(address))
            self.assertEqual(self.api.done(method, "/proxies/redis", {"enabled": True}), shown)
            self.assertTrue(is_open(address))
        self.assertIsNone(self.api.done("DELETE", "/proxies/redis", status=204))
        self.assertFalse(is_open(address))
        self.assertEqual(self.api.done("GET", "/proxies"), {})

    def test_a_proxy_that_is_disabled_breaks_its_connections_off(self):
        address = self.proxy()
        client, conversation = self.pair(address)
        self.toxic("timeout", timeout=0)
        conversation.sendall(b"held by a toxic, and never to come")
        self.api.done("POST", "/proxies/p", {"enabled": False})
        self.assertEqual(read_to_end(client), b"")
        self.assertEqual([toxic["name"] for toxic in self.api.done("GET", "/proxies/p/toxics")], ["t"])

    def test_a_proxy_leads_elsewhere_and_keeps_its_toxics(self):
        address = self.proxy()
        self.toxic("latency", latency=1)
        other, elsewhere = self.stand()
        upstream = f"{elsewhere[0]}:{elsewhere[1]}"
        changed = self.api.done("POST", "/proxies/p", {"upstream": upstream})
        self.assertEqual((place(changed), changed["upstream"]), (address, upstream))
        self.assertEqual(len(changed["toxics"]), 1)
        client = self.dial(address)
        self.accept(other).sendall(b"here")
        self.assertEqual(read_exactly(client, 4), b"here")
        moved = self.api.done("POST", "/proxies/p", {"listen": "127.0.0.1:0"})
        self.assertNotEqual(place(moved), address)
        self.assertFalse(is_open(address))
        # A name that nobody has is found out when somebody connects.
        self.assertTrue(self.api.done("POST", "/proxies/p", {"upstream": "nobody.invalid:1"})["enabled"])

    def test_a_proxy_may_be_made_disabled(self):
        made = self.api.done("POST", "/proxies", {"name": "p", "upstream": "a:1", "enabled": False}, 201)
        self.assertEqual((made["enabled"], made["listen"]), (False, "127.0.0.1:0"))
        self.assertNotEqual(place(self.api.done("POST", "/proxies/p", {"enabled": True}))[1], 0)

    def test_all_are_populated_at_once(self):
        kept = self.proxy("kept")
        self.toxic("latency", proxy="kept", latency=1)
        self.proxy("moved")
        self.toxic("latency", proxy="moved", latency=1)
        upstream = f"{self.target[0]}:{self.target[1]}"
        listen = f"127.0.0.1:{kept[1]}"
        body = [
            {"name": "kept", "upstream": upstream, "listen": listen},
            {"name": "moved", "upstream": upstream, "listen": "127.0.0.1:0"},
            {"name": "new", "upstream": "b:1", "enabled": False},
        ]
        proxies = self.api.done("POST", "/populate", body, 201)["proxies"]
        self.assertEqual([len(proxy["toxics"]) for proxy in proxies], [1, 0, 0])
        self.assertEqual([proxy["enabled"] for proxy in proxies], [True, True, False])
        self.refused(400, "missing required field: name at proxy 2", "POST", "/populate", [body[2], {}])
        self.refused(400, "missing required field: upstream at proxy 1", "POST", "/populate", [{"name": "x"}])
        self.refused(400, "bad request body: ", "POST", "/populate", {"name": "x"})
        taken = {"name": "taken", "upstream": upstream, "listen": listen}
        status, said = self.api.call("POST", "/populate", [{**body[2], "name": "first"}, taken])
        self.assertEqual((status, said["status"]), (500, 500))
        self.assertEqual([proxy["name"] for proxy in said["proxies"]], ["first"])
        self.assertNotIn("taken", self.api.done("GET", "/proxies"))

    def test_all_are_reset_at_once(self):
        address = self.proxy()
        self.toxic("latency", latency=1000)
        self.api.done("POST", "/proxies/p", {"enabled": False})
        self.assertIsNone(self.api.done("POST", "/reset", status=204))
        shown = self.api.done("GET", "/proxies/p")
        self.assertEqual((shown["enabled"], shown["toxics"], place(shown)), (True, [], address))
        self.assertLess(there_and_back(self.echoing(address)), SOON)

    def test_the_relay_of_the_command_line_is_a_proxy(self):
        relay = self.sockeye(
            "relay", "127.0.0.1:0", f"127.0.0.1:{self.target[1]}", "--up", "latency=100ms",
            "--api", "127.0.0.1:0", "--json", "--quiet",
        )  # fmt: skip
        address = relay.address()
        self.api = Api(relay.address())
        self.assertEqual(place(self.api.done("GET", "/proxies")["relay"]), address)
        self.assertGreaterEqual(there_and_back(self.echoing(address)), 0.1)
        # Faults that are no toxics stay, whatever becomes of those.
        self.toxic("latency", proxy="relay", latency=100)
        self.assertGreaterEqual(there_and_back(self.echoing(address)), 0.2)
        self.api.done("POST", "/reset", status=204)
        self.assertGreaterEqual(there_and_back(self.echoing(address)), 0.1)

    def test_what_is_cleared_at_the_console_is_no_toxic_any_more(self):
        path = os.path.join(self.enterContext(tempfile.TemporaryDirectory()), "control")
        relay = self.sockeye(
            "relay", "127.0.0.1:0", f"127.0.0.1:{self.target[1]}", "--api", "127.0.0.1:0",
            "--control", f"unix:{path}", "--json", "--quiet",
        )  # fmt: skip
        address = relay.address()
        self.api = Api(relay.address())
        self.toxic("latency", proxy="relay", latency=60_000)
        control = self.dial(path)
        control.sendall(b"/clear\n")
        self.assertEqual(read_exactly(control, 3), b"ok\n")
        self.assertEqual(self.api.done("GET", "/proxies/relay/toxics"), [])
        self.refused(404, "toxic not found", "DELETE", "/proxies/relay/toxics/t")
        self.toxic("slicer", proxy="relay", average_size=5)
        there_and_back(self.echoing(address), b"x" * 9)

    def test_a_stop_ends_all_of_it(self):
        address = self.proxy()
        client, _ = self.pair(address)
        self.assertEqual(self.relay.stop(), 0)
        self.assertEqual(read_to_end(client), b"")


class Requests(Proxied):
    def test_the_version_is_one_that_clients_know(self):
        said = self.api.done("GET", "/version")
        self.assertEqual(list(said), ["version"])
        self.assertGreaterEqual([int(part) for part in said["version"].split(".")], [2, 0, 0])

    def test_what_is_wrong_has_the_status_that_clients_expect(self):
        address = self.proxy()
        self.toxic("latency")
        listen = f"127.0.0.1:{address[1]}"
        toxics = "/proxies/p/toxics"
        for status, error, method, path, body in [
            (404, "404 page not found", "GET", "/", None),
            (404, "404 page not found", "GET", "/proxies/p/nothing", None),
            (405, "405 method not allowed", "PUT", "/proxies", None),
            (400, "bad request body: ", "POST", "/proxies", b"{"),
            (400, "bad request body: ", "POST", "/proxies", b""),
            (400, "bad request body: ", "POST", "/proxies", []),
            (400, "bad request body: name", "POST", "/proxies", {"name": 7}),
            (400, "bad request body: enabled", "POST", "/proxies", {"name": "x", "upstream": "a:1", "enabled": 1}),
            (400, "missing required field: name", "POST", "/proxies", {"upstream": "a:1"}),
            (400, "missing required field: upstream", "POST", "/proxies", {"name": "x"}),
            (400, "bad request body: upstream", "POST", "/proxies", {"name": "x", "upstream": "a"}),
            (400, "bad request body: listen", "POST", "/proxies", {"name": "x", "upstream": "a:1", "listen": "-"}),
            (409, "proxy already exists", "POST", "/proxies", {"name": "p", "upstream": "a:1"}),
            (500, f"listen on tcp://{listen}", "POST", "/proxies", {"name": "x", "upstream": "a:1", "listen": listen}),
            (400, "bad request body: ", "POST", "/proxies", {"name": "x", "upstream": "udp://a:1"}),
            (404, "proxy not found", "GET", "/proxies/x", None),
            (404, "proxy not found", "POST", "/proxies/x", b"{"),
            (404, "proxy not found", "DELETE", "/proxies/x", None),
            (404, "proxy not found", "GET", "/proxies/x/toxics", None),
            (404, "proxy not found", "POST", "/proxies/x/toxics", {}),
            (404, "proxy not found", "DELETE", "/proxies/x/toxics/t", None),
            (400, "bad request body: ", "POST", "/proxies/p", b"{"),
            (400, "invalid toxic type", "POST", toxics, {"type": "plague"}),
            (400, "invalid toxic type", "POST", toxics, {}),
            (400, "stream was invalid", "POST", toxics, {"type": "latency", "stream": "sideways"}),
            (400, "bad request body: latency", "POST", toxics, {"type": "latency", "attributes": {"latency": "1"}}),
            (400, "bad request body: latency", "POST", toxics, {"type": "latency", "attributes": {"latency": 1.5}}),
            (400, "bad request body: attributes", "POST", toxics, {"type": "latency", "attributes": []}),
            (400, "bad request body: toxicity", "POST", toxics, {"type": "latency", "toxicity": "1"}),
            (400, "bad request body: ", "POST", toxics, {"type": "latency", "attributes": {"latency": 1 << 62}}),
            (400, "invalid toxic type: ", "POST", toxics, {"type": "drop", "attributes": {"probability": 1}}),
            (400, "bad request body: ", "POST", toxics, {"type": "corrupt", "attributes": {"probability": 2}}),
            (409, "toxic already exists", "POST", toxics, {"type": "slicer", "name": "t"}),
            (404, "toxic not found", "GET", toxics + "/x", None),
            (404, "toxic not found", "POST", toxics + "/x", {}),
            (404, "toxic not found", "DELETE", toxics + "/x", None),
            (400, "bad request body: ", "POST", toxics + "/t", b"{"),
            (400, "bad request body: ", "POST", toxics + "/t", {"attributes": {"latency": True}}),
            (413, "bad request body: ", "POST", "/populate", b"[" + b" " * MEBIBYTE + b"]"),
        ]:
            with self.subTest(method=method, path=path, body=body and body[:80] if isinstance(body, bytes) else body):
                self.refused(status, error, method, path, body)
        self.assertEqual([proxy["toxics"][0]["attributes"] for proxy in self.api.done("GET", "/proxies").values()],
                         [{"latency": 0, "jitter": 0}])  # fmt: skip

    def test_a_target_that_is_the_proxy_itself_is_refused(self):
        address = self.proxy()
        for host in ("127.0.0.1", "localhost", "0.0.0.0"):
            own = f"{host}:{address[1]}"
            self.refused(400, "bad request body: ", "POST", "/proxies/p", {"upstream": own, "enabled": True})

    def test_pages_of_other_sites_are_refused(self):
        own = f"127.0.0.1:{self.api.address[1]}"
        for status, headers in [
            (403, {"Host": "evil.example"}),
            (403, {"Host": f"localhost.evil.example:{self.api.address[1]}"}),
            (403, {"Host": ""}),
            (403, {"Origin": "http://evil.example"}),
            (403, {"Origin": "null"}),
            (403, {"Origin": f"https://{own}"}),
            (403, {"Origin": "http://127.0.0.1:1"}),
            (200, {"Origin": f"http://{own}"}),
            (200, {"Host": "localhost"}),
            (200, {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}),
        ]:
            with self.subTest(**headers):
                got, said = self.api.call("GET", "/proxies", headers=headers)
                self.assertEqual(got, status, said)

    def test_a_name_that_was_allowed_is_answered(self):
        relay = self.sockeye("relay", "--api", "127.0.0.1:0", "--allow-host", "toxiproxy", "--json")
        api = Api(relay.address())
        for host, status in [("toxiproxy:8474", 200), ("toxiproxy.example", 403)]:
            self.assertEqual(api.call("GET", "/version", headers={"Host": host})[0], status)

    @in_english
    def test_people_are_told_where_the_api_is(self):
        relay = self.sockeye("relay", "--api", "127.0.0.1:0")
        said = relay.stderr.wait(lambda data: data.count(b"\n") >= 2 and data).decode()
        self.assertRegex(said, r"listening on http://127\.0\.0\.1:\d+ \(toxiproxy's API\)\n  only this machine")
        for arguments, word in [
            (["--api", "udp://8474"], "takes a TCP address"),
            (["--api", "8474", "--fault", "latency=1s"], "--fault is for the relay of the command line"),
            (["--api", "8474", "--control", "unix:/x"], "--control is for the relay of the command line"),
            (["--allow-host", "a"], "--api"),
            ([], "LISTEN and TARGET"),
        ]:
            refused = self.sockeye("relay", *arguments)
            self.ends(refused, 2)
            self.assertIn(word, refused.stderr.drained().decode())

    def test_who_asks_for_nothing_keeps_nobody_waiting(self):
        for _ in range(40):
            self.dial(self.api.address).sendall(b"POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        self.api.done("GET", "/version")


class Toxics(Proxied):
    def test_a_toxic_is_made_shown_changed_and_ended(self):
        self.proxy()
        shown = {
            "name": "latency_downstream",
            "type": "latency",
            "stream": "downstream",
            "toxicity": 1,
            "attributes": {"latency": 7, "jitter": 0},
        }
        toxics = "/proxies/p/toxics"
        made = self.api.done("POST", toxics, {"type": "latency", "attributes": {"latency": 7.0, "unheard": [1]}})
        self.assertEqual(made, shown)
        self.assertEqual(self.api.done("GET", toxics + "/latency_downstream"), shown)
        up = self.toxic("slicer", name="é /%", stream="upstream", average_size=5)
        self.assertEqual(up["attributes"], {"average_size": 5, "size_variation": 0, "delay": 0})
        self.assertEqual(self.api.done("GET", toxics), [up, shown])
        self.assertEqual(self.api.done("GET", "/proxies/p")["toxics"], [up, shown])
        for method in ("POST", "PATCH"):
            changed = self.api.done(method, toxics + "/latency_downstream", {"attributes": {"jitter": 3}, "toxicity": 0.5})
            self.assertEqual(changed, {**shown, "toxicity": 0.5, "attributes": {"latency": 7, "jitter": 3}})
        self.assertIsNone(self.api.done("DELETE", toxics + "/%C3%A9%20%2F%25", status=204))
        self.without_toxic("latency_downstream")
        self.assertEqual(self.api.done("GET", toxics), [])

    def test_latency_acts_in_either_stream_while_bytes_flow(self):
        client = self.echoing(self.proxy())
        self.assertLess(there_and_back(client), SOON)
        for stream in ("upstream", "downstream"):
            self.toxic("latency", stream=stream, latency=600)
            self.assertGreaterEqual(there_and_back(client), 0.6)
            self.api.done("POST", "/proxies/p/toxics/t", {"attributes": {"latency": 1200}})
            self.assertGreaterEqual(there_and_back(client), 1.2)
            self.without_toxic()
            self.assertLess(there_and_back(client), SOON)
        self.toxic("latency", name="a", stream="upstream", latency=300)
        self.toxic("latency", name="b", latency=300)
        self.assertGreaterEqual(there_and_back(client), 0.6)

    def test_a_jitter_above_the_latency_is_no_error(self):
        client = self.echoing(self.proxy())
        self.toxic("latency", latency=5, jitter=50)
        took = [there_and_back(client) for _ in range(20)]
        self.assertLess(min(took), 0.005 + SOON / 10)
        self.assertGreater(max(took), 0.01)

    def test_bandwidth_is_thousands_of_bytes_a_second(self):
        client = self.echoing(self.proxy())
        self.toxic("bandwidth", rate=100)
        self.assertGreaterEqual(there_and_back(client, bytes(50_000)), 0.45)
        self.api.done("POST", "/proxies/p/toxics/t", {"attributes": {"rate": 0}})
        client.sendall(b"x")
        client.settimeout(0.3)
        self.assertRaises(TimeoutError, client.recv, 1)
        client.settimeout(PATIENCE)
        self.without_toxic()
        self.assertEqual(client.recv(1), b"x")

    def test_slow_close_keeps_the_end_back(self):
        client, conversation = self.pair(self.proxy())
        self.toxic("slow_close", delay=700)
        began = time.monotonic()
        conversation.sendall(b"bye")
        conversation.close()
        self.assertEqual(read_exactly(client, 3), b"bye")
        self.assertLess(time.monotonic() - began, SOON)
        self.assertEqual(client.recv(1), b"")
        self.assertGreaterEqual(time.monotonic() - began, 0.7)

    def test_timeout_lets_nothing_pass_and_closes(self):
        address = self.proxy()
        client, conversation = self.pair(address)
        began = time.monotonic()
        self.toxic("timeout", timeout=600)
        conversation.sendall(b"never")
        self.assertEqual(read_to_end(client), b"")
        self.assertGreaterEqual(time.monotonic() - began, 0.6)
        # Without a time it only waits, and what waited comes once it is removed. What it was before is far off: however long
        # the change takes, it comes in time.
        self.api.done("POST", "/proxies/p/toxics/t", {"attributes": {"timeout": 600_000}})
        client, conversation = self.pair(address)
        self.api.done("POST", "/proxies/p/toxics/t", {"attributes": {"timeout": 0}})
        conversation.sendall(b"later")
        client.settimeout(0.3)
        self.assertRaises(TimeoutError, client.recv, 5)
        client.settimeout(PATIENCE)
        self.without_toxic()
        self.assertEqual(read_exactly(client, 5), b"later")

    def test_reset_peer_resets_after_a_time(self):
        address = self.proxy()
        self.toxic("reset_peer", stream="upstream", timeout=400)
        client, _ = self.pair(address)
        began = time.monotonic()
        client.sendall(b"x")
        self.assertRaises(ConnectionResetError, client.recv, 1)
        self.assertGreaterEqual(time.monotonic() - began, 0.4)

    def test_slicer_cuts_what_passes_apart(self):
        client, conversation = self.pair(self.proxy())
        self.toxic("slicer", average_size=10, size_variation=2, delay=60_000)
        conversation.sendall(bytes(60))
        pieces = []
        while sum(pieces) < 60:
            pieces.append(len(client.recv(100)))
        self.assertEqual(sum(pieces), 60)
        self.assertTrue(all(8 <= size <= 12 for size in pieces[:-1]), pieces)

    def test_limit_data_ends_behind_a_byte(self):
        client, conversation = self.pair(self.proxy())
        self.toxic("limit_data", bytes=7)
        conversation.sendall(b"0123456789")
        self.assertEqual(read_to_end(client), b"0123456")

    def test_toxicity_is_the_part_of_connections_that_is_hit(self):
        address = self.proxy()
        for toxicity, least, most in [(0, 0, 0), (0.5, 12, 52), (1, 64, 64)]:
            self.toxic("limit_data", toxicity=toxicity, bytes=1)
            hit = 0
            for _ in range(64):
                client, conversation = self.pair(address)
                conversation.sendall(b"ab")
                conversation.close()
                hit += read_to_end(client) == b"a"
            self.assertTrue(least <= hit <= most, f"{hit} of 64 at {toxicity}")
            self.without_toxic()

    def test_a_toxic_that_blocks_is_removed_at_once(self):
        client, conversation = self.pair(self.proxy())
        threading.Thread(target=push, args=(conversation,), daemon=True).start()
        longest = 0.0
        for index in range(scaled(60, 1000)):
            kind, attributes = [
                ("timeout", {"timeout": 0}),
                ("bandwidth", {"rate": 1}),
                ("latency", {"latency": 100_000}),
                ("slicer", {"average_size": 1, "delay": 1_000_000}),
            ][index % 4]
            self.toxic(kind, **attributes)
            began = time.monotonic()
            self.without_toxic()
            read_exactly(client, 100_000)
            longest = max(longest, time.monotonic() - began)
        self.assertLess(longest, 1.0)

    def test_every_other_fault_is_a_toxic_by_its_own_name(self):
        address = self.proxy()
        client, conversation = self.pair(address)
        self.toxic("corrupt", probability=1)
        conversation.sendall(bytes(8))
        self.assertTrue(all(byte.bit_count() == 1 for byte in read_exactly(client, 8)))
        self.api.done("POST", "/proxies/p/toxics/t", {"attributes": {"probability": 0}})
        conversation.sendall(bytes(8))
        self.assertEqual(read_exactly(client, 8), bytes(8))
        self.without_toxic()
        for kind, attributes in [
            ("glue", {"within": 5}),
            ("stall", {"bytes": 9, "close": 5}),
            ("cut", {"bytes": 9}),
            ("reset", {"bytes": 9, "after": 5}),
            ("slow_accept", {"delay": 5}),
            ("noop", {}),
        ]:
            self.assertEqual(self.toxic(kind, **attributes)["attributes"], attributes)
            self.without_toxic()
        self.toxic("refuse")
        with self.assertRaises(ConnectionResetError):
            self.dial(address).recv(1)


class Datagrams(Proxied):
    def test_a_proxy_may_carry_datagrams(self):
        server, target = self.stand(socket.SOCK_DGRAM)
        made = self.api.done("POST", "/proxies", {
            "name": "p", "listen": "udp://127.0.0.1:0", "upstream": f"udp://{target[0]}:{target[1]}",
        }, 201)  # fmt: skip
        self.assertTrue(made["listen"].startswith("udp://127.0.0.1:"), made)
        client, _ = self.stand(socket.SOCK_DGRAM)
        client.connect(("127.0.0.1", int(made["listen"].rsplit(":", 1)[1])))
        client.send(b"one")
        self.assertEqual(server.recv(100), b"one")
        self.toxic("drop", stream="upstream", probability=1)
        client.send(b"lost")
        self.without_toxic()
        self.toxic("truncate", stream="upstream", bytes=2)
        client.send(b"short")
        self.assertEqual(server.recv(100), b"sh")
        self.without_toxic()
        self.toxic("duplicate", stream="upstream", probability=1)
        client.send(b"two")
        self.assertEqual([server.recv(100) for _ in range(2)], [b"two", b"two"])
        self.refused(400, "invalid toxic type: ", "POST", "/proxies/p/toxics", {"type": "slicer"})


class Clients(Proxied):
    """The client libraries of toxiproxy themselves, where they are installed: `npm install toxiproxy-node-client` in a folder
    whose `node_modules` is in `NODE_PATH`, and `pip install toxiproxy-python` for this Python."""

    def drives(self, command, present):
        """What a client says that drives this server; skipped aloud where its library is absent."""
        if not shutil.which(command[0]) or subprocess.run(present, capture_output=True).returncode:
            self.skipTest(f"{command[-1]} has no library of toxiproxy here")
        where = [f"http://{self.api.address[0]}:{self.api.address[1]}"] if "node" in command[0] else self.api.address
        client = subprocess.run([*command, *map(str, where)], capture_output=True, text=True, timeout=4 * PATIENCE)
        self.assertEqual(client.returncode, 0, client.stdout + client.stderr)
        return dict(line.split(" ", 1) for line in client.stdout.splitlines())

    def test_the_client_for_node_works_unchanged(self):
        said = self.drives(["node", str(PEERS / "toxiproxy_client.js")], ["node", "-e", "require('toxiproxy-node-client')"])
        for word, status in [("again", 409), ("taken", 500), ("unknown", 400)]:
            self.assertTrue(said[word].endswith(str(status)), said)
        self.assertGreaterEqual(float(said["latency"]), 100)
        self.assertGreaterEqual(float(said["changed"]), 200)
        self.assertLess(float(said["removed"]), 1000 * SOON)
        self.assertEqual([said["disabled"], said["populated"], said["left"]], ["false", "node,second", "0"])
        self.assertIn("ECONNREFUSED", said["refused"])

    def test_the_client_for_python_works_unchanged(self):
        said = self.drives([sys.executable, str(PEERS / "toxiproxy_client.py")], [sys.executable, "-c", "import toxiproxy"])
        self.assertEqual([said[word] for word in ("again", "unknown", "absent")], ["ProxyExists", "InvalidToxic", "NotFound"])
        for stream in ("upstream", "downstream"):
            self.assertGreaterEqual(float(said[stream]), 100)
        self.assertLess(float(said["removed"]), 1000 * SOON)
        self.assertEqual([said[word] for word in ("closed", "refused", "populated", "left")],
                         ["True", "ConnectionRefusedError", "second,third", "0"])  # fmt: skip


def push(conversation):
    try:
        while True:
            conversation.sendall(bytes(65536))
    except OSError:
        pass


if __name__ == "__main__":
    unittest.main()
