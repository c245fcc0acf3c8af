#!/usr/bin/env python3
"""What an idle connection costs in user memory: `python3 benches/peers/idle.py`.

10,000 clients connect to `sockeye listen --reply echo --quiet`, each has one message echoed, and all stay. The growth of the
resident memory is divided by their number.
"""

import os
import re
import resource
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNT = 10_000
#: Bytes a connection may cost.
BAR = 1_331


def resident(pid):
    """Bytes of resident memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024


def main():
    """Measure and print; 1 where the bar is missed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    binary = os.environ.get("SOCKEYE_BIN", str(ROOT / "target/release/sockeye"))
    command = [binary, "listen", "127.0.0.1:0", "--reply", "echo", "--quiet", "--json"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as server:
        try:
            port = int(server.stdout.readline().split(b"127.0.0.1:")[1].split(b'"')[0])
            socks = []

            def connect(count):
                for _ in range(count):
                    sock = socket.create_connection(("127.0.0.1", port))
                    sock.sendall(b"hello")
                    sock.recv(5)
                    socks.append(sock)

            # What the first ones bring is no matter of their number.
            connect(100)
            before = resident(server.pid)
            connect(COUNT)
            each = (resident(server.pid) - before) / COUNT
        finally:
            server.terminate()
    print(f"{each:.0f} bytes a connection (at most {BAR})")
    return 0 if each <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
