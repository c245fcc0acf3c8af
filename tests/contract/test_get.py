"""`get`: files arrive whole, verified and on the disk, or not at all; servers of every kind, honest and not."""

import hashlib
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import PEERS, Case, Peer, binary, in_english

sys.path.insert(0, str(PEERS))
from blake3_hash import blake3  # noqa: E402

SECRET = random.Random(7).randbytes(150_000)


class GetCase(Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = Path(folder.name) / "here"
        self.there = Path(folder.name) / "there"
        self.here.mkdir()
        self.there.mkdir()

    def offer(self, name, content):
        path = self.there / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def serve(self, mode=""):
        """A server written from the protocol's document; gives the process and its address."""
        return self.server_peer("protocol_server", self.there, mode)

    def get(self, address, *arguments):
        """Start `sockeye get` into the folder `here`."""
        into = [] if {"-o", "--dir", "--list"} & set(arguments) else ["--dir", self.here]
        return self.sockeye("get", f"{address[0]}:{address[1]}", *arguments, *into, stdin=subprocess.DEVNULL)

    def left(self):
        """The names in the folder `here`."""
        return sorted(os.listdir(self.here))

    def partials(self):
        return [name for name in self.left() if name.endswith(".part")]

    def fails(self, get, code, *words):
        self.ends(get, code)
        said = get.stderr.drained().decode()
        self.assertEqual(said.count("error:"), 1, said)
        for word in words:
            self.assertIn(word, said)
        self.assertNotIn("\x1b", said)


class Honest(GetCase):
    def test_sizes(self):
        _, address = self.serve("no-hash")
        contents = {f"f{size}": random.Random(size).randbytes(size) for size in (0, 1, 1023, 1024, 1025, 65535, 65536, 65537)}
        contents["one"] = b"1"
        for name, content in contents.items():
            self.offer(name, content)
        self.succeeds(self.get(address, *contents), timeout=60)
        for name, content in contents.items():
            self.assertEqual((self.here / name).read_bytes(), content, name)
        self.assertEqual(self.left(), sorted(contents))

    def test_a_hash_in_done_verifies(self):
        _, address = self.serve()
        self.offer("docs/报告.txt", b"text" * 1000)
        get = self.get(address, "docs/报告.txt", "--json")
        done = get.event("fetched", step="complete")
        self.assertEqual((done["proof"], done["size"], done["received"]), ("server", 4000, 4000))
        self.assertEqual(done["blake3"], blake3(b"text" * 1000).hex())
        self.succeeds(get)
        self.assertEqual((self.here / "报告.txt").read_bytes(), b"text" * 1000)

    @in_english
    def test_a_server_without_the_hash_in_done_is_asked_for_it(self):
        server, address = self.serve("no-hash")
        self.offer("a", b"abc")
        get = self.get(address, "a")
        self.succeeds(get)
        self.assertIn("verified", get.stderr.drained().decode())
        self.assertEqual([server.line(), server.line()], ["GET 0 b'a'", "HASH b'a'"])

    def test_modes_are_ours_and_never_the_servers(self):
        _, address = self.serve()
        self.offer("tool", b"#!/bin/sh\n").chmod(0o4755)
        before = os.umask(0o027)
        try:
            get = self.get(address, "tool")
        finally:
            os.umask(before)
        self.succeeds(get)
        self.assertEqual(stat.S_IMODE((self.here / "tool").stat().st_mode), 0o640)

    def test_standard_output_and_dev_null(self):
        _, address = self.serve()
        self.offer("a", SECRET[:5000])
        get = self.get(address, "a", "-o", "-")
        self.succeeds(get)
        self.assertEqual(get.stdout.drained(), SECRET[:5000])
        get = self.get(address, "a", "-o", "/dev/null", "--quiet")
        self.succeeds(get)
        self.assertEqual((get.stdout.drained(), get.stderr.drained()), (b"", b""))

    @in_english
    def test_listings_are_paged_and_escaped(self):
        _, address = self.serve("hostile-names")
        for name in "abcdefgh":
            self.offer(name, name.encode())
        self.offer("docs/x", b"")
        get = self.get(address, "--list", "--json")
        self.succeeds(get)
        names = [event["name"] for event in get.events() if event["type"] == "entry"]
        self.assertEqual(names, sorted([*"abcdefgh", "docs"]))
        get = self.get(address, "--list")
        self.succeeds(get)
        self.assertNotIn(b"\x1b", get.stdout.drained())
        self.fails(self.get(address, "--list", "nowhere"), 78)

    def test_names_that_lead_elsewhere_are_refused_before_anything_is_asked(self):
        absent = ("../x", "/etc/passwd", "a/../../x", "a\\b", "a//b", "a\x1b")
        for name, code in [*((name, 78) for name in absent), ("", 2)]:
            get = self.sockeye("get", "127.0.0.1:1", "--", name, stdin=subprocess.DEVNULL)
            self.ends(get, code)
            self.assertNotIn(b"\x1b", get.stderr.drained())

    def test_a_name_of_255_bytes_has_room_for_its_partial(self):
        _, address = self.serve()
        self.offer("n" * 255, b"long")
        self.succeeds(self.get(address, "n" * 255))
        self.assertEqual(self.left(), ["n" * 255])


class Folders(GetCase):
    def setUp(self):
        super().setUp()
        for name in ("docs/a.txt", "docs/b.txt", "docs/c.pdf", "docs/deep/er/d.txt", "docs/.hidden", "other/a.txt"):
            self.offer(name, name.encode())

    def here_is(self):
        return sorted(str(path.relative_to(self.here)) for path in self.here.rglob("*") if path.is_file())

    def test_a_whole_folder(self):
        _, address = self.serve()
        self.succeeds(self.get(address, "-r", "docs"))
        self.assertEqual(
            self.here_is(), ["docs/.hidden", "docs/a.txt", "docs/b.txt", "docs/c.pdf", "docs/deep/er/d.txt"]
        )
        self.assertEqual((self.here / "docs/deep/er/d.txt").read_bytes(), b"docs/deep/er/d.txt")

    def test_all_that_is_offered(self):
        _, address = self.serve()
        self.succeeds(self.get(address, "-r"))
        there = sorted(str(path.relative_to(self.there)) for path in self.there.rglob("*") if path.is_file())
        self.assertEqual(self.here_is(), there)
        self.ends(self.get(address, "-r", "-o", self.here / "x"), 2)

    @in_english
    def test_a_folder_of_which_some_is_here(self):
        _, address = self.serve()
        self.succeeds(self.get(address, "-r", "docs/"))
        (self.here / "docs/b.txt").unlink()
        (self.here / "docs/deep/er/d.txt").write_bytes(b"docs/deep/er/D.txt")
        again = self.get(address, "-r", "docs", "--json")
        self.fails(again, 23)
        came = {done["name"]: done["received"] for done in again.events() if done.get("step") == "complete"}
        self.assertEqual(came, {"docs/.hidden": 0, "docs/a.txt": 0, "docs/b.txt": 10, "docs/c.pdf": 0})
        self.assertEqual((self.here / "docs/deep/er/d.txt").read_bytes(), b"docs/deep/er/D.txt")
        self.succeeds(self.get(address, "docs/*.txt", "--dir", self.here / "docs"))

    @in_english
    def test_patterns(self):
        _, address = self.serve()
        self.succeeds(self.get(address, "docs/*.txt"))
        self.assertEqual(self.here_is(), ["a.txt", "b.txt"])
        self.succeeds(self.get(address, "*/deep/?r/[a-d].txt"))
        self.assertEqual(self.here_is(), ["a.txt", "b.txt", "d.txt"])
        self.fails(self.get(address, "docs/*.doc"), 78)

    @in_english
    def test_a_link_in_the_place_of_a_folder_is_not_followed(self):
        _, address = self.serve()
        outside = self.here.parent / "outside"
        outside.mkdir()
        (self.here / "docs").symlink_to(outside)
        self.fails(self.get(address, "-r", "docs"), 23)
        self.assertEqual(os.listdir(outside), [])

    def test_names_from_a_hostile_server_stay_inside(self):
        _, address = self.serve("hostile-names")
        self.succeeds(self.get(address, "-r", "docs"))
        self.assertEqual(len(self.here_is()), 5)


class Pins(GetCase):
    @in_english
    def test_pins_hold_or_fail(self):
        _, address = self.serve()
        self.offer("a", b"abc")
        right, wrong = hashlib.sha256(b"abc").hexdigest(), "0" * 64
        self.fails(self.get(address, "a", "--sha256", wrong), 120, right)
        self.assertEqual(self.left(), [])
        self.fails(self.get(address, "a", "--blake3", wrong), 120)
        get = self.get(address, "a", "--sha256", right.upper(), "--blake3", blake3(b"abc").hex())
        self.succeeds(get)
        self.assertIn("as pinned", get.stderr.drained().decode())


class Destinations(GetCase):
    @in_english
    def test_what_is_there_stays(self):
        server, address = self.serve()
        self.offer("a", b"new")
        target = self.here.parent / "target"
        target.write_bytes(b"target")
        for make in (
            lambda path: path.write_bytes(b"old"),
            lambda path: path.symlink_to(target),
            lambda path: path.symlink_to("nowhere"),
            lambda path: path.mkdir(),
            os.mkfifo,
        ):
            path = self.here / "a"
            make(path)
            before = os.lstat(path)
            self.fails(self.get(address, "a"), 23)
            self.assertEqual(os.lstat(path), before)
            if not stat.S_ISREG(before.st_mode):
                self.fails(self.get(address, "a", "--force"), 23)
            self.assertEqual(os.lstat(path), before)
            path.rmdir() if path.is_dir() else path.unlink()
        self.assertEqual(target.read_bytes(), b"target")

    @in_english
    def test_force_replaces_a_regular_file_only_when_the_new_one_is_complete(self):
        _, address = self.serve()
        self.offer("a", b"new")
        (self.here / "a").write_bytes(b"old")
        self.fails(self.get(address, "a", "--force", "--blake3", "0" * 64), 120)
        self.assertEqual((self.here / "a").read_bytes(), b"old")
        self.succeeds(self.get(address, "a", "--force"))
        self.assertEqual((self.here / "a").read_bytes(), b"new")

    @in_english
    def test_a_partial_that_is_a_link_is_not_followed(self):
        _, address = self.serve("less=1000")
        self.offer("a", SECRET)
        self.ends(self.get(address, "a", "--retries", "0"), 56)
        (partial,) = self.partials()
        victim = self.here.parent / "victim"
        victim.write_bytes(b"untouched")
        (self.here / partial).unlink()
        (self.here / partial).symlink_to(victim)
        self.fails(self.get(address, "a"), 23)
        self.assertEqual(victim.read_bytes(), b"untouched")

    @in_english
    def test_no_folder(self):
        _, address = self.serve()
        self.offer("a", b"new")
        self.fails(self.get(address, "a", "--dir", self.here / "none"), 23)
        self.fails(self.get(address, "a", "-o", self.here / "none" / "a"), 23)

    def test_a_full_disk(self):
        _, address = self.serve()
        self.offer("a", SECRET)
        command = ["sh", "-c", 'ulimit -f 100; exec "$0" "$@"', binary(), "get", f"{address[0]}:{address[1]}", "a"]
        limited = subprocess.run([*command, "--dir", self.here], capture_output=True, timeout=15, check=False)
        self.assertEqual(limited.returncode, 23, limited.stderr)
        self.assertNotIn("a", self.left())
        self.succeeds(self.get(address, "a"))
        self.assertEqual((self.here / "a").read_bytes(), SECRET)


class Resuming(GetCase):
    def interrupted(self, name="a"):
        """Leaves a partial of some kilobytes; gives its path."""
        _, address = self.serve("gate")
        get = self.get(address, name, "--json")
        get.event("fetched", step="progress")
        self.assertEqual(get.stop(signal.SIGKILL), -signal.SIGKILL)
        (partial,) = self.partials()
        self.assertGreater((self.here / partial).stat().st_size, 1000)
        self.assertNotIn(name, self.left())
        return self.here / partial

    def again(self, name="a"):
        """Fetches from a server of the same address as the first; its begun and again steps."""
        get = self.get(self.address, name, "--json")
        self.succeeds(get)
        return [event for event in get.events() if event["type"] == "fetched"]

    def serve(self, mode=""):
        """All on one port: a partial knows where it is from."""
        port = getattr(self, "address", (None, 0))[1]
        if port:
            self.server.discard()
        self.server = Peer("protocol_server", "127.0.0.1", port, self.there, mode)
        self.addCleanup(self.server.discard)
        self.address = ("127.0.0.1", self.server.port())
        return self.server, self.address

    def steps(self, events, step):
        return [event for event in events if event["step"] == step]

    def test_a_killed_run_is_gone_on_with(self):
        self.offer("a", SECRET)
        had = self.interrupted().stat().st_size
        self.serve()
        events = self.again()
        self.assertEqual(self.steps(events, "begun")[0]["kept"], had)
        self.assertEqual(self.steps(events, "complete")[0]["received"], len(SECRET) - had)
        self.assertEqual((self.here / "a").read_bytes(), SECRET)
        self.assertEqual(self.left(), ["a"])

    def test_an_interrupt_leaves_a_partial_that_is_gone_on_with(self):
        self.offer("a", SECRET)
        self.serve("gate")
        get = self.get(self.address, "a", "--json")
        get.event("fetched", step="progress")
        self.assertEqual(get.stop(signal.SIGINT), 130)
        self.serve()
        self.assertGreater(self.steps(self.again(), "begun")[0]["kept"], 1000)
        self.assertEqual((self.here / "a").read_bytes(), SECRET)

    def test_a_changed_file_begins_again(self):
        self.offer("a", SECRET)
        self.interrupted()
        self.offer("a", SECRET[::-1])
        self.serve()
        events = self.again()
        self.assertEqual([event["why"] for event in self.steps(events, "again")], ["changed"])
        self.assertEqual((self.here / "a").read_bytes(), SECRET[::-1])

    def test_damaged_partials_and_forged_sidecars_begin_again(self):
        def flip(path):
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)

        def forge(path):
            info = path.with_name(path.name + "-info")
            info.write_text(info.read_text().replace("verified ", "verified 9"))

        def lengthen(path):
            path.write_bytes(path.read_bytes() + bytes(len(SECRET)))

        for damage in (flip, forge, lengthen, lambda path: path.with_name(path.name + "-info").unlink()):
            self.offer("a", SECRET)
            damage(self.interrupted())
            self.serve()
            self.assertEqual(len(self.steps(self.again(), "again")), 1)
            self.assertEqual((self.here / "a").read_bytes(), SECRET)
            (self.here / "a").unlink()

    @in_english
    def test_two_at_once(self):
        self.offer("a", SECRET)
        self.serve("gate")
        first = self.get(self.address, "a", "--json")
        first.event("fetched", step="begun")
        self.fails(self.get(self.address, "a"), 23, "another run")
        self.server.end_input()
        self.succeeds(first)
        self.assertEqual((self.here / "a").read_bytes(), SECRET)

    def test_lost_connections_are_made_again(self):
        self.offer("a", SECRET)
        for mode in ("cut=40000", "reset"):
            server, _ = self.serve(mode)
            get = self.get(self.address, "a", "--json")
            self.succeeds(get)
            offsets = [int(server.line().split()[1]) for _ in range(2)]
            self.assertEqual(offsets[0], 0)
            if mode != "reset":  # a reset takes with it what was not read
                self.assertGreater(offsets[1], 30000)
            self.assertEqual((self.here / "a").read_bytes(), SECRET)
            (self.here / "a").unlink()

    def test_kills_at_random_moments(self):
        self.offer("a", SECRET)
        self.serve("gate")
        dice = random.Random(3)
        kept = 0
        for _ in range(4):  # each lets at most three of fifteen parts pass
            get = self.get(self.address, "a", "--json")
            begun = get.event("fetched", step="begun")
            self.assertGreaterEqual(begun["kept"], kept)
            self.server.write(b"." * dice.randrange(3))
            kept = get.event("fetched", step="progress")["done"]
            get.process.kill()
            get.finish()
            self.assertNotIn("a", self.left())
            (partial,) = self.partials()
            kept = min(kept, (self.here / partial).stat().st_size)
        self.server.end_input()
        self.succeeds(self.get(self.address, "a"))
        self.assertEqual((self.here / "a").read_bytes(), SECRET)


class Hostile(GetCase):
    def against(self, mode, code, *words, content=SECRET, more=()):
        _, address = self.serve(mode)
        self.offer("a", content)
        (self.here / "b").write_bytes(b"bystander")
        get = self.get(address, "a", "--retries", "0", "--timeout", "1s", *more)
        self.fails(get, code, *words)
        self.assertNotIn("a", self.left())
        self.assertEqual((self.here / "b").read_bytes(), b"bystander")

    @in_english
    def test_2_63_bytes(self):
        self.against("huge", 23, "9223372036854775808")
        self.assertEqual(self.partials(), [])

    @in_english
    def test_endless(self):
        self.against("endless", 23)

    @in_english
    def test_less(self):
        self.against("less=1000", 56)
        self.assertEqual(len(self.partials()), 1)

    @in_english
    def test_more(self):
        self.against("more", 56, "more than it announced")

    @in_english
    def test_wrong_bytes(self):
        self.against("wrong-bytes", 120, "BLAKE3", content=b"abc")
        self.assertEqual(self.partials(), [])

    @in_english
    def test_wrong_hash(self):
        self.against("wrong-hash", 120, "0" * 64, content=b"abc")
        self.assertEqual(self.partials(), [])

    @in_english
    def test_stall(self):
        self.against("stall", 28)

    @in_english
    def test_a_frame_of_4_gib(self):
        self.against("frame", 56, "4294967295")

    @in_english
    def test_busy(self):
        self.against("busy", 56, "busy", "\\x1b")

    @in_english
    def test_another_version_and_another_protocol(self):
        self.against("version", 56, "version 2")
        self.against("http", 56, "protocol", "--dialect")

    @in_english
    def test_changes_while_it_is_sent(self):
        _, address = self.serve("changes")
        self.offer("a", b"x" * 100)
        get = self.get(address, "a")
        self.succeeds(get)
        self.assertIn("changed at the server", get.stderr.drained().decode())
        self.assertEqual((self.here / "a").read_bytes(), b"x" * 100)


class NameDialect(GetCase):
    def ask(self, content, *arguments):
        """Fetches from the tutorials' server; nothing is there where `content` is none."""
        if content is not None:
            self.offer("a.txt", content)
        server, address = self.server_peer("file_server", self.there)
        get = self.get(address, "a.txt", "--dialect", "name", *arguments)
        return server, get

    @in_english
    def test_whole_files(self):
        for content in (b"hello", b"", b"11", SECRET[:100_000]):
            server, get = self.ask(content)
            self.succeeds(get)
            self.assertEqual(server.got(), b"a.txt")
            said = get.stderr.drained().decode()
            self.assertIn("not verified by the server", said)
            self.assertIn(blake3(content[:100_000]).hex(), said)
            self.assertEqual((self.here / "a.txt").read_bytes(), content)
            (self.here / "a.txt").unlink()

    @in_english
    def test_absent(self):
        _, get = self.ask(None)
        self.fails(get, 78)
        self.assertEqual(self.left(), [])

    @in_english
    def test_a_pin(self):
        _, get = self.ask(b"abc", "--sha256", "0" * 64)
        self.fails(get, 120)
        self.assertEqual(self.left(), [])


class Client(GetCase):
    def test_a_client_written_from_the_document(self):
        _, (host, port) = self.serve()
        self.offer("docs/a", SECRET[:3000])
        client = self.peer("protocol_client", host, port, "list", "docs")
        self.assertEqual(client.line(), "1 3000 b'a'")
        client = self.peer("protocol_client", host, port, "get", "docs/a", self.here / "a", 1000)
        self.assertEqual(client.line(), "verified 3000")
        self.assertEqual((self.here / "a").read_bytes(), SECRET[:3000])
        self.succeeds(client)


class Web(GetCase):
    def serve(self, mode=""):
        return self.server_peer("web_server", self.there, mode)

    def get(self, address, *arguments):
        return super().get(address, "--dialect", "http", *arguments)

    @in_english
    def test_whole_files_and_names(self):
        server, address = self.serve()
        for name, content in (("a", b""), ("b c?.txt", SECRET), ("报告", b"1")):
            self.offer(name, content)
            get = self.get(address, name)
            self.succeeds(get)
            self.assertIn("not verified by the server", get.stderr.drained().decode())
            self.assertEqual((self.here / name).read_bytes(), content)
        self.assertEqual(server.line(), "/a None")
        self.assertEqual(server.line(), "/b%20c%3F.txt None")

    def test_an_address_with_a_path(self):
        _, (host, port) = self.serve()
        self.offer("docs/a b", b"abc")
        get = self.sockeye("get", f"http://{host}:{port}/docs/a%20b", "--dir", self.here, stdin=subprocess.DEVNULL)
        self.succeeds(get)
        self.assertEqual((self.here / "a b").read_bytes(), b"abc")
        for path, code in (("/docs/..%2fx", 78), ("/a?b", 2), ("//", 78)):
            get = self.sockeye("get", f"http://{host}:{port}{path}", "--dir", self.here, stdin=subprocess.DEVNULL)
            self.ends(get, code)

    def test_a_lost_connection_is_gone_on_with_by_range(self):
        server, address = self.serve("cut")
        self.offer("a", SECRET)
        self.succeeds(self.get(address, "a"))
        self.assertEqual([server.line(), server.line()], ["/a None", "/a bytes=50000-"])
        self.assertEqual((self.here / "a").read_bytes(), SECRET)

    @in_english
    def test_a_later_run_goes_on_and_a_changed_file_begins_again(self):
        server, address = self.serve("cut")
        self.offer("a", SECRET)
        self.ends(self.get(address, "a", "--retries", "0"), 56)
        self.offer("a", SECRET[::-1])
        get = self.get(address, "a")
        self.succeeds(get)
        self.assertIn("changed at the server", get.stderr.drained().decode())
        self.assertEqual((self.here / "a").read_bytes(), SECRET[::-1])

    @in_english
    def test_servers_that_cannot_go_on(self):
        _, address = self.serve("no-ranges")
        self.offer("a", SECRET)
        get = self.get(address, "a")
        self.succeeds(get)
        self.assertIn("cannot go on in the middle", get.stderr.drained().decode())
        self.assertEqual((self.here / "a").read_bytes(), SECRET)
        _, address = self.serve("no-ranges")
        self.fails(self.get(address, "a", "-o", "-"), 33)
        _, address = self.serve("wrong-range")
        (self.here / "a").unlink()
        self.fails(self.get(address, "a"), 33)

    @in_english
    def test_absent_redirected_encoded(self):
        _, address = self.serve()
        self.fails(self.get(address, "nope"), 78)
        self.offer("a", b"abc")
        _, address = self.serve("redirect=/moved")
        self.succeeds(self.get(address, "a"))
        (self.here / "a").unlink()
        for where in ("http://127.0.0.2:1/a", "//127.0.0.2/a", "/again", "x"):
            _, address = self.serve(f"redirect={where}")
            self.fails(self.get(address, "a"), 56, "redirects")
        _, address = self.serve("encoded")
        self.fails(self.get(address, "a"), 56, "encoded")
        self.assertEqual(self.left(), [])


class OwnServer(GetCase):
    """Both halves of sockeye."""

    def serve(self):
        server = self.sockeye("serve", self.there, "--listen", "127.0.0.1:0", "--json", stdin=subprocess.DEVNULL)
        return server, server.address()

    def test_every_dialect_brings_the_same(self):
        _, address = self.serve()
        self.offer("docs/a", SECRET)
        for dialect, proof in (("sockeye", "server"), ("http", "none"), ("name", "none")):
            get = self.get(address, "docs/a", "--dialect", dialect, "--json")
            done = get.event("fetched", step="complete")
            self.assertEqual((done["proof"], done["size"]), (proof, len(SECRET)))
            self.succeeds(get)
            self.assertEqual((self.here / "a").read_bytes(), SECRET)
            (self.here / "a").unlink()

    @in_english
    def test_folders_and_absence(self):
        _, address = self.serve()
        for number in range(30):
            self.offer(f"docs/f{number}", str(number).encode())
        self.succeeds(self.get(address, "-r", "docs"))
        self.assertEqual(len(os.listdir(self.here / "docs")), 30)
        self.fails(self.get(address, "docs", "-o", self.here / "x"), 78)
        for dialect in ("sockeye", "http", "name"):
            self.fails(self.get(address, "nope", "--dialect", dialect), 78)
