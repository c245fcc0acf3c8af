"""A client of files written from docs/PROTOCOL.md: lists, gets, resumes and verifies.

Usage: protocol_client.py HOST PORT list [PATH] | get NAME FILE [CHUNK] | hash NAME.
`get` with a CHUNK fetches so many bytes, hangs up, and resumes on a new connection by identity, again and again.
"""

import socket
import struct
import sys

from blake3_hash import blake3

LIST, STAT, GET, HASH, BYE = 1, 2, 3, 4, 5
ENTRIES, INFO, FILE, DATA, DONE, HASHED, ERROR = 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0xFF
TO_THE_END = (1 << 64) - 1


class Refused(Exception):
    """The server's error."""


class Client:
    def __init__(self, host, port):
        self.sock = socket.create_connection((host, port), timeout=10)
        self.sock.sendall(b"\xf5SKY\x01\0\0\3")
        hello = self.read(8)
        if hello[:4] != b"\xf5SKY" or hello[4] != 1:
            raise Refused(f"another protocol: {hello!r}")

    def read(self, count):
        data = b""
        while len(data) < count:
            chunk = self.sock.recv(count - len(data))
            if not chunk:
                raise EOFError(f"the connection ended {count - len(data)} bytes early")
            data += chunk
        return data

    def ask(self, kind, payload, flags=0):
        self.sock.sendall(struct.pack(">BBHI", kind, flags, 0, len(payload)) + payload)

    def answer(self):
        kind, flags, _, length = struct.unpack(">BBHI", self.read(8))
        if length > 1 << 20:
            raise Refused(f"a frame of {length} bytes")
        payload = self.read(length)
        if kind == ERROR:
            raise Refused(f"error {struct.unpack('>H', payload[:2])[0]}")
        return kind, flags, payload

    def list(self, path):
        cursor = b""
        while True:
            self.ask(LIST, struct.pack(">IHH", 2, len(cursor), 0) + cursor + path)
            kind, flags, payload = self.answer()
            count, length, _ = struct.unpack(">IHH", payload[:8])
            at = 8
            for _ in range(count):
                what, _, size_of_name, size, _ = struct.unpack(">BBHQq", payload[at : at + 20])
                yield what, size, payload[at + 20 : at + 20 + size_of_name]
                at += 20 + size_of_name
            cursor = payload[at:]
            if len(cursor) != length or bool(flags & 1) != bool(cursor):
                raise Refused("a page that contradicts itself")
            if not cursor:
                return

    def get(self, name, offset=0, identity=None, most=TO_THE_END):
        """Size, identity, the bytes, and the hash of the whole file (if the server says it)."""
        flags = 2 | (1 if identity else 0)
        self.ask(GET, struct.pack(">QQ", offset, most) + (identity or bytes(16)) + name, flags)
        kind, flags, head = self.answer()
        size, begin, length, _ = struct.unpack(">QQQq", head[:32])
        if kind != FILE or begin != offset:
            raise Refused("not what was asked for")
        body = b""
        while True:
            kind, flags, payload = self.answer()
            if kind == DATA:
                body += payload
            else:
                break
        if kind != DONE or len(body) != length:
            raise Refused(f"{len(body)} bytes of {length}")
        return size, head[32:48], body, payload if flags & 1 else None

    def hash(self, name):
        self.ask(HASH, bytes(16) + name)
        return self.answer()[2][16:]

    def bye(self):
        self.ask(BYE, b"")
        if self.sock.recv(1):
            raise Refused("something came after BYE")


def fetch(host, port, name, chunk):
    client = Client(host, port)
    size, identity, body, whole = client.get(name, most=chunk)
    while len(body) < size:
        client.bye()
        client = Client(host, port)
        size, again, more, whole = client.get(name, len(body), identity, chunk)
        body += more
    if whole is None:
        whole = client.hash(name)
    client.bye()
    if blake3(body) != whole:
        raise Refused("the hash is another")
    return body


def main():
    host, port, command, *rest = sys.argv[1:]
    try:
        if command == "list":
            for what, size, name in Client(host, int(port)).list(rest[0].encode() if rest else b""):
                print(what, size, name)
        elif command == "get":
            body = fetch(host, int(port), rest[0].encode(), int(rest[2]) if len(rest) > 2 else TO_THE_END)
            with open(rest[1], "wb") as file:
                file.write(body)
            print("verified", len(body))
        else:
            print(Client(host, int(port)).hash(rest[0].encode()).hex())
    except Refused as refused:
        print("refused", refused)
        sys.exit(1)


main()
