#!/usr/bin/env python3
"""Compares sockeye's echo with a raw epoll server and with uvloop: `python3 benches/peers/run.py`.

Every server and the generator share one core, since waking a second one costs more than what is measured. All servers are
measured in turn, round after round, and only ratios of one run mean anything; the table shows medians.

Congestion control has to be the same for everybody: where it can, the run happens in a network namespace of its own whose
loopback route says `cubic` (BBR, a common default, paces loopback with timers); where it cannot, it says so and the
servers keep the system's default, each of them the same one.
"""

import argparse
import collections
import contextlib
import dataclasses
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = HERE / "bin"
HOST = "127.0.0.1"
WIRE = "SOCKEYE_BENCH_WIRE"
TICK = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Load:
    """One kind of load, and which servers bear it."""

    name: str
    connections: int
    size: int
    depth: int
    servers: tuple
    len4: bool = False


@dataclasses.dataclass(frozen=True)
class Bar:
    """A ratio of medians that must be at least (`>=`) or at most (`<=`) a limit."""

    load: str
    figure: str
    ours: str
    theirs: str
    sign: str
    limit: float


SMALL, DEEP, MANY, FRAMED = "64 conn x 64 B", "64 conn x 4 KiB x 16", "1000 conn x 64 B", "64 conn x 64 B, len=4"
LOADS = (
    Load(SMALL, 64, 64, 1, ("epoll", "uvloop", "sockeye")),
    Load(DEEP, 64, 4096, 16, ("epoll", "uvloop", "sockeye")),
    Load(MANY, 1000, 64, 1, ("epoll", "uvloop", "sockeye")),
    Load(FRAMED, 64, 64, 1, ("sockeye", "sockeye --frame len=4"), len4=True),
)
BARS = (
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
    build()
    servers = {name: command for name, command in commands(options).items() if available(name, command)}
    figures = measure(servers, options)
    print(f"\nmedians of {options.rounds} interleaved rounds of {options.seconds} s, all on core {options.core}; {note}\n")
    print_table(figures)
    return print_bars(figures)


def arguments():
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--core", type=int, default=0, help="the core that servers and generator share")
    parser.add_argument("--sockeye", default=os.environ.get("SOCKEYE_BIN", str(ROOT / "target/release/sockeye")))
    parser.add_argument("--only", default="", help="only loads whose name holds this")
    return parser.parse_args()


def commands(options):
    """How each server is started; each says on stdout which port it got."""
    sockeye = [options.sockeye, "listen", f"{HOST}:0", "--reply", "echo", "--quiet", "--json"]
    return {
        "epoll": [str(BIN / "epoll_echo"), HOST, "0"],
        "uvloop": [sys.executable, str(HERE / "uvloop_echo.py"), HOST, "0"],
        "sockeye": sockeye,
        "sockeye --frame len=4": [*sockeye, "--frame", "len=4"],
    }


def share_one_congestion_control():
    """Move into a network namespace whose loopback uses cubic, if we may; what to tell about it."""
    tools = shutil.which("unshare") and shutil.which("ip")
    if tools and WIRE not in os.environ:
        namespace = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
        if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0:
            os.environ[WIRE] = "own"
            os.execvp(namespace[0], [*namespace, sys.executable, *sys.argv])
    if os.environ.get(WIRE) != "own":
        return "congestion control as the system has it (no namespace of our own)"
    quietly("ip", "link", "set", "lo", "up")
    route = ("proto", "kernel", "scope", "host", "src", HOST, "congctl", "cubic")
    routed = [quietly("ip", "route", "replace", "local", to, "dev", "lo", "table", "local", *route)
              for to in ("127.0.0.0/8", HOST)]
    return "cubic on both ends" if all(routed) else "congestion control as the system has it (no cubic route)"


def quietly(*command):
    """Run this; whether it worked."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def raise_descriptor_limit():
    """A thousand connections need more than the usual 1,024 descriptors."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def build():
    """Compile the C peers where they are older than their source."""
    BIN.mkdir(exist_ok=True)
    for name in ("epoll_echo", "echo_load"):
        source, program = HERE / f"{name}.c", BIN / name
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", str(program), str(source)], check=True)


def available(name, command):
    """Whether this server can be started at all; says why not."""
    try:
        with started(command, core=None):
            return True
    except (OSError, RuntimeError) as reason:
        print(f"{name} is left out: {reason}", file=sys.stderr)
        return False


@contextlib.contextmanager
def started(command, core):
    """A running server and its port."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=pinned_to(core))
    try:
        line = process.stdout.readline().decode()
        port = re.search(r"^port (\d+)", line) or re.search(r'"addr": ?"[^"]*:(\d+)"', line)
        if not port:
            raise RuntimeError(f"{command[0]} named no port")
        yield process, int(port.group(1))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def pinned_to(core):
    """What a child does first: stay on this core."""
    return None if core is None else lambda: os.sched_setaffinity(0, {core})


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


def cpu_seconds(pid):
    """The processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def median(figures, load, server, figure):
    """The median over the rounds, or nothing if this was not measured."""
    rounds = figures.get(load, {}).get(server)
    return statistics.median(one[figure] for one in rounds) if rounds else None


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


def print_bars(figures):
    """The ratios and what they should be; 1 if one is missed."""
    print()
    missed = False
    for bar in BARS:
        ours, theirs = (median(figures, bar.load, name, bar.figure) for name in (bar.ours, bar.theirs))
        if ours is None or theirs is None:
            continue
        ratio = ours / theirs
        met = ratio >= bar.limit if bar.sign == ">=" else ratio <= bar.limit
        missed |= not met
        wanted = f"{bar.sign} {bar.limit:.2f} {'met' if met else 'MISSED'}" if bar.limit else "for orientation"
        print(f"{bar.load:24} {bar.figure:7} {bar.ours} / {bar.theirs} = {ratio:.3f}  ({wanted})")
    return int(missed)


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"\n{time.monotonic() - began:.0f} s")
    sys.exit(code)
