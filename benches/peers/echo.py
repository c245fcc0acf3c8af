#!/usr/bin/env python3
"""Compares sockeye's echo with a raw epoll server, a bare tokio loop and uvloop: `python3 benches/peers/echo.py`.

Every server and the generator share one core, since waking a second one costs more than what is measured. All servers are
measured in turn, round after round, and only ratios of one run mean anything; the table shows medians.
"""

import argparse
import collections
import dataclasses
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from ground import (
    BIN, HERE, HOST, ROOT, Bar, build, cpu_seconds, median, pinned_to, print_bars, raise_descriptor_limit,
    share_one_congestion_control, started,
)


@dataclasses.dataclass(frozen=True)
class Load:
    """One kind of load, and which servers bear it."""

    name: str
    connections: int
    size: int
    depth: int
    servers: tuple
    len4: bool = False


SMALL, DEEP, MANY, FRAMED = "64 conn x 64 B", "64 conn x 4 KiB x 16", "1000 conn x 64 B", "64 conn x 64 B, len=4"
LOADS = (
    Load(SMALL, 64, 64, 1, ("epoll", "tokio", "uvloop", "sockeye")),
    Load(DEEP, 64, 4096, 16, ("epoll", "tokio", "uvloop", "sockeye")),
    Load(MANY, 1000, 64, 1, ("epoll", "tokio", "uvloop", "sockeye")),
    Load(FRAMED, 64, 64, 1, ("sockeye", "sockeye --frame len=4"), len4=True),
)
BARS = (
    # What holds on every machine: the ratio to epoll differs from one to the next, for tokio itself too.
    Bar(SMALL, "rps", "sockeye", "tokio", ">=", 0.97),
    Bar(SMALL, "cpu_us", "sockeye", "tokio", "<=", 1.03),
    Bar(MANY, "rps", "sockeye", "tokio", ">=", 0.97),
    Bar(SMALL, "rps", "tokio", "epoll", ">=", 0.0),
    Bar(SMALL, "rps", "sockeye", "epoll", ">=", 0.95),
    Bar(SMALL, "cpu_us", "sockeye", "epoll", "<=", 1.05),
    Bar(SMALL, "rps", "sockeye", "uvloop", ">=", 1.15),
    Bar(SMALL, "rps", "uvloop", "epoll", ">=", 0.0),
    Bar(DEEP, "rps", "sockeye", "epoll", ">=", 0.95),
    Bar(MANY, "p99_us", "sockeye", "epoll", "<=", 1.5),
    Bar(FRAMED, "rps", "sockeye --frame len=4", "sockeye", ">=", 0.90),
)


def main():
    """Build, measure, print."""
    options = arguments()
    note = share_one_congestion_control()
    raise_descriptor_limit()
    build("epoll_echo", "echo_load")
    servers = {name: command for name, command in commands(options).items() if available(name, command)}
    figures = measure(servers, options)
    print(f"\nmedians of {options.rounds} interleaved rounds of {options.seconds} s, all on core {options.core}; {note}\n")
    print_table(figures)
    return print_bars(BARS, figures)


def sockeye_default():
    """The sockeye that is measured unless another is named."""
    return os.environ.get("SOCKEYE_BIN", str(ROOT / "target/release/sockeye"))


def arguments():
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--core", type=int, default=0, help="the core that servers and generator share")
    parser.add_argument("--sockeye", default=sockeye_default())
    parser.add_argument(
        "--tokio", default=str(Path(sockeye_default()).parent / "examples/tokio_echo"), help="the bare loop, built"
    )
    parser.add_argument("--only", default="", help="only loads whose name holds this")
    return parser.parse_args()


def commands(options):
    """How each server is started; each says on stdout which port it got."""
    sockeye = [options.sockeye, "listen", f"{HOST}:0", "--reply", "echo", "--quiet", "--json"]
    return {
        "epoll": [str(BIN / "epoll_echo"), HOST, "0"],
        "tokio": [options.tokio, HOST, "0"],
        "uvloop": [sys.executable, str(HERE / "uvloop_echo.py"), HOST, "0"],
        "sockeye": sockeye,
        "sockeye --frame len=4": [*sockeye, "--frame", "len=4"],
    }


def available(name, command):
    """Whether this server can be started at all; says why not."""
    try:
        with started(command, core=None):
            return True
    except (OSError, RuntimeError) as reason:
        print(f"{name} is left out: {reason}", file=sys.stderr)
        return False


def measure(servers, options):
    """Figures by load and server: a list of one measurement a round."""
    figures = {}
    loads = [load for load in LOADS if options.only in load.name]
    for turn in range(options.rounds):
        for load in loads:
            order = collections.deque(name for name in load.servers if name in servers)
            order.rotate(-turn)
            for name in order:
                one = measured(servers[name], load, options)
                figures.setdefault(load.name, {}).setdefault(name, []).append(one)
                print(f"round {turn + 1}  {load.name:24} {name:24} {one['rps']:>9,.0f}/s", file=sys.stderr)
    return figures


def measured(command, load, options):
    """One measurement of one server under one load."""
    words = (load.connections, load.size, load.depth, options.seconds)
    with started(command, options.core) as (process, port):
        generator = [str(BIN / "echo_load"), HOST, str(port), *map(str, words), *(["--len4"] if load.len4 else [])]
        used = cpu_seconds(process.pid)
        said = subprocess.run(
            generator, stdout=subprocess.PIPE, check=True, timeout=options.seconds + 60,
            preexec_fn=pinned_to(options.core),
        )
        figures = json.loads(said.stdout)
        figures["cpu_us"] = (cpu_seconds(process.pid) - used) / figures["messages"] * 1e6
        return figures


def print_table(figures):
    """One row per load and server."""
    print(f"{'load':24} {'server':24} {'req/s':>10} {'spread':>7} {'p50 us':>9} {'p99 us':>9} {'cpu us':>7}")
    for load, servers in figures.items():
        for name, rounds in servers.items():
            rates = [one["rps"] for one in rounds]
            row = {figure: median(figures, load, name, figure) for figure in ("rps", "p50_us", "p99_us", "cpu_us")}
            spread = (max(rates) - min(rates)) / row["rps"]
            print(
                f"{load:24} {name:24} {row['rps']:>10,.0f} {spread:>6.0%} {row['p50_us']:>10,.0f}"
                f" {row['p99_us']:>9,.0f} {row['cpu_us']:>7.2f}"
            )


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"\n{time.monotonic() - began:.0f} s")
    sys.exit(code)
