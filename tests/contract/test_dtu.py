"""Clients as devices: a DTU that registers, beats, answers by rules and comes back; fleets of them; and what rules can do
on either side.
"""

import importlib.util
import itertools
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import test_relay_programs as programs
from harness import PATIENCE, Case, binary, dial, in_english, payload, read_exactly, read_to_end, reset
from test_relay_programs import Programs, needs

NO_INPUT = subprocess.DEVNULL

DEVICE = """
greeting = "HELLO {conn}"

[[rule]]
equals = "LOGIN?"
reply = "DTU{client}"
id = "login"

[[rule]]
prefix = "READ "
reply = "{text:5..}=21 ({counter})"
after = "login"

[[rule]]
prefix = "READ "
reply = "log in first"
times = 1

[[rule]]
equals = "HUSH"
silent = true
"""


class Lines:
    """One conversation of ours, line by line."""

    def __init__(self, sock):
        self.sock = sock
        self._rest = b""

    def next(self):
        while b"\n" not in self._rest:
            more = self.sock.recv(4096)
            if not more:
                raise EOFError(f"the peer ended behind {self._rest!r}")
            self._rest += more
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode()

    def say(self, line):
        self.sock.sendall(line.encode() + b"\n")

    def ask(self, line):
        self.say(line)
        return self.next()


class Dtu(Case):
    """One command that is a device."""

    def dtu(self, address, *arguments):
        return self.connect(
            address, "--frame", "line", "--json", "--reconnect=20ms", *arguments, stdin=NO_INPUT
        )  # fmt: skip

    def server(self, address=("127.0.0.1", 0)):
        """A listening socket of ours that another one can follow at its address."""
        server = self.closed(socket.socket())
        server.settimeout(PATIENCE)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(address)
        server.listen()
        return server

    def meet(self, server):
        return Lines(self.accept(server))

    def test_it_survives_ten_restarts_of_its_server(self):
        rules = self.file("device.toml", DEVICE)
        server = self.server()
        address = server.getsockname()
        device = self.dtu(
            address, "--greet", "REG DTU002", "--send", "beat {counter}", "--every", "50ms", "--reply", f"rules:{rules}"
        )
        for number in range(1, 12):
            line = self.meet(server)
            # First the registration, then the responder's greeting, then the beats, each time from the beginning.
            said = [line.next() for _ in range(4)]
            self.assertEqual(said, ["REG DTU002", f"HELLO {number}", "beat 1", "beat 2"])
            self.assertEqual(device.event("opened")["conn"], number)
            answers = itertools.filterfalse(lambda said: said.startswith("beat"), iter(line.next, None))
            line.say("READ a")
            self.assertEqual(next(answers), "log in first")
            line.say("LOGIN?")
            self.assertEqual(next(answers), "DTU1")
            line.say("READ temperature")
            self.assertEqual(next(answers), "temperature=21 (3)")
            # A server that falls over, and one that is gone for a while.
            if number % 2:
                reset(line.sock)
            else:
                line.sock.close()
            if number % 3 == 0:
                server.close()
                self.assertEqual(device.event("notice", notice="reconnecting")["failure"], "refused")
                server = self.server(address)
        self.assertEqual(device.stop(), 0)
        self.assertGreaterEqual(device.summary()["accepted"], 11)

    def test_nothing_of_one_connection_leaks_into_the_next(self):
        server, address = self.stand()
        device = self.connect(
            address, "--frame", "len=2", "--charset", "gbk", "--json", "--reconnect=20ms", "--reply", "text:{counter} {len}",
            stdin=NO_INPUT,
        )  # fmt: skip
        first = self.accept(server)
        # Two messages, and the beginning of a third with half a character in it.
        first.sendall(b"\0\1x\0\2yy" + b"\0\x08" + "好".encode("gbk")[:1])
        self.assertEqual(read_exactly(first, 10), b"\0\x031 1\0\x032 2")
        first.close()
        second = self.accept(server)
        second.sendall(b"\0\2" + "你".encode("gbk"))
        self.assertEqual(read_exactly(second, 5), b"\0\x031 2")
        self.assertEqual(device.event("notice", notice="unfinished")["conn"], 1)
        self.assertEqual(device.event("recv", conn=2)["text"], "你")
        self.assertEqual(device.stop(), 0)

    def test_a_name_that_never_resolves_leaves_it_calm(self):
        device = self.sockeye(
            "connect", "no-such-host.invalid:9", "--json", "--reconnect=10ms", "--greet", "x", "--reply", "discard", stdin=NO_INPUT
        )
        told = device.event("notice", notice="reconnecting")
        self.assertIn(told["failure"], ("name-not-resolved", "timeout"))
        # Attempts go on in the meantime, each later than the one before.
        with self.assertRaises(TimeoutError):
            device.event("notice", notice="reconnecting", timeout=0.7)
        begun = time.monotonic()
        # It never was connected: that work is undone.
        self.assertEqual(device.stop(), 143)
        self.assertLess(time.monotonic() - begun, 2)

    @in_english
    def test_one_line_a_change_of_state(self):
        probe, address = self.stand()
        probe.close()
        device = self.connect(address, "--reconnect=10ms", "--reply", "echo", stdin=NO_INPUT)
        device.stderr.wait(lambda data: b"trying again until it connects" in data)
        server = self.server(address)
        line = self.accept(server)
        line.sendall(b"hi")
        self.assertEqual(read_exactly(line, 2), b"hi")
        self.assertEqual(device.stop(), 0)
        self.assertEqual(device.stderr.drained().count(b"trying again"), 1)

    @in_english
    def test_a_person_hears_that_nobody_is_there(self):
        server, address = self.stand()
        console = self.terminal("connect", f"{address[0]}:{address[1]}", "--frame", "line", "--reconnect=20ms", "--reply", "text:yes")
        line = self.meet(server)
        self.assertEqual(line.ask("there?"), "yes")
        console.enter("hello")
        self.assertEqual(line.next(), "hello")
        server.close()
        line.sock.close()
        console.read_until("trying again until it connects")
        console.enter("anybody?")
        console.read_until("unsent|not sent|nobody")
        console.enter("/quit")
        self.assertEqual(console.finish(), 0)

    def test_a_pipe_is_said_to_whoever_comes_next_and_ends_it(self):
        server, address = self.stand()
        device = self.connect(address, "--frame", "line", "--reconnect=20ms")
        first = self.meet(server)
        device.write(b"one\n")
        self.assertEqual(first.next(), "one")
        first.sock.close()
        second = self.meet(server)
        device.write(b"two\n")
        self.assertEqual(second.next(), "two")
        device.end_input()
        self.assertEqual(read_to_end(second.sock), b"")
        second.sock.close()
        self.succeeds(device)

    def test_its_beats_end_with_56_where_nothing_reconnects(self):
        server, address = self.stand()
        device = self.connect(
            address, "--frame", "line", "--send", "beat", "--every", "20ms", "--count", "1000", stdin=NO_INPUT
        )
        line = self.meet(server)
        self.assertEqual([line.next(), line.next()], ["beat", "beat"])
        line.sock.close()
        self.ends(device, 56)

    def test_what_it_expects_ends_it_whatever_it_lost_before(self):
        server, address = self.stand()
        device = self.dtu(address, "--send", "ready?", "--expect", "go")
        first = self.meet(server)
        first.next()
        first.sock.close()
        second = self.meet(server)
        second.say("go")
        self.ends(device, 0)

    def test_a_job_file_holds_server_and_devices(self):
        rules = self.file("server.toml", '[[rule]]\nprefix = "REG"\nreply = "READ"\n[[rule]]\nprefix = "IS"\nthen = "close"\n')
        device = self.file("device.toml", '[[rule]]\nprefix = "READ"\nreply = "IS {client}"\n')
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = f"unix:{folder.name}/socket"
        jobs = self.file(
            "jobs.toml",
            f'[job.server]\ncommand = "listen"\naddr = "{path}"\nframe = "line"\nreply = "rules:{rules}"\n'
            f'[job.fleet]\ncommand = "connect"\naddr = "{path}"\nframe = "line"\nafter = "server"\nclients = 3\n'
            f'greet = "REG {{client}}"\nreply = "rules:{device}"\nreconnect = "20ms"\n',
        )
        run = self.sockeye("run", jobs, "--json", stdin=NO_INPUT)
        said = set()
        # Each is closed once it has answered, and comes back.
        while not said >= {"IS 1", "IS 2", "IS 3"}:
            said.add(run.event("recv", job="server")["text"])
        while run.event("opened", job="fleet")["conn"] < 6:
            pass
        self.assertEqual(run.stop(), 0)

    def test_hex_greetings_and_bad_ones(self):
        server, address = self.stand()
        device = self.connect(address, "--greet-hex", "7e 01 7e", "--reply", "discard", stdin=NO_INPUT)
        line = self.accept(server)
        self.assertEqual(read_exactly(line, 3), b"\x7e\x01\x7e")
        line.close()
        self.succeeds(device)
        self.ends(self.connect(address, "--greet-hex", "7e 1", stdin=NO_INPUT), 2)
        self.ends(self.connect(address, "--greet", "x", "--greet-hex", "00", stdin=NO_INPUT), 2)
        self.ends(self.connect(address, "--reply", "chat", stdin=NO_INPUT), 2)
        self.ends(self.connect(address, "--send", "a", "--gap", "1s", stdin=NO_INPUT), 2)
        self.ends(self.connect(address, "--send", "a", "--await", stdin=NO_INPUT), 2)
        self.ends(self.connect(address, "--reconnect", "--retry", "3", stdin=NO_INPUT), 2)


class Pace(Case):
    """One message after the other."""

    def test_a_gap_stands_between_messages(self):
        server, address = self.stand()
        client = self.connect(
            address, "--send", "a", "--send", "b", "--send", "c", "--gap", "150ms", "--count", "1", stdin=NO_INPUT
        )
        line = self.accept(server)
        came = []
        for _ in range(3):
            self.assertEqual(len(line.recv(10)), 1)
            came.append(time.monotonic())
        self.assertGreater(came[2] - came[0], 0.25)
        line.sendall(b"done")
        self.succeeds(client)

    def test_the_next_message_waits_for_an_answer(self):
        server, address = self.stand()
        client = self.connect(address, "--send", "a", "--send", "b", "--await", "--json", stdin=NO_INPUT)
        line = self.accept(server)
        self.assertEqual(line.recv(10), b"a")
        client.event("sent", text="a")
        line.sendall(b"1")
        self.assertEqual(line.recv(10), b"b")
        line.sendall(b"2")
        line.close()
        self.succeeds(client)
        kinds = [event["type"] for event in client.events() if event["type"] in ("sent", "recv")]
        self.assertEqual(kinds, ["sent", "recv", "sent", "recv"])

    def test_no_answer_is_28_and_a_peer_that_goes_is_56(self):
        for answers, code in ((0, 28), (1, 28)):
            with self.subTest(answers=answers):
                server, address = self.stand()
                client = self.connect(
                    address, "--send", "a", "--send", "b", "--send", "c", "--await", "--wait", "200ms", stdin=NO_INPUT
                )
                line = self.accept(server)
                for _ in range(answers):
                    line.recv(10)
                    line.sendall(b"yes")
                self.assertEqual(len(read_to_end(line)), 1)
                self.ends(client, code)
        server, address = self.stand()
        client = self.connect(address, "--send", "a", "--send", "b", "--await", stdin=NO_INPUT)
        line = self.accept(server)
        line.recv(10)
        line.close()
        self.ends(client, 56)

    def test_reads_are_as_small_as_asked_for(self):
        server, address = self.stand()
        client = self.connect(address, "--read-size", "5", "--reply", "discard", "--json", stdin=NO_INPUT)
        line = self.accept(server)
        line.sendall(b"hello world!")
        line.close()
        self.succeeds(client)
        self.assertEqual([payload(event) for event in client.events() if event["type"] == "recv"], [b"hello", b" worl", b"d!"])
        self.ends(self.sockeye("connect", "udp://127.0.0.1:9", "--read-size", "5", stdin=NO_INPUT), 2)


class Fleet(Case):
    """Many devices in one process."""

    def fleet(self, clients, seconds):
        rules = self.file(
            "server.toml",
            '[[rule]]\nregex = "^REG (\\\\d+)$"\nname = "DTU$1"\nreply = "ok $1"\nid = "in"\n\n'
            '[[rule]]\nprefix = "beat"\nafter = "in"\nreply = "{text:5..}"\n',
        )
        server, address = self.listen("--frame", "line", "--reply", f"rules:{rules}", "--quiet", stdin=NO_INPUT)
        beats = max(2, int(seconds / 2))
        fleet = self.connect(
            address, "--frame", "line", "--json", "--quiet", "--clients", clients, "--greet", "REG {client}",
            "--send", "beat {client} {counter}", "--every", f"{seconds / beats}s", "--count", beats, stdin=NO_INPUT,
        )  # fmt: skip
        self.ends(fleet, 0, timeout=seconds + 3 * PATIENCE)
        summary = fleet.summary()
        self.assertEqual((summary["accepted"], summary["reset"], summary["unsent"]), (clients, 0, 0))
        self.assertEqual(summary["messages_out"], clients * (beats + 1))
        self.assertEqual(summary["messages_in"], clients * (beats + 1))
        server.stop()

    def test_a_hundred_of_them(self):
        self.fleet(100, 0.5)

    @unittest.skipUnless(os.environ.get("SOCKEYE_HEAVY"), "a minute; SOCKEYE_HEAVY=1 runs it")
    def test_a_thousand_for_a_minute(self):
        self.fleet(1000, 60)

    def test_a_thousand_come_and_are_counted(self):
        server, address = self.listen("--reply", "echo", "--quiet", stdin=NO_INPUT)
        fleet = self.connect(
            address, "--json", "--quiet", "--clients", 1000, "--send", "{client}", "--count", "1", "--wait", "10s", stdin=NO_INPUT
        )
        self.ends(fleet, 0, timeout=4 * PATIENCE)
        self.assertEqual(fleet.summary()["accepted"], 1000)
        server.stop()

    def test_each_is_somebody_and_comes_back(self):
        server, address = self.stand(backlog=64)
        fleet = self.connect(
            address, "--frame", "line", "--clients", 20, "--greet", "REG {client}", "--reconnect=20ms", "--reply",
            "text:{client}", "--json", stdin=NO_INPUT,
        )  # fmt: skip
        for _ in range(2):
            lines = [Lines(self.accept(server)) for _ in range(20)]
            names = [line.next() for line in lines]
            self.assertEqual(sorted(names), sorted(f"REG {client}" for client in range(1, 21)))
            for name, line in zip(names, lines, strict=True):
                self.assertEqual(line.ask("who"), name.split()[1])
            for line in lines:
                line.sock.close()
        self.assertEqual(fleet.stop(), 0)

    def test_more_than_there_are_descriptors_are_refused_before_anything(self):
        server, address = self.stand()
        fleet = self.connect(address, "--clients", 500, "--reply", "echo", stdin=NO_INPUT, descriptors=256)
        self.ends(fleet, 1)
        self.assertIn(b"--clients 500", fleet.stderr.drained())
        server.setblocking(False)
        with self.assertRaises(BlockingIOError):
            server.accept()

    def test_those_that_cannot_connect_are_told_once(self):
        probe, address = self.stand()
        probe.close()
        fleet = self.connect(address, "--clients", 50, "--send", "x", "--json", stdin=NO_INPUT)
        self.ends(fleet, 7)
        failed = [event for event in fleet.events() if event["type"] == "failed"]
        self.assertEqual(len(failed), 2)
        self.assertIn("50", failed[-1]["message"])


class ByRules(Case):
    """What a server does by rules: it names, polls, remembers, and closes by the clock."""

    def test_a_registration_names_the_conversation_and_the_clock_polls_it(self):
        rules = self.file(
            "server.toml",
            '[[rule]]\nprefix = "REG "\nname = "{text:4..10}"\nid = "in"\nsilent = true\n\n'
            '[[rule]]\nevery = "50ms"\nafter = "in"\nreply_hex = "01 03 00 00 00 01"\n\n'
            '[[rule]]\nat = 1\nhex = "03"\nsilent = true\n\n[[rule]]\nprefix = "BYE"\nreply = "{hex:0..2}"\nthen = "close"\n',
        )
        server, address = self.listen("--frame", "line", "--reply", f"rules:{rules}", stdin=NO_INPUT)
        device = self.dial(address)
        device.sendall(b"REG DTU002 and more\n")
        self.assertEqual(server.event("named")["name"], "DTU002")
        begun = time.monotonic()
        for _ in range(3):
            self.assertEqual(read_exactly(device, 7), b"\x01\x03\0\0\0\x01\n")
        self.assertGreater(time.monotonic() - begun, 0.1)
        device.sendall(b"\x01\x03\x02\x2a\n")
        device.sendall(b"BYE\n")
        self.assertTrue(read_to_end(device).endswith(b"4259\n"))
        self.assertEqual(server.stop(), 0)
        self.assertFalse([event for event in server.events() if event.get("kind") == "no-rule"])

    def test_its_operator_speaks_to_whom_rules_have_named(self):
        rules = self.file("server.toml", '[[rule]]\nregex = "^REG (\\\\w+)"\nname = "$1"\nreply = "ok"\n')
        for language in ("en", "zh"):
            log = self.file(f"{language}.log", "")
            console = self.terminal(
                "listen", "127.0.0.1:0", "--frame", "line", "--reply", f"rules:{rules}", "--log", log,
                env={"SOCKEYE_LANG": language},
            )  # fmt: skip
            address = ("127.0.0.1", console.port())
            devices = {}
            for name in ("DTU001", "DTU002", "DTU003"):
                devices[name] = Lines(self.dial(address))
                self.assertEqual(devices[name].ask(f"REG {name}"), "ok")
            console.enter("/to DTU002 /hex 01 03 00 00")
            self.assertEqual(devices["DTU002"].next(), "\x01\x03\0\0")
            console.enter("/to DTU001,DTU003 hello")
            self.assertEqual([devices[name].next() for name in ("DTU001", "DTU003")], ["hello", "hello"])
            # It comes back, and its name is where it is now.
            again = Lines(self.dial(address))
            self.assertEqual(again.ask("REG DTU002"), "ok")
            console.enter("/to DTU002 /every 50ms /hex 07")
            self.assertEqual([again.next(), again.next()], ["\x07", "\x07"])
            console.enter("/close DTU003")
            with self.assertRaises(EOFError):
                devices["DTU003"].next()
            console.enter("/quit")
            console.finish()
            with open(log, encoding="utf-8") as file:
                logged = file.read()
            for name in devices:
                self.assertRegex(logged, rf"(?m)^[-\d]+ [:.\d]+ #\d {name} tcp://\S+ ")
            self.assertIn("01 03 00 00", logged)
            self.assertGreaterEqual(logged.count("    00000000  07 "), 2)

    def test_in_the_background_of_a_shell_rules_go_on_alone(self):
        rules = self.file("server.toml", '[[rule]]\nequals = "hi"\nreply = "ok"\n')
        # A shell with jobs: what it starts with & may not read the terminal, and is stopped if it tries.
        line = f"set -m; {binary()} listen 127.0.0.1:0 --frame line --reply rules:{rules} & echo pid $!; wait"
        shell = self.terminal("-c", line, instead=["/bin/sh"])
        pid = int(shell.read_until(r"pid (\d+)").group(1))
        self.addCleanup(subprocess.run, ["kill", str(pid)], check=False, stderr=NO_INPUT)
        port = int(shell.output.wait(re.compile(rb"listening on tcp://127.0.0.1:(\d+)").search).group(1))
        device = Lines(self.dial(("127.0.0.1", port)))
        self.assertEqual([device.ask("hi"), device.ask("hi")], ["ok", "ok"])
        os.kill(pid, signal.SIGTERM)
        shell.finish()

    def test_who_says_nothing_is_sent_away_by_the_clock(self):
        rules = self.file("server.toml", '[[rule]]\nevery = "100ms"\ntimes = 1\nreply = "too late"\nthen = "close"\n')
        _server, address = self.listen("--frame", "line", "--reply", f"rules:{rules}", stdin=NO_INPUT)
        self.assertEqual(read_to_end(self.dial(address)), b"too late\n")

    @in_english
    def test_mistakes_have_their_place(self):
        for text, words in (
            ('[[rule]]\nequals = "a"\nreply = "b"\nafter = "c"\n', b"4:9: no rule has the id \"c\""),
            ('[[rule]]\nequals = "a"\nreply = "b"\nid = "a"\nafter = "a"\n', b"5:9: this rule comes after"),
            ('[[rule]]\nequals = "a"\nreply_hex = "0 {hex:1..2}"\n', b"3:13: reply_hex: column 1: the hex digit '0' stands alone"),
        ):
            rules = self.file("wrong.toml", text)
            for command in (("listen", "0"), ("connect", "9")):
                process = self.sockeye(*command, "--reply", f"rules:{rules}", stdin=NO_INPUT)
                self.ends(process, 2)
                self.assertIn(words, process.stderr.drained())

    def test_an_iec104_station_starts_and_confirms(self):
        rules = self.file(
            "station.toml",
            '[[rule]]\nhex = "07 00 00 00"\nreply_hex = "0b 00 00 00"\nid = "started"\n\n'
            '[[rule]]\nhex = "43 00 00 00"\nreply_hex = "83 00 00 00"\n\n'
            # A general interrogation (type 100) is confirmed: the same, its cause 7 in the place of 6.
            '[[rule]]\nat = 4\nhex = "64 01 06"\nafter = "started"\nreply_hex = "00 00 02 00 {hex:4..6} 07 {hex:7..}"\n',
        )
        _server, address = self.listen("--frame", "iec104", "--reply", f"rules:{rules}", stdin=NO_INPUT)
        interrogation = "00 00 00 00 64 01 06 00 01 00 00 00 00 14"
        master = self.connect(
            address, "--frame", "iec104", "--send-hex", "07 00 00 00", "--send-hex", "43 00 00 00", "--send-hex",
            interrogation, "--await", "--count", "3", "--json", stdin=NO_INPUT,
        )  # fmt: skip
        self.succeeds(master)
        answers = [payload(event).hex() for event in master.events() if event["type"] == "recv"]
        self.assertEqual(answers, ["0b000000", "83000000", "0000020064010700010000000014"])


@needs("pymodbus", importlib.util.find_spec("pymodbus"))
class Modbus(Programs):
    """A slave that is late, and one that says nothing, as pymodbus' master meets them."""

    MASTER = """
import sys
from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), timeout=0.5, retries=0)
client.connect()
for slave in (1, 2, 1):
    try:
        print(client.read_holding_registers(0, count=1, device_id=slave).registers, flush=True)
    except ModbusException:
        print("no answer", flush=True)
"""

    def test_late_and_silent_slaves(self):
        rules = self.file(
            "slaves.toml",
            # The transaction's number and the unit come from the question, wherever the rest does.
            '[[rule]]\nat = 6\nhex = "02 03"\nsilent = true\n\n'
            '[[rule]]\nat = 6\nhex = "01 03 00 00 00 01"\ndelay = "200ms"\n'
            'reply_hex = "{hex:0..4} 00 05 {hex:6..8} 02 00 2a"\n',
        )
        server, address = self.listen("--frame", "modbus-tcp", "--reply", f"rules:{rules}", stdin=NO_INPUT)
        words, code = self.run_program("python3", "-c", self.MASTER, str(address[1]))
        self.assertEqual((words.split("\n")[:2], code), (["[42]", "no answer"], 0), words)
        server.stop()


if __name__ == "__main__":
    unittest.main()
