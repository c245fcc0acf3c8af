"""`bench`: every message is accounted for, whatever the server does; the server's stalls and our own limits are told apart."""

import json
import math
import random
import re
import signal
import socket
import struct
import tempfile
import threading
import unittest
import xml.etree.ElementTree
from pathlib import Path

from harness import Case, Terminal, in_english

#: Bytes of a message where nothing else is said.
MESSAGE = 64


def answered_by(serve):
    """Serve each connection of a listener with `serve(connection, number)`, in a thread of its own."""

    def run(case):
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        case.addCleanup(listener.close)

        def one(connection, number):
            with connection:
                try:
                    serve(connection, number)
                except OSError:
                    pass

        def accept():
            number = 0
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                number += 1
                threading.Thread(target=one, args=(connection, number), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        case.addCleanup(lambda: listener.shutdown(socket.SHUT_RDWR))
        return listener.getsockname()[1]

    return run


def exactly(connection, size):
    """So many bytes, or nothing at the end."""
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            return None
        data += more
    return data


def reset(connection):
    """End a connection by a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def each_line(answer):
    """A server of lines whose answers are `answer(line, count)`; none is no answer."""

    def serve(connection, number):
        with connection.makefile("rb") as lines:
            for count, line in enumerate(lines, 1):
                said = answer(line, count)
                if said is not None:
                    connection.sendall(said)

    return answered_by(serve)


class Bench(Case):
    def bench(self, target, *arguments, timeout=60, **how):
        """A run that has ended: its exit code and its summary."""
        run = self.sockeye("bench", target, "--json", *arguments, stdin=None, **how)
        code = run.finish(timeout)
        return code, run.summary()

    def echo(self, *arguments, scheme=""):
        """The address of an echo server."""
        server = self.sockeye("listen", f"{scheme}127.0.0.1:0", "--reply", "echo", "--json", *arguments, stdin=None)
        host, port = server.address()
        return f"{scheme}{host}:{port}"

    def assert_sum(self, summary):
        """Nothing is lost in the sums."""
        self.assertEqual(summary["sent"], summary["answered"] + summary["missing"] + summary["errors"], summary)
        self.assertLessEqual(summary["wrong"], summary["answered"])
        right = summary["answered"] - summary["wrong"]
        self.assertEqual(summary.get("latency_us", {"count": 0})["count"], right)
        self.assertEqual(sum(summary["errors_by"].values()), summary["errors"])


class Loops(Bench):
    def test_a_closed_loop_is_answered_message_by_message(self):
        code, summary = self.bench(self.echo(), "--connections=3", "--depth=4", "--duration=1s")
        self.assertEqual(code, 0)
        self.assert_sum(summary)
        self.assertGreater(summary["answered"], 12)
        self.assertEqual(
            [summary[key] for key in ("mode", "missing", "errors", "wrong", "extra")], ["closed", 0, 0, 0, 0]
        )
        self.assertEqual(summary["bytes_out"], summary["sent"] * MESSAGE)
        self.assertEqual(summary["connections"]["opened"], 3)
        self.assertIn("seed", summary)

    def test_an_open_loop_says_what_is_due_and_no_more(self):
        code, summary = self.bench(self.echo(), "--connections=3", "--rate=500", "--duration=2s")
        self.assertEqual((code, summary["mode"]), (0, "open"))
        self.assert_sum(summary)
        self.assertEqual(summary["sent"] + summary["unsaid"], 1000)
        self.assertEqual(summary["unsaid"], 0)

    def test_framed_templates_with_checksums(self):
        flags = ["--frame", "len=2", "--checksum", "crc16-modbus"]
        server = self.echo(*flags)
        code, summary = self.bench(
            server, *flags, "--send", "order {counter} {random:4}", "--send-hex", "00 ff", "--depth=3", "--duration=1s"
        )
        self.assertEqual(code, 0)
        self.assert_sum(summary)
        self.assertEqual(summary["wrong"], 0)

    def test_a_length_that_the_framing_fills_in_is_echoed(self):
        flags = ["--frame", "modbus-tcp"]
        code, summary = self.bench(
            self.echo(*flags), *flags, "--send-hex", "0001 0000 0006 01 03 0000 0001", "--duration=500ms"
        )
        self.assertEqual((code, summary["wrong"]), (0, 0))

    def test_progress_adds_up_to_the_summary(self):
        run = self.sockeye(
            "bench", self.echo(), "--json", "--rate=300", "--duration=3s", "--connections=2", stdin=None
        )
        self.assertEqual(run.finish(), 0)
        events = run.events()
        seconds = [event for event in events if event["type"] == "progress"]
        self.assertGreaterEqual(len(seconds), 3)
        for key in ("sent", "answered", "bytes_in", "bytes_out"):
            self.assertEqual(sum(second[key] for second in seconds), events[-1][key], key)

    def test_a_warm_up_counts_for_nothing(self):
        code, summary = self.bench(
            self.echo(), "--rate=200", "--warm-up=1s", "--duration=1s", "--ramp=500ms", "--connections=4"
        )
        self.assertEqual(code, 0)
        self.assert_sum(summary)
        self.assertEqual(summary["sent"] + summary["unsaid"], 200)

    def test_over_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"unix:{folder}/s"
            self.sockeye("listen", path, "--reply", "echo", "--json", stdin=None).event("listening")
            code, summary = self.bench(path, "--duration=500ms")
            self.assertEqual(code, 0)
            self.assert_sum(summary)

    def test_ctrl_c_ends_a_load_in_order(self):
        run = self.sockeye("bench", self.echo(), "--json", "--duration=60s", "--connections=4", stdin=None)
        run.event("progress")
        run.event("progress")
        self.assertEqual(run.stop(signal.SIGINT), 0)
        summary = run.summary()
        self.assert_sum(summary)
        self.assertEqual((summary["missing"], summary["errors"]), (0, 0))
        self.assertLess(summary["measured_us"], 30_000_000)


class Servers(Bench):
    """Servers that do something else than what was asked."""

    def against(self, server, *arguments):
        code, summary = self.bench(
            f"127.0.0.1:{server(self)}", "--frame=line", "--send=m {counter}", "--duration=700ms", *arguments
        )
        self.assert_sum(summary)
        return code, summary

    def test_something_else_is_wrong_and_has_no_latency(self):
        code, summary = self.against(each_line(lambda line, count: b"x\n" if count % 5 == 0 else line))
        self.assertEqual(code, 121)
        self.assertGreater(summary["wrong"], 0)
        self.assertAlmostEqual(summary["wrong"], summary["answered"] / 5, delta=1)

    def test_too_little_is_missing(self):
        code, summary = self.against(
            each_line(lambda line, count: None if count == 3 else line), "--timeout=100ms"
        )
        self.assertEqual(code, 0)
        # Each connection is given up at its third message.
        self.assertGreaterEqual(summary["missing"], 2)
        self.assertEqual(summary["connections"]["lost"], 0)
        self.assertAlmostEqual(summary["answered"], summary["missing"] * 2, delta=2)

    def test_silence_is_missing_and_28(self):
        code, summary = self.against(each_line(lambda line, count: None), "--timeout=100ms")
        self.assertEqual((code, summary["answered"]), (28, 0))
        self.assertGreater(summary["missing"], 0)

    def test_too_much_is_unasked(self):
        # The last answer is followed by what nobody asked for; those before it are taken for the next.
        code, summary = self.against(each_line(lambda line, count: line + b"more\n"))
        self.assertEqual(code, 121)
        self.assertGreater(summary["extra"], 0)
        self.assertGreater(summary["wrong"], 0)

    def test_twice_is_unasked_or_wrong(self):
        code, summary = self.against(each_line(lambda line, count: line * 2))
        self.assertEqual(code, 121)
        # With one message outstanding every second answer is to the message before.
        self.assertGreater(summary["extra"] + summary["wrong"], summary["answered"] // 3)

    def test_late_is_missing(self):
        release = threading.Event()
        self.addCleanup(release.set)

        def late(line, count):
            if count == 4:
                release.wait(0.3)
            return line

        code, summary = self.against(each_line(late), "--timeout=100ms")
        self.assertEqual(code, 0)
        self.assertGreater(summary["missing"], 0)
        self.assertLessEqual(summary["latency_us"]["max"], 100_000 * 1.001)

    def test_raw_bytes_have_no_edges(self):
        def torn(connection, number):
            while data := connection.recv(4096):
                for at in range(0, len(data), 7):
                    connection.sendall(data[at : at + 7])

        code, summary = self.bench(f"127.0.0.1:{answered_by(torn)(self)}", "--duration=500ms", "--depth=3")
        self.assertEqual((code, summary["wrong"], summary["extra"]), (0, 0, 0))
        self.assert_sum(summary)

    def test_raw_bytes_are_compared(self):
        def damaged(connection, number):
            while data := exactly(connection, MESSAGE):
                connection.sendall(data[:-1] + b"!")

        code, summary = self.bench(f"127.0.0.1:{answered_by(damaged)(self)}", "--duration=300ms")
        self.assertEqual((code, summary["wrong"]), (121, summary["answered"]))

    def test_killed_connections_are_opened_again(self):
        def fickle(connection, number):
            for count in range(number % 4 + 1):
                data = exactly(connection, MESSAGE)
                if data is None:
                    return
                connection.sendall(data)
            exactly(connection, MESSAGE)
            reset(connection)

        code, summary = self.bench(f"127.0.0.1:{answered_by(fickle)(self)}", "--connections=4", "--duration=1s")
        self.assertEqual(code, 0)
        self.assert_sum(summary)
        self.assertEqual(summary["errors"], summary["connections"]["lost"])
        self.assertEqual(list(summary["errors_by"]), ["peer-reset"])
        self.assertGreater(summary["connections"]["opened"], 8)

    def test_all_lost_is_56(self):
        def deaf(connection, number):
            exactly(connection, MESSAGE)
            reset(connection)

        code, summary = self.bench(f"127.0.0.1:{answered_by(deaf)(self)}", "--duration=300ms")
        self.assertEqual((code, summary["answered"]), (56, 0))
        self.assert_sum(summary)

    def test_expectations(self):
        server = each_line(lambda line, count: b"+OK " + line)(self)
        target = f"127.0.0.1:{server}"
        for expect, expected in [("OK m", 0), ("/^.OK/", 0), ("any", 0), ("no such", 121), ("echo", 121)]:
            with self.subTest(expect):
                code, summary = self.bench(
                    target, "--frame=line", "--send=m", f"--expect={expect}", "--duration=300ms"
                )
                self.assertEqual(code, expected)
                self.assert_sum(summary)

    def test_no_answers_are_expected(self):
        sink = self.sockeye("listen", "127.0.0.1:0", "--reply", "discard", "--json", stdin=None)
        host, port = sink.address()
        code, summary = self.bench(f"{host}:{port}", "--expect=none", "--rate=200", "--duration=1s")
        self.assertEqual((code, summary["answered"], summary["sent"]), (0, 200, 200))
        self.assert_sum(summary)


class Stalls(Bench):
    def test_a_stall_shows_in_an_open_loop_and_not_in_a_closed_one(self):
        stall = 0.5

        def stalls_once():
            lock, stalled = threading.Lock(), threading.Event()

            def serve(connection, number):
                count = 0
                while data := connection.recv(65536):
                    count += 1
                    with lock:
                        if count == 50 and not stalled.is_set():
                            stalled.set()
                            threading.Event().wait(stall)
                    connection.sendall(data)

            return answered_by(serve)

        flags = ["--connections=1", "--duration=3s"]
        _, closed = self.bench(f"127.0.0.1:{stalls_once()(self)}", *flags)
        _, opened = self.bench(f"127.0.0.1:{stalls_once()(self)}", *flags, "--rate=1000")
        for summary in (closed, opened):
            self.assert_sum(summary)
            self.assertGreater(summary["latency_us"]["max"], stall * 0.95e6)
        # One message of thousands waited in the closed loop; in the open one all that were due meanwhile did.
        self.assertLess(closed["latency_us"]["p99"], stall * 0.5e6)
        self.assertGreater(opened["latency_us"]["p999"], stall * 0.9e6)
        self.assertGreater(opened["latency_us"]["p90"], stall * 0.1e6)
        self.assertEqual(opened["sent"] + opened["unsaid"], 3000)


class Sums(Bench):
    #: Runs of the whole; the issue asks for 200, which are made in groups at once.
    RUNS = 40

    def test_sums_add_up_whatever_happens(self):
        dice = random.Random(7)
        for batch in range(self.RUNS // 8):
            runs = []
            for _ in range(8):
                seed = dice.randrange(1 << 30)

                def moody(connection, number, seed=seed):
                    mood = random.Random(seed + number)
                    with connection.makefile("rb") as lines:
                        for line in lines:
                            act = mood.random()
                            if act < 0.02:
                                return reset(connection)
                            if act < 0.03:
                                return None
                            if act < 0.05:
                                continue
                            if act < 0.1:
                                line = b"wrong\n"
                            if act < 0.12:
                                line += b"more\n"
                            connection.sendall(line)
                    return None

                port = answered_by(moody)(self)
                flags = ["--frame=line", "--send=m {counter}", "--duration=400ms", "--timeout=50ms", "--grace=200ms"]
                flags += [f"--connections={dice.randint(1, 5)}"]
                flags += [dice.choice(["--depth=1", "--depth=4", "--rate=300", "--rate=3000"])]
                runs.append(self.sockeye("bench", f"127.0.0.1:{port}", "--json", *flags, stdin=None))
            for run in runs:
                self.assertIn(run.finish(60), (0, 28, 56, 121))
                self.assert_sum(run.summary())


class Connecting(Bench):
    def test_connections_are_made_by_a_clock(self):
        server = self.sockeye("listen", "127.0.0.1:0", "--reply", "echo", "--json", "--quiet", stdin=None)
        host, port = server.address()
        code, summary = self.bench(f"{host}:{port}", "--connect-rate=100", "--connections=20", "--duration=1s")
        self.assertEqual((code, summary["mode"], summary["answered"]), (0, "connect", 100))
        self.assert_sum(summary)
        # They are reset: none stays in TIME_WAIT.
        waiting = Path("/proc/net/tcp").read_text().splitlines()
        self.assertFalse([line for line in waiting if f":{port:04X} 06 " in line])

    def test_each_asks_one_question(self):
        code, summary = self.bench(
            self.echo(), "--connect-rate=100", "--connections=20", "--duration=1s", "--send=hello"
        )
        self.assertEqual((code, summary["answered"], summary["bytes_in"]), (0, 100, 500))
        self.assert_sum(summary)

    def test_nobody_there_is_7(self):
        with socket.create_server(("127.0.0.1", 0)) as gone:
            port = gone.getsockname()[1]
        for flags in ([], ["--connect-rate=10"]):
            run = self.sockeye("bench", f"127.0.0.1:{port}", "--duration=300ms", *flags, stdin=None)
            self.assertEqual(run.finish(), 7)

    @in_english
    def test_our_own_descriptors_are_not_the_servers_fault(self):
        run = self.sockeye(
            "bench", self.echo(), "--json", "--connections=100", "--duration=500ms", stdin=None, descriptors=64
        )
        self.assertEqual(run.finish(), 1)
        summary = run.summary()
        self.assert_sum(summary)
        self.assertGreater(summary["connections"]["exhausted"], 30)
        self.assertEqual((summary["errors"], summary["connections"]["failed"]), (0, {}))
        self.assertIn(b"ulimit -n", run.stderr.drained())
        self.assertEqual(summary["limits"]["descriptors"], 64)


class Bulk(Bench):
    def test_bytes_go_up_down_and_both_ways(self):
        for reply, way, keys in [
            ("discard", "up", ["up_bytes_per_second"]),
            ("chargen", "down", ["down_bytes_per_second"]),
            ("echo", "both", ["up_bytes_per_second", "down_bytes_per_second"]),
        ]:
            with self.subTest(way):
                server = self.sockeye("listen", "127.0.0.1:0", "--reply", reply, "--json", stdin=None)
                host, port = server.address()
                code, summary = self.bench(f"{host}:{port}", f"--bulk={way}", "--duration=700ms", "--connections=2")
                self.assertEqual((code, summary["mode"]), (0, "bulk"))
                for key in keys:
                    self.assertGreater(summary[key], 100_000)

    def test_what_went_up_is_what_came(self):
        got = []

        def sink(connection, number):
            count = 0
            while data := connection.recv(1 << 20):
                count += len(data)
            got.append(count)

        code, summary = self.bench(f"127.0.0.1:{answered_by(sink)(self)}", "--bulk=up", "--duration=500ms")
        self.assertEqual((code, sum(got)), (0, summary["bytes_out"]))


class Datagrams(Bench):
    def test_all_are_answered(self):
        server = self.echo("--rate=1000000", scheme="udp://")
        for flags in (["--rate=500"], ["--depth=4"], ["--rate=200", "--send=m {counter}"]):
            code, summary = self.bench(server, "--connections=2", "--duration=1s", *flags)
            self.assertEqual(code, 0)
            self.assert_sum(summary)
            self.assertEqual((summary["wrong"], summary["reordered"]), (0, 0))
            self.assertGreater(summary["answered"], 100)

    def unreliable(self, treat):
        """The port of a server that sends `treat(datagram, number)`, a list, for each datagram."""
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        self.addCleanup(server.close)

        def serve():
            number = 0
            while True:
                try:
                    data, peer = server.recvfrom(65536)
                except OSError:
                    return
                number += 1
                for answer in treat(data, number):
                    server.sendto(answer, peer)

        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()[1]

    def test_losses_are_told_by_number(self):
        port = self.unreliable(lambda data, number: [] if number % 10 == 0 else [data])
        code, summary = self.bench(f"udp://127.0.0.1:{port}", "--rate=200", "--duration=1s", "--timeout=300ms")
        self.assert_sum(summary)
        self.assertEqual((code, summary["sent"], summary["missing"]), (0, 200, 20))

    def test_order_copies_and_latecomers_are_told(self):
        held, late = [], []

        def treat(data, number):
            if number % 20 == 0:
                held.append(data)
                return []
            if held and number % 20 == 1:
                return [data, held.pop()]
            if number % 20 == 5:
                return [data, data]
            if number == 10:
                late.append(data)
                return []
            if late and number == 150:
                return [data, late.pop()]
            return [data]

        port = self.unreliable(treat)
        code, summary = self.bench(f"udp://127.0.0.1:{port}", "--rate=200", "--duration=1s", "--timeout=300ms")
        self.assert_sum(summary)
        self.assertEqual(code, 0)
        self.assertEqual(summary["extra"], 10)
        self.assertEqual(summary["late"], 1)
        self.assertIn(summary["reordered"], (9, 10))
        self.assertIn(summary["missing"], (1, 2))

    def test_nobody_there(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
            gone.bind(("127.0.0.1", 0))
            port = gone.getsockname()[1]
        code, summary = self.bench(f"udp://127.0.0.1:{port}", "--duration=300ms", "--timeout=100ms")
        self.assertIn(code, (28, 56))
        self.assert_sum(summary)

    def test_in_bulk(self):
        code, summary = self.bench(self.echo(scheme="udp://"), "--bulk=both", "--duration=500ms")
        self.assertEqual(code, 0)
        self.assert_sum_of_bulk(summary)

    def assert_sum_of_bulk(self, summary):
        self.assertEqual(summary["sent"], summary["answered"] + summary["missing"] + summary["errors"])


class Comparing(Bench):
    def test_targets_take_turns(self):
        slow = each_line(lambda line, count: threading.Event().wait(0.005) or line)(self)
        fast = self.echo("--frame=line")
        code, summary = self.bench(
            fast, f"--compare=127.0.0.1:{slow}", "--frame=line", "--send=x", "--duration=2s", "--warm-up=200ms"
        )
        self.assertEqual(code, 0)
        ratio = summary["ratio"]
        self.assertEqual(ratio["rounds"], 10)
        self.assertLess(ratio["rate"]["value"], 1)
        self.assertGreater(ratio["p50"]["value"], 1)
        for key in ("rate", "p50", "p99"):
            self.assertGreaterEqual(ratio[key]["spread"], 0)
        first, second = summary["targets"]
        for target in (first, second):
            self.assert_sum(target)
        self.assertEqual([first["addr"], second["addr"]], [f"tcp://{fast}", f"tcp://127.0.0.1:{slow}"])
        self.assertEqual(first["answered"], summary["answered"])


class Files(Bench):
    def test_a_drawing_is_whole_and_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.svg")
            target = self.echo()
            run = self.sockeye(
                "bench", target, f"--compare={self.echo()}", "--duration=1s", "--svg", path, "--json", stdin=None
            )
            self.assertEqual(run.finish(), 0)
            root = xml.etree.ElementTree.parse(path).getroot()
            curves = [node for node in root if node.tag.endswith("polyline")]
            self.assertEqual(len(curves), 2)
            for curve in curves:
                self.assertGreater(len(curve.get("points").split()), 5)
            self.assertIn(target, "".join(root.itertext()))
            self.assertNotIn("href", path.read_text())

    def test_a_log_is_read_by_histograms_own_reader(self):
        try:
            from hdrh.log import HistogramLogReader
            from hdrh.histogram import HdrHistogram
        except ImportError:
            self.skipTest("hdrhistogram (PyPI) is not installed: the log is not read by another program")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.hlog")
            code, summary = self.bench(self.echo(), "--duration=2s", "--rate=500", "--hdr", path)
            self.assertEqual(code, 0)
            all_of_it = HdrHistogram(1, 3_600_000_000_000, 3)
            reader = HistogramLogReader(str(path), all_of_it)
            while (interval := reader.get_next_interval_histogram()) is not None:
                all_of_it.add(interval)
            reader.close()
            self.assertEqual(all_of_it.get_total_count(), summary["latency_us"]["count"])
            for percentile, key in [(50, "p50"), (99, "p99"), (100, "max")]:
                read = all_of_it.get_value_at_percentile(percentile)
                self.assertTrue(math.isclose(read / 1000, summary["latency_us"][key], rel_tol=0.002), key)

    def test_a_log_has_its_form(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.hlog")
            self.bench(self.echo(), "--duration=1s", "--rate=100", "--hdr", path)
            lines = path.read_text().splitlines()
            self.assertEqual(lines[0], "#[Histogram log format version 1.3]")
            for line in lines[3:]:
                self.assertRegex(line, r"^Tag=tcp://127\.0\.0\.1:\d+,\d+\.\d{3},\d+\.\d{3},\d+\.\d{3},HISTFAAA")

    def test_a_file_that_cannot_be_written_is_said_at_once(self):
        run = self.sockeye("bench", self.echo(), "--svg", "/nonexistent/x.svg", stdin=None)
        self.assertEqual(run.finish(), 23)


class People(Bench):
    @in_english
    def test_a_line_a_second_and_a_report(self):
        run = self.sockeye("bench", self.echo(), "--duration=2s", "--rate=100", stdin=None)
        self.assertEqual(run.finish(), 0)
        out, err = run.stdout.drained().decode(), run.stderr.drained().decode()
        self.assertRegex(err, r"(?m)^1 s +\d+ +answers/s +p50 ")
        self.assertRegex(out, r"200 sent = 200 answered \+ 0 missing \+ 0 lost")
        self.assertRegex(out, r"latency min \S+, p50 \S+, p90 \S+, p99 \S+, p99\.9 \S+, max ")
        self.assertIn("█", out)
        self.assertRegex(out, r"descriptors, ports \d+-\d+, congestion control \w+; seed \d+")

    @in_english
    def test_a_terminal_has_the_distribution_below(self):
        terminal = Terminal("bench", self.echo(), "--duration=2s", "--rate=200")
        self.addCleanup(terminal.discard)
        terminal.process.wait(30)
        self.assertRegex(terminal.output.drained().decode(), r"\r\d\S* [▁▂▃▄▅▆▇█ ]+ \d\S*")

    def test_quiet_says_nothing(self):
        run = self.sockeye("bench", self.echo(), "--duration=300ms", "--quiet", stdin=None)
        self.assertEqual(run.finish(), 0)
        self.assertEqual((run.stdout.drained(), run.stderr.drained()), (b"", b""))


class Elsewhere(Bench):
    """Nothing is sent to other machines unless somebody agrees. These addresses are nobody's (RFC 5737)."""

    OTHER = "192.0.2.1:9"

    @in_english
    def test_nobody_agrees(self):
        run = self.sockeye("bench", self.OTHER, "--duration=1s", stdin=None)
        self.assertEqual(run.finish(), 2)
        self.assertIn(b"--yes", run.stderr.drained())

    def test_one_of_two_targets_is_enough(self):
        run = self.sockeye("bench", self.echo(), "--compare", self.OTHER, "--duration=1s", stdin=None)
        self.assertEqual(run.finish(), 2)

    @in_english
    def test_a_person_is_asked(self):
        terminal = Terminal("bench", self.OTHER, "--duration=1s")
        self.addCleanup(terminal.discard)
        terminal.output.wait(lambda data: b"(y/N)" in data)
        terminal.type("n\r")
        self.assertEqual(terminal.process.wait(15), 2)


class Refused(Bench):
    def test_what_cannot_be_is_refused(self):
        for arguments in (
            ["127.0.0.1:0"],
            ["*:80"],
            ["-"],
            ["127.0.0.1:9", "--connections=0"],
            ["127.0.0.1:9", "--connections=100000"],
            ["127.0.0.1:9", "--rate=0"],
            ["127.0.0.1:9", "--duration=0"],
            ["127.0.0.1:9", "--timeout=0"],
            ["127.0.0.1:9", "--rate=5", "--depth=2"],
            ["127.0.0.1:9", "--bulk=up", "--rate=5"],
            ["127.0.0.1:9", "--bulk=up", "--send=x"],
            ["127.0.0.1:9", "--bulk=up", "--frame=line"],
            ["127.0.0.1:9", "--bulk=sideways"],
            ["127.0.0.1:9", "--size=64", "--send=x"],
            ["127.0.0.1:9", "--size=1GiB"],
            ["127.0.0.1:9", "--send="],
            ["127.0.0.1:9", "--expect=/(/"],
            ["127.0.0.1:9", "--frame=fixed=10"],
            ["127.0.0.1:9", "--compare=udp://127.0.0.1:9"],
            ["udp://127.0.0.1:9", "--size=4"],
            ["udp://127.0.0.1:9", "--bulk=down"],
            ["udp://127.0.0.1:9", "--connect-rate=5"],
        ):
            with self.subTest(arguments):
                run = self.sockeye("bench", *arguments, stdin=None)
                self.assertEqual(run.finish(), 2, run.stderr.drained())

    def test_a_name_without_an_address_is_6(self):
        run = self.sockeye("bench", "no.such.name.invalid:80", stdin=None)
        self.assertEqual(run.finish(30), 6)


if __name__ == "__main__":
    unittest.main()
