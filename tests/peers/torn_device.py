"""A device that dials out: it says `hello`, and answers each message with `got` message, reading them as devices do.

    python3 torn_device.py HOST PORT stay|redial [--fixed]

With `redial` it hangs up after two messages and connects again. Its bug: recv(4) is taken for four bytes.
"""

import socket
import struct
import sys


def exactly(connection, size):
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def talk(connection, fixed, most):
    connection.sendall(b"hello\n")
    answered = 0
    while answered != most:
        header = exactly(connection, 4) if fixed else connection.recv(4)
        if not header:
            return
        (size,) = struct.unpack("!I", header)
        connection.sendall(b"got " + exactly(connection, size) + b"\n")
        answered += 1


host, port, manner = sys.argv[1], int(sys.argv[2]), sys.argv[3]
while True:
    try:
        dialled = socket.create_connection((host, port), timeout=10)
    except OSError:
        break  # nobody is there any more
    with dialled:
        try:
            talk(dialled, "--fixed" in sys.argv, 2 if manner == "redial" else None)
        except (OSError, EOFError, struct.error):
            pass
