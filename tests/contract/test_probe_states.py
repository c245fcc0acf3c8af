"""`probe`: every state by its real cause, in network namespaces of our own, IPv4 and IPv6, each with the diagnosis that names it."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import unittest

from harness import PATIENCE, Case, Process, heavy

#: What a namespace needs; `ip` and `nft` are of the packages iproute2 and nftables.
MISSING = [program for program in ("ip", "nft") if shutil.which(program) is None]
if os.geteuid() != 0:
    MISSING.append("root")
#: The other end of the wire, and what is said of it.
FOUR, SIX = "10.77.0.2", "fd77::2"
OURS = {FOUR: "10.77.0.1", SIX: "fd77::1"}
#: Port, rule, state, cause, and what the message said, IPv4 then IPv6.
RULES = [
    (1001, "drop", "timeout", "no-reply", None, None),
    (1002, "reject with icmp type host-unreachable", "unreachable", "no-way", "host-unreachable", None),
    (1003, "reject with icmp type net-unreachable", "unreachable", "no-way", "net-unreachable", None),
    (1004, "reject with icmp type prot-unreachable", "unreachable", "no-way", "protocol-unreachable", None),
    (1005, "reject with icmp type port-unreachable", "refused", "firewall-rejects", "port-unreachable", None),
    (1006, "reject with icmp type net-prohibited", "prohibited", "forbidden", "net-prohibited", None),
    (1007, "reject with icmp type host-prohibited", "prohibited", "forbidden", "host-prohibited", None),
    (1008, "reject with icmp type admin-prohibited", "prohibited", "forbidden", "admin-prohibited", None),
    (1012, "reject with icmpv6 type no-route", "unreachable", "no-way", None, "no-route"),
    (1013, "reject with icmpv6 type addr-unreachable", "unreachable", "no-way", None, "address-unreachable"),
    (1015, "reject with icmpv6 type port-unreachable", "refused", "firewall-rejects", None, "port-unreachable"),
    (1016, "reject with icmpv6 type admin-prohibited", "prohibited", "forbidden", None, "admin-prohibited"),
    (1017, "reject with icmpv6 type policy-fail", "prohibited", "forbidden", None, "policy-failed"),
    (1018, "reject with icmpv6 type reject-route", "prohibited", "forbidden", None, "reject-route"),
    (1020, "reject with tcp reset", "refused", "nobody-listens", None, None),
]
#: A server: says its port, and then does what it is called for with each connection.
SERVER = """
import signal, socket, struct, sys
what, host, port, backlog = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
family = socket.AF_INET6 if ":" in host else socket.AF_INET
kind = socket.SOCK_DGRAM if what == "echo-udp" else socket.SOCK_STREAM
server = socket.socket(family, kind)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((host, port))
if kind == socket.SOCK_STREAM:
    server.listen(backlog)
print("port", server.getsockname()[1], flush=True)
kept = []
while True:
    if what == "deaf":
        signal.pause()
    if what == "echo-udp":
        data, peer = server.recvfrom(65536)
        server.sendto(b"re:" + data, peer)
        continue
    client, _ = server.accept()
    if what == "reset":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    elif what == "reset-later":
        client.recv(1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    elif what == "tls":
        client.recv(1)
        client.sendall(bytes.fromhex("15030100020246"))
        client.close()
    else:
        kept.append(client)
"""


def run(*command, **how):
    """A command of the system that has to succeed."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE, **how)


class Wire:
    """Two namespaces and a wire between them: ours, and one with a firewall."""

    def __init__(self):
        self.ours, self.theirs = (f"sockeye-{os.getpid()}-{end}" for end in "ab")

    def lay(self):
        """Makes all of it."""
        for name in (self.ours, self.theirs):
            run("ip", "netns", "add", name)
        run("ip", "link", "add", "name", "wire0", "netns", self.ours, "type", "veth",
            "peer", "name", "wire1", "netns", self.theirs)  # fmt: skip
        for name, link, four, six in ((self.ours, "wire0", OURS[FOUR], OURS[SIX]), (self.theirs, "wire1", FOUR, SIX)):
            run("ip", "-n", name, "addr", "add", f"{four}/24", "dev", link)
            run("ip", "-n", name, "addr", "add", f"{six}/64", "dev", link, "nodad")
            for one in ("lo", link):
                run("ip", "-n", name, "link", "set", one, "up")
        # As many refusals as there are probes, not one a second.
        for setting in ("ipv4/icmp_ratelimit", "ipv6/icmp/ratelimit"):
            run("ip", "netns", "exec", self.theirs, "sh", "-c", f"echo 0 > /proc/sys/net/{setting}")
        rules = []
        for port, verdict, *_ in RULES:
            family = "meta nfproto ipv6 " if "icmpv6" in verdict else "meta nfproto ipv4 " if "icmp" in verdict else ""
            rules.append(f"{family}tcp dport {port} {verdict}")
        rules += ["udp dport 1001 drop", "meta nfproto ipv4 udp dport 1008 reject with icmp type admin-prohibited"]
        text = "table inet t {\nchain i {\ntype filter hook input priority 0; policy accept;\n" + "\n".join(rules) + "\n}\n}\n"
        run("ip", "netns", "exec", self.theirs, "nft", "-f", "-", input=text)

    def close(self):
        for name in (self.ours, self.theirs):
            subprocess.run(["ip", "netns", "del", name], check=False, timeout=PATIENCE)


def setUpModule():
    if MISSING:
        sys.stderr.write(f"\nskipped: every state by its real cause; this needs {', '.join(MISSING)}\n")
        if os.environ.get("CI"):
            raise AssertionError(f"CI has no {', '.join(MISSING)}")
        raise unittest.SkipTest(f"this needs {', '.join(MISSING)}")


class States(Case):
    @classmethod
    def setUpClass(cls):
        cls.wire = Wire()
        cls.addClassCleanup(cls.wire.close)
        cls.wire.lay()

    def within(self, *arguments, side=None, **how):
        """sockeye in one of the namespaces, ours by default."""
        return self.sockeye(*arguments, under=("ip", "netns", "exec", side or self.wire.ours), **how)

    def probed(self, target, *arguments, code=121, **how):
        """The one attempt at a target, and how it ended."""
        if "--count" not in arguments:
            arguments = ("--count", 1, *arguments)
        process = self.within("probe", target, "--json", *arguments, **how)
        self.assertEqual(process.finish(), code, process.stdout.drained())
        return [event for event in process.events() if event["type"] == "probe"][0]

    def holds(self, probed, state, cause=None):
        """That an attempt found this state, for this reason."""
        self.assertEqual((probed["state"], probed.get("diagnosis", {}).get("cause")), (state, cause), probed)
        return probed

    def server(self, what, host, port=0, backlog=16, side=None):
        """The port of a server in a namespace, and its process."""
        command = ["ip", "netns", "exec", side or self.wire.theirs, sys.executable, "-c", SERVER, what, host, str(port), str(backlog)]
        process = Process(command)
        self.addCleanup(process.discard)
        line = process.stdout.wait(lambda data: data.endswith(b"\n") and data)
        if not line:
            raise EOFError(process.stderr.drained().decode())
        return int(line.split()[1]), process

    @staticmethod
    def at(host, port):
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def test_every_verdict_of_a_firewall(self):
        for port, verdict, state, cause, four, six in RULES:
            for host, kind in ((FOUR, four), (SIX, six)):
                if ("icmp type" in verdict and host == SIX) or ("icmpv6" in verdict and host == FOUR):
                    continue
                with self.subTest(verdict=verdict, host=host):
                    patience = "500ms" if verdict == "drop" else "10s"
                    found = self.holds(self.probed(self.at(host, port), "--timeout", patience), state, cause)
                    self.assertEqual(found["diagnosis"].get("icmp"), kind and {"from": host, "kind": kind})
                    self.assertEqual(found["diagnosis"]["source"], OURS[host])

    def test_a_closed_port_and_an_open_one(self):
        for host in (FOUR, SIX):
            with self.subTest(host=host):
                self.holds(self.probed(self.at(host, 999)), "refused", "nobody-listens")
                port, _ = self.server("keep", host)
                self.holds(self.probed(self.at(host, port), code=0), "open")

    def test_other_doors_tell_a_filtered_port_from_a_host_that_is_down(self):
        for host in (FOUR, SIX):
            found = self.probed(self.at(host, 1001), "--timeout", "500ms", "--look")
            self.holds(found, "timeout", "port-dropped")
            self.assertIn({"address": self.at(host, 22), "state": "refused"}, found["diagnosis"]["looked"])

    def test_nobody_has_the_address(self):
        for host in ("10.77.0.99", "fd77::99"):
            with self.subTest(host=host):
                found = self.holds(self.probed(self.at(host, 80), "--timeout", "10s"), "unreachable", "no-neighbour")
                self.assertIn(found["diagnosis"]["icmp"]["from"], OURS.values())
        self.holds(self.probed("10.77.0.99:80", "--timeout", "500ms"), "timeout", "no-neighbour")

    def test_what_this_machine_cannot_do_is_no_outage(self):
        for host in ("10.99.0.1", "fd99::1"):
            with self.subTest(host=host):
                self.holds(self.probed(self.at(host, 80), code=1), "local", "no-route")
        for kind, cause in (("prohibit", "not-permitted"), ("unreachable", "no-route"), ("blackhole", "no-route")):
            for net, host in (("10.98.0.0/24", "10.98.0.1"), ("fd98::/64", "fd98::1")):
                family = "-6" if ":" in net else "-4"
                with self.subTest(kind=kind, host=host):
                    run("ip", "-n", self.wire.ours, family, "route", "add", kind, net)
                    try:
                        self.holds(self.probed(self.at(host, 80), code=1), "local", cause)
                    finally:
                        run("ip", "-n", self.wire.ours, family, "route", "del", kind, net)
        self.holds(self.probed(self.at(FOUR, 80), "--source", "10.1.2.3", code=1), "local", "no-such-source")

    def test_no_port_left_is_no_outage(self):
        for host in (FOUR, SIX):
            with self.subTest(host=host):
                port, _ = self.server("keep", host)
                with self.ports(40000):
                    holder = self.within("connect", self.at(host, port), "--json")
                    holder.event("opened")
                    self.holds(self.probed(self.at(host, port), code=1), "local", "no-ports")

    def test_a_load_that_runs_out_of_ports_blames_nobody(self):
        port, _ = self.server("keep", FOUR)
        with self.ports(40000, 40003):
            load = self.within("bench", self.at(FOUR, port), "--yes", "--json", "--connections", 10, "--duration", "500ms", "--expect", "none")
            self.assertEqual(load.finish(), 1, load.stderr.drained())
        summary = load.summary()
        self.assertEqual((summary["connections"]["exhausted"] > 0, summary["connections"]["failed"]), (True, {}))
        self.assertEqual(summary["limits"]["ports"], [40000, 40003])

    def test_no_descriptor_left_is_no_outage(self):
        port, _ = self.server("keep", FOUR)
        process = self.within("probe", self.at(FOUR, port), "--json", "--count", 0, "--interval", "20ms")
        self.assertEqual(process.event("probe")["state"], "open")
        pid = process.pid
        _, most = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        # A limit takes what is open already for granted.
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, most))
        self.holds(process.event("probe", state="local"), "local", "too-many-files")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, most))
        process.event("probe", state="open")
        self.assertEqual(process.stop(), 0)

    def ports(self, first, last=None):
        """Our namespace has one port to connect from, or a few, meanwhile."""
        case = self

        class Range:
            def __enter__(self):
                self.set(f"{first} {last or first}")

            def __exit__(self, *_):
                self.set("32768 60999")

            def set(self, text):
                path = "/proc/sys/net/ipv4/ip_local_port_range"
                run("ip", "netns", "exec", case.wire.ours, "sh", "-c", f"echo {text} > {path}")

        return Range()

    def test_a_connection_to_itself_is_never_open(self):
        with self.ports(40001):
            for host in ("127.0.0.1", "::1"):
                process = self.within("probe", self.at(host, 40001), "--json", "--count", 100, "--interval", "2ms")
                self.assertEqual(process.finish(), 121)
                events = process.events()
                self.assertEqual({event["state"] for event in events if event["type"] == "probe"}, {"refused"})
                self.assertEqual(events[0]["diagnosis"]["cause"], "self-connected")
                self.assertEqual((events[-1]["sent"], events[-1]["up"]), (100, 0))

    def test_a_stopped_program_is_open_and_silent(self):
        for host in (FOUR, SIX):
            with self.subTest(host=host):
                port, server = self.server("keep", host)
                server.process.send_signal(signal.SIGSTOP)
                self.addCleanup(server.process.send_signal, signal.SIGCONT)
                self.holds(self.probed(self.at(host, port), code=0), "open")
                found = self.probed(self.at(host, port), "--send", "hello", "--timeout", "300ms")
                self.holds(found, "silent", "program-silent")

    def test_a_full_backlog(self):
        for host in (OURS[FOUR], OURS[SIX]):
            with self.subTest(host=host):
                port, _ = self.server("deaf", host, backlog=0, side=self.wire.ours)
                # What a backlog of nothing has room for all the same.
                self.within("connect", self.at(host, port), "--json").event("opened")
                found = self.probed(self.at(host, port), "--timeout", "300ms")
                (listener,) = self.holds(found, "timeout", "backlog-full")["diagnosis"]["listeners"]
                self.assertEqual(listener["address"], self.at(host, port))

    def test_thrown_out_and_hung_up(self):
        for host in (FOUR, SIX):
            with self.subTest(host=host):
                port, _ = self.server("reset", host)
                found = self.holds(self.probed(self.at(host, port), code=0), "open", "thrown-out")
                self.assertEqual(found["then"], "reset")
                port, _ = self.server("reset-later", host)
                self.holds(self.probed(self.at(host, port), "--send", "hello"), "reset", "hung-up")
                port, _ = self.server("tls", host)
                self.holds(self.probed(self.at(host, port), "--send", "hello"), "unexpected", "speaks-tls")

    def test_who_listens_elsewhere_on_this_machine_is_named(self):
        port, server = self.server("keep", "127.0.0.1", side=self.wire.ours)
        found = self.holds(self.probed(self.at(OURS[FOUR], port)), "refused", "listens-elsewhere")
        (listener,) = found["diagnosis"]["listeners"]
        self.assertEqual(listener["address"], f"127.0.0.1:{port}")
        self.assertTrue(listener["name"].startswith("python"), listener)
        found = self.holds(self.probed("127.0.0.1:1"), "refused", "nobody-listens-here")
        self.assertIn(f"127.0.0.1:{port}", [one["address"] for one in found["diagnosis"]["listeners"]])

    def test_datagrams(self):
        for host in (FOUR, SIX):
            with self.subTest(host=host):
                found = self.probed("udp://" + self.at(host, 999))
                self.holds(found, "closed", "port-unreachable")
                self.assertEqual(found["diagnosis"]["icmp"], {"from": host, "kind": "port-unreachable"})
                found = self.probed("udp://" + self.at(host, 1001), "--timeout", "300ms")
                self.holds(found, "silent", "datagram-silent")
                port, _ = self.server("echo-udp", host)
                found = self.probed("udp://" + self.at(host, port), "--send", "hello", "--expect", "re:hello", code=0)
                self.holds(found, "answered")
        self.holds(self.probed(f"udp://{FOUR}:1008", "--timeout", "5s"), "prohibited", "forbidden")

    def test_a_name_that_nobody_resolves(self):
        found = self.probed("nosuch.invalid:80", code=6)
        self.assertEqual(found["state"], "unresolved")
        self.assertIn(found["diagnosis"]["cause"], ("no-such-name", "resolver-failed"))

    def many(self, count):
        for host in (FOUR, SIX):
            port, _ = self.server("keep", host, backlog=4096)
            process = self.within("probe", self.at(host, port), "--json", "--count", count, "--interval", "5ms", "--quiet")
            folder = f"/proc/{process.pid}/fd"
            seen = set()
            while process.running():
                try:
                    seen.add(len(os.listdir(folder)))
                except FileNotFoundError:
                    break
                if select_briefly(process):
                    break
            self.assertEqual(process.finish(), 0)
            total = process.summary()
            self.assertEqual((total["sent"], total["up"], total["down"], total["local"]), (count, count, 0, 0))
            self.assertLess(max(seen), 40, "descriptors grow")
            table = run("ip", "netns", "exec", self.wire.ours, "cat", "/proc/net/tcp", "/proc/net/tcp6").stdout
            resting = [line for line in table.splitlines() if " 06 " in line and f":{port:04X} " in line]
            self.assertEqual(resting, [], "probes rest in TIME_WAIT")

    def test_many_probes_of_an_open_port_leave_nothing(self):
        self.many(1000)

    @heavy
    def test_ten_thousand_probes_of_an_open_port_leave_nothing(self):
        self.many(10_000)


def select_briefly(process):
    """Whether the process has ended within a tenth of a second."""
    try:
        process.process.wait(0.1)
    except subprocess.TimeoutExpired:
        return False
    return True


if __name__ == "__main__":
    unittest.main()
