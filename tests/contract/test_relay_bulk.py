"""Bulk through `relay` that nobody looks at: the kernel moves it, and whatever comes in between finds every byte in its place."""

import os
import random
import socket
import tempfile
import threading
import time
import unittest

from harness import PATIENCE, Case, reset, scaled

MEBIBYTE = 1 << 20
PIECE = 256 * 1024
#: What is said: this over and over, so that a byte that is lost, doubled or misplaced shows.
BLOCK = random.Random(11).randbytes(MEBIBYTE - 1)


def said(begin, length):
    """So many bytes of what is said, from `begin` on."""
    at = begin % len(BLOCK)
    return (BLOCK[at:] + BLOCK * (length // len(BLOCK) + 1))[:length]


class Speaker(threading.Thread):
    """Says `total` bytes and ends its direction; an error ends it too, and whoever breaks it off."""

    def __init__(self, sock, total):
        super().__init__(daemon=True)
        self.sock, self.total, self.error = sock, total, None
        self.broken_off = threading.Event()
        self.start()

    def run(self):
        try:
            for at in range(0, self.total, PIECE):
                self.sock.sendall(said(at, min(PIECE, self.total - at)))
                if self.broken_off.is_set():
                    return reset(self.sock)
            self.sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            self.error = error


class Hearer:
    """Hears what a speaker says, and fails at the first byte that is another."""

    def __init__(self, test, sock):
        self.test, self.sock, self.came = test, sock, 0

    def hear(self, most=None):
        """Hears so many bytes more, or all to the end; whether the end came."""
        until = None if most is None else self.came + most
        while until is None or self.came < until:
            piece = self.sock.recv(PIECE)
            if not piece:
                return True
            if piece != said(self.came, len(piece)):
                self.test.fail(f"other bytes than were said, from byte {self.came} on")
            self.came += len(piece)
        return False


def pipes(relay):
    """How many ends of pipes a process holds."""
    found = 0
    for name in os.listdir(f"/proc/{relay.pid}/fd"):
        try:
            found += os.readlink(f"/proc/{relay.pid}/fd/{name}").startswith("pipe:")
        except FileNotFoundError:
            pass
    return found


@unittest.skipUnless(os.path.exists("/proc/self/fd"), "only Linux moves bulk through pipes and shows them")
class Bulk(Case):
    TOTAL = scaled(48 * MEBIBYTE, 512 * MEBIBYTE)

    def between(self, *arguments):
        """A relay that nobody looks at, and both ends of a conversation through it."""
        server, address = self.stand()
        target = f"{address[0]}:{address[1]}"
        relay = self.sockeye("relay", "127.0.0.1:0", target, "--json", "--quiet", *arguments)
        self.where, self.server = relay.address(), server
        relay.pipes = pipes(relay)
        client = self.dial(self.where)
        return relay, client, self.accept(server)

    def midst(self, relay, speaker, hearer):
        """Bulk begins: back once the kernel moves it."""
        spoken = Speaker(speaker, self.TOTAL)
        heard = Hearer(self, hearer)
        while pipes(relay) == relay.pipes:
            self.assertLess(heard.came, self.TOTAL // 2, "the kernel was never left to move it")
            heard.hear(PIECE)
        return spoken, heard

    def counted(self, relay, **expected):
        """What the run came to, once it is over."""
        self.assertEqual(relay.stop(), 0)
        summary = relay.summary()
        self.assertEqual({name: summary[name] for name in expected}, expected)

    def test_both_ways_at_once(self):
        relay, *ends = self.between()
        up, heard_up = self.midst(relay, *ends)
        down = Speaker(ends[1], self.TOTAL)
        heard_down = Hearer(self, ends[0])
        listener = threading.Thread(target=heard_down.hear)
        listener.start()
        heard_up.hear()
        for thread in (listener, up, down):
            thread.join(PATIENCE)
        self.assertEqual((heard_up.came, heard_down.came), (self.TOTAL, self.TOTAL))
        total = 2 * self.TOTAL
        self.counted(relay, accepted=1, reset=0, unsent=0, bytes_in=total, bytes_out=total)

    def test_a_half_close_in_the_midst_leaves_the_other_direction_alone(self):
        for first in (0, 1):
            with self.subTest(first=first):
                relay, *ends = self.between()
                quiet, speaks = ends[first], ends[1 - first]
                quiet.sendall(b"the question")
                _, heard = self.midst(relay, speaks, quiet)
                quiet.shutdown(socket.SHUT_WR)
                question = Hearer(self, speaks)
                self.assertEqual(speaks.recv(100), b"the question")
                self.assertTrue(question.hear(), "its end came while the other went on")
                self.assertTrue(heard.hear())
                self.assertEqual(heard.came, self.TOTAL)
                total = self.TOTAL + len(b"the question")
                self.counted(relay, reset=0, unsent=0, bytes_in=total, bytes_out=total)

    def test_a_reset_in_the_midst_is_a_reset_of_the_other_end(self):
        for speaker in (0, 1):
            for who in ("speaker", "hearer"):
                with self.subTest(speaker=speaker, who=who):
                    relay, *ends = self.between()
                    speaks, hears = ends[speaker], ends[1 - speaker]
                    spoken, heard = self.midst(relay, speaks, hears)
                    if who == "hearer":
                        reset(hears)
                        spoken.join(PATIENCE)
                        self.assertIsInstance(spoken.error, (ConnectionResetError, BrokenPipeError))
                    else:
                        spoken.broken_off.set()
                        with self.assertRaises(ConnectionResetError):
                            heard.hear()
                    relay.stop()
                    self.assertEqual(relay.summary()["reset"], 1)

    def test_a_fault_in_the_midst_takes_over_every_byte(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        for number, speaker in enumerate((0, 1)):
            for flows in (False, True):
                with self.subTest(speaker=speaker, flows=flows):
                    path = os.path.join(folder, f"{number}{flows}")
                    relay, *ends = self.between("--control", f"unix:{path}")
                    _, heard = self.midst(relay, ends[speaker], ends[1 - speaker])
                    control = self.closed(socket.socket(socket.AF_UNIX))
                    control.settimeout(PATIENCE)
                    control.connect(path)
                    answer = control.makefile("rb")
                    ended = threading.Thread(target=heard.hear)
                    if flows:
                        ended.start()
                    control.sendall(b"/fault slice=1..9000,gap=0s\n")
                    self.assertEqual([answer.readline(), answer.readline()], [b"slice=1..9000,gap=0s\n", b"ok\n"])
                    answer.close()
                    if not flows:
                        ended.start()
                    ended.join(scaled(4, 20) * PATIENCE)
                    self.assertEqual(heard.came, self.TOTAL)
                    ends[1 - speaker].shutdown(socket.SHUT_WR)
                    self.assertEqual(ends[speaker].recv(1), b"")
                    self.counted(relay, reset=0, unsent=0, bytes_in=self.TOTAL, bytes_out=self.TOTAL)
                    if not flows:
                        faults = {tally["fault"] for tally in relay.summary()["faults"]}
                        self.assertEqual(faults, {"slice"})

    def test_a_stop_in_the_midst_ends_in_order(self):
        for speaker in (0, 1):
            with self.subTest(speaker=speaker):
                relay, *ends = self.between()
                self.midst(relay, ends[speaker], ends[1 - speaker])
                begun = time.monotonic()
                relay.stop()
                self.assertLess(time.monotonic() - begun, 10)
                summary = relay.summary()
                self.assertEqual(summary["accepted"], 1)
                self.assertGreater(summary["bytes_out"], 0)
                self.assertEqual(summary["bytes_in"], summary["bytes_out"] + summary["unsent"])

    def test_one_that_turns_small_goes_on_and_gives_its_pipe_to_the_next(self):
        relay, *ends = self.between()
        held = relay.pipes
        for _ in range(4):
            spoken, heard = Speaker(ends[0], self.TOTAL), Hearer(self, ends[1])
            heard.hear(self.TOTAL)
            # Small words pass as they did before.
            for word in (b"one", b"two"):
                ends[1].sendall(word)
                self.assertEqual(ends[0].recv(10), word)
            self.assertTrue(heard.hear())
            spoken.join(PATIENCE)
            for end in ends:
                end.close()
            # One for each worker, if each had its turn.
            self.assertLessEqual(pipes(relay), held + 2 * (os.cpu_count() or 1))
            ends = [self.dial(self.where), self.accept(self.server)]
        relay.stop()


if __name__ == "__main__":
    unittest.main()
