"""Files that are truncated, lengthened, overwritten and replaced while they are sent: what `get` brings is one state of them.

A wire between the two stops at a random byte and lets the change happen there.
"""

import os
import random
import subprocess

from harness import figures, scaled
from test_get import GetCase
from wire import Wire

MIB = 1 << 20


class Changing(GetCase):
    RUNS = scaled(16, 200)
    SIZE = 2 * MIB

    def setUp(self):
        super().setUp()
        self.dice = random.Random(200)
        self.server = self.sockeye("serve", self.there, "--listen", "127.0.0.1:0", "--quiet", "--json", stdin=subprocess.DEVNULL)
        self.wire = Wire(self, self.server.address())

    def truncate(self, path):
        os.truncate(path, self.dice.randrange(self.SIZE))

    def grow(self, path):
        with path.open("ab") as file:
            file.write(self.dice.randbytes(self.dice.randrange(1, 100_000)))

    def overwrite(self, path):
        """In place, anywhere: pages that the kernel is just sending as well."""
        at = self.dice.randrange(self.SIZE - 1)
        with path.open("r+b") as file:
            file.seek(at)
            file.write(self.dice.randbytes(min(self.dice.choice((1, 4096, 300_000)), self.SIZE - at)))

    def replace(self, path):
        path.with_name("new").write_bytes(self.dice.randbytes(self.dice.choice((self.SIZE, self.SIZE // 2))))
        os.rename(path.with_name("new"), path)

    def rewrite(self, path):
        """As an editor does it: empty for a moment, then the new state."""
        path.write_bytes(self.dice.randbytes(self.SIZE))

    def states(self, dialect, runs):
        """Runs in which the file changes; gives how often it came as it was, as it became, or not at all."""
        changes = (self.truncate, self.grow, self.overwrite, self.replace, self.rewrite)
        as_it_was = as_it_became = again = failed = 0
        for run in range(runs):
            change = changes[run % len(changes)]
            before = self.dice.randbytes(self.SIZE)
            path = self.offer("file", before)
            self.wire.stop_after(self.dice.randrange(1, self.SIZE), lambda: change(path))
            get = self.get(self.wire.address, "file", "--json", "--dialect", dialect)
            code = get.finish()
            after = path.read_bytes()
            again += sum(event.get("step") == "again" for event in get.events())
            if code == 0:
                came = (self.here / "file").read_bytes()
                self.assertTrue(came in (before, after), f"run {run}: a mixture, by {change.__name__}")
                as_it_was, as_it_became = as_it_was + (came == before), as_it_became + (came == after != before)
                os.unlink(self.here / "file")
            else:
                self.assertNotIn("file", self.left())
                self.assertIn(code, (55, 56, 120), get.stderr.drained())
                failed += 1
            for name in self.left():
                os.unlink(self.here / name)
        self.assertTrue(self.server.running())
        figures(
            f"{runs} changes while it is sent, {dialect}: {as_it_was} came as it was, {as_it_became} as it became, "
            f"{failed} not at all; begun again {again} times, 0 mixtures"
        )
        return as_it_was, as_it_became, failed

    def test_never_a_mixture(self):
        for dialect in ("sockeye", "http"):
            _, became, failed = self.states(dialect, self.RUNS)
            # It asks again for the new state: nearly always that is what it brings.
            self.assertGreater(became, self.RUNS // 2)
            self.assertLess(failed, self.RUNS // 4)
