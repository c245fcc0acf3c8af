#!/usr/bin/env python3
"""Sends bytes to whoever connects until they go: `source.py HOST`, which says on stdout which port it got.

128 KiB a call, as iperf3: at that size Python costs nothing beside the kernel."""

import socket
import sys

PIECE = bytes(128 * 1024)

with socket.create_server((sys.argv[1], 0)) as listener:
    print(f"port {listener.getsockname()[1]}", flush=True)
    while True:
        connection, _ = listener.accept()
        with connection:
            try:
                while True:
                    connection.sendall(PIECE)
            except OSError:
                pass
