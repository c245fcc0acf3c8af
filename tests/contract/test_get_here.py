"""`get` again: what is here already, names and times that are kept, folders that are named, one line for many files."""

import hashlib
import os
import subprocess
import sys
import threading
import unittest

from harness import Process, in_english
from serving import Serving
from test_get import GetCase, blake3  # its base only: no test is inherited

YEAR_2001 = 1_000_000_000
FRACTION = 123_456_789


class AlreadyHere(GetCase):
    @in_english
    def test_a_file_that_is_here_and_the_same_is_said_to_be_and_is_success(self):
        _, address = self.serve()
        self.offer("a", b"content")
        (self.here / "a").write_bytes(b"content")
        before = os.lstat(self.here / "a")
        get = self.get(address, "a")
        self.succeeds(get)
        self.assertIn("7 bytes that were here already, verified", get.stderr.drained().decode())
        after = os.lstat(self.here / "a")
        self.assertEqual((after.st_ino, after.st_mtime_ns), (before.st_ino, before.st_mtime_ns))
        get = self.get(address, "a", "-o", self.here / "a", "--json")
        self.assertEqual(get.event("fetched", step="complete")["received"], 0)
        self.succeeds(get)
        self.assertEqual(self.left(), ["a"])

    @in_english
    def test_a_file_that_is_here_and_another_is_kept_and_said_to_differ(self):
        _, address = self.serve()
        self.offer("a", b"content")
        for other in (b"CONTENT", b"longer content"):
            (self.here / "a").write_bytes(other)
            self.fails(self.get(address, "a"), 23, "not the same as the server's", "--force")
            self.assertEqual((self.here / "a").read_bytes(), other)

    def test_force_fetches_only_what_differs(self):
        _, address = self.serve()
        for name in ("same", "shorter", "other"):
            self.offer(f"docs/{name}", name.encode() * 100)
        (self.here / "docs").mkdir()
        (self.here / "docs/same").write_bytes(b"same" * 100)
        (self.here / "docs/shorter").write_bytes(b"short")
        (self.here / "docs/other").write_bytes(b"OTHER" * 100)
        get = self.get(address, "-r", "docs", "--force", "--json")
        self.succeeds(get)
        came = {done["name"]: done["received"] for done in get.events() if done.get("step") == "complete"}
        self.assertEqual(came, {"docs/same": 0, "docs/shorter": 700, "docs/other": 500})
        for name in ("same", "shorter", "other"):
            self.assertEqual((self.here / "docs" / name).read_bytes(), name.encode() * 100)
        get = self.get(address, "docs/other", "--force", "--dir", self.here / "docs", "--json")
        self.succeeds(get)
        self.assertEqual(get.event("fetched", step="complete")["received"], 0)

    @in_english
    def test_a_file_that_is_here_as_it_is_pinned_needs_no_server(self):
        (self.here / "a").write_bytes(b"content")
        sums = ("--sha256", hashlib.sha256(b"content").hexdigest()), ("--blake3", blake3(b"content").hex())
        nobody = ("127.0.0.1", 1)
        for pin in sums:
            get = self.get(nobody, "a", *pin)
            self.succeeds(get)
            self.assertIn("as pinned", get.stderr.drained().decode())
        self.fails(self.get(nobody, "a", "--sha256", "0" * 64), 23)
        self.assertEqual(self.left(), ["a"])


class Offering(GetCase, Serving):
    """A folder that sockeye itself offers."""

    def setUp(self):
        GetCase.setUp(self)
        Serving.setUp(self)

    def serve(self, *arguments):
        return Serving.serve(self, *arguments)


class Folders(Offering):
    @in_english
    def test_a_folder_that_is_asked_for_without_r_is_called_one(self):
        self.put("docs/a", b"x")
        _, address = self.serve()
        self.fails(self.get(address, "docs"), 78, "that is a folder", "-r")
        self.fails(self.get(address, "docs/"), 78, "that is a folder", "-r")
        self.fails(self.get(address, "docs", "--dialect", "http"), 78, "that is a folder")
        self.fails(self.get(address, "nothing"), 78, "no such file")
        self.assertEqual(self.left(), [])


class Kept(Offering):
    """Names and times stay as they are at the server."""

    NAMES = ("nul", "NUL.txt", "aux.c", "CON", "com1", "dot.", "blank ", "a:b", "a|b<c>", '"')

    @unittest.skipIf(sys.platform == "win32", "names of devices there")
    def test_names_that_only_windows_minds_are_kept(self):
        for name in self.NAMES:
            self.put(f"all/{name}", name.encode())
            self.put(name, name.encode())
        _, address = self.serve()
        self.succeeds(self.get(address, "-r", "all"))
        self.succeeds(self.get(address, *self.NAMES))
        self.assertEqual(self.left(), sorted([*self.NAMES, "all"]))
        self.assertEqual(sorted(os.listdir(self.here / "all")), sorted(self.NAMES))

    def test_a_file_was_changed_when_that_of_the_server_was(self):
        for name in "abc":
            os.utime(self.put(name, b"content"), ns=(0, YEAR_2001 * 10**9 + FRACTION))
        _, address = self.serve()
        self.succeeds(self.get(address, "a"))
        self.assertEqual(os.lstat(self.here / "a").st_mtime_ns, YEAR_2001 * 10**9 + FRACTION)
        # HTTP tells no fractions.
        self.succeeds(self.get(address, "b", "--dialect", "http"))
        self.assertEqual(os.lstat(self.here / "b").st_mtime, YEAR_2001)
        self.succeeds(self.get(address, "c", "--dialect", "name"))
        self.assertGreater(os.lstat(self.here / "c").st_mtime, YEAR_2001)

    def test_pythons_http_server_tells_the_time_too(self):
        os.utime(self.put("a", b"content"), ns=(0, YEAR_2001 * 10**9))
        command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", self.folder, "0"]
        server = self._kept(Process(command))
        port = int(server.stdout.wait(lambda said: said.split(b"port ")[1].split()[0] if b"port " in said else None))
        self.succeeds(self.sockeye("get", f"http://127.0.0.1:{port}/a", "--dir", self.here, stdin=subprocess.DEVNULL))
        self.assertEqual(os.lstat(self.here / "a").st_mtime, YEAR_2001)


class Words(Offering):
    @in_english
    def test_many_files_end_in_one_line(self):
        for number in range(5):
            self.put(f"all/{number}", b"x" * 1000)
        _, address = self.serve()
        (self.here / "all").mkdir()
        (self.here / "all/1").write_bytes(b"x" * 1000)
        (self.here / "all/2").write_bytes(b"y" * 1000)
        get = self.get(address, "-r", "all")
        self.ends(get, 23)
        *_, last = get.stderr.drained().decode().splitlines()
        self.assertRegex(last, r"^3 files fetched, 2\.9 KiB in \S+; 1 here already; 1 failure$")
        one = self.get(address, "all/0", "--dir", self.home)
        self.succeeds(one)
        self.assertEqual(one.stderr.drained().count(b"\n"), 1)
        quiet = self.get(address, "-r", "all", "--force", "--quiet")
        self.succeeds(quiet)
        self.assertEqual(quiet.stderr.drained(), b"")

    def test_a_server_of_bare_names_is_recognised_by_its_1(self):
        server, address = self.stand()

        def answer():
            with self.accept(server) as conversation:
                conversation.recv(1024)
                conversation.sendall(b"1")

        thread = threading.Thread(target=answer)
        thread.start()
        get = self.get(address, "a")
        self.ends(get, 56)
        thread.join()
        said = get.stderr.drained().decode()
        self.assertIn("--dialect name", said)
        self.assertNotIn("http", said)
        self.assertNotIn("trying again", said)

    @in_english
    def test_no_sentence_has_a_part_missing(self):
        """What redirects nowhere, answers another part, or keeps changing is told by name."""
        server, address = self.stand()

        def answer(head):
            with self.accept(server) as conversation:
                conversation.recv(4096)
                conversation.sendall(head)

        for head, word in (
            (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "without saying where to"),
            (b"HTTP/1.1 206 Partial Content\r\nContent-Length: 0\r\n\r\n", "it does not say which"),
        ):
            thread = threading.Thread(target=answer, args=(head,))
            thread.start()
            get = self.get(address, "a", "--dialect", "http")
            self.assertNotEqual(get.finish(), 0)
            thread.join()
            said = get.stderr.drained().decode()
            self.assertIn(word, said)
            for hole in ("''", "``", ": :", "  to "):
                self.assertNotIn(hole, said)


if __name__ == "__main__":
    unittest.main()
