"""Damage on purpose: it finds the bug it is for, does the same every time, and no peer can turn it against us."""

import json
import socket
import struct
import threading
import unittest

from harness import (
    PATIENCE,
    Case,
    is_echoed,
    limit_memory,
    push_until_stopped,
    read_exactly,
    read_to_end,
    scaled,
)

MEBIBYTE = 1 << 20


def careless_receiver(conversation):
    """What the tutorials do: a header of four bytes, then one recv for the whole message."""
    (length,) = struct.unpack(">I", conversation.recv(4).ljust(4, b"\0"))
    return length, conversation.recv(length)


class Slices(Case):
    def found(self, gap):
        """Whether one run of `slice` shows that a receiver trusts one recv to bring one message."""
        server, address = self.stand()
        client = self.connect(
            address, "--frame", "len=4", "--send", "hello, sticky world", "--count", "0", "--up", f"slice=3{gap}"
        )
        conversation = self.accept(server)
        length, message = careless_receiver(conversation)
        read_to_end(conversation)
        client.finish()
        client.discard()
        server.close()
        return length != 19 or len(message) < 19

    def test_slices_find_the_careless_receiver_every_time(self):
        runs = scaled(20, 200)
        # A busy machine may keep the receiver from its socket longer than the two milliseconds a person is content with.
        gap = scaled(",gap=30ms", "")
        self.assertEqual(sum(self.found(gap) for _ in range(runs)), runs)

    def test_slices_stay_apart_through_a_later_fault(self):
        server, address = self.stand()
        self.connect(
            address, "--send", "0123456789", "--count", "0",
            "--up", "slice=4,gap=1s", "--up", "latency=30ms,jitter=30ms",
        )  # fmt: skip
        conversation = self.accept(server)
        self.assertEqual([conversation.recv(100) for _ in range(3)], [b"0123", b"4567", b"89"])

    def test_the_same_seed_cuts_at_the_same_offsets_however_the_input_came(self):
        def acts(pieces):
            server, address = self.listen("--reply", "discard", "--up", "slice=2..9,gap=0s", "--up",
                                          "latency=1ms,jitter=1ms", "--seed", "7")  # fmt: skip
            with self.dial(address) as sock:
                for piece in pieces:
                    sock.sendall(piece)
                sock.shutdown(socket.SHUT_WR)
                read_to_end(sock)
            server.event("closed")
            server.stop()
            told = [event for event in server.events() if event["type"] == "fault"]
            return sorted((event["fault"], event["offset"], event["amount"]) for event in told)

        message = bytes(range(200))
        whole = acts([message])
        self.assertGreater(len(whole), 20)
        self.assertEqual(whole, acts([message[at : at + 7] for at in range(0, 200, 7)]))


class HostilePeers(Case):
    def test_a_peer_cannot_end_the_process_by_bytes_that_are_cut_to_crumbs(self):
        server, address = self.listen("--reply", "echo", "--quiet", "--fault", "slice=1,gap=0s", "--fault", "latency=20ms")
        size = MEBIBYTE // 2
        sent = bytes(range(256)) * (size // 256)
        with self.dial(address) as sock:
            writer = threading.Thread(target=lambda: (sock.sendall(sent), sock.shutdown(socket.SHUT_WR)))
            writer.start()
            self.assertEqual(read_to_end(sock), sent)
            writer.join(PATIENCE)
        self.assertEqual(server.stop(), 0, "it answers, and goes on")

    def test_many_single_bytes_behind_a_long_delay_are_bounded(self):
        server, address, at_clock = self.listen_with_clock('reply = "discard"\nfault = ["latency=1m"]')
        clock = self.dial(at_clock)
        self.assertTrue(is_echoed(clock))
        limit_memory(server.pid, 24 * MEBIBYTE)
        with self.dial(address) as sock:
            sent = push_until_stopped(sock, 64 * MEBIBYTE, lambda: self.assertTrue(is_echoed(clock)), 1024)
            self.assertLess(sent, 64 * MEBIBYTE, "it stops reading")


class Failures(Case):
    def test_no_failure_is_lost_however_quiet_it_is(self):
        # More failures at once than wait for a reader of them: each conversation breaks its framing.
        server = self.sockeye("listen", "127.0.0.1:0", "--quiet", "--json", "--reply", "echo", "--frame", "len=4",
                              "--max-frame", "1KiB")  # fmt: skip
        address = server.address()
        count = 400
        socks = [self.dial(address) for _ in range(count)]
        for sock in socks:
            sock.sendall(b"\xff\xff\xff\xff")
        for sock in socks:
            read_exactly(sock, 1)
            sock.close()
        self.assertEqual(server.stop(), 0)
        failed = [json.loads(line) for line in server.stdout.drained().splitlines() if b'"failed"' in line]
        self.assertEqual(len(failed), count)


if __name__ == "__main__":
    unittest.main()
