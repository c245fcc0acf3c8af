"""`probe`: states, exit codes, outages, conversations, files of targets, programs that hear of changes, limits, and how it is shown."""

import os
import signal
import socket
import tempfile
import threading
import time
import unittest
from pathlib import Path

from harness import Case, Screen, Terminal, in_english

#: A target whose name has no address, wherever names are looked up (RFC 6761).
NO_NAME = "nosuch.invalid:80"


class Server:
    """A server in a thread that does what it is told with each connection, and can be closed and opened again."""

    def __init__(self, case, serve=lambda client: client.recv(1), port=0):
        self.serve = serve
        self.port = port
        self.listener = None
        self.open()
        case.addCleanup(self.close)

    def open(self):
        """Listen again, on the same port."""
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=1024)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def close(self):
        """Listen no more; a thread that waits in accept learns of it."""
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(client,), daemon=True).start()

    def _one(self, client):
        with client:
            try:
                self.serve(client)
            except OSError:
                pass


def closed_port():
    """A port of this machine that nobody has, held so that nobody gets it."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held, held.getsockname()[1]


class Probes(Case):
    def setUp(self):
        super().setUp()
        held, self.closed = closed_port()
        self.addCleanup(held.close)

    def probe(self, *arguments, code=0, **how):
        """The events of a run that ends by itself with this exit code."""
        pace = () if "--interval" in arguments else ("--interval", "20ms")
        process = self.sockeye("probe", *arguments, *pace, "--json", **how)
        self.assertEqual(process.finish(), code, process.stderr.drained())
        return process.events()

    def states(self, events):
        """What was found, in order."""
        return [event["state"] for event in events if event["type"] == "probe"]

    def test_four_attempts_and_a_summary_of_each_target(self):
        server = Server(self)
        events = self.probe(server.port)
        self.assertEqual(self.states(events), ["open"] * 4)
        last = events[-1]
        self.assertEqual((last["type"], last["addr"], last["sent"], last["up"], last["run"]), ("summary", f"tcp://:{server.port}", 4, 4, 4))
        self.assertLessEqual(last["min_us"], last["p50_us"])
        self.assertLessEqual(last["p99_us"], last["max_us"])
        self.assertNotIn("down_since", last)
        self.assertEqual((last["loss"], last["longest_outage_us"]), (0, 0))
        self.assertNotIn("diagnosis", events[0])

    def test_exit_codes_in_all_combinations(self):
        up, down = f"127.0.0.1:{Server(self).port}", f"127.0.0.1:{self.closed}"
        elsewhere = ("--source", "192.0.2.1")
        for targets, code in (
            ([up], 0), ([down], 121), ([NO_NAME], 6), ([up, down], 121), ([up, NO_NAME], 121), ([down, NO_NAME], 121),
            ([up, down, NO_NAME], 121), ([NO_NAME, "other.invalid:1"], 6), ([up, "unix:/nonexistent/socket"], 121),
            ([up, *elsewhere], 1), ([NO_NAME, *elsewhere], 6),
        ):  # fmt: skip
            with self.subTest(targets=targets):
                self.probe(*targets, "--count", 1, code=code)

    def test_the_last_state_decides(self):
        server = Server(self)
        process = self.sockeye("probe", server.port, "--count", 0, "--interval", "20ms", "--json")
        process.event("probe", state="open")
        server.close()
        down = process.event("probe", state="refused")
        self.assertEqual((down["was"], down["diagnosis"]["cause"]), ("open", "nobody-listens-here"))
        self.assertEqual(process.stop(), 121)
        process = self.sockeye("probe", server.port, "--count", 0, "--interval", "20ms", "--json")
        process.event("probe", state="refused")
        server.open()
        up = process.event("probe", state="open")
        self.assertEqual(up["was"], "refused")
        self.assertEqual(process.stop(signal.SIGINT), 0)
        total = process.summary()
        self.assertGreater(total["longest_outage_us"], 0)

    def test_a_signal_before_the_count_is_work_undone(self):
        process = self.sockeye("probe", Server(self).port, "--count", 1000, "--interval", "20ms", "--json")
        process.event("probe")
        self.assertEqual(process.stop(), 143)

    def test_an_outage_is_found_with_its_beginning_and_end(self):
        server = Server(self)
        process = self.sockeye("probe", server.port, "--count", 0, "--interval", "200ms", "--json")
        process.event("probe", state="open")
        began = time.time()
        server.close()
        down = process.event("probe", state="refused")
        # The outage itself is what is measured: two seconds of it.
        threading.Event().wait(max(0.0, 2.0 - (time.time() - began)))
        ended = time.time()
        server.open()
        up = process.event("probe", state="open")
        self.assertEqual(process.stop(), 0)
        seconds = lambda stamp: time_of(stamp)  # noqa: E731
        self.assertLess(abs(seconds(down["since"]) - began), 0.25)
        self.assertLess(abs(seconds(up["since"]) - ended), 0.25)
        self.assertLess(abs(process.summary()["longest_outage_us"] / 1e6 - (ended - began)), 0.25)
        self.assertLess(abs(up["lasted_us"] / 1e6 - (ended - began)), 0.25)

    def test_the_program_has_to_answer(self):
        def redis(client):
            while data := client.recv(100):
                client.sendall(b"+PONG\r\n" if b"PING" in data else b"-ERR\r\n")

        good, deaf = Server(self, redis).port, Server(self, lambda client: client.recv(100) and client.recv(100)).port
        gone = Server(self, lambda client: client.recv(1)).port
        ask = ("--send", "PING", "--eol", "crlf", "--expect", "+PONG", "--count", 1, "--timeout", "500ms")
        (event, _) = self.probe(good, *ask)
        self.assertEqual(event["state"], "open")
        self.assertIn("answer_us", event)
        for arguments, state, cause in (
            ((deaf, *ask), "silent", "program-silent"),
            ((gone, "--send", "P", *ask[4:]), "silent", "ended-silently"),
            ((good, "--send", "HELLO", *ask[2:]), "unexpected", "other-answer"),
            ((good, "--send-hex", "00 00 00 00", "--frame", "len=4", "--count", 1, "--timeout", "500ms"), "unexpected", "not-framed"),
            ((good, "--send", "PING", "--frame", "line", "--checksum", "crc32", "--count", 1, "--timeout", "500ms"), "unexpected", "checksum-bad"),
        ):  # fmt: skip
            with self.subTest(state=state, cause=cause):
                event = self.probe(*arguments, code=121)[0]
                self.assertEqual((event["state"], event["diagnosis"]["cause"]), (state, cause))
        event = self.probe(deaf, "--send", "x", "--timeout", "200ms", "--count", 1, code=121)[0]
        self.assertEqual(event["diagnosis"]["listeners"][0]["pid"], os.getpid())

    def test_a_server_that_speaks_first_late_or_too_much(self):
        banner = Server(self, lambda client: client.sendall(b"220 ready\r\n") or client.recv(1)).port
        self.assertEqual(self.states(self.probe(banner, "--expect", "/^220 /", "--count", 2)), ["open"] * 2)
        torn = Server(self, lambda client: [client.sendall(bytes([byte])) for byte in b"220 ready\r\n"] and client.recv(1)).port
        self.assertEqual(self.states(self.probe(torn, "--expect", "220 ready", "--count", 1)), ["open"])
        flood = Server(self, lambda client: [client.sendall(b"x" * 65536) for _ in range(1000)]).port
        event = self.probe(flood, "--expect", "never", "--count", 1, "--timeout", "20s", code=121)[0]
        self.assertEqual((event["state"], event["diagnosis"]["cause"]), ("unexpected", "other-answer"))

    def test_placeholders_count_attempts(self):
        heard = []

        def keep(client):
            heard.append(client.recv(100))
            client.sendall(b"ok")

        self.probe(Server(self, keep).port, "--send", "n={counter}", "--count", 3)
        self.assertEqual(heard, [b"n=1", b"n=2", b"n=3"])

    def test_unix_sockets(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/s"
            event = self.probe(f"unix:{path}", "--count", 1, code=121)[0]
            self.assertEqual((event["state"], event["diagnosis"]["cause"]), ("refused", "no-unix-socket"))
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            event = self.probe(f"unix:{path}", "--count", 1, code=121)[0]
            self.assertEqual((event["state"], event["diagnosis"]["cause"]), ("refused", "unix-abandoned"))
            listener.listen(0)
            self.assertEqual(self.states(self.probe(f"unix:{path}", "--count", 1)), ["open"])
            # What that probe left is not accepted, and there is no room for more.
            with listener:
                event = self.probe(f"unix:{path}", "--count", 1, "--timeout", "200ms", code=121)[0]
                self.assertEqual((event["state"], event["diagnosis"]["cause"]), ("timeout", "backlog-full"))

    def test_datagrams_are_never_open_by_silence(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            port = silent.getsockname()[1]
            event = self.probe(f"udp://127.0.0.1:{port}", "--count", 1, "--timeout", "200ms", code=121)[0]
            self.assertEqual((event["state"], event["diagnosis"]["cause"]), ("silent", "datagram-silent"))
        event = self.probe(f"udp://127.0.0.1:{port}", "--count", 1, code=121)[0]
        self.assertEqual((event["state"], event["diagnosis"]["cause"]), ("closed", "port-unreachable"))
        echo = self.sockeye("listen", "udp://127.0.0.1:0", "--reply", "echo", "--json")
        _, port = echo.address()
        self.assertEqual(self.states(self.probe(f"udp://127.0.0.1:{port}", "--send", "hi", "--expect", "hi", "--count", 2)), ["answered"] * 2)

    def test_each_address_of_a_name(self):
        server = Server(self)
        events = self.probe(server.port, "--each-address", "--count", 1, code=121)
        self.assertEqual({event["addr"]: event["state"] for event in events if event["type"] == "summary"},
                         {f"tcp://127.0.0.1:{server.port}": "open", f"tcp://[::1]:{server.port}": "refused"})  # fmt: skip
        self.assertEqual(self.states(self.probe(server.port, "--count", 1)), ["open"])

    @in_english
    def test_a_file_of_targets(self):
        server = Server(self)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "targets")
            file.write_text(f"# ours\n\n127.0.0.1:{server.port}  # the server\n   unix:/nonexistent/s\n")
            events = self.probe(f"@{file}", "--count", 1, code=121)
            self.assertEqual(sorted(self.states(events)), ["open", "refused"])
            file.write_text("127.0.0.1:80\n\n127.0.0.1:70000\n")
            for arguments, code, words in (
                ((f"@{file}",), 2, f"{file}:3: "), ((f"@{folder}/none",), 26, "none"), ((f"@{folder}",), 26, "directory"),
            ):  # fmt: skip
                with self.subTest(arguments=arguments):
                    process = self.sockeye("probe", *arguments)
                    self.assertEqual(process.finish(), code)
                    self.assertIn(words, process.stderr.drained().decode())
            file.write_text("# nothing\n")
            self.assertEqual(self.sockeye("probe", f"@{file}").finish(), 2)
            file.write_bytes(b"\xff\n")
            self.assertEqual(self.sockeye("probe", f"@{file}").finish(), 2)

    def test_what_is_refused(self):
        for arguments in (
            ["80", "--interval", "0"], ["80", "--count", "3", "--duration", "3s"], [], ["0.0.0.0"], ["127.0.0.1:0"], ["-"],
            ["*:80"], ["80", "--csv", "--json"], ["80", "--on-change", "'open"], ["80", "--on-change", ""], ["80", "--timeout", "0"],
            ["80", "--source", "udp://127.0.0.1:0"], ["80", "--expect", "/(/"],
        ):  # fmt: skip
            with self.subTest(arguments=arguments):
                self.assertEqual(self.sockeye("probe", *arguments).finish(), 2)

    def test_a_program_hears_of_changes(self):
        server = Server(self)
        with tempfile.TemporaryDirectory() as folder:
            said = Path(folder, "said")
            program = Path(folder, "tell me")
            program.write_text(f'#!/bin/sh\necho "$SOCKEYE_WAS>$SOCKEYE_STATE $SOCKEYE_TARGET $1" >> {said}\necho printed\n')
            program.chmod(0o755)
            process = self.sockeye("probe", f"127.0.0.1:{server.port}", "--count", 0, "--interval", "20ms", "--json",
                                   "--on-change", f"'{program}' '$(touch {folder}/shell)'")  # fmt: skip
            process.event("probe", state="open")
            server.close()
            process.event("probe", state="refused")
            process.stderr.wait(lambda data: data.count(b"printed") == 1)
            server.open()
            process.event("probe", state="open")
            process.stderr.wait(lambda data: data.count(b"printed") == 2)
            self.assertEqual(process.stop(), 0)
            target = f"tcp://127.0.0.1:{server.port} $(touch {folder}/shell)"
            self.assertEqual(said.read_text().splitlines(), [f"open>refused {target}", f"refused>open {target}"])
            self.assertFalse(Path(folder, "shell").exists())

    def test_a_program_that_fails_or_hangs_stops_nothing(self):
        server = Server(self)
        for program, is_told in (("/nonexistent/program", True), ("false", True), ("sleep 60", False)):
            with self.subTest(program=program):
                process = self.sockeye("probe", server.port, "--count", 0, "--interval", "20ms", "--json", "--on-change", program)
                process.event("probe", state="open")
                server.close()
                down = process.event("probe", state="refused")
                if is_told:
                    notice = process.event("notice", notice="hook-failed")
                    self.assertEqual(notice["target"], down["addr"])
                for number in range(down["number"] + 5, down["number"] + 8):
                    process.event("probe", number=number)
                server.open()
                process.event("probe", state="open")
                self.assertEqual(process.stop(), 0)

    def test_more_targets_than_descriptors_take_turns(self):
        server = Server(self)
        targets = [f"127.{high}.{low}.1:{server.port}" for high in range(0, 40) for low in range(0, 256)][:10_000]
        server.close()
        server.listener = socket.create_server(("0.0.0.0", server.port), backlog=4096)
        threading.Thread(target=server._accept, args=(server.listener,), daemon=True).start()
        with tempfile.NamedTemporaryFile("w", suffix=".targets") as file:
            file.write("\n".join(targets))
            file.flush()
            process = self.sockeye("probe", f"@{file.name}", "--count", 1, "--json", "--timeout", "10s", "--interval", "100ms", descriptors=256)
            self.assertEqual(process.finish(120), 0, process.stderr.drained())
        events = process.events()
        self.assertEqual(len([event for event in events if event["type"] == "notice"]), 1)
        self.assertEqual(sum(event["up"] for event in events if event["type"] == "summary"), 10_000)

    def test_a_process_that_was_stopped_says_so_and_makes_nothing_up_for_it(self):
        process = self.sockeye("probe", Server(self).port, "--count", 0, "--interval", "100ms", "--json")
        before = process.event("probe")
        os.kill(process.pid, signal.SIGSTOP)
        threading.Event().wait(4.5)
        os.kill(process.pid, signal.SIGCONT)
        gap = process.event("notice", notice="gap")
        self.assertEqual(gap["why"], "stopped")
        self.assertGreater(gap["lasted"], 2)
        after = process.event("probe")
        self.assertLess(after["number"] - before["number"], 30)
        self.assertEqual(process.stop(), 0)

    @in_english
    def test_what_people_and_tables_see(self):
        port = Server(self).port
        process = self.sockeye("probe", f"127.0.0.1:{port}", "--count", 2, "--interval", "20ms")
        self.assertEqual(process.finish(), 0)
        lines = process.stdout.drained().decode().splitlines()
        for line in lines[:2]:
            self.assertRegex(line, rf"^\d\d:\d\d:\d\d\.\d{{3}} tcp://127\.0\.0\.1:{port} open [\d.]+[um]s$")
        self.assertIn("2 tried, 2 up, 0 down (0%)", lines[2])
        process = self.sockeye("probe", f"127.0.0.1:{port}", f"127.0.0.1:{self.closed}", "--count", 1, "--csv")
        self.assertEqual(process.finish(), 121)
        head, *rows = [line.split(",") for line in process.stdout.drained().decode().splitlines()]
        self.assertEqual({row[1]: row[2] for row in rows}, {f"tcp://127.0.0.1:{port}": "open", f"tcp://127.0.0.1:{self.closed}": "refused"})
        self.assertTrue(all(len(row) == len(head) for row in rows))
        process = self.sockeye("probe", f"127.0.0.1:{self.closed}", "--count", 1, "--quiet")
        self.assertEqual(process.finish(), 121)
        self.assertEqual(process.stdout.drained(), b"")
        self.assertEqual(process.stderr.drained().decode(), f"error: tcp://127.0.0.1:{self.closed}: the target is down\n")

    @in_english
    def test_a_table_is_redrawn_where_it_stands(self):
        server = Server(self)
        terminal = Terminal("probe", f"127.0.0.1:{server.port}", f"127.0.0.1:{self.closed}", "--count", 0, "--interval", "50ms")
        self.addCleanup(terminal.discard)
        terminal.output.wait(lambda data: data.count(b"p99") > 5)
        server.close()
        terminal.output.wait(lambda data: b"is down" in data)
        # Typed, it would have the kernel throw away what was not read yet.
        terminal.process.send_signal(signal.SIGINT)
        self.assertEqual(terminal.process.wait(15), 121)
        shown = "\n".join(Screen(100).feed(terminal.output.drained()).lines())
        self.assertEqual(shown.count("p99  loss") + shown.count("p99 loss"), 1, shown)
        self.assertRegex(shown, rf"refused .*×.*127\.0\.0\.1:{server.port}")
        self.assertRegex(shown, rf"tcp://127\.0\.0\.1:{server.port} is down \(refused\) since \d\d:\d\d:\d\d, after ")
        self.assertNotIn(b"\x1b[?", terminal.output.bytes())


def time_of(stamp):
    """Seconds since 1970 of a time as events have it."""
    import datetime

    whole, nanos = stamp.rstrip("Z").split(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp() + int(nanos) / 1e9


if __name__ == "__main__":
    unittest.main()
