"""Disks that are full, limited or broken: `get` says so, leaves the destination alone, and completes once there is room."""

import os
import random
import subprocess

from disks import Disk, failing, memory_disk, mounting, needs, quota
from harness import binary, in_english, scaled
from test_get import GetCase

MIB = 1 << 20
DIALECTS = ("sockeye", "http", "name")


class DiskCase(GetCase):
    SIZE = 2 * MIB + 17

    def setUp(self):
        super().setUp()
        self.content = random.Random(6).randbytes(self.SIZE)
        self.offer("a", self.content)
        command = ("serve", self.there, "--listen", "127.0.0.1:0", "--json")
        self.address = self.sockeye(*command, stdin=subprocess.DEVNULL).address()

    def whole(self, *arguments):
        """The same command completes now."""
        self.succeeds(self.get(self.address, "a", *arguments))
        self.assertTrue((self.here / "a").read_bytes() == self.content)
        self.assertEqual(self.left(), ["a"])

    def without_room(self, make_room):
        """In every dialect: a failure, then room, then the whole file; the destination's old file stays until then."""
        for dialect in DIALECTS:
            for old, more in ((None, ()), (b"old", ("--force",))):
                with self.subTest(dialect=dialect, old=old), make_room() as room:
                    if old:
                        (self.here / "a").write_bytes(old)
                    self.fails(self.get(self.address, "a", "--dialect", dialect, *more), 23)
                    self.assertEqual((self.here / "a").read_bytes() if old else None, old)
                    self.assertEqual("a" in self.left(), bool(old))
                    room.make()
                    self.whole("--dialect", dialect, *more)
                    os.unlink(self.here / "a")


class Room:
    """A shortage that can be ended, and begins again for the next."""

    def __init__(self, make, take):
        self.make, self._take = make, take

    def __enter__(self):
        self._take()
        return self

    def __exit__(self, *_):
        self.make()


class Full(DiskCase):
    @mounting("mount")
    @in_english
    def test_a_full_disk(self):
        self.here = memory_disk(self, "1m")

        def size(size):
            subprocess.run(["mount", "-o", f"remount,size={size}", self.here], check=True)

        self.without_room(lambda: Room(lambda: size("8m"), lambda: size("1m")))

    @mounting("mount")
    def test_a_disk_that_fills_up_meanwhile(self):
        """Somebody else takes what was free when the file began; what a dialect knew the size of had been reserved."""
        self.here = memory_disk(self, "4m")
        hog = self.here / "hog"

        def take():
            with hog.open("wb") as file:
                file.write(bytes(3 * MIB))

        for dialect, code in (("sockeye", 0), ("http", 0), ("name", 23)):
            server = self.sockeye("serve", self.there, "--listen", "127.0.0.1:0", "--rate", "4MiB", "--json")
            get = self.get(server.address(), "a", "--dialect", dialect, "--json")
            get.event("fetched", step="progress")
            try:
                take()
            except OSError as error:
                self.assertEqual((error.errno, dialect != "name"), (28, True))
            self.ends(get, code)
            hog.unlink()
            self.assertEqual("a" in self.left(), code == 0)
            if code:
                self.whole("--dialect", dialect)
            self.assertTrue((self.here / "a").read_bytes() == self.content)
            os.unlink(self.here / "a")

    @mounting("mount")
    def test_what_a_killed_run_had_reserved_is_room_for_the_next(self):
        self.here = memory_disk(self, "3m")
        server = self.sockeye("serve", self.there, "--listen", "127.0.0.1:0", "--rate", "2MiB", "--json")
        address = server.address()
        get = self.get(address, "a", "--json")
        get.event("fetched", step="progress")
        get.process.kill()
        get.finish()
        get = self.get(address, "a", "--json")
        self.assertGreater(get.event("fetched", step="begun")["kept"], 0)
        self.succeeds(get)
        self.assertTrue((self.here / "a").read_bytes() == self.content)

    @mounting("mount")
    @in_english
    def test_no_more_names(self):
        """The folder itself is one; a partial and its sidecar are two."""
        for inodes in (1, 2):
            self.here = memory_disk(self, "8m", inodes)
            self.fails(self.get(self.address, "a"), 23)
            self.assertNotIn("a", self.left())
            subprocess.run(["mount", "-o", "remount,nr_inodes=10", self.here], check=True)
            self.whole()

    @mounting("mkfs.btrfs", "btrfs", "losetup")
    @in_english
    def test_a_quota(self):
        """EDQUOT, from a file system that has quotas in earnest."""
        self.content = random.Random(6).randbytes(12 * MIB)
        self.offer("a", self.content)
        self.here, limit = quota(Disk(self, 256 * MIB, kind="btrfs"), "6M")
        self.without_room(lambda: Room(lambda: limit("64M"), lambda: limit("6M")))

    def test_a_limit_for_the_size_of_files(self):
        """RLIMIT_FSIZE: EFBIG, and a signal that would end others."""
        for dialect in DIALECTS:
            command = [binary(), "get", "{}:{}".format(*self.address), "a", "--dialect", dialect, "--dir", str(self.here)]
            command = ["sh", "-c", 'ulimit -f 1000; exec "$0" "$@"', *command]
            limited = subprocess.run(command, capture_output=True, timeout=15, check=False)
            self.assertEqual(limited.returncode, 23, limited.stderr)
            self.assertNotIn("a", self.left())
            self.whole("--dialect", dialect)
            os.unlink(self.here / "a")

    def test_a_folder_that_may_not_be_written(self):
        """Root may write everywhere: as somebody else then."""
        self.here.parent.chmod(0o755)
        self.there.chmod(0o755)
        self.here.chmod(0o555)
        command = [binary(), "get", "{}:{}".format(*self.address), "a", "--dir", str(self.here)]
        who = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
        done = subprocess.run(command, capture_output=True, timeout=15, check=False, **who)
        self.assertEqual((done.returncode, self.left()), (23, []), done.stderr)
        self.here.chmod(0o755)
        self.whole()


@needs("strace")
class Broken(DiskCase):
    """Single calls of the system fail, by strace."""

    SIZE = 400_000

    def get_failing(self, call, error, when=1, *arguments):
        command = [binary(), "get", "{}:{}".format(*self.address), "a", "--dir", self.here, "--timeout", "3s", *arguments]
        # The system's wake-ups within a process are writes too, and never fail.
        paths = [self.here / f".a.17762fddd969a453.{end}" for end in ("part", "part-info")] if call == "write" else ()
        command = failing(call, error, when, command, paths)
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=15, check=False)

    @in_english
    def test_a_sync_that_fails_leaves_nothing_to_go_on_with(self):
        """After a failed fsync the system may call clean what never reached the disk: a second one says nothing."""
        for error in ("EIO", "ENOSPC", "EDQUOT"):
            for old, more in ((None, ()), (b"old", ("--force",))):
                if old:
                    (self.here / "a").write_bytes(old)
                broken = self.get_failing("fsync", error, 1, *more)
                self.assertEqual(broken.returncode, 23, broken.stderr)
                self.assertIn(b"nothing of it is kept", broken.stderr)
                self.assertEqual(self.left(), ["a"] if old else [])
                if old:
                    self.assertEqual((self.here / "a").read_bytes(), old)
                get = self.get(self.address, "a", "--json", *more)
                self.assertEqual(get.event("fetched", step="complete")["received"], self.SIZE)
                self.succeeds(get)
                os.unlink(self.here / "a")

    @in_english
    def test_a_folder_that_cannot_be_synced_is_no_success(self):
        broken = self.get_failing("fsync", "EIO", 2)
        self.assertEqual(broken.returncode, 23, broken.stderr)
        self.assertIn(b"may forget its name", broken.stderr)
        self.assertTrue((self.here / "a").read_bytes() == self.content)
        self.whole("--force")

    def test_calls_that_fail_once(self):
        for call, errors in (
            ("fallocate", ("ENOSPC", "EDQUOT", "EFBIG")),
            ("renameat2", ("EIO", "EACCES", "ENOSPC", "EROFS")),
            ("fchmod", ("EPERM", "EIO")),
            ("flock", ("ENOLCK",)),
            ("unlinkat", ("EIO",)),
        ):
            for error in errors:
                broken = self.get_failing(call, error)
                self.assertIn(broken.returncode, (0, 23) if call == "unlinkat" else (23,), (call, error, broken.stderr))
                self.assertNotIn(b"panicked", broken.stderr)
                if broken.returncode:
                    self.assertNotIn("a", self.left())
                    self.whole()
                os.unlink(self.here / "a")
                for name in self.left():
                    os.unlink(self.here / name)

    def test_interruptions_change_nothing(self):
        for call in ("read", "write", "recvfrom", "sendto", "fsync", "epoll_wait"):
            for when in range(1, scaled(3, 12)):
                interrupted = self.get_failing(call, "EINTR", when)
                if b"shared libraries" in interrupted.stderr:  # it was the dynamic linker that was interrupted
                    continue
                self.assertEqual(interrupted.returncode, 0, (call, when, interrupted.stderr))
                self.whole("--force")
                os.unlink(self.here / "a")
