"""Sizes: the edges, a file of five gibibytes, a folder of a million entries; and what memory they take. Prints figures."""

import json
import os
import random
import struct
import subprocess
import threading
import time

from disks import memory_disk, mounting
from harness import PATIENCE, binary, dial, figures, limit_memory, limited, memory_of, scaled
from test_get import GetCase
from serving import Protocol, http

MIB = 1 << 20
#: Memory that a server or a client may take for a task of any size, and what a client has before it begins.
MOST = 32 * MIB
BEGINNING = 8 * MIB


class LargeCase(GetCase):
    def serve(self, *arguments):
        command = ("serve", self.there, "--listen", "127.0.0.1:0", "--json", *arguments)
        server = self.sockeye(*command, stdin=subprocess.DEVNULL)
        return server, server.address()


class Sizes(LargeCase):
    EDGES = (0, 1, 2, 1023, 1024, 1025, 16383, 16384, 16385, 65535, 65536, 65537, MIB - 1, MIB, MIB + 1)

    def test_the_edges_in_every_dialect(self):
        _, address = self.serve()
        contents = {f"f{size}": random.Random(size).randbytes(size) for size in self.EDGES}
        contents["one"] = b"1"
        for name, content in contents.items():
            self.offer(name, content)
        for dialect in ("sockeye", "http", "name"):
            for name in contents:
                # A file that is the single byte `1` cannot be told from an absent one in the tutorials' dialect.
                if dialect != "name" or contents[name] != b"1":
                    self.succeeds(self.get(address, name, "--dialect", dialect))
                    self.assertTrue((self.here / name).read_bytes() == contents[name], (dialect, name))
                    (self.here / name).unlink()

    def test_a_sparse_file_keeps_memory_flat(self):
        size = scaled(48 * MIB, 5 << 30)
        path = self.offer("sparse", b"first")
        with path.open("r+b") as file:
            file.truncate(size)
            for place in (size // 3, size // 2 + 1, size - 4):
                file.seek(place)
                file.write(b"here")
        server, address = self.serve()
        limit_memory(server.pid, MOST)
        for dialect in scaled(("sockeye",), ("sockeye", "http")):
            began = time.monotonic()
            arguments = ("{}:{}".format(*address), "sparse", "--dir", self.here, "--dialect", dialect)
            arguments += ("--json", "--timeout", "2m")
            get = self.sockeye("get", *arguments, stdin=subprocess.DEVNULL, memory=BEGINNING + MOST)
            get.event("fetched", step="complete", timeout=600)
            took = time.monotonic() - began
            self.succeeds(get, 60)
            same = subprocess.run(["cmp", path, self.here / "sparse"], check=False).returncode == 0
            sums = [] if dialect == "http" else [self.sha256(file) for file in (path, self.here / "sparse")]
            figures(
                f"{size / (1 << 30):.2f} GiB, {dialect}: {took:.0f} s, {size / MIB / took:.0f} MiB/s; cmp says equal: {same}; "
                f"sha256 {' and '.join(sums)}"
            )
            self.assertTrue(same)
            self.assertLessEqual(len(set(sums)), 1)
            (self.here / "sparse").unlink()

    @staticmethod
    def sha256(path):
        """By another program than ours."""
        return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]


@mounting("mount")
class Million(LargeCase):
    COUNT = scaled(20_000, 1_000_000)

    def setUp(self):
        super().setUp()
        self.there = memory_disk(self, "4g", self.COUNT + 1000)
        (self.there / "many").mkdir()
        folder = os.open(self.there / "many", os.O_RDONLY)
        for number in range(self.COUNT):
            os.mknod(f"{number:07d}.dat", dir_fd=folder)
        os.close(folder)
        self.offer("file", b"content")
        self.server, self.address = self.serve("--quiet")
        self.before = memory_of(self.server.pid)
        limit_memory(self.server.pid, MOST)

    def beside(self, work):
        """Run `work` while a newcomer asks for a file again and again; what it gave, and the newcomers' longest wait."""
        waits, over = [], threading.Event()

        def ask():
            while not waits or not over.wait(0.01):
                began = time.monotonic()
                with dial(self.address) as sock:
                    self.assertEqual(http(sock, "/file", Connection="close")[2], b"content")
                waits.append(time.monotonic() - began)

        newcomer = threading.Thread(target=ask)
        newcomer.start()
        began = time.monotonic()
        try:
            found = work()
        finally:
            took = time.monotonic() - began
            over.set()
            newcomer.join()
        self.assertGreater(len(waits), 0)
        return found, took, max(waits)

    @staticmethod
    def a_part_of(took):
        """Seconds that any single answer may take of work that took so long; of few entries none is long."""
        return scaled(PATIENCE, took / 4)

    def told(self, what, found, took, wait, pages=""):
        grown = memory_of(self.server.pid) - self.before
        figures(
            f"{self.COUNT} entries, {what}: {found} found in {took:.1f} s{pages}; a newcomer waited {wait * 1e3:.0f} ms at "
            f"most; serve has {grown / MIB:.1f} MiB more"
        )
        self.assertEqual(found, self.COUNT)
        self.assertLess(wait, self.a_part_of(took))

    def test_in_our_protocol(self):
        protocol = Protocol(self.dial(self.address))
        longest = 0

        def pages():
            nonlocal longest
            names, cursor, count = set(), b"", 0
            while True:
                began = time.monotonic()
                found, cursor = self.page(protocol, cursor)
                longest = max(longest, time.monotonic() - began)
                names |= found
                count += 1
                if not cursor:
                    return names, count

        (names, count), took, wait = self.beside(pages)
        pages = f", {count} pages, the slowest {longest * 1e3:.0f} ms"
        self.told("our protocol", len(names), took, wait, pages)
        self.assertLess(longest, self.a_part_of(took))

    @staticmethod
    def page(protocol, cursor):
        """Names of a page, and where the next begins."""
        protocol.request(1, struct.pack(">IHH", 0, len(cursor), 0) + cursor + b"many")
        _, flags, payload = protocol.frame()
        names, at = set(), 8
        for _ in range(struct.unpack_from(">I", payload)[0]):
            (size,) = struct.unpack_from(">H", payload, at + 2)
            names.add(payload[at + 20 : at + 20 + size])
            at += 20 + size
        return names, payload[at:] if flags & 1 else b""

    def test_over_http(self):
        sock = self.dial(self.address)
        longest = 0

        def pages():
            nonlocal longest
            names, mark, count = set(), "", 0
            while mark is not None:
                began = time.monotonic()
                page = json.loads(http(sock, f"/many/?json&after={mark}")[2])
                longest = max(longest, time.monotonic() - began)
                names.update(entry["name"] for entry in page["entries"])
                mark, count = page["next"], count + 1
            return names, count

        (names, count), took, wait = self.beside(pages)
        self.told("HTTP", len(names), took, wait, f", {count} pages, the slowest {longest * 1e3:.0f} ms")
        self.assertLess(longest, self.a_part_of(took))

    def test_get_lists_them(self):
        def listed():
            path = self.here / "list"
            command = [binary(), "get", "{}:{}".format(*self.address), "--list", "many", "--json"]
            with path.open("wb") as out:
                # The stacks of its threads count whether they are used or not; a million entries would take more.
                command = limited(f"-d {(BEGINNING + 2 * MOST) // 1024}", command)
                get = subprocess.run(command, stdout=out, stdin=subprocess.DEVNULL, timeout=300, check=False)
            self.assertEqual(get.returncode, 0)
            with path.open() as lines:
                return sum('"entry"' in line for line in lines)

        self.told("get --list", *self.beside(listed))
