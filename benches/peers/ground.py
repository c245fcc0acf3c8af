"""What the benchmarks of this folder share: the ground they run on, starting peers, ratios and their bars.

Congestion control has to be the same for everybody: where it can, the run happens in a network namespace of its own whose
loopback route says `cubic` (BBR, a common default, paces loopback with timers); where it cannot, it says so and the
servers keep the system's default, each of them the same one.
"""

import contextlib
import dataclasses
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = HERE / "bin"
HOST = "127.0.0.1"
WIRE = "SOCKEYE_BENCH_WIRE"
TICK = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Bar:
    """A ratio of medians that must be at least (`>=`) or at most (`<=`) a limit."""

    load: str
    figure: str
    ours: str
    theirs: str
    sign: str
    limit: float


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


def build(*names):
    """Compile these C peers where they are older than their source."""
    BIN.mkdir(exist_ok=True)
    for name in names:
        source, program = HERE / f"{name}.c", BIN / name
        newest = max(file.stat().st_mtime for file in (source, HERE / "peer.h"))
        if not program.exists() or program.stat().st_mtime < newest:
            subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", str(program), str(source)], check=True)


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


def cpu_seconds(pid):
    """The processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def median(figures, load, peer, figure):
    """The median over the rounds, or nothing if this was not measured."""
    rounds = figures.get(load, {}).get(peer)
    return statistics.median(one[figure] for one in rounds) if rounds else None


def print_bars(bars, figures):
    """The ratios and what they should be; 1 if one is missed."""
    print()
    missed = False
    for bar in bars:
        ours, theirs = (median(figures, bar.load, name, bar.figure) for name in (bar.ours, bar.theirs))
        if ours is None or theirs is None:
            continue
        ratio = ours / theirs
        met = ratio >= bar.limit if bar.sign == ">=" else ratio <= bar.limit
        missed |= not met
        wanted = f"{bar.sign} {bar.limit:.2f} {'met' if met else 'MISSED'}" if bar.limit else "for orientation"
        print(f"{bar.load:24} {bar.figure:7} {bar.ours} / {bar.theirs} = {ratio:.3f}  ({wanted})")
    return int(missed)
