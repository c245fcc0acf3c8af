"""Disks to be hurt: small file systems of our own for one test, power cuts, quotas, system calls that fail.

Some of it needs a program, and some the right to mount: `needs` and `mounting` skip aloud without them.
"""

import contextlib
import fcntl
import os
import re
import shutil
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

#: `_IOR('X', 125, __u32)` of `ext4.h`: the file system is to do nothing more.
EXT4_IOC_SHUTDOWN = 0x8004587D
#: …and to forget what is in its journal and in memory: as when the power fails.
NOLOGFLUSH = 2
#: The capability to mount, of `linux/capability.h`.
CAP_SYS_ADMIN = 21


def needs(*programs):
    """Skip where one of these programs is missing; in CI they have to be there."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing and os.environ.get("CI"):
        raise AssertionError(f"missing: {', '.join(missing)}; in CI it has to be there")
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


def mounting(*programs):
    """Skip where nothing can be mounted, as in most containers, or one of these programs is missing."""
    capabilities = int(re.search(r"CapEff:\s+(\w+)", Path("/proc/self/status").read_text()).group(1), 16)
    missing = [name for name in programs if not shutil.which(name)]
    if not capabilities >> CAP_SYS_ADMIN & 1:
        missing.append("the right to mount")
    if "mkfs.ext4" in programs and not Path("/dev/loop-control").exists():
        missing.append("loop devices")
    return unittest.skipIf(missing, f"this needs {', '.join(missing)}")


def _run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout.strip()


class Disk:
    """A file system in an image on a loop device, mounted at `place`; it goes with the test."""

    def __init__(self, case, size, kind="ext4", options=()):
        home = tempfile.TemporaryDirectory()
        case.addCleanup(home.cleanup)
        self.place = Path(home.name) / "disk"
        self.place.mkdir()
        self._mounting = list(options)
        image = Path(home.name) / "image"
        with image.open("wb") as file:
            file.truncate(size)
        quiet = ["-q", "-E", "lazy_itable_init=0"] if kind == "ext4" else ["-q"]
        _run(f"mkfs.{kind}", *quiet, image)
        self._device = _run("losetup", "--find", "--show", image)
        case.addCleanup(_run, "losetup", "--detach", self._device)
        case.addCleanup(self._let_go)
        self._mounted = False
        try:
            self.mount()
        except OSError as error:  # a kernel may do without this kind
            case.skipTest(str(error))

    def mount(self):
        """Mount it again."""
        options = ["-o", ",".join(self._mounting)] if self._mounting else []
        _run("mount", *options, self._device, self.place)
        self._mounted = True

    def unmount(self):
        """Unmount it; nobody may be using it."""
        _run("umount", self.place)
        self._mounted = False

    def _let_go(self):
        if self._mounted:
            with contextlib.suppress(OSError):
                return self.unmount()
            _run("umount", "--lazy", self.place)

    def cut_power(self):
        """From now on nothing reaches it: what it had not been made to keep is lost."""
        there = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(there, EXT4_IOC_SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        finally:
            os.close(there)

    def power_again(self):
        """As after the machine has started again. Whoever used it must have ended."""
        self.unmount()
        self.mount()


def memory_disk(case, size, inodes=None):
    """A tmpfs of this size."""
    home = tempfile.TemporaryDirectory()
    case.addCleanup(home.cleanup)
    place = Path(home.name) / "disk"
    place.mkdir()
    options = f"size={size}" + (f",nr_inodes={inodes}" if inodes else "")
    _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", place)
    case.addCleanup(_run, "umount", "--lazy", place)
    return place


def quota(disk, size):
    """A folder of a btrfs disk that may hold only so many bytes; the function gives a new limit."""
    folder = disk.place / "limited"
    _run("btrfs", "quota", "enable", disk.place)
    _run("btrfs", "subvolume", "create", folder)

    def limit(size):
        _run("btrfs", "qgroup", "limit", size, folder)

    limit(size)
    return folder, limit


def failing(call, error, when, command, paths=()):
    """The command line under which this call of `command` (its `when`-th in each thread) fails with `error`.

    With `paths`, only calls that have to do with these files count.
    """
    only = [word for path in paths for word in ("-P", str(path))]
    inject = f"inject={call}:error={error}:when={when}"
    return ["strace", "-f", "-qq", "-o", "/dev/null", *only, "-e", f"trace={call}", "-e", inject, *map(str, command)]
