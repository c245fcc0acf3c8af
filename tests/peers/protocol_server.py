"""A server of files written from docs/PROTOCOL.md; with a MODE it misbehaves in one way.

Usage: protocol_server.py HOST PORT FOLDER [MODE]. Prints `port N`, then a line for each request.
With the mode `gate` each byte on standard input lets another part of a file pass, and its end all the rest.
"""

import hashlib
import os
import select
import socket
import struct
import sys
import threading

from blake3_hash import blake3

MAGIC = b"\xf5SKY"
LIST, STAT, GET, HASH, BYE = 1, 2, 3, 4, 5
ENTRIES, INFO, FILE, DATA, DONE, HASHED, ERROR = 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0xFF
ABSENT, CHANGED, BUSY, RANGE, UNSUPPORTED = 1, 2, 3, 7, 6
NO_HASH = bytes(32)
PART = 10000


class Gone(Exception):
    """The client has gone, or is to be left."""


def frame(kind, payload=b"", flags=0):
    return struct.pack(">BBHI", kind, flags, 0, len(payload)) + payload


def read(conversation, count):
    data = b""
    while len(data) < count:
        chunk = conversation.recv(count - len(data))
        if not chunk:
            raise Gone
        data += chunk
    return data


class Server:
    def __init__(self, folder, mode):
        self.folder = os.fsencode(folder)
        self.mode = mode
        self.served = 0

    def path(self, name):
        parts = name.split(b"/") if name else []
        if any(part in (b"", b".", b"..") for part in parts):
            return None
        return os.path.join(self.folder, *parts)

    def state(self, name):
        """Path, size, time and identity of a regular file, or nothing."""
        path = self.path(name)
        if not name or not path or not os.path.isfile(path):
            return None
        found = os.stat(path)
        what = f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
        return path, found.st_size, found.st_mtime_ns, hashlib.sha256(what.encode()).digest()[:16]

    def talk(self, conversation):
        conversation.settimeout(30)
        try:
            if read(conversation, 8)[:4] != MAGIC:
                return
            if self.mode == "http":
                conversation.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            if self.mode == "version":
                conversation.sendall(MAGIC + b"\x02\0\0\3")
                return
            conversation.sendall(MAGIC + b"\x01\0\0\3")
            while True:
                kind, flags, _, length = struct.unpack(">BBHI", read(conversation, 8))
                payload = read(conversation, length)
                if kind == BYE:
                    return
                self.answer(conversation, kind, flags, payload)
        except (Gone, OSError):
            pass
        finally:
            conversation.close()

    def answer(self, conversation, kind, flags, payload):
        if kind == GET:
            offset, length = struct.unpack(">QQ", payload[:16])
            self.get(conversation, flags, offset, length, payload[16:32], payload[32:])
        elif kind == HASH:
            state = self.state(payload[16:])
            print("HASH", payload[16:], flush=True)
            if not state:
                self.error(conversation, ABSENT)
            else:
                with open(state[0], "rb") as file:
                    conversation.sendall(frame(HASHED, state[3] + blake3(file.read())))
        elif kind == LIST:
            most, cursor, _ = struct.unpack(">IHH", payload[:8])
            self.list(conversation, most or 3, payload[8 : 8 + cursor], payload[8 + cursor :])
        elif kind == STAT:
            path, state = self.path(payload), self.state(payload)
            if state:
                conversation.sendall(frame(INFO, struct.pack(">B7xQq", 1, *state[1:3]) + state[3] + NO_HASH))
            elif path and os.path.isdir(path):
                conversation.sendall(frame(INFO, struct.pack(">B7xQq", 2, 0, 0) + bytes(16) + NO_HASH))
            else:
                self.error(conversation, ABSENT)
        else:
            self.error(conversation, UNSUPPORTED)

    def error(self, conversation, code, text=b""):
        conversation.sendall(frame(ERROR, struct.pack(">H", code) + text))

    def list(self, conversation, most, cursor, path):
        folder = self.path(path)
        if not folder or not os.path.isdir(folder):
            return self.error(conversation, ABSENT)
        names = sorted(name for name in os.listdir(folder) if name > cursor)
        page, rest = names[:most], names[most:]
        entries = b""
        for name in page:
            found = os.stat(os.path.join(folder, name))
            is_folder = os.path.isdir(os.path.join(folder, name))
            size = 0 if is_folder else found.st_size
            entries += struct.pack(">BBHQq", 2 if is_folder else 1, 0, len(name), size, found.st_mtime_ns) + name
        next_ = page[-1] if rest else b""
        if self.mode == "hostile-names":
            for name in (b"..", b"a/../../x", b"\x1b[2Jx", b"/etc"):
                entries += struct.pack(">BBHQq", 1, 0, len(name), 1, 0) + name
            page = page + [b""] * 4
        head = struct.pack(">IHH", len(page), len(next_), 0)
        return conversation.sendall(frame(ENTRIES, head + entries + next_, 1 if rest else 0))

    def get(self, conversation, flags, offset, length, identity, name):
        print("GET", offset, name, flush=True)
        self.served += 1
        if self.mode == "busy":
            self.error(conversation, BUSY, b"later \x1b[31m")
            raise Gone
        state = self.state(name)
        if not state:
            return self.error(conversation, ABSENT)
        path, size, mtime, own = state
        if flags & 1 and identity != own:
            return self.error(conversation, CHANGED)
        if offset > size:
            return self.error(conversation, RANGE)
        with open(path, "rb") as file:
            content = file.read()
        body = content[offset:][:length]
        announced = 1 << 63 if self.mode in ("huge", "endless") else size
        count = announced - offset if self.mode in ("huge", "endless") else len(body)
        head = struct.pack(">QQQq", announced, offset, count, mtime) + own + NO_HASH
        conversation.sendall(frame(FILE, head))
        return self.body(conversation, flags, body, content)

    def gated(self, conversation, body):
        """Sends a part, and another for each byte on standard input; what is left at its end."""
        while body:
            conversation.sendall(frame(DATA, body[:PART]))
            body = body[PART:]
            readable, _, _ = select.select([0, conversation], [], [])
            if conversation in readable:
                raise Gone
            if not os.read(0, 1):
                break
        return body

    def body(self, conversation, flags, body, content):
        mode, _, number = self.mode.partition("=")
        if mode == "stall":
            conversation.sendall(frame(DATA, body[: len(body) // 2]))
            while conversation.recv(4096):
                pass
            raise Gone
        if mode == "less" or (mode == "cut" and self.served <= 3):
            conversation.sendall(frame(DATA, body)[: int(number or 1000)])
            raise Gone
        if mode == "reset" and self.served == 1:
            conversation.sendall(frame(DATA, body)[: len(body) // 2])
            conversation.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Gone
        if mode == "gate":
            body = self.gated(conversation, body)
        if mode == "wrong-bytes":
            body = bytes(byte ^ 1 for byte in body)
        if mode == "more":
            body += b"more"
        if mode == "frame":
            conversation.sendall(struct.pack(">BBHI", DATA, 0, 0, 0xFFFFFFFF))
        if mode == "changes" and self.served == 1:
            conversation.sendall(frame(DATA, body[:10]))
            return self.error(conversation, CHANGED)
        for at in range(0, len(body), 1 << 16):
            conversation.sendall(frame(DATA, body[at : at + (1 << 16)]))
        if mode == "endless":
            while True:
                conversation.sendall(frame(DATA, bytes(1 << 16)))
        if flags & 2 and mode != "no-hash":
            return conversation.sendall(frame(DONE, NO_HASH if mode == "wrong-hash" else blake3(content), 1))
        return conversation.sendall(frame(DONE, NO_HASH))


def main():
    host, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    server = Server(folder, sys.argv[4] if len(sys.argv) > 4 else "")
    listener = socket.create_server((host, port))
    print("port", listener.getsockname()[1], flush=True)
    while True:
        conversation, _ = listener.accept()
        threading.Thread(target=server.talk, args=(conversation,), daemon=True).start()


main()
