"""Receivers that make the mistakes of receivers, one each, and with `--fixed` make them no more.

    python3 torn_receiver.py HOST PORT BUG [--fixed]

Prints `port N`, serves every connection in a thread, and answers each message with `<` message `>` and a line end.
"""

import codecs
import socket
import struct
import sys
import threading


def answer(connection, body):
    connection.sendall(b"<" + body + b">\n")


def lines(connection, end=b"\n"):
    """The right way with a delimiter: keep what came, and look at all of it."""
    kept = b""
    while chunk := connection.recv(4096):
        kept += chunk
        while end in kept:
            body, kept = kept.split(end, 1)
            answer(connection, body)


def exactly(connection, size):
    """The right way with a length: go on until all of it is there."""
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def frames(connection):
    while True:
        (size,) = struct.unpack("!I", exactly(connection, 4))
        answer(connection, exactly(connection, size))


def one_recv(connection):
    """One recv is taken for one message."""
    while data := connection.recv(4096):
        answer(connection, data.removesuffix(b"\n"))


def short_header(connection):
    """recv(4) is taken for four bytes."""
    while header := connection.recv(4):
        (size,) = struct.unpack("!I", header)
        answer(connection, exactly(connection, size))


def short_body(connection):
    """recv(size) is taken for size bytes."""
    while True:
        (size,) = struct.unpack("!I", exactly(connection, 4))
        answer(connection, connection.recv(size))


def characters(connection):
    """The length counts bytes, and is applied to characters."""
    kept = b""
    while chunk := connection.recv(4096):
        kept += chunk
        while len(kept) >= 4:
            (size,) = struct.unpack("!I", kept[:4])
            if len(kept) < 4 + size:
                break
            text = kept[4:].decode("utf-8", "replace")
            answer(connection, text[:size].encode())
            kept = text[size:].encode()


def split_crlf(connection):
    """The delimiter is looked for in each chunk by itself."""
    kept = b""
    while chunk := connection.recv(4096):
        while b"\r\n" in chunk:
            body, chunk = chunk.split(b"\r\n", 1)
            answer(connection, kept + body)
            kept = b""
        kept += chunk


def answered_once(connection):
    """Of messages that come together only the first is answered: an if where a while is needed."""
    kept = b""
    while chunk := connection.recv(4096):
        kept += chunk
        if b"\n" in kept:
            body, kept = kept.split(b"\n", 1)
            answer(connection, body)


def leftover(connection):
    """What comes behind a message is thrown away."""
    kept = b""
    while chunk := connection.recv(4096):
        kept += chunk
        if b"\n" in kept:
            answer(connection, kept.split(b"\n", 1)[0])
            kept = b""


def chunk_decoding(connection):
    """Each chunk is decoded by itself."""
    kept = ""
    while chunk := connection.recv(4096):
        kept += chunk.decode("gbk", "replace")
        while "\n" in kept:
            body, kept = kept.split("\n", 1)
            answer(connection, body.encode("gbk", "replace"))


def right_decoding(connection):
    decoder, kept = codecs.getincrementaldecoder("gbk")("replace"), ""
    while chunk := connection.recv(4096):
        kept += decoder.decode(chunk)
        while "\n" in kept:
            body, kept = kept.split("\n", 1)
            answer(connection, body.encode("gbk", "replace"))


def native_endian(connection):
    """The header is read in the byte order of the machine: recv is asked for far too much, and takes what there is."""
    while True:
        (size,) = struct.unpack("<I", exactly(connection, 4))
        answer(connection, connection.recv(min(size, 1 << 20)))


#: What is left of one connection is there for the next.
SHARED = [b""]


def shared_buffer(connection):
    """The buffer outlives its connection."""
    while chunk := connection.recv(4096):
        SHARED[0] += chunk
        while b"\n" in SHARED[0]:
            body, SHARED[0] = SHARED[0].split(b"\n", 1)
            answer(connection, body)


#: Each bug, and what is right.
BUGS = {
    "one-recv": (one_recv, lines),
    "short-header": (short_header, frames),
    "short-body": (short_body, frames),
    "characters": (characters, frames),
    "split-crlf": (split_crlf, lambda connection: lines(connection, b"\r\n")),
    "answered-once": (answered_once, lines),
    "leftover": (leftover, lines),
    "chunk-decoding": (chunk_decoding, right_decoding),
    "native-endian": (native_endian, frames),
    "shared-buffer": (shared_buffer, lines),
}


def serve(program, connection):
    with connection:
        try:
            program(connection)
        except (OSError, EOFError, struct.error):
            pass  # whoever is gone, or is not understood, is left alone


def main():
    faulty, fixed = BUGS[sys.argv[3]]
    program = fixed if "--fixed" in sys.argv else faulty
    with socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=64) as listener:
        print("port", listener.getsockname()[1], flush=True)
        # The faulty buffer of one connection after another: several at once would tell nothing of it.
        alone = program is shared_buffer
        while True:
            connection, _ = listener.accept()
            if alone:
                serve(program, connection)
            else:
                threading.Thread(target=serve, args=(program, connection), daemon=True).start()


if __name__ == "__main__":
    main()
