"""Load whose figures must keep a relation: many silent clients, endless churn, idle connections. Heavy; prints figures."""

import random
import socket
import time

from harness import (
    Case,
    descriptors_of,
    dial,
    eventually,
    heavy,
    is_readable,
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
        """This many connected, silent clients; given back once each of them is in the server's hands."""
        if self.descriptors < count + 200:
            self.skipTest(f"this machine lets a process hold only {self.descriptors} descriptors")
        return [self.dial(address) for _ in range(count)]

    @heavy
    def test_one_active_among_2000_silent_clients(self):
        _, address = self.listen("--reply", "echo", "--quiet")
        self.crowd(address, 2000)
        turns = self.turns(self.dial(address), 2000)
        p99 = percentile(turns, 0.99)
        print(f"\n2,000 silent clients: p50 {percentile(turns, 0.5) * 1e3:.3f} ms, p99 {p99 * 1e3:.3f} ms")
        self.assertLess(p99, 0.020)

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
        before, held = memory_of(server.pid), descriptors_of(server.pid)
        socks = self.crowd(address, 10_000)
        self.assertTrue(eventually(lambda: descriptors_of(server.pid) >= held + 10_000, 30))
        for sock in socks:
            sock.sendall(b"x")
        for sock in socks:
            self.assertEqual(sock.recv(1), b"x")
        more = memory_of(server.pid) - before
        print(f"\n10,000 idle connections: {more / MEBIBYTE:.1f} MiB more, {more / 10_000:.0f} bytes each")
        self.assertLess(more, 20 * MEBIBYTE)


class Churn(Case):
    WARM, COUNT, AT_ONCE = 10_000, 100_000, 100

    @heavy
    def test_100_000_conversations_leave_nothing_behind(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        dice = random.Random(100_000)
        self.churn(address, self.WARM, dice)
        memory, held = self.at_rest(server)
        began = time.monotonic()
        lost = self.churn(address, self.COUNT, dice)
        took = time.monotonic() - began
        more, left = (after - before for after, before in zip(self.at_rest(server), (memory, held)))
        print(f"\n{self.COUNT} conversations in {took:.0f} s: {more / 1024:.0f} KiB more, {left} descriptors more")
        self.assertEqual(lost, 0)
        self.assertLessEqual(left, 0)
        self.assertLess(more, 4 * MEBIBYTE)

    def at_rest(self, server):
        """Memory and descriptors once every conversation is over."""
        lowest = [descriptors_of(server.pid)]

        def settled():
            lowest.append(descriptors_of(server.pid))
            return len(lowest) > 50 and len(set(lowest[-50:])) == 1

        self.assertTrue(eventually(settled, 10))
        return memory_of(server.pid), lowest[-1]

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
        server, address = self.listen("--reply", "chargen", "--quiet")
        before = memory_of(server.pid)
        for _ in range(500):
            sock = self.dial(address, receive_buffer=4096)
            self.assertTrue(is_readable(sock, 5))
        each = (memory_of(server.pid) - before) / 500
        print(f"\n500 readers that never read: {each / 1024:.0f} KiB resident each")
        self.assertLess(each, 300 * 1024)


class Bulk(Case):
    @heavy
    def test_a_gibibyte_through_an_echo_keeps_memory_flat(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        sock = self.dial(address)
        before, block = memory_of(server.pid), b"b" * (256 << 10)
        for _ in range(4096):
            sock.sendall(block)
            self.assertEqual(len(read_exactly(sock, len(block))), len(block))
        more = memory_of(server.pid) - before
        print(f"\n1 GiB through an echo: {more / 1024:.0f} KiB more")
        self.assertLess(more, 2 * MEBIBYTE)
        sock.shutdown(socket.SHUT_WR)
