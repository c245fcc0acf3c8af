"""A folder offered on a port: in the tutorials' dialect, in HTTP and in our own; and nothing else of this machine."""

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from harness import (
    PATIENCE,
    PEERS,
    Case,
    cpu_seconds_of,
    descriptors_of,
    eventually,
    memory_of,
    raise_descriptor_limit,
    read_exactly,
    read_to_end,
)

SECRET = b"the secret outside of the tree, which nobody is to see"
MIB = 1 << 20
IN_CI = bool(os.environ.get("CI"))


def program(name):
    """Skip where this program is not installed; in CI it has to be."""
    found = shutil.which(name)
    if not found and IN_CI:
        raise AssertionError(f"{name} is not installed, and in CI it has to be")
    return unittest.skipUnless(found, f"{name} is not installed")


class Serving(Case):
    """A folder of ours, and a secret beside it."""

    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)
        self.folder = self.home / "offered"
        self.folder.mkdir()
        self.secret = self.home / "secret"
        self.secret.write_bytes(SECRET)

    def put(self, name, content):
        """A file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def serve(self, *arguments, at="127.0.0.1:0", **options):
        """Start `sockeye serve FOLDER --json`; gives the process and the address of its first socket."""
        server = self.sockeye("serve", self.folder, "--listen", at, "--json", *arguments, **options)
        return server, server.address()

    def ask(self, address, request, end=False):
        """What comes back for these bytes until the close."""
        sock = self.dial(address)
        with sock:
            sock.sendall(request)
            if end:
                sock.shutdown(socket.SHUT_WR)
            return read_to_end(sock)


def http(sock, target, method="GET", host="localhost", **lines):
    """Ask over a connection that is kept; gives the status, the head's lines and the body."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    target = target if isinstance(target, bytes) else target.encode()
    sock.sendall(method.encode() + b" " + target + b" HTTP/1.1\r\nHost: " + host.encode() + b"\r\n" + extra.encode() + b"\r\n")
    return answer(sock, method)


def answer(sock, method="GET"):
    """The next answer on a connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)
        if not byte:
            raise EOFError(f"the connection ended after {head!r}")
        head += byte
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    has_body = method != "HEAD" and " 304 " not in f"{first} "
    body = read_exactly(sock, int(fields["content-length"])) if has_body else b""
    return int(first.split()[1]), fields, body


class Protocol:
    """A client of `docs/PROTOCOL.md`, as a stranger would write it."""

    def __init__(self, sock):
        self.sock = sock
        sock.sendall(b"\xf5SKY\x01\0\0\x03")
        self.hello = read_exactly(sock, 8)

    def request(self, kind, payload, flags=0):
        self.sock.sendall(struct.pack(">BBHI", kind, flags, 0, len(payload)) + payload)

    def frame(self):
        kind, flags, _, length = struct.unpack(">BBHI", read_exactly(self.sock, 8))
        return kind, flags, read_exactly(self.sock, length)

    def get(self, name, offset=0, length=(1 << 64) - 1, identity=None, flags=0):
        """The fields of FILE, the bytes, and the hash of DONE; or the code of ERROR."""
        flags |= 1 if identity else 0
        self.request(3, struct.pack(">QQ16s", offset, length, identity or b"") + name, flags)
        kind, _, payload = self.frame()
        if kind == 0xFF:
            return struct.unpack_from(">H", payload)[0]
        assert kind == 0x83, kind
        file = struct.unpack(">QQQq16s32s", payload)
        data = bytearray()
        while True:
            kind, flags, payload = self.frame()
            if kind == 0x84:
                data += payload
            elif kind == 0x85:
                return file, bytes(data), payload if flags & 1 else None
            else:
                return struct.unpack_from(">H", payload)[0]

    def list(self, path=b"", page=0):
        """Every entry, and how many pages they took."""
        entries, pages, cursor = [], 0, b""
        while True:
            self.request(1, struct.pack(">IHH", page, len(cursor), 0) + cursor + path)
            kind, flags, payload = self.frame()
            if kind == 0xFF:
                return struct.unpack_from(">H", payload)[0], pages
            count, length, _ = struct.unpack_from(">IHH", payload)
            at, pages = 8, pages + 1
            for _ in range(count):
                what, _, size_of_name, size, _ = struct.unpack_from(">BBHQq", payload, at)
                entries.append((payload[at + 20 : at + 20 + size_of_name], what, size))
                at += 20 + size_of_name
            cursor = payload[at:]
            assert len(cursor) == length
            if not flags & 1:
                return entries, pages


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

    def test_a_name_ends_by_a_pause_a_newline_or_a_fin(self):
        self.put("a b.txt", b"content")
        server, address = self.serve()
        began = time.monotonic()
        self.assertEqual(self.ask(address, b"a b.txt"), b"content")
        self.assertGreaterEqual(time.monotonic() - began, 0.19)
        for request, end in ((b"a b.txt\n", False), (b"a b.txt\r\n", False), (b"a b.txt", True)):
            began = time.monotonic()
            self.assertEqual(self.ask(address, request, end), b"content")
            self.assertLess(time.monotonic() - began, 0.19)
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
        """Every name, with its answer and within a second."""
        self.assertGreaterEqual(len(HOSTILE), 150)
        for name in HOSTILE:
            # root reads it all the same.
            if name == b"closed" and os.geteuid() == 0:
                continue
            began = time.monotonic()
            said = ask(name)
            self.assertLess(time.monotonic() - began, 1.0, name)
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
            self.assertEqual((status, SECRET in body), (404, False), name)

    def test_as_names_of_our_protocol(self):
        _, address = self.serve()
        protocol = Protocol(self.dial(address))
        for name in HOSTILE:
            if name == b"closed" and os.geteuid() == 0:
                continue
            began = time.monotonic()
            code = protocol.get(name)
            self.assertEqual(code, 4 if len(name) > 4096 else 1, name)
            if len(name) > 8000:  # Of a frame that is too long nothing is read.
                protocol = Protocol(self.dial(address))
            self.assertLess(time.monotonic() - began, 1.0, name)
        for path in (b"..", b"out-folder", b".git", b"a.txt", b"nothing", b"/"):
            self.assertEqual(protocol.list(path)[0], 1, path)
        names = sorted(name for name, _, _ in protocol.list()[0])
        self.assertEqual(names, [b"a.txt", b"closed", b"empty"])
        self.assertEqual(protocol.list(b"empty"), ([], 1))

    def test_ten_mebibytes_of_name(self):
        server, address = self.serve()
        for begin, expected in ((b"", b"1"), (b"GET /", b"HTTP/1.1 431 ")):
            sock = self.dial(address)
            sock.sendall(begin + b"x" * (10 * MIB))
            self.assertTrue(read_to_end(sock).startswith(expected), "an answer and a close, never a reset")
        self.assertLess(memory_of(server.pid), 64 * MIB)

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


class Injected:
    """A server to which openat2 answers with an error."""

    ERROR = "ENOSYS"

    def setUp(self):
        super().setUp()
        self.trace = self.home / "trace"
        # As a grandchild (-D), so that the process that is started is sockeye itself.
        self.under = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o", self.trace]
        self.under += ["-e", "trace=openat2", "-e", f"inject=openat2:error={self.ERROR}"]

    def serve(self, *arguments, **options):
        server, address = super().serve(*arguments, under=self.under, **options)
        self.assertIn(f"= -1 {self.ERROR} ", self.trace.read_text())
        return server, address


@program("strace")
class HostileToAnOldKernel(Injected, Hostile):
    """The same on a kernel before 5.6."""


@program("strace")
class HostileInAContainer(Injected, Hostile):
    """The same under a filter that does not know the call."""

    ERROR = "EPERM"


class Http(Serving):
    def setUp(self):
        super().setUp()
        self.content = os.urandom(100_000)
        self.put("big.bin", self.content)
        self.put("page.html", b"<p>hi")
        _, self.address = self.serve()
        self.sock = self.dial(self.address)

    def test_one_connection_for_all(self):
        status, fields, body = http(self.sock, "/big.bin")
        self.assertEqual((status, body), (200, self.content))
        self.assertEqual(fields["content-type"], "application/octet-stream")
        self.assertEqual(http(self.sock, "/page.html")[1]["content-type"], "text/html")
        status, fields, body = http(self.sock, "/big.bin", "HEAD")
        self.assertEqual((status, fields["content-length"], body), (200, "100000", b""))
        status, fields, body = http(self.sock, "/big.bin", Range="bytes=10-19")
        self.assertEqual((status, fields["content-range"], body), (206, "bytes 10-19/100000", self.content[10:20]))
        self.assertEqual(http(self.sock, "/big.bin", Range="bytes=-5")[2], self.content[-5:])
        status, fields, _ = http(self.sock, "/big.bin", Range="bytes=100000-")
        self.assertEqual((status, fields["content-range"]), (416, "bytes */100000"))
        self.assertEqual(http(self.sock, "/nothing")[0], 404)
        self.assertEqual(http(self.sock, "/page.html", Connection="close")[0], 200)
        self.assertEqual(self.sock.recv(1), b"")

    def test_requests_in_one_piece_are_answered_in_order(self):
        head = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
        self.sock.sendall(head % b"page.html" + head % b"nothing" + head % b"big.bin")
        self.assertEqual([answer(self.sock)[0] for _ in range(3)], [200, 404, 200])

    def test_a_state_has_a_tag(self):
        tag, modified = (http(self.sock, "/big.bin", "HEAD")[1][name] for name in ("etag", "last-modified"))
        self.assertEqual(http(self.sock, "/big.bin", If_None_Match=tag)[0], 304)
        self.assertEqual(http(self.sock, "/big.bin", If_Modified_Since=modified)[0], 304)
        part = {"Range": "bytes=1-2"}
        for known in (tag, modified):
            self.assertEqual(http(self.sock, "/big.bin", If_Range=known, **part)[0], 206)
        self.put("big.bin", self.content[::-1])
        self.assertEqual(http(self.sock, "/big.bin", If_None_Match=tag)[0], 200)
        status, fields, body = http(self.sock, "/big.bin", If_Range=tag, **part)
        self.assertEqual((status, body), (200, self.content[::-1]))
        self.assertNotEqual(fields["etag"], tag)

    def test_what_is_no_request_is_told_so(self):
        for request, status in (
            (b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000, b"405"),
            (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", b"405"),
            (b"GET /x HTTP/1.1\r\n\r\n", b"400"),
            (b"GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
            (b"GET /x HTTP/9.9\r\nHost: x\r\n\r\n", b"400"),
            (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 100 + b"\r\n", b"431"),
            (b"GET / HTTP/1.1\r\nA: " + b"b" * 20_000 + b"\r\n\r\n", b"431"),
        ):
            said = self.ask(self.address, request)
            self.assertEqual(said.split(b" ", 2)[1], status, request[:40])
            self.assertEqual(b"Allow: GET, HEAD\r\n" in said, status == b"405")

    def test_any_split_gives_the_same(self):
        request = b"GET /page.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        for cut in range(1, len(request)):
            sock = self.dial(self.address)
            sock.sendall(request[:cut])
            sock.sendall(request[cut:])
            self.assertTrue(read_to_end(sock).endswith(b"\r\n\r\n<p>hi"), cut)

    def test_folders_have_pages(self):
        self.put("sub/<b>&'\".txt", b"x")
        status, fields, body = http(self.sock, "/")
        self.assertEqual((status, fields["content-type"]), (200, "text/html; charset=utf-8"))
        self.assertIn(b'<a href="/sub/">sub/</a>', body)
        body = http(self.sock, "/sub/")[2]
        self.assertIn(b"&lt;b&gt;&amp;&#39;&quot;.txt", body)
        href = re.search(rb'href="(/sub/%3C[^"]*)"', body).group(1)
        self.assertEqual(http(self.sock, href)[2], b"x")
        # Without the slash it is a name, and a folder is nothing that could be fetched.
        self.assertEqual(http(self.sock, "/sub")[0], 404)
        self.assertEqual(http(self.sock, "/page.html/")[0], 404)

    def test_a_large_folder_comes_in_pages(self):
        names = {f"{number:05d}-{'x' * 40}" for number in range(3000)}
        (self.folder / "many").mkdir()
        for name in names:
            (self.folder / "many" / name).touch()
        found, mark, pages = [], "", 0
        while mark is not None:
            page = json.loads(http(self.sock, f"/many/?json&after={mark}")[2])
            found += [entry["name"] for entry in page["entries"]]
            mark, pages = page["next"], pages + 1
        self.assertEqual((len(found), set(found) == names), (3000, True))
        self.assertGreater(pages, 3)
        protocol = Protocol(self.dial(self.address))
        for page in (0, 100):
            entries, pages = protocol.list(b"many", page)
            self.assertEqual((len(entries), {name.decode() for name, _, _ in entries} == names), (3000, True))
        self.assertEqual(pages, 30)

    def curl(self, *arguments):
        url = f"http://{self.address[0]}:{self.address[1]}"
        arguments = [argument.replace("URL", url) for argument in arguments]
        return subprocess.run(["curl", "-sS", "-m", "15", *arguments], capture_output=True, cwd=self.home, check=True)

    @program("curl")
    def test_curl(self):
        self.assertEqual(self.curl("URL/big.bin").stdout, self.content)
        self.assertEqual(self.curl("-r", "500-999", "URL/big.bin").stdout, self.content[500:1000])
        (self.home / "part").write_bytes(self.content[:40_000])
        self.curl("-C", "-", "-o", "part", "URL/big.bin")
        self.assertEqual((self.home / "part").read_bytes(), self.content)
        said = self.curl("-o", "a", "-o", "b", "-w", "%{num_connects}", "URL/big.bin", "URL/page.html").stdout
        self.assertEqual(said, b"10", "the second comes over the connection of the first")

    @program("wget")
    def test_wget(self):
        url = f"http://{self.address[0]}:{self.address[1]}/big.bin"
        (self.home / "big.bin").write_bytes(self.content[:40_000])
        command = ["wget", "-q", "-t", "1", "-T", "15", "-c", url]
        subprocess.run(command, cwd=self.home, check=True, env={**os.environ, "no_proxy": "*"})
        self.assertEqual((self.home / "big.bin").read_bytes(), self.content)


def status_of(said):
    """The status of an answer, as a number."""
    return int(said.split(b" ", 2)[1])


#: What a request may say of whom it calls, and whether a server that only this machine can reach is called by it.
CALLED = [
    *((f"Host: {host}{port}", True) for host in ("127.0.0.1", "127.8.9.10", "[::1]", "localhost", "LOCALhost.", "a.b.localhost")
      for port in ("", ":1", ":8889")),
    *((f"Host: {host}{port}", False) for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.7",
      "evillocalhost", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433") for port in ("", ":80")),
]


class Called(Serving):
    """A web page may have its own name lead to this machine; then it still calls us by that name."""

    def setUp(self):
        super().setUp()
        self.put("file", b"content")

    def status(self, address, line, target="/file", method="GET", version="1.1"):
        request = f"{method} {target} HTTP/{version}\r\n{line}\r\nConnection: close\r\n\r\n"
        return status_of(self.ask(address, request.replace("\r\n\r\n\r\n", "\r\n\r\n").encode()))

    def test_by_whose_name(self):
        for at in ("127.0.0.1:0", "localhost:0"):
            _, address = self.serve(at=at)
            for line, is_ours in CALLED:
                for target in ("/file", "/", "/?json"):
                    self.assertEqual(self.status(address, line, target), 200 if is_ours else 403, f"{at} {line} {target}")
                self.assertEqual(self.status(address, line, method="POST"), 405 if is_ours else 403, line)
                self.assertEqual(self.status(address, line, version="1.0"), 200 if is_ours else 403, line)
                authority = line.removeprefix("Host: ")
                for other in ("Host: localhost", "Host: evil.example"):
                    # The address is the one that counts.
                    status = self.status(address, other, f"http://{authority}/file")
                    self.assertEqual(status, 200 if is_ours else 403, f"{authority} {other}")
            self.assertEqual(self.status(address, "A: b", version="1.0"), 200)

    def test_what_calls_nobody(self):
        _, address = self.serve()
        for line in ("A: b", "Host:", "Host: ", "Host: a b", "Host: localhost\r\nHost: localhost", "Host: localhost\r\nhOST: evil",
                     "Host: localhost:x", "Host: ::1", "Host: [::1", "Host: me@localhost", "Host: localhost/", "Host : localhost",
                     "Host: localhost\r\n Host: x", "Host: 报"):
            self.assertEqual(self.status(address, line), 400, line)
        for target in ("http://", "http:///file", "http://me@localhost/file", "http://[::1/file"):
            self.assertEqual(self.status(address, "Host: localhost", target), 400, target)

    def test_the_answer_says_what_to_do_and_the_event_what_was_called(self):
        server, address = self.serve()
        sock = self.dial(address)
        status, fields, body = http(sock, "/file", host="Evil.example:80")
        self.assertEqual((status, fields["connection"], fields["content-type"]), (403, "close", "text/plain"))
        self.assertEqual(body, b"this server does not go by the name evil.example; --allow-host evil.example would have it do so\n")
        self.assertEqual(sock.recv(1), b"")
        self.assertEqual(server.event("served")["name"], "http://evil.example/file")
        self.assertEqual(server.event("closed")["why"], "refused")
        self.assertEqual(server.stop(), 0)
        told = [event["outcome"] for event in server.events() if event["type"] == "served"]
        self.assertEqual(told, ["refused"])

    def test_names_that_are_allowed(self):
        for at, numbers in (("127.0.0.1:0", 403), ("0.0.0.0:0", 200)):
            _, address = self.serve("--allow-host", "my.example", "--allow-host", "10.1.1.1", at=at)
            for line, status in (("my.example", 200), ("MY.example.:80", 200), ("10.1.1.1", 200), ("localhost", 200),
                                 ("evil.example", 403), ("your.my.example", 403), ("10.0.0.7", numbers), ("[2001:db8::1]", numbers)):
                self.assertEqual(self.status(address, f"Host: {line}"), status, f"{at} {line}")
        for name in ("*", "", "http://my.example", "a/b"):
            self.ends(self.sockeye("serve", self.folder, "--allow-host", name), 2)

    def test_open_to_others_it_has_any_name(self):
        _, address = self.serve(at="0.0.0.0:0")
        for line, _ in CALLED:
            self.assertEqual(self.status(address, line), 200, line)

    def test_listings_do_nothing_and_nothing_is_guessed(self):
        _, address = self.serve()
        sock = self.dial(address)
        _, fields, _ = http(sock, "/")
        policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        self.assertEqual(fields["content-security-policy"], policy)
        for target in ("/", "/?json", "/file", "/nothing"):
            self.assertEqual(http(sock, target)[1]["x-content-type-options"], "nosniff", target)


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

    @program("curl")
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
                self.assertNotEqual(Changing.last(protocol), 0x85)


class Changing(Serving):
    """A file that changes while it is sent is never taken for whole."""

    SIZE = 24 * MIB

    def begun(self, address, request):
        """A download that has begun and does not go on."""
        sock = self.dial(address, receive_buffer=4096)
        sock.sendall(request)
        self.assertEqual(len(read_exactly(sock, 1000)), 1000)
        return sock

    def changes(self):
        """Ways to change the file under a reader."""
        path = self.folder / "file"

        def truncate():
            os.truncate(path, self.SIZE // 2)

        def grow():
            with path.open("ab") as file:
                file.write(b"more")

        def overwrite():
            with path.open("r+b") as file:
                file.seek(self.SIZE - 10)
                file.write(b"different")

        return truncate, grow, overwrite

    def test_no_dialect_calls_it_whole(self):
        _, address = self.serve()
        for change in self.changes():
            for request in (b"file\n", b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n", None):
                self.put("file", b"a" * self.SIZE)
                if request:
                    sock = self.begun(address, request)
                    change()
                    with self.assertRaises(ConnectionResetError, msg=f"{change.__name__} {request}"):
                        read_to_end(sock)
                    continue
                protocol = Protocol(self.dial(address, receive_buffer=4096))
                protocol.request(3, struct.pack(">QQ16s", 0, (1 << 64) - 1, b"") + b"file")
                self.assertEqual(protocol.frame()[0], 0x83)
                change()
                with self.subTest(change=change.__name__):
                    self.assertNotEqual(self.last(protocol), 0x85)

    @staticmethod
    def last(protocol):
        """The type of the last frame that came whole, when something else than bytes came or the connection ended."""
        try:
            while True:
                kind = protocol.frame()[0]
                if kind != 0x84:
                    return kind
        except (ConnectionResetError, struct.error):
            return None

    def test_a_file_that_is_replaced_is_sent_as_it_was(self):
        self.put("file", b"a" * self.SIZE)
        _, address = self.serve()
        sock = self.begun(address, b"file\n")
        self.put("new", b"b" * self.SIZE)
        os.rename(self.folder / "new", self.folder / "file")
        # Its last link is gone, which is a change of its ctime: what is sent of it may be cut, and is never mixed.
        try:
            rest = read_to_end(sock)
        except ConnectionResetError:
            rest = b""
        self.assertEqual(rest.count(b"b"), 0)


class Limits(Serving):
    def test_slow_askers_are_gone(self):
        server, address = self.serve("--quiet")
        began = time.monotonic()
        askers = {self.dial(address): request for request in (b"", b"GET", b"GET /x HTTP/1.1\r\nA: ", b"\xf5SKY", b"na")}
        silent = [self.dial(address) for _ in range(200)]
        while askers and time.monotonic() - began < 12:
            for sock, request in list(askers.items()):
                try:
                    sock.settimeout(0.05)
                    sock.sendall(b"x" if time.monotonic() - began > 0.1 and request else request)
                    if sock.recv(4096) == b"" or request == b"na":
                        del askers[sock]
                except TimeoutError:
                    pass
                except OSError:
                    del askers[sock]
        self.assertEqual(len(askers), 0, list(askers.values()))
        for sock in silent:
            sock.settimeout(max(0.1, began + 12 - time.monotonic()))
            self.assertEqual(sock.recv(1), b"")
        self.assertEqual(server.stop(), 0)

    def test_late_http_is_told_so(self):
        _, address = self.serve()
        sock = self.dial(address)
        sock.sendall(b"GET /x HTTP/1.1\r\n")
        began = time.monotonic()
        self.assertTrue(read_to_end(sock).startswith(b"HTTP/1.1 408 "))
        self.assertLess(abs(time.monotonic() - began - 10), 2)

    def test_those_who_do_not_read_cost_little(self):
        """The kernel's own count of what it holds for each of them, and what the server does. (5,000 are in test_crowds.)"""
        number = 200
        self.put("large", b"x" * (100 * MIB))
        raise_descriptor_limit()
        server, (host, port) = self.serve("--quiet")
        eventually(lambda: memory_of(server.pid) > 0)
        before = memory_of(server.pid)
        idle = []
        for _ in range(number):
            sock = self.dial((host, port), receive_buffer=4096)
            sock.sendall(b"large\n")
            idle.append(sock)
        for sock in idle:
            self.assertEqual(sock.recv(1), b"x")
        threading.Event().wait(0.5)
        table = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        queues = [int(row[4].split(":")[0], 16) for row in table if row[1].endswith(f":{port:04X}") and row[3] == "01"]
        self.assertEqual(len(queues), number)
        self.assertLessEqual(max(queues), 64 * 1024)
        self.assertLess((memory_of(server.pid) - before) / number, 16 * 1024)
        self.assertLess(memory_of(server.pid), 160 * MIB)
        # And somebody who reads is not kept waiting by them.
        sock = self.dial((host, port))
        sock.sendall(b"large\n")
        self.assertEqual(len(read_to_end(sock)), 100 * MIB)

    def test_who_takes_nothing_is_given_up(self):
        self.put("large", b"x" * (32 * MIB))
        server, address = self.serve("--idle-timeout", "500ms")
        sock = self.dial(address, receive_buffer=4096)
        sock.sendall(b"large\n")
        told = server.event("served")
        self.assertEqual(told["outcome"], "stalled")
        self.assertEqual(server.event("closed")["why"], "too-slow")
        with self.assertRaises(ConnectionResetError):
            read_to_end(sock)

    def test_the_rate_is_kept(self):
        self.put("file", b"x" * 300_000)
        _, address = self.serve("--rate", "200kB")
        began = time.monotonic()
        self.assertEqual(len(self.ask(address, b"file\n")), 300_000)
        self.assertTrue(1.3 < time.monotonic() - began < 2.5)

    def test_a_sparse_file_of_five_gibibytes(self):
        with self.put("sparse", b"first").open("r+b") as file:
            file.truncate(5 << 30)
            file.seek((5 << 30) - 4)
            file.write(b"last")
        server, address = self.serve()
        protocol = Protocol(self.dial(address))
        self.assertEqual(protocol.get(b"sparse", 0, 6)[1], b"first\0")
        file, data, _ = protocol.get(b"sparse", (5 << 30) - 5)
        self.assertEqual((file[0], data), (5 << 30, b"\0last"))
        status, fields, body = http(self.dial(address), "/sparse", Range=f"bytes={(5 << 30) - 4}-")
        self.assertEqual((status, fields["content-range"], body), (206, "bytes 5368709116-5368709119/5368709120", b"last"))
        self.assertLess(memory_of(server.pid), 64 * MIB)

    def test_max_connections_lets_others_wait(self):
        self.put("file", b"content")
        _, address = self.serve("--max-connections", "1")
        first, second = self.dial(address), self.dial(address)
        second.sendall(b"file\n")
        second.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            second.recv(1)
        first.close()
        second.settimeout(PATIENCE)
        self.assertEqual(read_to_end(second), b"content")


class OnATerminal(Serving):
    """One line at the bottom says what is being sent."""

    SIZE = 24 * MIB

    def setUp(self):
        super().setUp()
        self.put("报告" * 20, b"x" * self.SIZE)
        self.put("a\u202eb", b"x" * self.SIZE)
        self.put("small", b"content")
        self.shown = self.terminal("serve", self.folder, "--listen", "127.0.0.1:0", columns=200)
        self.address = ("127.0.0.1", int(self.shown.read_until(r"listening on tcp://127\.0\.0\.1:(\d+)").group(1)))

    def begun(self, name):
        """A download that has begun and waits to be read on."""
        sock = self.dial(self.address, receive_buffer=4096)
        sock.sendall(name.encode() + b"\n")
        read_exactly(sock, 1000)
        return sock

    def bottom(self, pattern):
        """The screen, once its last line is this."""
        expression = re.compile(pattern)
        return self.shown.wait_for_screen(lambda lines: lines and expression.fullmatch(lines[-1]) and lines)

    def test_one_line_tells_what_is_sent_and_goes_away(self):
        first = self.begun("报告" * 20)
        self.bottom(r"\.\.\.[报告]+\s+\d+% of 24\.0 MiB  .*/s  .*")
        second = self.begun("a\u202eb")
        self.bottom(r"2 files under way  .*/s\s*")
        # What happens meanwhile has its lines above.
        self.ask(self.address, b"small\n")
        self.shown.wait_for_screen(lambda lines: any("name: get 'small': 7 bytes in" in line for line in lines))
        second.close()
        self.bottom(r"\.\.\.[报告]+\s+\d+% of .*")
        self.assertEqual(len(read_to_end(first)), self.SIZE - 1000)
        lines = self.shown.wait_for_screen(lambda lines: "closed" in lines[-2] and lines[-1] == "" and lines)
        self.assertEqual([line for line in lines if "under way" in line or "% of" in line], [])
        self.assertTrue(any(re.search(rf"#1 name: get '(报告)+': {self.SIZE} bytes in", line) for line in lines), lines)
        for sequence in re.findall(rb"\x1b[^m]*.", self.shown.output.bytes()):
            self.assertRegex(sequence, rb"^\x1b\[[0-9;]*m$")
        self.assertNotIn("\u202e".encode(), self.shown.output.bytes())

    def test_nothing_is_written_while_nothing_happens(self):
        self.ask(self.address, b"small\n")
        self.shown.read_until(r"closed: [^\n]*\n")
        used = cpu_seconds_of(self.shown.pid)
        before = len(self.shown.output.bytes())
        # This measures; it synchronises nothing.
        threading.Event().wait(1)
        self.assertEqual(len(self.shown.output.bytes()), before)
        self.assertLess(cpu_seconds_of(self.shown.pid) - used, 0.1)

    def test_nobody_else_is_shown_it(self):
        server, self.address = self.serve()
        self.assertEqual(len(read_to_end(self.begun("a\u202eb"))), self.SIZE - 1000)
        self.assertEqual(server.stop(), 0)
        self.assertLessEqual({event["type"] for event in server.events()}, {"listening", "opened", "served", "closed", "summary"})


class Command(Serving):
    def test_the_banner_says_what_to_type(self):
        server = self.sockeye("serve", self.folder, "--listen", "127.0.0.1:0", stdin=subprocess.DEVNULL)
        said = server.stderr.wait(lambda said: said if said.count(b"\n") >= 7 else None).decode()
        port = re.search(r"listening on tcp://127\.0\.0\.1:(\d+)", said).group(1)
        for line in (f"sockeye get 127.0.0.1:{port} NAME", f"curl -O http://127.0.0.1:{port}/NAME", f"nc 127.0.0.1 {port}"):
            self.assertIn(line, said)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.stdout.drained(), b"")

    def test_some_dialects_alone(self):
        self.put("file", b"content")
        _, address = self.serve("--dialect", "name")
        self.assertEqual(self.ask(address, b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n"), b"1")
        _, address = self.serve("--dialect", "http")
        self.assertTrue(self.ask(address, b"file\n", end=True).startswith(b"HTTP/1.1 400 "))

    def test_requests_are_told_to_people_without_escapes(self):
        self.put("file", b"content")
        server = self.sockeye("serve", self.folder, "--listen", "127.0.0.1:0", stdin=subprocess.DEVNULL)
        port = int(server.stderr.wait(lambda said: re.search(rb"127\.0\.0\.1:(\d+)", said)).group(1))
        self.ask(("127.0.0.1", port), b"\x1b[2Jfile\n")
        server.stderr.wait(lambda said: b"get '\\x1b[2Jfile'" in said)
        self.assertEqual(server.stop(), 0)
        self.assertNotIn(b"\x1b", server.stderr.drained())

    def test_a_transfer_under_way_is_finished_when_told_to_stop(self):
        self.put("file", b"x" * (8 * MIB))
        server, address = self.serve("--grace", "10s")
        sock, idle = self.dial(address, receive_buffer=4096), self.dial(address)
        sock.sendall(b"file\n")
        read_exactly(sock, 1000)
        self.assertEqual(http(idle, "/file", "HEAD")[0], 200)
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(idle.recv(1), b"")
        self.assertEqual(len(read_to_end(sock)), 8 * MIB - 1000)
        sock.close()
        self.assertEqual(server.finish(), 0)
        kinds = [event["type"] for event in server.events()]
        self.assertEqual((kinds[-1], kinds.count("opened"), kinds.count("closed")), ("summary", 2, 2))

    def test_descriptors_are_back_where_they_were(self):
        self.put("file", b"content")
        server, address = self.serve("--quiet")
        self.ask(address, b"file\n")
        self.assertTrue(eventually(lambda: descriptors_of(server.pid) > 3))
        before = descriptors_of(server.pid)
        for _ in range(50):
            self.ask(address, b"file\n")
            Protocol(self.dial(address)).list()
        for request in (b"nothing\n", b"GET /../x HTTP/1.1\r\n\r\n"):
            self.ask(address, request)
        self.doCleanups_of_sockets()
        self.assertTrue(eventually(lambda: descriptors_of(server.pid) <= before, 5))

    def doCleanups_of_sockets(self):
        """Close what was dialled; the server stays."""
        for function, arguments, _ in self._cleanups:
            if getattr(function, "__self__", None).__class__ is socket.socket:
                function(*arguments)

    def test_what_cannot_be_served(self):
        for arguments, code, word in (
            ((self.home / "nothing",), 26, "nothing"),
            ((self.secret,), 26, "secret"),
            ((self.folder, "--listen", "udp://0"), 2, "TCP"),
            ((self.folder, "--listen", "-"), 2, "TCP"),
            ((self.folder, "--dialect", "ftp"), 2, "ftp"),
            ((self.folder, "--rate", "0"), 2, "0 bytes"),
        ):
            server = self.sockeye("serve", *arguments)
            self.ends(server, code)
            self.assertIn(word, server.stderr.drained().decode())
        _, (_, port) = self.serve()
        self.ends(self.sockeye("serve", self.folder, "--listen", f"127.0.0.1:{port}"), 45)

    def test_a_hash_is_the_known_one(self):
        self.put("empty", b"")
        _, address = self.serve()
        # The BLAKE3 of nothing, from its own test vectors.
        known = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        self.assertEqual(Protocol(self.dial(address)).get(b"empty", flags=2)[2].hex(), known)


if __name__ == "__main__":
    unittest.main()
