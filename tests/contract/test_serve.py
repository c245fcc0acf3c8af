"""A folder offered on a port: the tutorials' dialect and our own, hostile names and trees, old kernels, Unix sockets."""

import json
import os
import re
import socket
import struct
import subprocess
import sys
import time

from disks import needs
from harness import PATIENCE, PEERS, limit_memory, read_exactly, read_to_end
from serving import MIB, SECRET, Injected, Protocol, Serving, http


class Tutorial(Serving):
    def client(self, address, name):
        """The tutorials' client, as a beginner writes it."""
        with socket.socket() as sock:
            sock.settimeout(PATIENCE)
            sock.connect(address)
            sock.send(name.encode("utf-8"))
            data = sock.recv(1024)
            return "not found" if data == b"1" else data

    def test_the_beginners_client(self):
        self.put("报告.txt", "你好".encode())
        _, address = self.serve()
        self.assertEqual(self.client(address, "报告.txt"), "你好".encode())
        self.assertEqual(self.client(address, "nothing.txt"), "not found")

    def time_of(self, address, request, end):
        """How long the answer to a request for `a b.txt` takes, seconds."""
        began = time.monotonic()
        self.assertEqual(self.ask(address, request, end), b"content")
        return time.monotonic() - began

    def test_a_name_ends_by_a_pause_a_newline_or_a_fin(self):
        self.put("a b.txt", b"content")
        server, address = self.serve()
        began = time.monotonic()
        self.assertEqual(self.ask(address, b"a b.txt"), b"content")
        self.assertGreaterEqual(time.monotonic() - began, 0.19)
        for request, end in ((b"a b.txt\n", False), (b"a b.txt\r\n", False), (b"a b.txt", True)):
            # A busy machine is slow at times; one answer before the pause was over shows that it was not waited for.
            self.assertTrue(any(self.time_of(address, request, end) < 0.19 for _ in range(50)))
        told = server.event("served", dialect="name", outcome="done", name="a b.txt", ask="get", offset=0)
        self.assertEqual(told["bytes"], 7)

    def test_a_name_in_pieces(self):
        self.put("GETTING started", b"content")
        _, address = self.serve()
        sock = self.dial(address)
        for piece in (b"G", b"ET", b"TING st", b"arted"):
            sock.sendall(piece)
        self.assertEqual(read_to_end(sock), b"content")

    def test_every_size_arrives_whole(self):
        sizes = (0, 1, 1023, 1024, 1025, 16383, 16384, 16385, 65535, 65536, 65537, MIB - 1, MIB, MIB + 1)
        contents = {f"f{size}": os.urandom(size) for size in sizes}
        contents["one"] = b"1"
        for name, content in contents.items():
            self.put(name, content)
        _, address = self.serve()
        kept, protocol = self.dial(address), Protocol(self.dial(address))
        for name, content in contents.items():
            self.assertEqual(self.ask(address, name.encode() + b"\n"), content, name)
            status, _, body = http(kept, f"/{name}")
            self.assertEqual((status, body == content), (200, True), name)
            file, data, _ = protocol.get(name.encode())
            self.assertEqual((file[:3], data == content), ((len(content), 0, len(content)), True), name)


#: 150 names that lead outside, or would if somebody decoded, trimmed or translated them.


HOSTILE = (
    [b"../" * n + b"secret" for n in range(1, 13)]
    + [b"x/" * n + b"../" * (n + 1) + b"secret" for n in range(1, 9)]
    + [prefix + b"secret" for prefix in (b"/", b"//", b"///", b"./../", b".//../", b"..//", b"..\\", b"\\", b"\\\\x\\")]
    + [b"C:/secret", b"C:\\secret", b"C:secret", b"c:..\\secret", b"\\\\?\\C:\\secret", b"\\\\.\\C:\\x", b"file:///etc/passwd"]
    + [b"%2e%2e/secret", b"%2e%2e%2fsecret", b"..%2fsecret", b"%252e%252e%252fsecret", b"..%5csecret", b"%c0%ae%c0%ae/secret"]
    + [b"\xc0\xae\xc0\xae/secret", b"\xe0\x80\xae\xe0\x80\xae/secret", b"..\xc0\xafsecret", b"\xf0\x80\x80\xaf"]
    + [b"..\0/secret", b"../secret\0", b"../secret\0.txt", b"a.txt\0../secret", b"\0", b"\0\0\0\0"]
    + [b".. /secret", b" ../secret", b"../ secret", b"..../secret", b".../...//secret", b". ./secret", b"../secret ", b"../secret."]
    + [bytes([n]) + b"../secret" for n in range(1, 32) if n != 10]
    + [b"CON", b"NUL", b"COM1", "COM¹".encode(), b"aux.txt", b"a:b", b"secret::$DATA", b"../secret::$DATA", b"PRN .txt"]
    + [b"/etc/passwd", b"/proc/self/environ", b"proc/self/root/etc/passwd", b"/dev/zero", b"dev/fd/3", b"/proc/self/fd/3"]
    + [b"out", b"out-far", b"out-folder/secret", b"out-absolute", b"loop", b"fifo", b"socket", b"null", b"empty", b"closed"]
    + [b".hidden", b".git/config", b"empty/.hidden", b"~/secret", b"~root/x", b"$HOME/x", b"`id`", b"$(id)", b"|id", b";id"]
    + ["..／secret".encode(), "．．/secret".encode(), "..∕secret".encode(), "‥/secret".encode(), "\u202e../secret".encode()]
    + [b"x" * 256, b"x" * 4096, b"x/" * 2048 + b"x", b"x" * 5000, b"../" * 3000 + b"secret", b"a.txt/", b"a.txt/..", b"a.txt/."]
    + [b"", b".", b"..", b"../", b"/", b"//", b"\xff\xfe", b"\x7f", b"*", b"?", b"a.txt?", b"[a].txt"]
)


class Hostile(Serving):
    """Whatever is asked for, nothing from outside is seen, and the answer comes at once."""

    def setUp(self):
        super().setUp()
        self.put("a.txt", b"content")
        self.put(".hidden", SECRET)
        self.put(".git/config", SECRET)
        (self.folder / "empty").mkdir()
        self.put("empty/.hidden", SECRET)
        (self.folder / "out").symlink_to("../secret")
        (self.folder / "out-far").symlink_to("empty/../../secret")
        (self.folder / "out-absolute").symlink_to(self.secret)
        (self.folder / "out-folder").symlink_to("..")
        (self.folder / "loop").symlink_to("loop")
        os.mkfifo(self.folder / "fifo")
        sock = self.closed(socket.socket(socket.AF_UNIX))
        # A path of at most 108 bytes.
        here = os.open(self.folder, os.O_RDONLY)
        sock.bind(f"/proc/self/fd/{here}/socket")
        os.close(here)
        self.put("closed", SECRET).chmod(0)

    def each(self, ask):
        """Every name, with its answer: nothing that has one of them makes the server wait for ever."""
        self.assertGreaterEqual(len(HOSTILE), 150)
        for name in HOSTILE:
            # root reads it all the same.
            if name == b"closed" and os.geteuid() == 0:
                continue
            said = ask(name)
            self.assertNotIn(SECRET[:20], said, name)
            self.assertNotIn(b"root:", said, name)
            yield name, said

    def test_as_bare_names(self):
        server, address = self.serve()
        for name, said in self.each(lambda name: self.ask(address, name + b"\n")):
            # `GET /` and a newline are told apart by their first bytes alone: none of these begins so.
            self.assertEqual(said, b"1", name)
        self.assertEqual(server.stop(), 0)

    def test_as_paths_of_http(self):
        _, address = self.serve()

        def ask(name):
            with self.dial(address) as sock:
                sock.sendall(b"GET /" + name + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return read_to_end(sock)

        folders = (b"", b".git/", b"empty/")
        for name, said in self.each(ask):
            expected = (b"200",) if name in (b"", b"?", b"a.txt?") else (b"400", b"404", b"431")
            # A folder of ours: it is said where its page is, and nothing else.
            expected = (b"301",) if name == b"empty" else expected
            self.assertIn(said.split(b" ", 2)[1], expected, name)
        self.assertNotIn(b"hidden", ask(folders[2]))
        self.assertIn(b"404", ask(folders[1]))

    def test_percent_signs_are_decoded_once_and_then_judged(self):
        _, address = self.serve()
        sock = self.dial(address)
        for name in HOSTILE:
            if not name or name == b"closed":
                continue
            status, _, body = http(sock, b"/" + b"".join(b"%%%02x" % byte for byte in name[:2000]))
            self.assertEqual((status, SECRET in body), (301 if name == b"empty" else 404, False), name)

    def test_as_names_of_our_protocol(self):
        _, address = self.serve()
        protocol = Protocol(self.dial(address))
        for name in HOSTILE:
            if name == b"closed" and os.geteuid() == 0:
                continue
            code = protocol.get(name)
            self.assertEqual(code, 4 if len(name) > 4096 else 1, name)
            if len(name) > 8000:  # Of a frame that is too long nothing is read.
                protocol = Protocol(self.dial(address))
        for path in (b"..", b"out-folder", b".git", b"a.txt", b"nothing", b"/"):
            self.assertEqual(protocol.list(path)[0], 1, path)
        names = sorted(name for name, _, _ in protocol.list()[0])
        self.assertEqual(names, [b"a.txt", b"closed", b"empty"])
        self.assertEqual(protocol.list(b"empty"), ([], 1))

    def test_ten_mebibytes_of_name(self):
        server, address = self.serve()
        limit_memory(server.pid, 6 * MIB)
        for begin, expected in ((b"", b"1"), (b"GET /", b"HTTP/1.1 431 ")):
            sock = self.dial(address)
            sock.sendall(begin + b"x" * (10 * MIB))
            self.assertTrue(read_to_end(sock).startswith(expected), "an answer and a close, never a reset")
        self.assertEqual(server.stop(), 0)

    def test_all_shows_what_is_hidden(self):
        _, address = self.serve("--all")
        self.assertEqual(self.ask(address, b".git/config\n"), SECRET)
        self.assertEqual(self.ask(address, b"../secret\n"), b"1")

    def test_links_that_stay_inside_are_followed(self):
        (self.folder / "deep").mkdir()
        (self.folder / "deep" / "in").symlink_to("../a.txt")
        (self.folder / "again").symlink_to("deep")
        _, address = self.serve()
        self.assertEqual(self.ask(address, b"again/in\n"), b"content")
        listed, _ = Protocol(self.dial(address)).list(b"again")
        self.assertEqual(listed, [(b"in", 1, 7)])

    def test_names_that_are_no_text(self):
        path = os.fsencode(self.folder) + b"/\xff\xe9.txt"
        with open(path, "wb") as file:
            file.write(b"bytes")
        server, address = self.serve()
        self.assertEqual(self.ask(address, b"\xff\xe9.txt\n"), b"bytes")
        self.assertEqual(server.event("served")["b64"], "/+kudHh0")
        sock = self.dial(address)
        entries = json.loads(http(sock, "/?json")[2])["entries"]
        found = [entry for entry in entries if entry.get("b64") == "/+kudHh0"]
        self.assertEqual(http(sock, found[0]["href"])[2], b"bytes")


@needs("strace")
class HostileToAnOldKernel(Injected, Hostile):
    """The same on a kernel before 5.6."""


@needs("strace")
class HostileInAContainer(Injected, Hostile):
    """The same under a filter that does not know the call."""

    ERROR = "EPERM"


class OurProtocol(Serving):
    def setUp(self):
        super().setUp()
        self.content = os.urandom(3 * MIB + 17)
        self.put("big.bin", self.content)
        self.put("hi", b"hi")
        self.server, self.address = self.serve()
        self.protocol = Protocol(self.dial(self.address))

    def test_a_client_written_from_the_document(self):
        def client(*arguments):
            command = [sys.executable, "-B", str(PEERS / "protocol_client.py"), *map(str, self.address), *arguments]
            return subprocess.run(command, capture_output=True, timeout=60, check=True, cwd=self.home).stdout

        self.put("small.bin", self.content[:100_000])
        self.assertIn(b"small.bin", client("list"))
        client("get", "small.bin", "fetched", "30000")
        self.assertEqual((self.home / "fetched").read_bytes(), self.content[:100_000])
        self.assertTrue(re.search(rb"[0-9a-f]{64}", client("hash", "small.bin")))

    def test_whole_parts_and_their_ends(self):
        self.assertEqual(self.protocol.hello, b"\xf5SKY\x01\0\0\x03")
        file, data, _ = self.protocol.get(b"big.bin")
        self.assertEqual((file[:3], data), ((len(self.content), 0, len(self.content)), self.content))
        identity = file[4]
        _, data, _ = self.protocol.get(b"big.bin", MIB + 5, identity=identity)
        self.assertEqual(data, self.content[MIB + 5 :])
        self.assertEqual(self.protocol.get(b"big.bin", 7, 9)[1], self.content[7:16])
        self.assertEqual(self.protocol.get(b"big.bin", len(self.content))[1], b"")
        self.assertEqual(self.protocol.get(b"big.bin", len(self.content) + 1), 7)
        self.assertEqual(self.protocol.get(b"big.bin", identity=bytes(16)), 2)
        self.assertEqual(self.protocol.get(b"hi")[1], b"hi", "after an error the connection goes on")

    def test_hashes_are_made_and_remembered(self):
        file, _, first = self.protocol.get(b"big.bin", 5, 5, flags=2)
        self.assertEqual((len(first), file[5]), (32, bytes(32)))
        file, _, again = self.protocol.get(b"big.bin", flags=2)
        self.assertEqual((file[5], again), (first, first))
        self.protocol.request(4, bytes(16) + b"big.bin")
        kind, _, payload = self.protocol.frame()
        self.assertEqual((kind, payload), (0x86, file[4] + first))
        self.protocol.request(2, b"big.bin")
        kind, flags, payload = self.protocol.frame()
        self.assertEqual((kind, flags, payload[0], payload[24:]), (0x82, 1, 1, file[4] + first))
        self.put("big.bin", self.content[::-1])
        self.assertNotEqual(self.protocol.get(b"big.bin", flags=2)[2], first)

    def test_what_is_asked_wrong(self):
        for kind, payload, code, goes_on in (
            (9, b"x", 6, True),
            (3, b"x" * 5, 5, False),
            (2, b"x" * 8193, 4, False),
            (2, b"x" * 4097, 4, True),
        ):
            protocol = Protocol(self.dial(self.address))
            protocol.request(kind, payload)
            answered, _, said = protocol.frame()
            self.assertEqual((answered, struct.unpack_from(">H", said)[0]), (0xFF, code))
            if goes_on:
                self.assertEqual(protocol.get(b"hi")[1], b"hi")
            else:
                self.assertEqual(protocol.sock.recv(1), b"")

    def test_requests_behind_the_preamble_and_a_bye(self):
        sock = self.dial(self.address)
        get = struct.pack(">BBHIQQ16s", 3, 0, 0, 34, 0, (1 << 64) - 1, b"") + b"hi"
        whole = b"\xf5SKY\x07\0\0\0" + get * 2 + struct.pack(">BBHI", 5, 0, 0, 0)
        for byte in whole:
            sock.sendall(bytes([byte]))
        said = read_to_end(sock)
        self.assertEqual((said[:5], said.count(b"hi")), (b"\xf5SKY\x01", 2))


class OverUnix(Serving):
    """The same over a socket with a path or an abstract name."""

    def setUp(self):
        super().setUp()
        self.content = os.urandom(3 * MIB + 17)
        self.put("big.bin", self.content)
        self.put("hi", b"hi")
        self.path = self.home / "sock"

    def stand_up(self, name, *arguments):
        server = self.sockeye("serve", self.folder, "--listen", f"unix:{name}", "--json", *arguments)
        self.assertEqual(server.event("listening")["addr"], f"unix:{name}")
        return server

    def dial_unix(self, name):
        sock = self.closed(socket.socket(socket.AF_UNIX))
        sock.settimeout(PATIENCE)
        sock.connect(f"\0{name[1:]}" if name.startswith("@") else name)
        return sock

    def test_two_dialects(self):
        for name in (str(self.path), f"@sockeye-{os.getpid()}"):
            server = self.stand_up(name)
            protocol = Protocol(self.dial_unix(name))
            self.assertEqual(protocol.get(b"big.bin")[1], self.content)
            self.assertEqual(protocol.get(b"hi")[1], b"hi")
            sock = self.dial_unix(name)
            # Whoever may open it is no web page, so every name is good.
            for host in ("localhost", "x.example"):
                self.assertEqual(http(sock, "/big.bin", host=host)[2], self.content)
            for dialect in ("sockeye", "http"):
                (self.home / "got").unlink(missing_ok=True)
                getter = self.sockeye("get", f"unix:{name}", "big.bin", "--dialect", dialect, "-o", self.home / "got")
                self.succeeds(getter)
                self.assertEqual((self.home / "got").read_bytes(), self.content)
            told = server.event("opened")
            self.assertEqual((told["peer"], told["local"]), (f"unix:{name}",) * 2)
            # A bare name is told by a reset that its file changed, and there is none here.
            bare = self.dial_unix(name)
            bare.sendall(b"hi\n\n")
            self.assertTrue(read_to_end(bare).startswith(b"HTTP/1.1 400 "))
            sock.close()
            protocol.sock.close()
            self.assertEqual(server.stop(), 0)
        self.assertFalse(self.path.exists())
        self.ends(self.sockeye("serve", self.folder, "--listen", f"unix:{self.path}", "--dialect", "name"), 2)

    @needs("curl")
    def test_curl(self):
        self.stand_up(self.path, "--allow-host", "files.example")
        curl = ["curl", "-sS", "-m", "15", "--unix-socket", self.path]
        for host, code in (("localhost", b"200"), ("files.example", b"200"), ("x.example", b"403")):
            said = subprocess.run([*curl, "-w", "%{http_code}", f"http://{host}/hi"], capture_output=True, check=True).stdout
            self.assertEqual(said[-3:], code)
        said = subprocess.run([*curl, "-r", "5-9", "http://localhost/big.bin"], capture_output=True, check=True).stdout
        self.assertEqual(said, self.content[5:10])

    def test_whose_path_it_is(self):
        self.path.write_bytes(b"a file")
        self.ends(self.sockeye("serve", self.folder, "--listen", f"unix:{self.path}"), 45)
        self.assertEqual(self.path.read_bytes(), b"a file")
        self.path.unlink()
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(self.path))
        server = self.stand_up(self.path)
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        self.ends(self.sockeye("serve", self.folder, "--listen", f"unix:{self.path}"), 45)
        self.assertEqual(Protocol(self.dial_unix(str(self.path))).get(b"hi")[1], b"hi")
        self.assertEqual(server.stop(), 0)

    def test_a_file_that_changes_is_not_taken_for_whole(self):
        self.stand_up(self.path)
        for request in (b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n", None):
            self.put("file", b"a" * (24 * MIB))
            sock = self.dial_unix(str(self.path))
            if request:
                sock.sendall(request)
                read_exactly(sock, 1000)
                os.truncate(self.folder / "file", 12 * MIB)
                self.assertLess(len(read_to_end(sock)), 24 * MIB)
            else:
                protocol = Protocol(sock)
                protocol.request(3, struct.pack(">QQ16s", 0, (1 << 64) - 1, b"") + b"file")
                self.assertEqual(protocol.frame()[0], 0x83)
                os.truncate(self.folder / "file", 12 * MIB)
                self.assertNotEqual(protocol.last(), 0x85)
