"""A folder offered on a port: files that change, slow and idle askers, the terminal, the command."""

import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest
from pathlib import Path

from harness import (
    PATIENCE,
    cpu_seconds_of,
    descriptors_of,
    eventually,
    memory_of,
    raise_descriptor_limit,
    read_exactly,
    read_to_end,
)
from serving import MIB, Protocol, Serving, http


class Changing(Serving):
    """A file that changes while it is sent is never taken for whole."""

    SIZE = 24 * MIB

    def begun(self, address, request):
        """A download that has begun and does not go on."""
        sock = self.dial(address, receive_buffer=4096)
        sock.sendall(request)
        self.assertEqual(len(read_exactly(sock, 1000)), 1000)
        return sock

    def changes(self):
        """Ways to change the file under a reader."""
        path = self.folder / "file"

        def truncate():
            os.truncate(path, self.SIZE // 2)

        def grow():
            with path.open("ab") as file:
                file.write(b"more")

        def overwrite():
            with path.open("r+b") as file:
                file.seek(self.SIZE - 10)
                file.write(b"different")

        return truncate, grow, overwrite

    def test_no_dialect_calls_it_whole(self):
        _, address = self.serve()
        for change in self.changes():
            for request in (b"file\n", b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n", None):
                self.put("file", b"a" * self.SIZE)
                if request:
                    sock = self.begun(address, request)
                    change()
                    with self.assertRaises(ConnectionResetError, msg=f"{change.__name__} {request}"):
                        read_to_end(sock)
                    continue
                protocol = Protocol(self.dial(address, receive_buffer=4096))
                protocol.request(3, struct.pack(">QQ16s", 0, (1 << 64) - 1, b"") + b"file")
                self.assertEqual(protocol.frame()[0], 0x83)
                change()
                with self.subTest(change=change.__name__):
                    self.assertNotEqual(protocol.last(), 0x85)

    def test_a_file_that_is_replaced_is_sent_as_it_was(self):
        self.put("file", b"a" * self.SIZE)
        _, address = self.serve()
        sock = self.begun(address, b"file\n")
        self.put("new", b"b" * self.SIZE)
        os.rename(self.folder / "new", self.folder / "file")
        # Its last link is gone, which is a change of its ctime: what is sent of it may be cut, and is never mixed.
        try:
            rest = read_to_end(sock)
        except ConnectionResetError:
            rest = b""
        self.assertEqual(rest.count(b"b"), 0)


class Limits(Serving):
    def test_slow_askers_are_gone(self):
        server, address = self.serve("--quiet")
        began = time.monotonic()
        askers = {self.dial(address): request for request in (b"", b"GET", b"GET /x HTTP/1.1\r\nA: ", b"\xf5SKY", b"na")}
        silent = [self.dial(address) for _ in range(200)]
        while askers and time.monotonic() - began < 12:
            for sock, request in list(askers.items()):
                try:
                    sock.settimeout(0.05)
                    sock.sendall(b"x" if time.monotonic() - began > 0.1 and request else request)
                    if sock.recv(4096) == b"" or request == b"na":
                        del askers[sock]
                except TimeoutError:
                    pass
                except OSError:
                    del askers[sock]
        self.assertEqual(len(askers), 0, list(askers.values()))
        for sock in silent:
            sock.settimeout(max(0.1, began + 12 - time.monotonic()))
            self.assertEqual(sock.recv(1), b"")
        self.assertEqual(server.stop(), 0)

    def test_late_http_is_told_so(self):
        _, address = self.serve()
        sock = self.dial(address)
        sock.sendall(b"GET /x HTTP/1.1\r\n")
        began = time.monotonic()
        self.assertTrue(read_to_end(sock).startswith(b"HTTP/1.1 408 "))
        self.assertLess(abs(time.monotonic() - began - 10), 2)

    def test_those_who_do_not_read_cost_little(self):
        """The kernel's own count of what it holds for each of them, and what the server does. (5,000 are in test_crowds.)"""
        number = 200
        self.put("large", b"x" * (100 * MIB))
        raise_descriptor_limit()
        server, (host, port) = self.serve("--quiet")
        eventually(lambda: memory_of(server.pid) > 0)
        before = memory_of(server.pid)
        idle = []
        for _ in range(number):
            sock = self.dial((host, port), receive_buffer=4096)
            sock.sendall(b"large\n")
            idle.append(sock)
        for sock in idle:
            self.assertEqual(sock.recv(1), b"x")
        threading.Event().wait(0.5)
        table = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        queues = [int(row[4].split(":")[0], 16) for row in table if row[1].endswith(f":{port:04X}") and row[3] == "01"]
        self.assertEqual(len(queues), number)
        self.assertLessEqual(max(queues), 64 * 1024)
        self.assertLess((memory_of(server.pid) - before) / number, 16 * 1024)
        self.assertLess(memory_of(server.pid), 160 * MIB)
        # And somebody who reads is not kept waiting by them.
        sock = self.dial((host, port))
        sock.sendall(b"large\n")
        self.assertEqual(len(read_to_end(sock)), 100 * MIB)

    def test_who_takes_nothing_is_given_up(self):
        self.put("large", b"x" * (32 * MIB))
        server, address = self.serve("--idle-timeout", "500ms")
        sock = self.dial(address, receive_buffer=4096)
        sock.sendall(b"large\n")
        told = server.event("served")
        self.assertEqual(told["outcome"], "stalled")
        self.assertEqual(server.event("closed")["why"], "too-slow")
        with self.assertRaises(ConnectionResetError):
            read_to_end(sock)

    def test_the_rate_is_kept(self):
        self.put("file", b"x" * 300_000)
        _, address = self.serve("--rate", "200kB")
        began = time.monotonic()
        self.assertEqual(len(self.ask(address, b"file\n")), 300_000)
        self.assertTrue(1.3 < time.monotonic() - began < 2.5)

    def test_the_total_rate_is_kept_and_shared_in_turn(self):
        self.put("file", b"x" * 100_000)
        for arguments in (("--total-rate", "200kB"), ("--total-rate", "200kB", "--rate", "10MB")):
            _, address = self.serve(*arguments)
            came = []

            def fetch(request):
                length = len(self.ask(address, request))
                came.append((time.monotonic(), length))

            def fetch_frames():
                _, data, _ = Protocol(self.dial(address)).get(b"file")
                came.append((time.monotonic(), len(data)))

            began = time.monotonic()
            requests = (b"file\n", b"GET /file HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            threads = [threading.Thread(target=fetch, args=(request,)) for request in requests]
            threads.append(threading.Thread(target=fetch_frames))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            (first, _), *_, (last, _) = sorted(came)
            self.assertTrue(all(length >= 100_000 for _, length in came))
            self.assertTrue(1.3 < last - began < 2.6, last - began)
            self.assertGreater(first - began, 1.0, "none was served before the others")

    def test_small_files_count_for_the_total_rate(self):
        self.put("small", b"x" * 10_000)
        _, address = self.serve("--total-rate", "20kB")
        began = time.monotonic()
        for _ in range(3):
            self.assertEqual(len(self.ask(address, b"small\n")), 10_000)
        self.assertGreater(time.monotonic() - began, 1.2)

    def test_a_sparse_file_of_five_gibibytes(self):
        with self.put("sparse", b"first").open("r+b") as file:
            file.truncate(5 << 30)
            file.seek((5 << 30) - 4)
            file.write(b"last")
        server, address = self.serve()
        protocol = Protocol(self.dial(address))
        self.assertEqual(protocol.get(b"sparse", 0, 6)[1], b"first\0")
        file, data, _ = protocol.get(b"sparse", (5 << 30) - 5)
        self.assertEqual((file[0], data), (5 << 30, b"\0last"))
        status, fields, body = http(self.dial(address), "/sparse", Range=f"bytes={(5 << 30) - 4}-")
        self.assertEqual((status, fields["content-range"], body), (206, "bytes 5368709116-5368709119/5368709120", b"last"))
        self.assertLess(memory_of(server.pid), 64 * MIB)

    def test_max_connections_lets_others_wait(self):
        self.put("file", b"content")
        _, address = self.serve("--max-connections", "1")
        first, second = self.dial(address), self.dial(address)
        second.sendall(b"file\n")
        second.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            second.recv(1)
        first.close()
        second.settimeout(PATIENCE)
        self.assertEqual(read_to_end(second), b"content")


class OnATerminal(Serving):
    """One line at the bottom says what is being sent."""

    SIZE = 24 * MIB

    def setUp(self):
        super().setUp()
        self.put("报告" * 20, b"x" * self.SIZE)
        self.put("a\u202eb", b"x" * self.SIZE)
        self.put("small", b"content")
        self.shown = self.terminal("serve", self.folder, "--listen", "127.0.0.1:0", columns=200)
        self.address = ("127.0.0.1", int(self.shown.read_until(r"listening on tcp://127\.0\.0\.1:(\d+)").group(1)))

    def begun(self, name):
        """A download that has begun and waits to be read on."""
        sock = self.dial(self.address, receive_buffer=4096)
        sock.sendall(name.encode() + b"\n")
        read_exactly(sock, 1000)
        return sock

    def bottom(self, pattern):
        """The screen, once its last line is this."""
        expression = re.compile(pattern)
        return self.shown.wait_for_screen(lambda lines: lines and expression.fullmatch(lines[-1]) and lines)

    def test_one_line_tells_what_is_sent_and_goes_away(self):
        first = self.begun("报告" * 20)
        self.bottom(r"\.\.\.[报告]+\s+\d+% of 24\.0 MiB  .*/s  .*")
        second = self.begun("a\u202eb")
        self.bottom(r"2 files under way  .*/s\s*")
        # What happens meanwhile has its lines above.
        self.ask(self.address, b"small\n")
        self.shown.wait_for_screen(lambda lines: any("name: get 'small': 7 bytes in" in line for line in lines))
        second.close()
        self.bottom(r"\.\.\.[报告]+\s+\d+% of .*")
        self.assertEqual(len(read_to_end(first)), self.SIZE - 1000)
        lines = self.shown.wait_for_screen(lambda lines: "closed" in lines[-2] and lines[-1] == "" and lines)
        self.assertEqual([line for line in lines if "under way" in line or "% of" in line], [])
        self.assertTrue(any(re.search(rf"#1 name: get '(报告)+': {self.SIZE} bytes in", line) for line in lines), lines)
        for sequence in re.findall(rb"\x1b[^m]*.", self.shown.output.bytes()):
            self.assertRegex(sequence, rb"^\x1b\[[0-9;]*m$")
        self.assertNotIn("\u202e".encode(), self.shown.output.bytes())

    def test_nothing_is_written_while_nothing_happens(self):
        self.ask(self.address, b"small\n")
        self.shown.read_until(r"closed: [^\n]*\n")
        used = cpu_seconds_of(self.shown.pid)
        before = len(self.shown.output.bytes())
        # This measures; it synchronises nothing.
        threading.Event().wait(1)
        self.assertEqual(len(self.shown.output.bytes()), before)
        self.assertLess(cpu_seconds_of(self.shown.pid) - used, 0.1)

    def test_nobody_else_is_shown_it(self):
        server, self.address = self.serve()
        self.assertEqual(len(read_to_end(self.begun("a\u202eb"))), self.SIZE - 1000)
        self.assertEqual(server.stop(), 0)
        self.assertLessEqual({event["type"] for event in server.events()}, {"listening", "opened", "served", "closed", "summary"})


class Command(Serving):
    def test_the_banner_says_what_to_type(self):
        server = self.sockeye("serve", self.folder, "--listen", "127.0.0.1:0", stdin=subprocess.DEVNULL)
        said = server.stderr.wait(lambda said: said if said.count(b"\n") >= 7 else None).decode()
        port = re.search(r"listening on tcp://127\.0\.0\.1:(\d+)", said).group(1)
        for line in (f"sockeye get 127.0.0.1:{port} NAME", f"curl -O http://127.0.0.1:{port}/NAME", f"nc 127.0.0.1 {port}"):
            self.assertIn(line, said)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.stdout.drained(), b"")

    def test_some_dialects_alone(self):
        self.put("file", b"content")
        _, address = self.serve("--dialect", "name")
        self.assertEqual(self.ask(address, b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n"), b"1")
        _, address = self.serve("--dialect", "http")
        self.assertTrue(self.ask(address, b"file\n", end=True).startswith(b"HTTP/1.1 400 "))

    def test_requests_are_told_to_people_without_escapes(self):
        self.put("file", b"content")
        server = self.sockeye("serve", self.folder, "--listen", "127.0.0.1:0", stdin=subprocess.DEVNULL)
        port = int(server.stderr.wait(lambda said: re.search(rb"127\.0\.0\.1:(\d+)", said)).group(1))
        self.ask(("127.0.0.1", port), b"\x1b[2Jfile\n")
        server.stderr.wait(lambda said: b"get '\\x1b[2Jfile'" in said)
        self.assertEqual(server.stop(), 0)
        self.assertNotIn(b"\x1b", server.stderr.drained())

    def test_a_transfer_under_way_is_finished_when_told_to_stop(self):
        self.put("file", b"x" * (8 * MIB))
        server, address = self.serve("--grace", "10s")
        sock, idle = self.dial(address, receive_buffer=4096), self.dial(address)
        sock.sendall(b"file\n")
        read_exactly(sock, 1000)
        self.assertEqual(http(idle, "/file", "HEAD")[0], 200)
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(idle.recv(1), b"")
        self.assertEqual(len(read_to_end(sock)), 8 * MIB - 1000)
        sock.close()
        self.assertEqual(server.finish(), 0)
        kinds = [event["type"] for event in server.events()]
        self.assertEqual((kinds[-1], kinds.count("opened"), kinds.count("closed")), ("summary", 2, 2))

    def test_descriptors_are_back_where_they_were(self):
        self.put("file", b"content")
        server, address = self.serve("--quiet")
        self.ask(address, b"file\n")
        self.assertTrue(eventually(lambda: descriptors_of(server.pid) > 3))
        before = descriptors_of(server.pid)
        for _ in range(50):
            self.ask(address, b"file\n")
            Protocol(self.dial(address)).list()
        for request in (b"nothing\n", b"GET /../x HTTP/1.1\r\n\r\n"):
            self.ask(address, request)
        self.doCleanups_of_sockets()
        self.assertTrue(eventually(lambda: descriptors_of(server.pid) <= before, 5))

    def doCleanups_of_sockets(self):
        """Close what was dialled; the server stays."""
        for function, arguments, _ in self._cleanups:
            if getattr(function, "__self__", None).__class__ is socket.socket:
                function(*arguments)

    def test_what_cannot_be_served(self):
        for arguments, code, word in (
            ((self.home / "nothing",), 26, "nothing"),
            ((self.secret,), 26, "secret"),
            ((self.folder, "--listen", "udp://0"), 2, "TCP"),
            ((self.folder, "--listen", "-"), 2, "TCP"),
            ((self.folder, "--dialect", "ftp"), 2, "ftp"),
            ((self.folder, "--rate", "0"), 2, "0 bytes"),
            ((self.folder, "--total-rate", "0"), 2, "0 bytes"),
        ):
            server = self.sockeye("serve", *arguments)
            self.ends(server, code)
            self.assertIn(word, server.stderr.drained().decode())
        _, (_, port) = self.serve()
        self.ends(self.sockeye("serve", self.folder, "--listen", f"127.0.0.1:{port}"), 45)

    def test_a_hash_is_the_known_one(self):
        self.put("empty", b"")
        _, address = self.serve()
        # The BLAKE3 of nothing, from its own test vectors.
        known = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        self.assertEqual(Protocol(self.dial(address)).get(b"empty", flags=2)[2].hex(), known)


if __name__ == "__main__":
    unittest.main()
