#!/usr/bin/env python3
"""Compares how fast sockeye moves files with a bare sendfile loop, nginx and curl: `python3 benches/peers/files.py`.

One file lies in the page cache and travels from one process to another over loopback, way after way, round after round;
only ratios of one run mean anything. The servers run on from round to round, so that `serve` knows the file's hash from the
first one on; what it costs when it does not is the way called "first". What a way has left to be written is synced outside of what is timed: curl is not
asked to make its file durable, `sockeye get` does it within its time. Rates are in bytes of the file a second.
"""

import argparse
import collections
import contextlib
import dataclasses
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ground import BIN, HOST, ROOT, Bar, build, cpu_seconds, print_bars, share_one_congestion_control, started

NAME = "file.bin"
MIB = 1024 * 1024
READER, NOWHERE, FILE = "to a reader", "to nowhere", "to a file"


@dataclasses.dataclass(frozen=True)
class Way:
    """One server, one client, and where the bytes end up."""

    load: str
    name: str
    server: str
    client: tuple


WAYS = (
    Way(READER, "sendfile loop", "sendfile", ("{drain}", HOST, "{port}", NAME)),
    Way(READER, "serve", "serve", ("{drain}", HOST, "{port}", NAME)),
    Way(NOWHERE, "nginx > curl", "nginx", ("curl", "-s", "-o", "/dev/null", f"http://{HOST}:{{port}}/{NAME}")),
    Way(NOWHERE, "serve > curl", "serve", ("curl", "-s", "-o", "/dev/null", f"http://{HOST}:{{port}}/{NAME}")),
    Way(NOWHERE, "serve > get", "serve", ("{sockeye}", "get", f"{HOST}:{{port}}", NAME, "-o", "/dev/null", "--quiet")),
    Way(NOWHERE, "serve > get, first", "fresh", ("{sockeye}", "get", f"{HOST}:{{port}}", NAME, "-o", "/dev/null", "--quiet")),
    Way(FILE, "sendfile loop, synced", "sendfile", ("{drain}", HOST, "{port}", NAME, "{out}", "sync")),
    Way(FILE, "nginx > curl", "nginx", ("curl", "-s", "-o", "{out}", f"http://{HOST}:{{port}}/{NAME}")),
    Way(FILE, "serve > get", "serve", ("{sockeye}", "get", f"{HOST}:{{port}}", NAME, "-o", "{out}", "--quiet")),
)
BARS = (
    Bar(READER, "rate", "serve", "sendfile loop", ">=", 0.95),
    Bar(NOWHERE, "rate", "serve > get", "nginx > curl", ">=", 1.0),
    Bar(NOWHERE, "rate", "serve > get, first", "nginx > curl", ">=", 0.0),
    Bar(NOWHERE, "rate", "serve > curl", "nginx > curl", ">=", 0.95),
    Bar(FILE, "rate", "serve > get", "nginx > curl", ">=", 1.5),
    Bar(FILE, "rate", "serve > get", "sendfile loop, synced", ">=", 0.0),
)


def main():
    """Build, lay out, measure, print."""
    options = arguments()
    note = share_one_congestion_control()
    build("sendfile_server", "drain")
    with tempfile.TemporaryDirectory(prefix="sockeye-files-", dir=options.folder) as folder:
        ground = Path(folder)
        lay_out(ground, options.mib)
        figures = measure(ground, options)
    print(f"\n{options.mib} MiB, medians of {options.rounds} interleaved rounds; {note}\n")
    print_table(figures)
    return print_bars(BARS, figures)


def arguments():
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--mib", type=int, default=1024, help="the file's length")
    parser.add_argument("--folder", default=str(ROOT / "target"), help="on the disk that files are fetched to")
    parser.add_argument("--sockeye", default=os.environ.get("SOCKEYE_BIN", str(ROOT / "target/release/sockeye")))
    parser.add_argument("--only", default="", help="only ways whose load or name holds this")
    return parser.parse_args()


def lay_out(ground, mib):
    """A file of bytes that compress to nothing less, in the page cache and on the disk."""
    (ground / "offered").mkdir()
    with open(ground / "offered" / NAME, "wb") as file:
        for _ in range(mib):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())


def measure(ground, options):
    """Figures by load and way: a list of one measurement a round, after one that does not count."""
    figures = {}
    ways = [way for way in WAYS if options.only in f"{way.load} {way.name}" and is_here(way)]
    with contextlib.ExitStack() as running:
        kinds = {way.server for way in ways} - {"fresh"}
        servers = {kind: running.enter_context(server(kind, ground, options)) for kind in kinds}
        for turn in range(options.rounds + 1):
            order = collections.deque(ways)
            order.rotate(-turn)
            for way in order:
                with contextlib.ExitStack() as fresh:
                    one = measured(way, servers.get(way.server) or fresh.enter_context(
                        server("serve", ground, options)), ground, options)
                if turn > 0:
                    figures.setdefault(way.load, {}).setdefault(way.name, []).append(one)
                print(f"round {turn}  {way.load:12} {way.name:22} {one['rate'] / 1e9:6.2f} GB/s", file=sys.stderr)
    return figures


def is_here(way):
    """Whether its programs are; says so if not."""
    missing = [program for program in (way.server, way.client[0])
               if program in ("nginx", "curl") and not shutil.which(program)]
    if missing:
        print(f"{way.load}, {way.name}: left out, there is no {missing[0]}", file=sys.stderr)
    return not missing


def measured(way, running, ground, options):
    """One file's way from beginning to end."""
    size = options.mib * MIB
    process, port = running
    out = ground / "out.bin"
    words = {"drain": BIN / "drain", "sockeye": options.sockeye, "port": port, "out": out}
    command = [str(word).format(**words) for word in way.client]
    os.sync()
    used, before = cpu_seconds(process.pid), os.times()
    began = time.perf_counter()
    # Without a time limit: with one, Python looks for the end only every 50 ms.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    lasted = time.perf_counter() - began
    after = os.times()
    client = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    if way.load == FILE:
        assert out.stat().st_size == size, f"{way.name} brought {out.stat().st_size} bytes"
        out.unlink()
    per_gb = 1e9 / size * 1e3
    served = cpu_seconds(process.pid) - used
    return {"rate": size / lasted, "client_ms": client * per_gb, "server_ms": served * per_gb}


@contextlib.contextmanager
def server(kind, ground, options):
    """A running server of the file, and its port."""
    if kind == "nginx":
        with nginx(ground) as running:
            yield running
        return
    offered = ground / "offered"
    commands = {
        "sendfile": [str(BIN / "sendfile_server"), HOST, "0", str(offered / NAME)],
        "serve": [options.sockeye, "serve", str(offered), "--listen", f"{HOST}:0", "--quiet", "--json"],
    }
    with started(commands[kind], core=None) as running:
        yield running


@contextlib.contextmanager
def nginx(ground):
    """nginx with one worker and sendfile; the worker is the process that is looked at."""
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    rest = "".join(f"{what}_temp_path {ground}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    conf = ground / "nginx.conf"
    conf.write_text(
        f"daemon off; worker_processes 1; pid {ground}/nginx.pid; error_log {ground}/nginx.log; events {{}}\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; {rest}\n"
        f"server {{ listen {HOST}:{port}; root {ground}/offered; }} }}\n"
    )
    conf.parent.chmod(0o755)
    process = subprocess.Popen(["nginx", "-c", str(conf), "-p", str(ground)], stderr=subprocess.DEVNULL)
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not children.read_text():
            assert process.poll() is None, "nginx did not start"
        # The listener was there before the worker was.
        worker = int(children.read_text().split()[0])
        yield argparse.Namespace(pid=worker), port
    finally:
        process.terminate()
        process.wait()


def print_table(figures):
    """One row per way."""
    print(f"{'':12} {'way':22} {'GB/s':>6} {'spread':>7} {'client ms/GB':>13} {'server ms/GB':>13}")
    for load, ways in figures.items():
        for name, rounds in ways.items():
            rates = [one["rate"] for one in rounds]
            rate, client, served = (statistics.median(one[what] for one in rounds)
                                    for what in ("rate", "client_ms", "server_ms"))
            spread = (max(rates) - min(rates)) / rate
            print(f"{load:12} {name:22} {rate / 1e9:>6.2f} {spread:>6.0%} {client:>13.0f} {served:>13.0f}")


if __name__ == "__main__":
    sys.exit(main())
