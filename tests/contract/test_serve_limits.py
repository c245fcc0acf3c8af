"""A folder offered on a port: files that change, slow and idle askers, the terminal, the command."""

import os
import re
import select
import signal
import struct
import subprocess
import time
import unittest
from pathlib import Path

from harness import (
    PATIENCE,
    cpu_seconds_of,
    in_english,
    is_readable,
    limit_descriptors,
    limit_memory,
    raise_descriptor_limit,
    read_exactly,
    read_to_end,
)
from serving import MIB, Protocol, Serving, http


#: The hello and a GET of our protocol.
FRAMED = b"\xf5SKY\x01\0\0\0" + struct.pack(">BBHIQQ16s", 3, 0, 0, 36, 0, (1 << 64) - 1, b"") + b"file"


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
    #: Seconds that a whole request may take.
    REQUEST = 10

    def test_slow_askers_are_gone(self):
        """A byte now and then is no reason to wait longer."""
        server, address = self.serve("--quiet")
        began = time.monotonic()
        askers, poll = {}, select.poll()
        for beginning in (b"GET", b"GET /x HTTP/1.1\r\nA: ", b"\xf5SKY", b"na", *[b""] * 201):
            sock = self.dial(address)
            sock.sendall(beginning)
            askers[sock.fileno()] = sock, beginning
            poll.register(sock, select.POLLIN)
        while askers:
            self.assertLess(time.monotonic() - began, self.REQUEST + PATIENCE, len(askers))
            for descriptor, _ in poll.poll(100):
                if self.is_gone(askers[descriptor][0]):
                    poll.unregister(descriptor)
                    del askers[descriptor]
            for sock, beginning in askers.values():
                self.drip(sock, beginning)
        self.assertGreater(time.monotonic() - began, self.REQUEST - 0.1)
        self.assertEqual(server.stop(), 0)

    @staticmethod
    def is_gone(sock):
        """Whether what there is to read of it is its end."""
        try:
            return sock.recv(4096) == b""
        except ConnectionError:
            return True

    @staticmethod
    def drip(sock, beginning):
        """One byte more of a request that has begun; that its connection is over is seen by reading."""
        try:
            sock.sendall(b"x" if beginning else b"")
        except ConnectionError:
            pass

    def test_late_http_is_told_so(self):
        _, address = self.serve()
        began = time.monotonic()
        sock = self.dial(address)
        sock.settimeout(self.REQUEST + PATIENCE)
        sock.sendall(b"GET /x HTTP/1.1\r\n")
        self.assertTrue(read_to_end(sock).startswith(b"HTTP/1.1 408 "))
        self.assertGreater(time.monotonic() - began, self.REQUEST - 0.1)

    def test_those_who_do_not_read_cost_little(self):
        """The kernel's own count of what it holds for each of them, and what the server does. (5,000 are in test_crowds.)"""
        number = 200
        self.put("large", b"x" * (100 * MIB))
        raise_descriptor_limit()
        server, (host, port) = self.serve("--quiet")
        self.ask((host, port), b"nothing\n")
        limit_memory(server.pid, number * 16 * 1024)
        idle = []
        for _ in range(number):
            sock = self.dial((host, port), receive_buffer=4096)
            sock.sendall(b"large\n")
            idle.append(sock)
        for sock in idle:
            self.assertEqual(sock.recv(1), b"x")
        # Somebody who reads is not kept waiting by them; meanwhile each gets all that it is going to get.
        sock = self.dial((host, port))
        sock.sendall(b"large\n")
        self.assertEqual(len(read_to_end(sock)), 100 * MIB)
        theirs = {f"{sock.getsockname()[1]:04X}" for sock in idle}
        table = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        mine = [row for row in table if row[1].endswith(f":{port:04X}")]
        # The table is read in pieces while it changes: a row may come twice, and one may be missed.
        queues = {row[2]: int(row[4].split(":")[0], 16) for row in mine if row[2].rpartition(":")[2] in theirs}
        self.assertGreater(len(queues), number * 0.9)
        self.assertLessEqual(max(queues.values()), 64 * 1024)

    def test_who_takes_nothing_is_given_up(self):
        self.put("large", b"x" * (32 * MIB))
        server, address = self.serve("--idle-timeout", "2s")
        sock = self.dial(address, receive_buffer=4096)
        sock.sendall(b"large\n")
        told = server.event("served")
        self.assertEqual(told["outcome"], "stalled")
        self.assertEqual(server.event("closed")["why"], "too-slow")
        with self.assertRaises(ConnectionResetError):
            read_to_end(sock)

    def test_the_rate_is_kept(self):
        self.put("file", b"x" * 400_000)
        _, address = self.serve("--rate", "200kB")
        began = time.monotonic()
        self.assertEqual(len(self.ask(address, b"file\n")), 400_000)
        took = time.monotonic() - began
        self.assertGreater(took, 1.7)
        # With bits for bytes it would take longer.
        self.assertLess(took, PATIENCE)

    def test_the_total_rate_is_kept_and_shared_in_turn(self):
        size = 200_000
        self.put("file", b"x" * size)
        requests = (b"file\n", b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n", FRAMED)
        for arguments in (("--total-rate", "200kB"), ("--total-rate", "200kB", "--rate", "10MB")):
            _, address = self.serve(*arguments)
            socks = [self.dial(address) for _ in requests]
            began = time.monotonic()
            for sock, request in zip(socks, requests):
                sock.sendall(request)
            came = self.read_side_by_side(socks, lambda came: max(came) >= size)
            self.assertGreater(min(came), size / 2, "somebody was served before the others")
            self.read_side_by_side(socks, lambda came: min(came) >= size, came)
            took = time.monotonic() - began
            self.assertGreater(took, 2.6)
            self.assertLess(took, PATIENCE)

    def read_side_by_side(self, socks, enough, came=(0, 0, 0)):
        """How many bytes came on each of them (after those that came before), once that is enough."""
        came = dict(zip((sock.fileno() for sock in socks), came))
        poll = select.poll()
        for sock in socks:
            poll.register(sock, select.POLLIN)
        while not enough(came.values()):
            ready = poll.poll(PATIENCE * 1000)
            self.assertTrue(ready, came)
            for descriptor, _ in ready:
                data = os.read(descriptor, 1 << 20)
                came[descriptor] += len(data)
                if not data:
                    poll.unregister(descriptor)
        return list(came.values())

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
        limit_memory(server.pid, 16 * MIB)
        protocol = Protocol(self.dial(address))
        self.assertEqual(protocol.get(b"sparse", 0, 6)[1], b"first\0")
        file, data, _ = protocol.get(b"sparse", (5 << 30) - 5)
        self.assertEqual((file[0], data), (5 << 30, b"\0last"))
        status, fields, body = http(self.dial(address), "/sparse", Range=f"bytes={(5 << 30) - 4}-")
        self.assertEqual((status, fields["content-range"], body), (206, "bytes 5368709116-5368709119/5368709120", b"last"))
        self.assertTrue(server.running())

    def test_max_connections_lets_others_wait(self):
        self.put("file", b"content")
        server, address = self.serve("--max-connections", "1")
        first = self.dial(address)
        self.assertEqual(http(first, "/file", "HEAD")[0], 200)
        self.assertEqual(server.event("notice", notice="at-limit")["open"], 1)
        second = self.dial(address)
        second.sendall(b"file\n")
        self.assertEqual(http(first, "/file", "HEAD")[0], 200)
        self.assertFalse(is_readable(second))
        first.close()
        self.assertEqual(read_to_end(second), b"content")


class OnATerminal(Serving):
    """One line at the bottom says what is being sent."""

    SIZE = 24 * MIB

    @in_english
    def setUp(self):
        super().setUp()
        self.put("报告" * 20, b"x" * self.SIZE)
        self.put("a\u202eb", b"x" * self.SIZE)
        self.put("small", b"content")
        self.stand_up()

    def stand_up(self, *arguments):
        command = ("serve", self.folder, "--listen", "127.0.0.1:0", *arguments)
        self.shown = self.terminal(*command, columns=200)
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

    @in_english
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

    @in_english
    def test_nothing_is_written_while_nothing_happens(self):
        self.stand_up("--idle-timeout", "2s")
        sock = self.dial(self.address)
        self.assertEqual(http(sock, "/small")[0], 200)
        self.shown.read_until(r"get 'small': [^\n]*\n")
        used = cpu_seconds_of(self.shown.pid)
        # It closes a connection on which nothing more is asked for.
        said = self.shown.read_until(r"(.*?)closed: [^\n]*\n").group(1)
        self.assertRegex(said, rb"\A[\d:.]+ #\d+ \Z")
        self.assertLess(cpu_seconds_of(self.shown.pid) - used, 0.1)

    @in_english
    def test_nobody_else_is_shown_it(self):
        server, self.address = self.serve()
        self.assertEqual(len(read_to_end(self.begun("a\u202eb"))), self.SIZE - 1000)
        self.assertEqual(server.stop(), 0)
        self.assertLessEqual({event["type"] for event in server.events()}, {"listening", "opened", "served", "closed", "summary"})


class Command(Serving):
    @in_english
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

    @in_english
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
        limit_descriptors(server.pid, 16)
        for _ in range(50):
            self.assertEqual(self.ask(address, b"file\n"), b"content")
            with self.dial(address) as sock:
                self.assertEqual(Protocol(sock).list()[0], [(b"file", 1, 7)])
            for request, said in ((b"nothing\n", b"1"), (b"GET /../x HTTP/1.1\r\n\r\n", b"HTTP/1.1 400 ")):
                self.assertTrue(self.ask(address, request).startswith(said))

    @in_english
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
