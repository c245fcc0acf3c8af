"""Damage on purpose: it finds the bug it is for, does the same every time, and no peer can turn it against us."""

import json
import os
import socket
import struct
import threading
import time
import unittest

from harness import (
    PATIENCE,
    Case,
    in_english,
    is_echoed,
    limit_memory,
    push_until_stopped,
    read_exactly,
    read_to_end,
    scaled,
    wait_until_read,
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


class Streams(Case):
    """Each fault of streams, as the peer sees it."""

    def acts(self, server, fault):
        """What `fault` did in a run, which is stopped."""
        server.stop()
        return [event for event in server.events() if event["type"] == "fault" and event["fault"] == fault]

    def test_cut_ends_a_direction_after_exactly_so_many_bytes(self):
        for place in ("--down", "--up"):
            with self.subTest(place):
                server, address = self.listen("--reply", "echo", place, "cut=12345")
                sent = bytes(range(256)) * 100
                with self.dial(address) as sock:
                    sock.sendall(sent)
                    self.assertEqual(read_to_end(sock), sent[:12345])
                    sock.shutdown(socket.SHUT_WR)
                    self.assertEqual(server.event("closed")["bytes_in"], len(sent), "the other direction goes on")
                (act,) = self.acts(server, "cut")
                self.assertEqual((act["dir"], act["offset"]), (place[2:], 12345))

    def test_reset_is_one_after_exactly_so_many_bytes(self):
        server, address = self.listen("--reply", "echo", "--down", "reset=5000")
        with self.dial(address) as sock:
            sock.sendall(bytes(9000))
            self.assertEqual(len(read_exactly(sock, 5000)), 5000)
            with self.assertRaises(ConnectionResetError):
                read_exactly(sock, 1)
        self.assertEqual(server.event("closed")["why"], "reset")

    def test_a_client_resets_too(self):
        server, address = self.stand()
        client = self.connect(address, "--send", "hello", "--up", "reset=2,after=50ms", "--json")
        conversation = self.accept(server)
        self.assertEqual(read_exactly(conversation, 2), b"he")
        with self.assertRaises(ConnectionResetError):
            read_exactly(conversation, 1)
        client.finish()

    def test_refuse_and_a_reset_at_nothing_come_at_the_opening(self):
        for fault in ("refuse", "reset=0"):
            with self.subTest(fault):
                server, address = self.listen("--reply", "echo", "--fault", fault)
                with self.assertRaises(ConnectionResetError), self.dial(address) as sock:
                    read_exactly(sock, 1)
                self.assertEqual(server.event("closed")["why"], "reset")

    def test_a_stall_slows_the_sender_down_and_may_end(self):
        server, address = self.listen("--reply", "discard", "--up", "stall=3")
        with self.dial(address) as sock:
            sock.sendall(b"hello")
            self.assertEqual(server.event("recv")["text"], "hel")
            sock.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:
                    sock.send(bytes(MEBIBYTE))
        server.discard()
        server, address = self.listen("--reply", "echo", "--fault", "timeout=100ms")
        with self.dial(address) as sock:
            sock.sendall(b"hello")
            self.assertEqual(read_to_end(sock), b"")

    def test_glue_makes_one_piece_of_several(self):
        server, address = self.listen("--reply", "discard", "--up", "glue=2s")
        with self.dial(address) as sock:
            for piece in (b"one", b"two", b"three"):
                sock.sendall(piece)
                # Each is a read of its own.
                wait_until_read(sock)
            self.assertEqual(server.event("recv")["text"], "onetwothree")

    def test_bandwidth_keeps_its_rate(self):
        size = 4_000_000
        server, address = self.listen("--reply", "chargen", "--down", "bandwidth=1MB", "--quiet")
        with self.dial(address) as sock:
            read_exactly(sock, 1)
            begun = time.monotonic()
            read_exactly(sock, size)
            took = time.monotonic() - begun
        # Never faster; how much slower a busy machine makes it is nobody's promise.
        self.assertGreater(took, 3.8)
        self.assertLess(took, scaled(60, 4.2))
        server.stop()

    def test_late_things_come_late_and_whole(self):
        server, address = self.listen("--reply", "echo", "--down", "slow-close=200ms", "--up", "slow-accept=200ms")
        with self.dial(address) as sock:
            begun = time.monotonic()
            sock.sendall(b"hello")
            self.assertEqual(read_exactly(sock, 5), b"hello")
            came = time.monotonic()
            sock.shutdown(socket.SHUT_WR)
            self.assertEqual(read_exactly(sock, 1), b"")
            ended = time.monotonic()
        self.assertGreater(came - begun, 0.15)
        self.assertGreater(ended - came, 0.19)

    def test_corrupt_flips_exactly_the_bits_it_tells(self):
        def run(chunk):
            server, address = self.listen("--reply", "echo", "--down", "corrupt=0.01", "--seed", "5")
            sent = bytes(range(256)) * 40
            with self.dial(address) as sock:
                got = b""
                for at in range(0, len(sent), chunk):
                    sock.sendall(sent[at : at + chunk])
                    got += read_exactly(sock, min(chunk, len(sent) - at))
            server.event("closed")
            acts = self.acts(server, "corrupt")
            damaged = bytearray(sent)
            for act in acts:
                self.assertEqual(damaged[act["offset"]], act["amount"])
                damaged[act["offset"]] ^= 1 << act["bit"]
            self.assertEqual(got, damaged)
            (told,) = [event for event in server.events() if event["type"] == "faults"]
            tally = {"fault": "corrupt", "dir": "down", "acts": len(acts), "of": len(sent), "unit": "bytes"}
            self.assertEqual((told["seed"], told["acts"]), (5, [tally]))
            self.assertEqual((server.summary()["seed"], server.summary()["faults"]), (5, [tally]))
            return [(act["offset"], act["bit"]) for act in acts]

        acts = run(10240)
        self.assertTrue(60 < len(acts) < 150, len(acts))
        self.assertEqual(acts, run(777))


class Datagrams(Case):
    """Each fault of datagrams."""

    COUNT = 120

    def run_of(self, *faults, pause=False, whole=True):
        """The numbers of the datagrams that came, and the acts told, for datagrams `000`, `001`, …"""
        server, address = self.listen("--reply", "discard", "--seed", "7", *faults, at="udp://127.0.0.1:0")
        sock = self.closed(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sock.connect(address)
        for number in range(self.COUNT):
            sock.send(b"%03d" % number)
            if pause and number == self.COUNT // 2:
                server.event("recv")
        # The last one is struck under none of these faults by this seed.
        for _ in range(1 if whole else self.COUNT):
            server.event("recv", **({"text": f"{self.COUNT - 1:03}"} if whole else {}))
        server.stop()
        events = server.events()
        (told,) = [event for event in events if event["type"] == "faults"] or [None]
        came = [event["text"] for event in events if event["type"] == "recv"]
        acts = [(e["offset"], e["amount"]) for e in events if e["type"] == "fault"]
        return came, acts, told

    def test_drop_duplicate_reorder_and_truncate_do_what_they_tell(self):
        sent = [f"{number:03}" for number in range(self.COUNT)]
        came, acts, told = self.run_of("--up", "drop=0.2")
        lost = {number - 1 for _, number in acts}
        self.assertEqual([text for number, text in enumerate(sent) if number not in lost], came)
        self.assertEqual([(number - 1) * 3 for _, number in acts], [offset for offset, _ in acts])
        self.assertEqual((told["acts"][0]["acts"], told["acts"][0]["of"]), (len(acts), self.COUNT))
        self.assertEqual((came, acts, told["acts"]), self.same(self.run_of("--up", "drop=0.2", pause=True)))
        came, acts, _ = self.run_of("--up", "duplicate=0.2")
        self.assertEqual(sorted(sent + [sent[number - 1] for _, number in acts]), came)
        came, acts, _ = self.run_of("--up", "reorder=0.2")
        swapped = list(sent)
        for _, number in acts:
            if number < self.COUNT:
                swapped[number - 1 : number + 1] = reversed(swapped[number - 1 : number + 1])
        self.assertEqual(swapped, came)
        came, acts, _ = self.run_of("--up", "truncate=2", whole=False)
        self.assertEqual([text[:2] for text in sent], came)
        self.assertEqual(acts, [(3 * number, 1) for number in range(self.COUNT)])

    @staticmethod
    def same(run):
        came, acts, told = run
        return came, acts, told["acts"]

    def test_a_chance_of_nothing_is_no_fault(self):
        for fault in ("drop=0", "drop=1,chance=0", "corrupt=0"):
            with self.subTest(fault):
                server, address = self.listen("--reply", "echo", "--fault", fault, at="udp://127.0.0.1:0")
                sock = self.closed(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                sock.settimeout(PATIENCE)
                sock.connect(address)
                sock.send(b"hello")
                self.assertEqual(sock.recv(100), b"hello")
                server.stop()
                self.assertNotIn("faults", server.summary())
                self.assertNotIn("fault", {event["type"] for event in server.events()})


class Specifications(Case):
    @in_english
    def test_what_is_wrong_is_named_with_what_to_write(self):
        for target, fault, words in (
            ("127.0.0.1:1", "bandwith=1MB", "did you mean bandwidth?"),
            ("127.0.0.1:1", "latency=1ms,jitter=2ms", "jitter is larger than the latency"),
            ("127.0.0.1:1", "cut=5,gap=1s", "cut has no key 'gap', only dir, chance; write cut=N"),
            ("127.0.0.1:1", "corrupt=2", "'2' is no probability"),
            ("127.0.0.1:1", "bandwidth=0", "nothing would ever pass"),
            ("127.0.0.1:1", "reset_peer=500", "500ms"),
            ("127.0.0.1:1", "refuse=1", "refuse takes no value"),
            ("127.0.0.1:1", "drop=0.1", "acts on datagrams (UDP) only; on a stream there are latency,"),
            ("udp://127.0.0.1:1", "slice=3", "acts on streams (TCP, Unix) only; on datagrams there are latency,"),
        ):
            with self.subTest(fault):
                client = self.sockeye("connect", target, "--send", "x", "--fault", fault)
                self.ends(client, 2)
                said = client.stderr.drained().decode()
                self.assertIn(words, said)
                self.assertIn(f"--fault '{fault}'", said)


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


class OnServe(Case):
    """The same on what `serve` sends, whose connections have no sessions."""

    BODY = bytes(range(256)) * 400

    def fetched(self, *faults):
        """What an HTTP client gets, the run's events, and whether it ended in a reset."""
        file = self.file("body.bin", self.BODY)
        server = self.sockeye("serve", os.path.dirname(file), "--listen", "127.0.0.1:0", "--json", "--seed", "5", *faults)
        got, is_reset = b"", False
        with self.dial(server.address()) as sock:
            sock.sendall(b"GET /body.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            try:
                while chunk := sock.recv(65536):
                    got += chunk
            except ConnectionResetError:
                is_reset = True
        server.event("closed")
        self.assertEqual(server.stop(), 0)
        return got, server.events(), is_reset

    def test_what_it_sends_is_damaged_where_it_is_told(self):
        plain, _, _ = self.fetched()
        self.assertTrue(plain.endswith(self.BODY))
        head = len(plain) - len(self.BODY)
        got, events, _ = self.fetched("--down", "corrupt=0.0005")
        expected = bytearray(plain)
        for act in events:
            if act["type"] == "fault":
                expected[act["offset"]] ^= 1 << act["bit"]
        # The head has the time of day in it.
        self.assertEqual(got[head:], bytes(expected)[head:])
        self.assertNotEqual(got[head:], self.BODY)
        kinds = [event["type"] for event in events]
        self.assertEqual(kinds[-2:], ["closed", "summary"])
        self.assertIn("faults", kinds)

    def test_it_is_cut_and_reset_at_the_byte(self):
        got, _, is_reset = self.fetched("--down", "cut=12345")
        self.assertEqual((len(got), is_reset), (12345, False))
        got, _, is_reset = self.fetched("--down", "reset=12345")
        self.assertTrue(is_reset)
        self.assertLessEqual(len(got), 12345)

    def test_a_download_that_is_damaged_is_no_success(self):
        file = self.file("body.bin", self.BODY)
        server = self.sockeye("serve", os.path.dirname(file), "--listen", "127.0.0.1:0", "--json", "--down", "corrupt=0.001")
        host, port = server.address()
        get = self.sockeye("get", f"{host}:{port}", "body.bin", "-o", os.path.join(os.path.dirname(file), "got"), "--retries", "0")
        self.assertNotEqual(get.finish(), 0)
        self.assertFalse(os.path.exists(os.path.join(os.path.dirname(file), "got")))
        server.stop()


if __name__ == "__main__":
    unittest.main()
