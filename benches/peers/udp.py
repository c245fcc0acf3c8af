#!/usr/bin/env python3
"""Compares sockeye's echo of datagrams with a bare tokio loop, under a sender that batches: `python3 benches/peers/udp.py`.

The sender gives 64 datagrams to the kernel in one call and takes the answers as they come together. Server and sender share one
core; both servers are measured in turn, round after round; the table shows medians, and only ratios of one run mean anything.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import time

from ground import (
    BIN, HOST, ROOT, Bar, build, cpu_seconds, median, pinned_to, print_bars, share_one_congestion_control, started,
)

#: Bytes of a datagram, and how many leave in one call: what one datagram could have is the most.
LOADS = {"64 B x 64": (64, 64), "1200 B x 54": (1200, 54), "64 B x 1": (64, 1)}
BARS = (
    Bar("64 B x 64", "rps", "sockeye", "tokio", ">=", 5.0),
    Bar("64 B x 64", "cpu_us", "sockeye", "tokio", "<=", 0.2),
    Bar("1200 B x 54", "rps", "sockeye", "tokio", ">=", 0.0),
    Bar("64 B x 1", "rps", "sockeye", "tokio", ">=", 0.0),
)


def main():
    """Build, measure, print."""
    options = arguments()
    share_one_congestion_control()
    build("udp_load")
    figures = measure(options)
    print(f"\nmedians of {options.rounds} interleaved rounds of {options.seconds} s, all on core {options.core}\n")
    print(f"{'load':12} {'server':8} {'datagrams/s':>12} {'spread':>7} {'cpu us':>7} {'lost':>6} {'per read':>9}")
    for load, servers in figures.items():
        for name, rounds in servers.items():
            rates = [one["rps"] for one in rounds]
            row = {figure: median(figures, load, name, figure) for figure in ("rps", "cpu_us", "lost", "per_call")}
            spread = (max(rates) - min(rates)) / row["rps"]
            print(
                f"{load:12} {name:8} {row['rps']:>12,.0f} {spread:>6.0%} {row['cpu_us']:>7.3f}"
                f" {row['lost']:>6.0f} {row['per_call']:>9.1f}"
            )
    return print_bars(BARS, figures)


def arguments():
    """What was asked for."""
    release = ROOT / "target/release"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--core", type=int, default=0, help="the core that server and sender share")
    parser.add_argument("--sockeye", default=os.environ.get("SOCKEYE_BIN", str(release / "sockeye")))
    parser.add_argument("--tokio", default=str(release / "examples/tokio_udp_echo"), help="the bare loop, built")
    return parser.parse_args()


def measure(options):
    """Figures by load and server: a list of one measurement a round."""
    listen = [options.sockeye, "listen", f"udp://{HOST}:0", "--reply", "echo", "--quiet", "--json"]
    servers = {
        # A thousand answers a second are the default for one peer.
        "sockeye": [*listen, "--rate", "1000000000"],
        "tokio": [options.tokio, HOST, "0"],
    }
    figures = {}
    for turn in range(options.rounds):
        order = collections.deque(servers)
        order.rotate(-turn)
        for load, (size, batch) in LOADS.items():
            for name in order:
                one = measured(servers[name], size, batch, options)
                figures.setdefault(load, {}).setdefault(name, []).append(one)
                print(f"round {turn + 1}  {load:12} {name:8} {one['rps']:>12,.0f}/s", file=sys.stderr)
    return figures


def measured(command, size, batch, options):
    """One measurement of one server."""
    with started(command, options.core) as (process, port):
        used = cpu_seconds(process.pid)
        words = [BIN / "udp_load", HOST, port, size, batch, options.seconds]
        said = subprocess.run(
            list(map(str, words)), stdout=subprocess.PIPE, check=True, timeout=options.seconds + 60,
            preexec_fn=pinned_to(options.core),
        )
        figures = json.loads(said.stdout)
        figures["cpu_us"] = (cpu_seconds(process.pid) - used) / max(figures["messages"], 1) * 1e6
        return figures


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"\n{time.monotonic() - began:.0f} s")
    sys.exit(code)
