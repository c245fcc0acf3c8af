"""A folder that is offered, and what asks for it: the base of all tests of `serve`."""

import socket
import struct
import tempfile
from pathlib import Path

from harness import Case, read_exactly, read_to_end

SECRET = b"the secret outside of the tree, which nobody is to see"
MIB = 1 << 20


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

    def last(self):
        """The type of the last frame that came whole, when something else than bytes came or the connection ended."""
        try:
            while True:
                kind = self.frame()[0]
                if kind != 0x84:
                    return kind
        except (ConnectionResetError, struct.error):
            return None


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
