"""Every call of the system that `get` and `serve` make fails once, each of its occurrences, with every error that makes sense.

No panic, no signal, no hang, and no success with a wrong file or without one. Left out: `mmap`, since a program without
memory is ended by its allocator; what the dynamic linker does before the program begins; and the descriptors by which the
runtime wakes itself, which never fail.
"""

import collections
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
from pathlib import Path

from disks import failing, needs
from harness import PATIENCE, Inbox, binary, figures, scaled
from test_get import GetCase

#: What may fail in earnest, and how. No EAGAIN where there is something to read: no kernel says so, and nobody looks again.
ERRORS = {
    "openat": ("EMFILE", "ENFILE", "EACCES", "EIO", "EINTR"),
    "openat2": ("EMFILE", "ENFILE", "EIO", "EAGAIN"),
    "statx": ("EIO", "ENOMEM"),
    "newfstatat": ("EIO", "ENOMEM"),
    "fstat": ("EIO",),
    "fstatfs": ("EIO",),
    "getdents64": ("EIO",),
    "read": ("EIO", "EINTR"),
    "pread64": ("EIO", "EINTR"),
    "readv": ("EIO",),
    "write": ("EIO", "ENOSPC", "EDQUOT", "EINTR"),
    "pwrite64": ("EIO", "ENOSPC"),
    "writev": ("EIO",),
    "lseek": ("EIO",),
    "ftruncate": ("EIO", "ENOSPC"),
    "fallocate": ("EIO", "ENOSPC", "EOPNOTSUPP", "EINTR"),
    "fsync": ("EIO", "ENOSPC", "EDQUOT", "EINTR"),
    "fchmod": ("EPERM", "EIO"),
    "flock": ("ENOLCK", "EINTR"),
    "fcntl": ("EMFILE",),
    "renameat2": ("EIO", "ENOSPC", "EINVAL", "EACCES"),
    "unlinkat": ("EIO",),
    "socket": ("EMFILE", "ENFILE", "ENOBUFS", "EAFNOSUPPORT"),
    "socketpair": ("EMFILE",),
    "bind": ("EADDRINUSE", "EACCES"),
    "listen": ("EADDRINUSE",),
    "accept4": ("EMFILE", "ENFILE", "ENOBUFS", "ECONNABORTED", "EINTR"),
    "connect": ("ECONNREFUSED", "ENETUNREACH", "EAGAIN", "EINTR"),
    "setsockopt": ("ENOBUFS", "EINVAL"),
    "getsockopt": ("ENOBUFS",),
    "getsockname": ("ENOBUFS",),
    "getpeername": ("ENOTCONN",),
    "sendto": ("ECONNRESET", "EPIPE", "ENOBUFS", "EINTR"),
    "sendmsg": ("ECONNRESET", "ENOBUFS"),
    "sendfile": ("EIO", "ECONNRESET", "ENOMEM", "EINTR"),
    "recvfrom": ("ECONNRESET", "ENOMEM", "EINTR"),
    "shutdown": ("ENOTCONN",),
    "epoll_create1": ("EMFILE",),
    "epoll_ctl": ("ENOMEM", "ENOSPC"),
    "epoll_wait": ("EINTR",),
    "eventfd2": ("EMFILE",),
    "getrandom": ("EINTR",),
    "sigaltstack": ("ENOMEM",),
    "prctl": ("EINVAL",),
    "clone3": ("EAGAIN",),
}
#: In every run.
FEW = ("openat", "write", "pwrite64", "fallocate", "fsync", "renameat2", "recvfrom", "sendto", "sendfile", "accept4")
#: The contract's. 143 is that of a server that was stopping already, since nobody could see what it says.
CODES = {0, 1, 6, 7, 23, 26, 28, 33, 45, 55, 56, 120, 122, 143}
#: A panic of the runtime over the pipe on which it tells itself of signals: no kernel fails there, only strace does.
SELF_PIPE = b"Bad read on self-pipe"


class Torture(GetCase):
    SIZE = 200_000
    MOST = scaled(1, 60)
    maxDiff = None
    #: Much longer than anything takes, and shorter than for ever.
    LONG = 2 * PATIENCE

    LISTENING = re.compile(rb'"listening","addr":"tcp://127\.0\.0\.1:(\d+)"')

    def setUp(self):
        super().setUp()
        self.content = random.Random(9).randbytes(self.SIZE)
        self.offer("a", self.content)
        self.wrong = []
        self.said = self.here.parent / "said"

    def serving(self):
        return ["serve", str(self.there), "--listen", "127.0.0.1:0", "--json"]

    def getting(self, address, dialect):
        place = ["--dir", str(self.here), "--timeout", "2s", "--retries", "2", "--dialect", dialect]
        return ["get", "{}:{}".format(*address), "a", *place]

    @staticmethod
    def calls(log):
        """Each call of a log of strace, with the most occurrences of it in one thread: that is how failures are counted."""
        counts = collections.Counter(re.findall(r"^(\d+)\s+(\w+)\(", log, re.MULTILINE))
        most = collections.Counter()
        for (_, call), count in counts.items():
            most[call] = max(most[call], count)
        return most

    def faults(self, log):
        """Every failure to be tried."""
        for call, count in sorted(self.calls(log).items()):
            for when in range(1, min(count, self.MOST) + 1):
                for error in ERRORS.get(call, ())[: scaled(1 if call in FEW else 0, 9)]:
                    yield call, error, when

    def failing(self, fault, command):
        """The command under this fault. Most calls of `write` wake another thread: only those that write to files count."""
        names = (".a.17762fddd969a453.part", ".a.17762fddd969a453.part-info")
        paths = [*(self.here / name for name in names), self.said] if fault[0] == "write" else ()
        return failing(*fault, command, paths)

    def judge(self, code, said, fault):
        """How it ended is one of the contract's ends."""
        if code in (127, 1) and b"shared libraries" in said:  # the dynamic linker, before the program began
            return
        if code not in CODES or b"panicked" in said:
            self.wrong.append((fault, code, said[:1500]))

    @needs("strace")
    def test_get(self):
        address = self.sockeye(*self.serving(), stdin=subprocess.DEVNULL).address()
        for dialect in ("sockeye", "http", "name"):
            ends = collections.Counter()
            for fault in self.faults(self.traced([binary(), *self.getting(address, dialect)])):
                ends[self.get_once(address, dialect, fault)] += 1
            said = ", ".join(f"{code}: {count}" for code, count in sorted(ends.items()))
            figures(f"torture of get, {dialect}: {sum(ends.values())} runs, ended with {said}")
            self.assertGreater(sum(ends.values()), 4)
        self.assertEqual(self.wrong, [])

    def traced(self, command):
        """What this command calls when all goes well."""
        log = self.here.parent / "log"
        command = ["strace", "-f", "-o", log, *command]
        done = subprocess.run(command, capture_output=True, timeout=self.LONG, check=True)
        self.assertEqual(done.returncode, 0)
        (self.here / "a").unlink(missing_ok=True)
        return log.read_text(errors="replace")

    def get_once(self, address, dialect, fault):
        """Fetch while this fails, and once more while nothing does; the exit code of the first."""
        command = self.failing(fault, [binary(), *self.getting(address, dialect)])
        with self.said.open("wb") as said:
            got = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            code = got.wait(self.LONG)
        except subprocess.TimeoutExpired:
            self.stop(got, signal.SIGKILL)
            code = got.wait(self.LONG)
        self.judge(code, self.said.read_bytes(), (dialect, *fault))
        path = self.here / "a"
        if code == 0 or path.exists():
            self.assertTrue(path.read_bytes() == self.content, (dialect, *fault))
        else:
            command = [binary(), *self.getting(address, dialect)]
            again = subprocess.run(command, capture_output=True, timeout=self.LONG, check=False)
            self.assertEqual(again.returncode, 0, (dialect, *fault, again.stderr))
            self.assertTrue(path.read_bytes() == self.content, (dialect, *fault))
        for name in self.left():
            os.unlink(self.here / name)
        return code

    @needs("strace")
    def test_serve(self):
        log = self.here.parent / "log"
        self.serve_once(["strace", "-f", "-o", str(log), binary(), *self.serving()], "nothing")
        ends = collections.Counter()
        for fault in self.faults(log.read_text(errors="replace")):
            ends[self.serve_once(self.failing(fault, [binary(), *self.serving()]), fault)] += 1
        figures(f"torture of serve: {sum(ends.values())} runs: {dict(ends)}")
        self.assertGreater(sum(ends.values()), 4)
        self.assertEqual(self.wrong, [])

    @contextlib.contextmanager
    def heard(self):
        """A pipe with a name for what a server says, and what gathers it: it has ended once the pipe has."""
        self.said.unlink(missing_ok=True)
        os.mkfifo(self.said)
        reading = os.open(self.said, os.O_RDONLY | os.O_NONBLOCK)
        writing = os.open(self.said, os.O_WRONLY)
        os.set_blocking(reading, True)
        inbox = Inbox(reading)
        try:
            yield writing, inbox
        finally:
            inbox.drained()
            os.close(reading)

    def serve_once(self, command, fault):
        """Start it, ask it in each dialect, stop it; what came of it."""
        with self.heard() as (writing, inbox):
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writing, stderr=writing)
            os.close(writing)
            try:
                return self.served(server, inbox, fault)
            finally:
                self.stop(server, signal.SIGKILL)
                server.wait(self.LONG)

    def served(self, server, inbox, fault):
        whole = 0
        with contextlib.suppress(TimeoutError):  # it neither listens nor ends
            if found := inbox.wait(self.LISTENING.search, 0, self.LONG):
                address = ("127.0.0.1", int(found.group(1)))
                whole = sum(self.asked(address, dialect, fault) for dialect in ("http", "name"))
        # The runtime tells itself of a signal by `sendto`, in whichever thread it comes: it may be lost.
        for left in reversed(range(5 if fault[0] == "sendto" else 1)):
            self.stop(server)
            with contextlib.suppress(TimeoutError):
                if inbox.wait(lambda said: SELF_PIPE in said, 0, 3 if left else self.LONG):
                    return "the runtime's own"
                server.wait(self.LONG)
                break
        # One that hangs has no code.
        self.judge(server.poll(), inbox.bytes(), fault)
        return f"{whole} of 2 answers, exit {server.returncode}"

    @staticmethod
    def stop(tracer, how=signal.SIGTERM):
        """Tell the traced program; strace itself keeps such signals back."""
        try:
            children = Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text().split()
        except FileNotFoundError:
            return
        for child in children:
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.kill(int(child), how)

    def asked(self, address, dialect, fault):
        """Whether all of it came; what came is right as far as it goes."""
        request = b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" if dialect == "http" else b"a\n"
        said, whole = b"", False
        try:
            with socket.create_connection(address, self.LONG) as sock:
                sock.settimeout(self.LONG)
                sock.sendall(request)
                while data := sock.recv(1 << 20):
                    said += data
                whole = True
        except ConnectionError:
            pass
        head, _, body = said.rpartition(b"\r\n\r\n") if dialect == "http" else (b"", b"", said)
        if b" 200 " in head[:20] or (dialect == "name" and said not in (b"", b"1")):
            self.assertTrue(self.content.startswith(body), (dialect, *fault, len(body)))
            # Where the name dialect has no length, a close says that this was all.
            if whole and dialect == "name":
                self.assertEqual(len(body), self.SIZE, (dialect, *fault))
            return body == self.content
        return False
