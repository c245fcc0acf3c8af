"""Power cuts: what `get` called complete is there afterwards, and what it had not is absent or right, never wrong.

The disk is ext4 on a loop device that is told to stop at once and to forget what it was not made to keep.
"""

import os
import random
import subprocess

from disks import Disk, mounting
from harness import figures, scaled
from test_get import GetCase

MIB = 1 << 20


class PowerCase(GetCase):
    def setUp(self):
        super().setUp()
        self.dice = random.Random(30)

    def with_disk(self, *options):
        self.disk = Disk(self, 256 * MIB, options=options)
        self.here = self.disk.place

    def serve(self, *arguments):
        server = self.sockeye("serve", self.there, "--listen", "127.0.0.1:0", "--json", *arguments, stdin=subprocess.DEVNULL)
        return server, server.address()

    def is_right(self, name, content):
        """Whether the file is there; if it is, it is right."""
        path = self.here / name
        if not path.exists():
            return False
        self.assertTrue(path.read_bytes() == content, f"{name} is wrong after the power cut")
        return True


@mounting("mkfs.ext4", "losetup")
class AfterSuccess(PowerCase):
    CUTS = scaled(2, 30)

    def setUp(self):
        super().setUp()
        self.with_disk()

    def test_what_was_called_complete_is_there(self):
        _, address = self.serve()
        kept = 0
        for number in range(self.CUTS):
            content = self.dice.randbytes(self.dice.randrange(1, 4 * MIB))
            name = f"f{number}"
            self.offer(name, content)
            self.succeeds(self.get(address, name))
            self.disk.cut_power()
            self.disk.power_again()
            kept += self.is_right(name, content)
        figures(f"power cut right after success: {kept} of {self.CUTS} files there and right")
        self.assertEqual(kept, self.CUTS)
        self.assertEqual(self.partials(), [])

    def test_a_file_replaced_by_force_is_there(self):
        _, address = self.serve()
        for _ in range(self.CUTS // 2):
            content = self.dice.randbytes(self.dice.randrange(1, MIB))
            self.offer("same", content)
            self.succeeds(self.get(address, "same", "--force"))
            self.disk.cut_power()
            self.disk.power_again()
            self.assertTrue(self.is_right("same", content))

    def test_the_cut_is_one(self):
        """A file that is written and renamed, and not synced, is lost: this test can fail."""
        lost = 0
        for number in range(self.CUTS):
            content = self.dice.randbytes(self.dice.randrange(1, 4 * MIB))
            name = f"naive{number}"
            (self.here / ".new").write_bytes(content)
            os.rename(self.here / ".new", self.here / name)
            self.disk.cut_power()
            self.disk.power_again()
            path = self.here / name
            lost += not path.exists() or path.read_bytes() != content
        figures(f"the same, written and renamed without a sync: {lost} of {self.CUTS} lost")
        self.assertEqual(lost, self.CUTS)


@mounting("mkfs.ext4", "losetup")
class MidTransfer(PowerCase):
    CUTS = scaled(2, 30)
    SIZE = 12 * MIB

    def test_a_disk_that_writes_late(self):
        """As ext4 comes: the journal every second, but bytes when it suits it. What is left is often nothing."""
        self.both("commit=1")

    def test_a_disk_that_writes_with_the_journal(self):
        """Every second all that came is on the disk: partials of any length."""
        self.both("commit=1,nodelalloc")

    def test_a_disk_that_writes_in_any_order(self):
        """Lengths are on the disk before the bytes are: partials with holes where bytes should be."""
        self.both("commit=1,nodelalloc,data=writeback")

    def both(self, options):
        self.with_disk(options)
        # A partial is gone on with from the server it is from: the same for both.
        _, self.address = self.serve("--rate", scaled("24MiB", "5MiB"))
        for dialect in ("sockeye", "http"):
            counts = dict.fromkeys(("whole already", "absent", "gone on with", "begun again"), 0)
            for number in range(self.CUTS):
                self.cut(f"{dialect}{number}", dialect, counts)
            said = ", ".join(f"{count} {what}" for what, count in counts.items())
            figures(f"power cut mid-transfer, {dialect}, {options}: {self.CUTS} cuts, {said}, 0 wrong")

    def cut(self, name, dialect, counts):
        """A transfer that a power cut ends somewhere, and then the same command again."""
        content = self.dice.randbytes(self.SIZE)
        self.offer(name, content)
        get = self.get(self.address, name, "--json", "--dialect", dialect)
        try:
            get.process.wait(self.dice.uniform(0.0, scaled(0.5, 2.6)))
        except subprocess.TimeoutExpired:
            pass
        self.disk.cut_power()
        # It finds its disk gone, or does not find out and is ended; either way it says nothing false.
        if get.running():
            get.process.kill()
        ended = get.finish()
        self.disk.power_again()
        is_there = self.is_right(name, content)
        if ended == 0:
            self.assertTrue(is_there, "it was called complete")
        counts["whole already"] += is_there
        counts["absent"] += not is_there
        if not is_there:
            get = self.get(self.address, name, "--json", "--dialect", dialect)
            self.succeeds(get, 30)
            steps = [event for event in get.events() if event.get("step") in ("begun", "again")]
            counts["gone on with"] += any(event.get("kept") for event in steps)
            counts["begun again"] += any(event["step"] == "again" for event in steps)
            self.assertTrue(self.is_right(name, content))
        (self.here / name).unlink()
        self.assertEqual(self.partials(), [])
        # Else the next cut would bring it back.
        os.sync()
