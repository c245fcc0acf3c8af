#!/usr/bin/env python3
"""Compares `sockeye bench` as a generator with others: `python3 benches/peers/generator.py`.

Closed loop: the epoll generator in C (`echo_load`), both against the raw epoll echo, all on one core. Bulk: iperf3 against
its own server, beside `bench --bulk` against `listen --reply discard` and against `source.py`. Datagrams: a loop of sendto in C
(`udp_send`), beside `bench --bulk up`, against a sockeye that takes what was sent together in one call. All take turns,
round after round, and only ratios of one run mean anything.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time

from echo import sockeye_default
from ground import (
    BIN, HERE, HOST, Bar, build, median, pinned_to, print_bars, raise_descriptor_limit, share_one_congestion_control, started,
)

CLOSED, UP, DOWN, DATAGRAMS = "64 conn x 64 B", "bulk up", "bulk down", "datagrams of 64 B"
BARS = (
    Bar(CLOSED, "rate", "bench", "C", ">=", 0.95),
    Bar(UP, "rate", "bench", "iperf3", ">=", 0.95),
    Bar(DOWN, "rate", "bench", "iperf3", ">=", 0.95),
    Bar(DATAGRAMS, "rate", "bench", "C", ">=", 5.0),
)


def main():
    """Build, measure, print."""
    options = arguments()
    note = share_one_congestion_control()
    raise_descriptor_limit()
    build("epoll_echo", "echo_load", "udp_send")
    figures = {}
    for turn in range(options.rounds):
        for load, generators in loads(options).items():
            names = list(generators)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                rate = generators[name]()
                figures.setdefault(load, {}).setdefault(name, []).append({"rate": rate})
                print(f"round {turn + 1}  {load:20} {name:8} {rate:>16,.0f}", file=sys.stderr)
    print(f"\nmedians of {options.rounds} interleaved rounds of {options.seconds} s; {note}\n")
    for load, generators in figures.items():
        for name in generators:
            print(f"{load:20} {name:8} {median(figures, load, name, 'rate'):>16,.0f}")
    return print_bars([bar for bar in BARS if bar.load in figures], figures)


def arguments():
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--core", type=int, default=0, help="the core that both ends of the closed loop share")
    parser.add_argument("--sockeye", default=sockeye_default())
    parser.add_argument("--only", default="", help="only loads whose name holds this")
    return parser.parse_args()


def loads(options):
    """What is measured, by load and generator."""
    all_of_them = {
        CLOSED: {"C": lambda: echo_load(options), "bench": lambda: closed(options)},
        UP: {"bench": lambda: up(options)},
        DOWN: {"bench": lambda: down(options)},
        DATAGRAMS: {"C": lambda: udp_send(options), "bench": lambda: datagrams(options)},
    }
    if shutil.which("iperf3"):
        all_of_them[UP]["iperf3"] = lambda: iperf(options)
        all_of_them[DOWN]["iperf3"] = lambda: iperf(options, "--reverse")
    else:
        print("iperf3 is not installed: bulk is measured alone", file=sys.stderr)
    return {load: generators for load, generators in all_of_them.items() if options.only in load}


def said(command, options, core):
    """What a generator prints, as JSON."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, check=True, timeout=options.seconds + 60, preexec_fn=pinned_to(core)
    )
    # The last event of bench is its summary; the others print one value, on as many lines as they like.
    return json.loads(done.stdout.splitlines()[-1] if b'"type":"summary"' in done.stdout else done.stdout)


def bench(options, address, core, *flags):
    """The summary of a run of bench."""
    command = [options.sockeye, "bench", address, "--json", f"--duration={options.seconds}s", *flags]
    return said(command, options, core)


def listening(options, address, reply, core):
    """A sockeye that answers so, pinned to a core if there is one."""
    return started([options.sockeye, "listen", address, "--reply", reply, "--quiet", "--json"], core)


def echo_load(options):
    """Answers a second of the generator in C."""
    with started([str(BIN / "epoll_echo"), HOST, "0"], options.core) as (_, port):
        words = [HOST, str(port), "64", "64", "1", str(options.seconds)]
        return said([str(BIN / "echo_load"), *words], options, options.core)["rps"]


def closed(options):
    """Answers a second of bench."""
    with started([str(BIN / "epoll_echo"), HOST, "0"], options.core) as (_, port):
        return bench(options, f"{HOST}:{port}", options.core, "--connections=64", "--warm-up=200ms")["rate"]


def up(options):
    """Bytes a second of bench to a server that throws them away."""
    with listening(options, f"{HOST}:0", "discard", 0) as (_, port):
        return bench(options, f"{HOST}:{port}", 1, "--bulk=up")["up_bytes_per_second"]


def down(options):
    """Bytes a second of bench from a server that only sends."""
    with started([sys.executable, str(HERE / "source.py"), HOST], 0) as (_, port):
        return bench(options, f"{HOST}:{port}", 1, "--bulk=down")["down_bytes_per_second"]


def iperf(options, *flags):
    """Bytes a second of iperf3, as its receiver has it."""
    server = subprocess.Popen(
        ["iperf3", "--server", "--one-off", "--port", "5999", "--forceflush"], stdout=subprocess.PIPE,
        preexec_fn=pinned_to(0),
    )
    try:
        # It says so on two lines once it listens.
        for line in server.stdout:
            if b"listening" in line:
                break
        words = ["iperf3", "--client", HOST, "--port", "5999", "--time", str(options.seconds), "--json", *flags]
        return said(words, options, 1)["end"]["sum_received"]["bits_per_second"] / 8
    finally:
        server.kill()
        server.wait()


def udp_send(options):
    """Datagrams a second of a loop of sendto."""
    with listening(options, f"udp://{HOST}:0", "discard", 0) as (_, port):
        return said([str(BIN / "udp_send"), HOST, str(port), "64", str(options.seconds)], options, 1)["per_second"]


def datagrams(options):
    """Datagrams a second of bench."""
    with listening(options, f"udp://{HOST}:0", "discard", 0) as (_, port):
        summary = bench(options, f"udp://{HOST}:{port}", 1, "--bulk=up", "--size=64")
        return summary["sent"] / (summary["measured_us"] / 1e6)


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"\n{time.monotonic() - began:.0f} s")
    sys.exit(code)
