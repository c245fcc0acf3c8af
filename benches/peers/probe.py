#!/usr/bin/env python3
"""Compares probes of a closed port with a bare epoll loop that does nothing else: `python3 benches/peers/probe.py`.

Both are pinned to one core and measured in turn, round after round; the table shows medians, and only ratios of one run mean
anything. Besides: the memory of 10,000 targets that wait for their next attempt.
"""

import argparse
import collections
import json
import os
import re
import socket
import subprocess
import sys
import tempfile

from ground import BIN, HOST, ROOT, Bar, build, median, pinned_to, print_bars

#: Targets of sockeye: addresses of loopback, each with one attempt at a time.
TARGETS = 1000
BARS = (
    Bar("closed port", "rate", "sockeye", "epoll", ">=", 0.9),
    Bar("closed port", "cpu_us", "sockeye", "epoll", "<=", 1.2),
)


def main():
    """Build, measure, print."""
    options = arguments()
    build("probe")
    figures = collections.defaultdict(lambda: collections.defaultdict(list))
    with socket.socket() as held:
        held.bind((HOST, 0))
        port = held.getsockname()[1]
        for _ in range(options.rounds):
            figures["closed port"]["epoll"].append(epoll(options, port))
            figures["closed port"]["sockeye"].append(sockeye(options, port))
    print(f"\nmedians of {options.rounds} interleaved rounds of {options.seconds} s, all on core {options.core}\n")
    print(f"{'program':8} {'attempts/s':>12} {'cpu us':>7}")
    for name in ("epoll", "sockeye"):
        rate, cpu = (median(figures, "closed port", name, figure) for figure in ("rate", "cpu_us"))
        print(f"{name:8} {rate:>12,.0f} {cpu:>7.2f}")
    print(f"\n10,000 idle targets: {idle(options):.1f} MiB")
    return print_bars(BARS, figures)


def arguments():
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--core", type=int, default=0, help="the core that each has to itself")
    parser.add_argument("--sockeye", default=os.environ.get("SOCKEYE_BIN", str(ROOT / "target/release/sockeye")))
    return parser.parse_args()


def epoll(options, port):
    """One run of the bare loop."""
    command = [str(BIN / "probe"), HOST, str(port), "64", str(options.seconds)]
    pin = pinned_to(options.core)
    said = subprocess.run(command, check=True, capture_output=True, text=True, preexec_fn=pin).stdout
    attempts, seconds, cpu = map(float, said.split())
    return {"rate": attempts / seconds, "cpu_us": cpu / attempts * 1e6}


def sockeye(options, port):
    """One run of `probe`, whose interval is shorter than an attempt takes its turn."""
    targets = [f"127.0.{number // 250}.{number % 250 + 1}:{port}" for number in range(TARGETS)]
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("\n".join(targets))
        file.flush()
        command = [options.sockeye, "probe", f"@{file.name}", "--duration", f"{options.seconds}s", "--interval", "1ms"]
        before = os.times()
        pin = pinned_to(options.core)
        said = subprocess.run([*command, "--quiet", "--json"], capture_output=True, text=True, preexec_fn=pin)
        after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    attempts = sum(json.loads(line).get("sent", 0) for line in said.stdout.splitlines())
    return {"rate": attempts / options.seconds, "cpu_us": cpu / attempts * 1e6}


def idle(options):
    """MiB that 10,000 targets take which were tried once."""
    with socket.socket() as held, tempfile.NamedTemporaryFile("w") as file:
        held.bind((HOST, 0))
        port = held.getsockname()[1]
        file.write("\n".join(f"127.0.{number // 250}.{number % 250 + 1}:{port}" for number in range(10_000)))
        file.flush()
        command = [options.sockeye, "probe", f"@{file.name}", "--count", "0", "--interval", "1h", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            for _ in range(10_000):
                process.stdout.readline()
            status = open(f"/proc/{process.pid}/status").read()
            process.terminate()
            process.stdout.read()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024


if __name__ == "__main__":
    sys.exit(main())
