"""Load whose figures must keep a relation: many silent clients, endless churn, idle connections. Heavy; prints figures."""

import random
import socket
import time

from harness import (
    PATIENCE,
    Case,
    cpu_seconds_of,
    dial,
    heavy,
    is_echoed,
    is_readable,
    limit_descriptors,
    limit_memory,
    memory_of,
    raise_descriptor_limit,
    read_exactly,
    reset,
)

MEBIBYTE = 1 << 20


def percentile(values, share):
    """The value below which this share of them lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Crowd(Case):
    def setUp(self):
        self.descriptors = raise_descriptor_limit()

    def crowd(self, address, count):
        """This many connected, silent clients."""
        if self.descriptors < count + 200:
            self.skipTest(f"this machine lets a process hold only {self.descriptors} descriptors")
        return [self.dial(address) for _ in range(count)]

    @heavy
    def test_one_active_among_2000_silent_clients(self):
        """Latency is for information; what a turn costs the server must not depend on who is silent."""
        server, address = self.listen("--reply", "echo", "--quiet")
        sock = self.dial(address)
        _, alone = self.turns_and_cost(server, sock)
        self.crowd(address, 2000)
        turns, cost = self.turns_and_cost(server, sock)
        p50, p99 = (percentile(turns, share) * 1e3 for share in (0.5, 0.99))
        costs = f"processor {cost:.2f} s, alone {alone:.2f} s"
        print(f"\n2,000 silent clients: p50 {p50:.3f} ms, p99 {p99:.3f} ms; {costs}")
        self.assertLess(cost, 3 * alone + 0.1)

    def turns_and_cost(self, server, sock):
        """How long each of many turns took, and what processor time they cost the server."""
        used = cpu_seconds_of(server.pid)
        return self.turns(sock, 10_000), cpu_seconds_of(server.pid) - used

    @staticmethod
    def turns(sock, count):
        """How long each of `count` question-and-answer turns took."""
        took = []
        for _ in range(count):
            began = time.monotonic()
            sock.sendall(b"q" * 64)
            read_exactly(sock, 64)
            took.append(time.monotonic() - began)
        return took

    @heavy
    def test_ten_thousand_idle_connections_are_cheap(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        self.turns(self.dial(address), 10)
        before = memory_of(server.pid)
        limit_memory(server.pid, 20 * MEBIBYTE)
        socks = self.crowd(address, 10_000)
        for sock in socks:
            sock.sendall(b"x")
        for sock in socks:
            self.assertEqual(sock.recv(1), b"x")
        more = memory_of(server.pid) - before
        print(f"\n10,000 idle connections: {more / MEBIBYTE:.1f} MiB more, {more / 10_000:.0f} bytes each")


class Churn(Case):
    WARM, COUNT, AT_ONCE = 10_000, 100_000, 100
    #: Descriptors that the server may have for all of them: one batch may not be over when the next begins.
    ROOM = 300

    @heavy
    def test_100_000_conversations_leave_nothing_behind(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        dice = random.Random(100_000)
        with dial(address) as first:
            self.assertTrue(is_echoed(first))
            limit_descriptors(server.pid, self.ROOM - 1)
        self.churn(address, self.WARM, dice)
        memory = memory_of(server.pid)
        limit_memory(server.pid, 4 * MEBIBYTE)
        began = time.monotonic()
        lost = self.churn(address, self.COUNT, dice)
        took = time.monotonic() - began
        more = memory_of(server.pid) - memory
        print(f"\n{self.COUNT} conversations in {took:.0f} s: {more / 1024:.0f} KiB more")
        self.assertEqual(lost, 0)
        # All of the room is there.
        socks = [self.dial(address) for _ in range(self.ROOM)]
        self.assertTrue(all(is_echoed(sock) for sock in socks))

    def churn(self, address, count, dice):
        """Connect, send, read, close, `AT_ONCE` side by side; one in ten resets unread. How many answers were lost."""
        lost = 0
        for _ in range(0, count, self.AT_ONCE):
            socks = [dial(address) for _ in range(self.AT_ONCE)]
            for sock in socks:
                sock.sendall(b"short life")
            for sock in socks:
                if dice.random() < 0.1:
                    reset(sock)
                    continue
                lost += read_exactly(sock, 10) != b"short life"
                sock.close()
        return lost


class NeverRead(Case):
    @heavy
    def test_readers_that_never_read_cost_little(self):
        server, address, at_clock = self.listen_with_clock('reply = "chargen"')
        clock = self.dial(at_clock)
        self.assertTrue(is_echoed(clock))
        before = memory_of(server.pid)
        limit_memory(server.pid, 500 * (512 << 10))
        for _ in range(500):
            self.assertTrue(is_readable(self.dial(address, receive_buffer=4096), PATIENCE))
        # Two seconds of the server's own later it has given them what they take.
        clock.sendall(b"LATER")
        self.assertEqual(read_exactly(clock, 3), b"now")
        each = (memory_of(server.pid) - before) / 500
        print(f"\n500 readers that never read: {each / 1024:.0f} KiB each")


class Bulk(Case):
    @heavy
    def test_a_gibibyte_through_an_echo_keeps_memory_flat(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        sock = self.dial(address)
        self.assertTrue(is_echoed(sock))
        before, block = memory_of(server.pid), b"b" * (256 << 10)
        limit_memory(server.pid, 2 * MEBIBYTE)
        for _ in range(4096):
            sock.sendall(block)
            self.assertEqual(len(read_exactly(sock, len(block))), len(block))
        more = memory_of(server.pid) - before
        print(f"\n1 GiB through an echo: {more / 1024:.0f} KiB more")
        sock.shutdown(socket.SHUT_WR)
