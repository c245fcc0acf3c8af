"""Thousands who ask and do not read, or who hardly ask: what they cost, and what others get beside them. Heavy."""

import selectors
import struct
import subprocess
import threading
import time
from pathlib import Path

from harness import (
    PATIENCE,
    cpu_seconds_of,
    dial,
    figures,
    heavy,
    limit_descriptors,
    limit_memory,
    memory_of,
    raise_descriptor_limit,
    read_exactly,
    read_to_end,
)
from serving import MIB, Protocol, Serving


#: The hello and a GET of our protocol.
FRAMED = b"\xf5SKY\x01\0\0\0" + struct.pack(">BBHIQQ16s", 3, 0, 0, 37, 0, (1 << 64) - 1, b"") + b"large"


def queued(address, peers):
    """Bytes that lie in the system at the server's end of each of its conversations with these ports."""
    ours = f":{address[1]:04X}"
    theirs = {f"{port:04X}" for port in peers}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    # The table is read in pieces while it changes: a row may come twice.
    found = {row[2]: row[4] for row in rows if row[1].endswith(ours) and row[2].rpartition(":")[2] in theirs}
    return [sum(int(queue, 16) for queue in both.split(":")) for both in found.values()]


class Crowd(Serving):
    def setUp(self):
        super().setUp()
        self.descriptors = raise_descriptor_limit()

    def room_for(self, count):
        if self.descriptors < count + 300:
            self.skipTest(f"this machine lets a process hold only {self.descriptors} descriptors")


class NotReading(Crowd):
    @heavy
    def test_five_thousand_with_small_buffers(self):
        queues = self.crowd(5000, 4096, 160 * MIB)
        self.assertLessEqual(max(queues), 64 * 1024)

    @heavy
    def test_five_hundred_with_the_buffers_they_were_given(self):
        """Those are the clients' own to choose: how much a client does not read is in its machine. For information."""
        self.crowd(500, None, 160 * MIB)

    def crowd(self, count, buffer, most):
        """What lies in the system for each; downloads beside them have cost about what they cost alone."""
        self.room_for(count)
        self.put("large", b"x" * (100 * MIB))
        server, address = self.serve("--quiet", "--idle-timeout", "10m")
        alone, alone_cost = self.downloads(server, address)
        memory = memory_of(server.pid)
        limit_memory(server.pid, most)
        requests = (b"large\n", b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", FRAMED)
        idle = []
        for number in range(count):
            sock = self.dial(address, receive_buffer=buffer)
            sock.sendall(requests[number % 3])
            idle.append(sock)
        for sock in idle:
            # Each is being served.
            self.assertEqual(len(read_exactly(sock, 100)), 100)
        self.downloads(server, address)
        beside, beside_cost = self.downloads(server, address)
        queues = queued(address, {sock.getsockname()[1] for sock in idle})
        more = memory_of(server.pid) - memory
        figures(
            f"{count} who do not read, SO_RCVBUF {buffer or 'by default'}: "
            f"the server has {more / MIB:.1f} MiB more ({more / count / 1024:.1f} KiB each), "
            f"in the system lie {sum(queues) / count / 1024:.1f} KiB each; "
            f"a download comes at {beside:.0f} MiB/s beside them, {alone:.0f} MiB/s alone, "
            f"and costs {beside_cost:.2f} s of a processor, {alone_cost:.2f} s alone"
        )
        self.assertGreater(len(queues), count * 0.9)
        self.assertLess(beside_cost, 2 * alone_cost + 0.2)
        return queues

    def downloads(self, server, address):
        """MiB a second of the fastest of three downloads, and what one costs the server."""
        used = cpu_seconds_of(server.pid)
        fastest = max(self.download(address) for _ in range(3))
        return fastest, (cpu_seconds_of(server.pid) - used) / 3

    @staticmethod
    def download(address):
        """MiB a second, of a program that throws it away."""
        began = time.monotonic()
        ask = "import socket,sys; s=socket.create_connection((sys.argv[1],int(sys.argv[2]))); s.sendall(b'large\\n')\n"
        read = "n=0\nb=bytearray(1<<18)\nwhile k:=s.recv_into(b): n+=k\nsys.exit(n!=100<<20)"
        subprocess.run(["python3", "-c", ask + read, *map(str, address)], check=True, timeout=120)
        return 100 / (time.monotonic() - began)


class Slow(Crowd):
    COUNT = 2000
    #: Seconds that a whole request may take.
    REQUEST = 10
    BEGINNINGS = (b"", b"", b"a", b"GET /a HTTP/1.1\r\nHost: ", b"GET", b"\xf5SKY", b"\xf5SKY\x01\0\0\x03\x03")

    @heavy
    def test_slow_and_silent_askers_are_gone_while_others_are_served(self):
        """Those with a beginning send a byte every five seconds, if they are still there; a name that pauses is a name."""
        self.room_for(self.COUNT)
        self.put("file", b"content")
        server, address = self.serve("--quiet")
        # Those at whom nobody looks any more, newcomers, and files.
        limit_descriptors(server.pid, self.COUNT + 100)
        answers = []
        over = threading.Event()
        newcomers = threading.Thread(target=self.come_and_go, args=(address, answers, over))
        newcomers.start()
        try:
            lasted = self.lasted(address)
        finally:
            over.set()
            newcomers.join()
        worst, served = max(answers), len(answers)
        figures(
            f"{self.COUNT} slow and silent askers: all gone {max(lasted):.2f} s after they connected; "
            f"{served} newcomers meanwhile, answered in {worst * 1e3:.0f} ms at worst, {sorted(answers)[served // 2] * 1e3:.1f} ms median"
        )
        self.assertEqual(len(lasted), self.COUNT)
        self.assertLess(worst, self.REQUEST / 2, "they waited for the slow")
        # All of the room is there again. A greeting needs no file, only that there is a descriptor in the end.
        for _ in range(self.COUNT + 90):
            self.assertEqual(len(Protocol(self.dial(address)).hello), 8)

    @staticmethod
    def come_and_go(address, answers, over):
        """One newcomer after the other; how long each waited for its answer."""
        while not over.wait(0.02):
            began = time.monotonic()
            with dial(address) as sock:
                sock.sendall(b"file\n")
                if read_to_end(sock) == b"content":
                    answers.append(time.monotonic() - began)

    def lasted(self, address):
        """Seconds from connecting to the end of each asker."""
        waiting = selectors.DefaultSelector()
        for number in range(self.COUNT):
            sock = self.dial(address)
            beginning = self.BEGINNINGS[number % len(self.BEGINNINGS)]
            sock.sendall(beginning)
            sock.setblocking(False)
            waiting.register(sock, selectors.EVENT_READ, [time.monotonic(), time.monotonic() + 5 if beginning else None])
        lasted = []
        deadline = time.monotonic() + self.REQUEST + PATIENCE
        while waiting.get_map() and time.monotonic() < deadline:
            for key, _ in waiting.select(0.1):
                try:
                    if key.fileobj.recv(4096):
                        continue  # an answer: that it is late, or the name unknown
                except BlockingIOError:
                    continue
                except ConnectionError:
                    pass
                lasted.append(time.monotonic() - key.data[0])
                waiting.unregister(key.fileobj)
            self.drip(waiting)
        return lasted

    @staticmethod
    def drip(waiting):
        """A byte from everybody whose turn it is."""
        for key in list(waiting.get_map().values()):
            if key.data[1] and time.monotonic() > key.data[1]:
                key.data[1] += 5
                try:
                    key.fileobj.send(b"x")
                except OSError:
                    key.data[1] = None
