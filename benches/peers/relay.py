#!/usr/bin/env python3
"""Compares sockeye's relay with haproxy, nginx, socat and a bare splice loop: `python3 benches/peers/relay.py`.

Bulk goes one way through each in turn to a sink that really reads; small messages go to an echo server behind each and back.
For bulk the source has one core, relay and sink share the other: what a relay costs is then what the sink lacks. For small
messages everything shares one core. Only ratios of one run mean anything; the table shows medians. What is not installed is left
out and said.
"""

import argparse
import collections
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ground import (
    BIN, HOST, Bar, build, cpu_seconds, median, pinned_to, print_bars, raise_descriptor_limit,
    share_one_congestion_control, started,
)
from echo import sockeye_default

BULK, SMALL = "bulk", "64 conn x 64 B"
BARS = (
    Bar(BULK, "rate", "sockeye", "haproxy", ">=", 1.3),
    Bar(BULK, "rate", "sockeye", "socat", ">=", 1.3),
    Bar(BULK, "cpu", "sockeye", "splice", "<=", 1.3),
    Bar(BULK, "rate", "sockeye", "splice", ">=", 0.0),
    Bar(BULK, "rate", "sockeye", "nginx", ">=", 0.0),
    Bar(SMALL, "rate", "sockeye", "haproxy", ">=", 1.0),
    Bar(SMALL, "rate", "sockeye", "nginx", ">=", 1.0),
    Bar(SMALL, "cpu", "sockeye", "nginx", ">=", 0.0),
)

HAPROXY = """global
    nbthread 1
    maxconn 4096
defaults
    mode tcp
    option splice-auto
    timeout connect 5s
    timeout client 60s
    timeout server 60s
listen relay
    bind {host}:{port}
    server target {host}:{target}
"""
NGINX = """daemon off;
master_process off;
pid {folder}/pid;
error_log stderr crit;
{load}
events {{ worker_connections 4096; }}
stream {{
    server {{ listen {host}:{port}; proxy_pass {host}:{target}; tcp_nodelay on; }}
}}
"""


def main():
    """Build, measure, print."""
    options = arguments()
    note = share_one_congestion_control()
    raise_descriptor_limit()
    build("bulk", "splice_relay", "epoll_echo", "echo_load")
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        relays = {name: start for name, start in starters(options, folder).items() if start}
        for turn in range(options.rounds):
            order = collections.deque(relays)
            order.rotate(-turn)
            for name in order:
                for load, measured in ((BULK, bulk), (SMALL, small)):
                    if load == SMALL and name in ("splice", "socat"):
                        continue
                    one = measured(relays[name], options)
                    figures.setdefault(load, {}).setdefault(name, []).append(one)
                    print(f"round {turn + 1}  {load:16} {name:10} {one['rate']:>12,.2f}", file=sys.stderr)
    print(f"\nmedians of {options.rounds} interleaved rounds of {options.seconds} s; {note}")
    print(f"bulk: GB/s and CPU ms per GB of the relay; small: requests/s and CPU us per request\n")
    for load, names in figures.items():
        for name in names:
            rate, cpu = (median(figures, load, name, figure) for figure in ("rate", "cpu"))
            print(f"{load:16} {name:10} {rate:>12,.2f} {cpu:>9.2f}")
    return print_bars(BARS, figures)


def arguments():
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each measurement")
    parser.add_argument("--sockeye", default=sockeye_default())
    return parser.parse_args()


def free_port():
    """A port that was free a moment ago, for programs that cannot say which one they got."""
    with socket.create_server((HOST, 0)) as server:
        return server.getsockname()[1]


def starters(options, folder):
    """How each relay is started in front of a target: a context of its process and port."""

    def says(*command):
        return lambda target, core: started([*command, f"{HOST}:{target}"], core)

    def silent(command):
        @contextlib.contextmanager
        def start(target, core):
            port = free_port()
            process = subprocess.Popen(command(port, target), stdin=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, preexec_fn=pinned_to(core))  # fmt: skip
            try:
                wait_for(port)
                yield process, port
            finally:
                process.terminate()
                process.wait()

        return start

    def written(template, *command):
        def start(port, target):
            file = Path(folder, f"{command[0]}.conf")
            modules = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
            load = f"load_module {modules};" if modules.exists() else ""
            file.write_text(template.format(host=HOST, port=port, target=target, folder=folder, load=load))
            return [*command, str(file)]

        return silent(start)

    def there(name, start):
        if shutil.which(name):
            return start
        print(f"{name} is left out: it is not installed", file=sys.stderr)
        return None

    return {
        "sockeye": says(options.sockeye, "relay", "--quiet", "--json", f"{HOST}:0"),
        "splice": lambda target, core: started([str(BIN / "splice_relay"), HOST, "0", str(target)], core),
        "haproxy": there("haproxy", written(HAPROXY, "haproxy", "-q", "-f")),
        "nginx": there("nginx", written(NGINX, "nginx", "-c")),
        "socat": there("socat", silent(lambda port, target: [
            "socat", "-b262144", f"TCP-LISTEN:{port},bind={HOST},reuseaddr,fork", f"TCP:{HOST}:{target}"])),
    }  # fmt: skip


def wait_for(port):
    """Until somebody listens there, or not for ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
    raise RuntimeError(f"nobody listens on {port}")


def family_cpu(pid):
    """The processor time of a process and its children that are gone."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return cpu_seconds(pid) + (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def bulk(start, options):
    """Gigabytes a second through the relay, and what of its processor a gigabyte takes, in ms."""
    with started([str(BIN / "bulk"), "sink", HOST, "0"], 1) as (sink, target), start(target, 1) as (relay, port):
        used = family_cpu(relay.pid)
        source = [str(BIN / "bulk"), "source", HOST, str(port), str(options.seconds)]
        subprocess.run(source, check=True, timeout=60, preexec_fn=pinned_to(0))
        said = json.loads(sink.stdout.readline())
        gigabytes = said["bytes"] / 1e9
        return {
            "rate": gigabytes / said["seconds"],
            "cpu": (family_cpu(relay.pid) - used) * 1e3 / gigabytes,
        }


def small(start, options):
    """Requests a second to an echo behind the relay, and the relay's processor time for one, in us."""
    echo = [str(BIN / "epoll_echo"), HOST, "0"]
    with started(echo, 0) as (_, target), start(target, 0) as (relay, port):
        used = cpu_seconds(relay.pid)
        generator = [str(BIN / "echo_load"), HOST, str(port), "64", "64", "1", str(options.seconds)]
        said = subprocess.run(generator, stdout=subprocess.PIPE, check=True, timeout=60, preexec_fn=pinned_to(0))
        figures = json.loads(said.stdout)
        cpu = (cpu_seconds(relay.pid) - used) / figures["messages"] * 1e6
        return {"rate": figures["rps"], "cpu": cpu}


if __name__ == "__main__":
    sys.exit(main())
