#!/usr/bin/env python3
"""Compares what `--json` costs for binary with what it costs for text: `python3 benches/peers/json_lines.py`.

64 MiB are echoed by `sockeye listen --reply echo --json`, its events thrown away. Text and random bytes take turns, and the
medians of the times are compared; the bytes of an event are twice told (`recv` and `sent`), and as base64 a third longer.
"""

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIZE = 64 << 20
#: Times as long as text that binary may take.
BAR = 2.0


def timed(binary, payload):
    """Seconds from the first byte sent to the last echoed."""
    command = [binary, "listen", "127.0.0.1:0", "--reply", "echo", "--json"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            port = int(server.stdout.readline().split(b'"addr":"tcp://127.0.0.1:')[1].split(b'"')[0])
            drain = threading.Thread(target=lambda: [None for _ in iter(lambda: os.read(server.stdout.fileno(), 1 << 20), b"")])
            drain.start()
            began = time.monotonic()
            with socket.create_connection(("127.0.0.1", port)) as sock:
                writer = threading.Thread(target=lambda: (sock.sendall(payload), sock.shutdown(socket.SHUT_WR)))
                writer.start()
                came = 0
                while chunk := sock.recv(1 << 20):
                    came += len(chunk)
                writer.join()
            assert came == len(payload), came
            took = time.monotonic() - began
        finally:
            server.terminate()
            drain.join()
        return took


def main():
    """Measure and print; 1 where the bar is missed."""
    binary = os.environ.get("SOCKEYE_BIN", str(ROOT / "target/release/sockeye"))
    payloads = {"text": b"the quick brown fox jumps over the lazy dog\n" * (SIZE // 44), "binary": os.urandom(SIZE)}
    times = {name: [] for name in payloads}
    for _ in range(5):
        for name, payload in payloads.items():
            times[name].append(timed(binary, payload))
    medians = {name: statistics.median(rounds) for name, rounds in times.items()}
    ratio = medians["binary"] / medians["text"]
    print(f"text {medians['text']:.2f} s, binary {medians['binary']:.2f} s, ratio {ratio:.2f} (at most {BAR})")
    return 0 if ratio <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
