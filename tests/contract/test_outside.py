"""A tree that is swapped under the server: names that change places with links to what is outside, while all ask for them."""

import socket
import threading
import time

from disks import needs
from harness import figures, read_to_end, scaled
from serving import SECRET, Injected, Protocol, Serving, http

#: What is there in earnest.
HARMLESS = b"harmless"


class Swapped(Serving):
    SECONDS = scaled(3, 60)
    NAMES = (b"file", b"folder/secret", b"deep/er/secret")

    def setUp(self):
        super().setUp()
        self.put("file", HARMLESS)
        self.put("folder/secret", HARMLESS)
        self.put("deep/er/secret", HARMLESS)
        outside = self.home / "outside"
        (outside / "er").mkdir(parents=True)
        (outside / "secret").write_bytes(SECRET)
        (outside / "er" / "secret").write_bytes(SECRET)
        pairs = []
        for name, target in (("file", self.secret), ("folder", outside), ("deep", outside)):
            # The link stands outside of the tree until it changes places with what is in it.
            link = self.home / f"link-{name}"
            link.symlink_to(target)
            pairs += [self.folder / name, link]
        self.swapper = self.peer("swapper", *pairs)

    def during_swaps(self, askers):
        """What each asker saw of each name while the tree was being swapped, how often, and how often it was swapped."""
        until = time.monotonic() + self.SECONDS
        seen, asked, failed = {}, [], []

        def go(ask):
            try:
                while time.monotonic() < until:
                    for name in self.NAMES:
                        said = ask(name)
                        seen[said] = seen.get(said, 0) + 1
                        asked.append(1)
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=go, args=(ask,)) for ask in askers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.swapper.end_input()
        swaps = int(self.swapper.line())
        self.assertEqual(failed, [])
        return seen, len(asked), swaps

    def bare(self, address):
        def ask(name):
            with socket.create_connection(address, 10) as sock:
                sock.sendall(name + b"\n")
                try:
                    return read_to_end(sock)
                except ConnectionResetError:  # it changed while it was sent
                    return b"reset"

        return ask

    def framed(self, address):
        protocol = Protocol(self.dial(address))

        def ask(name):
            got = protocol.get(name)
            return got[1] if isinstance(got, tuple) else got

        return ask

    def web(self, address):
        sock = self.dial(address)

        def ask(name):
            nonlocal sock
            try:
                status, _, body = http(sock, b"/" + name)
                return body if status == 200 else status
            except (ConnectionResetError, EOFError):
                sock = self.dial(address)
                return b"reset"

        return ask

    def listings(self, address):
        """Listings are ways out too: they tell sizes and names of what links lead to."""
        protocol = Protocol(self.dial(address))

        def ask(name):
            listed, _ = protocol.list(name.rpartition(b"/")[0])
            sizes = {size for _, what, size in listed if what == 1} if isinstance(listed, list) else {listed}
            return b"secret's size" if len(SECRET) in sizes else b"listed"

        return ask

    def test_nothing_from_outside_is_ever_seen(self):
        _, address = self.serve("--quiet")
        askers = [self.bare(address), self.framed(address), self.web(address), self.listings(address)]
        seen, asked, swaps = self.during_swaps(askers)
        figures(f"{self.SECONDS} s of swaps, four askers, three dialects: {asked} answers, {swaps} swaps: {seen}")
        self.assertGreater(asked, scaled(100, 60_000))
        self.assertGreater(swaps, scaled(100, 60_000))
        self.assertGreater(seen[HARMLESS], asked // 100)
        # Being renamed is a change of a file: 2 in our dialect.
        self.assertLessEqual(set(seen), {HARMLESS, b"1", b"reset", b"listed", 1, 2, 404, 503})

    def test_a_server_that_checks_first_is_caught(self):
        _, address = self.server_peer("naive_server", self.folder)
        seen, asked, swaps = self.during_swaps([self.bare(address)] * 4)
        leaks = seen.get(SECRET, 0)
        figures(f"the same against realpath and then open: {leaks} leaks in {asked} answers, {swaps} swaps")
        self.assertGreater(leaks, 0)


@needs("strace")
class SwappedOnAnOldKernel(Injected, Swapped):
    test_a_server_that_checks_first_is_caught = None
