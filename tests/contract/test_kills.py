"""`kill -9` at random moments, of `get` and of `serve`: never a wrong file, and hardly a byte is fetched twice."""

import random
import subprocess
import zlib

from harness import figures, in_english, scaled
from test_get import GetCase, blake3

MIB = 1 << 20
#: The share of what came that is not fetched again; in a short run on a busy machine little comes between two kills.
ENOUGH = scaled(0.1, 0.9)


class KillCase(GetCase):
    SIZE = scaled(8 * MIB, 64 * MIB)

    def setUp(self):
        super().setUp()
        self.dice = random.Random(300)
        self.content = self.dice.randbytes(self.SIZE)

    def serve(self, *arguments, port=0):
        command = ("serve", self.there, "--listen", f"127.0.0.1:{port}", "--json", *arguments)
        server = self.sockeye(*command, stdin=subprocess.DEVNULL)
        return server, server.address()

    def ends_within(self, process, seconds):
        """Whether it ends by itself so soon. The moment is what is tested: it comes as it comes."""
        try:
            process.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def arrived(self, name):
        """Whether it has its name; whatever has it is right."""
        path = self.here / name
        if not path.exists():
            return False
        self.assertTrue(path.read_bytes() == self.content, f"{name} has its name and is wrong")
        return True


class Get(KillCase):
    KILLS = scaled(12, 300)

    def test_kills_at_random_moments(self):
        self.kills("sockeye", 0.25)

    def test_kills_where_only_the_sidecar_vouches(self):
        """HTTP has no hash to find what is wrong with: what the sidecar had not noted yet is fetched again."""
        self.kills("http", scaled(0.4, 0.8))

    def kills(self, dialect, longest):
        """Counted is what the server gave to the system for `get`, received by it or not, over all runs of a file."""
        server, address = self.serve("--rate", "20MiB")
        killed = files = again = 0
        while killed < self.KILLS:
            name = f"{dialect}{files}"
            self.offer(name, self.content)
            while killed < self.KILLS:
                get = self.get(address, name, "--json", "--dialect", dialect)
                if self.ends_within(get, self.dice.uniform(0, longest)):
                    self.assertEqual(get.finish(), 0, get.stderr.drained())
                    self.assertTrue(self.arrived(name))
                    break
                get.process.kill()
                get.finish()
                killed += 1
                if self.arrived(name):
                    break
            if not self.arrived(name):
                self.succeeds(self.get(address, name, "--dialect", dialect), 30)
                self.assertTrue(self.arrived(name))
            again += sum(event.get("step") == "again" for event in get.events())
            (self.here / name).unlink()
            self.assertEqual(self.partials(), [], name)
            files += 1
        self.assertEqual(server.stop(), 0)
        served = [event for event in server.events() if event["type"] == "served" and event["ask"] == "get"]
        sent = sum(event["bytes"] for event in served)
        kept = files * self.SIZE / sent
        figures(
            f"kill -9 of get, {dialect}: {killed} kills over {files} files of {self.SIZE // MIB} MiB, 0 wrong; sent "
            f"{sent / MIB:.1f} MiB for {files * self.SIZE / MIB:.0f}, so {kept:.1%} was not fetched again"
        )
        self.assertGreaterEqual(kept, ENOUGH)


class Serve(KillCase):
    KILLS = scaled(4, 30)

    def test_get_outlives_the_server(self):
        """Counted is what `get` says it received, against the file's size."""
        self.offer("a", self.content)
        for dialect in ("sockeye", "http"):
            rate = scaled("10MiB", "5MiB")
            server, address = self.serve("--rate", rate)
            get = self.get(address, "a", "--json", "--retries", "1000", "--dialect", dialect)
            killed = 0
            # Some of them while it waits before it connects again, most in the middle of the transfer.
            while killed < self.KILLS and not self.ends_within(get, self.dice.uniform(0, scaled(0.3, 0.8))):
                server.process.kill()
                server.finish()
                killed += 1
                server, _ = self.serve("--rate", rate, port=address[1])
            self.succeeds(get, 120)
            self.assertTrue(self.arrived("a"))
            done = [event for event in get.events() if event.get("step") == "complete"][0]
            kept = self.SIZE / done["received"]
            figures(f"kill -9 of serve, {dialect}: {killed} kills, 0 wrong; {kept:.1%} was not fetched again")
            self.assertGreaterEqual(killed, scaled(1, self.KILLS))
            self.assertGreaterEqual(kept, ENOUGH)
            self.assertEqual(self.left(), ["a"])
            (self.here / "a").unlink()
            self.assertEqual(server.stop(), 0)


class Forged(KillCase):
    SIZE = 150_000

    def test_a_sidecar_that_vouches_for_garbage(self):
        """Every number and check sum of it is right; only the server's hash of the whole file can tell."""
        self.offer("a", self.content)
        _, address = self.serve("--rate", "200kB")
        get = self.get(address, "a", "--json")
        get.event("fetched", step="progress")
        get.process.kill()
        get.finish()
        (part,) = self.partials()
        length = (self.here / part).stat().st_size
        garbage = random.Random(1).randbytes(length)
        (self.here / part).write_bytes(garbage)
        side = self.here / f"{part}-info"
        lines = side.read_text().splitlines()[:-2]
        text = "\n".join([*lines, f"verified {length} {blake3(garbage).hex()}", ""])
        side.write_text(f"{text}crc32 {zlib.crc32(text.encode()):08x}\n")
        get = self.get(address, "a", "--json")
        self.succeeds(get)
        steps = [event for event in get.events() if event["type"] == "fetched"]
        self.assertEqual([event["kept"] for event in steps if event["step"] == "begun"], [length, 0])
        self.assertEqual([event["why"] for event in steps if event["step"] == "again"], ["damaged"])
        self.assertTrue(self.arrived("a"))
        self.assertEqual(self.left(), ["a"])

    @in_english
    def test_two_at_once_into_one_folder(self):
        """The second is turned away while the first fetches, whatever the dialect, and spoils nothing."""
        self.offer("a", self.content)
        _, address = self.serve("--rate", "300kB")
        for first, second in (("sockeye", "http"), ("http", "sockeye"), ("name", "name")):
            one = self.get(address, "a", "--json", "--dialect", first)
            one.event("fetched", step="begun")
            self.fails(self.get(address, "a", "--dialect", second), 23, "another run")
            self.succeeds(one)
            self.assertTrue(self.arrived("a"))
            self.assertEqual(self.left(), ["a"])
            (self.here / "a").unlink()
