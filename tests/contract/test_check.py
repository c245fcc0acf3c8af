"""`check`: each mistake of a receiver is found with its smallest cut, and a receiver without any passes."""

import base64
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree
from pathlib import Path

from harness import Case, Process, binary, in_english

#: Bug, what check is told, the smallest failing cut (its name, where), and what to look for first.
BUGS = [
    ("one-recv", ["--frame", "line", "--send", "hello"], ("glued", []), "recv-is-message"),
    ("short-header", ["--frame", "len=4", "--send", "hello"], ("split", [1]), "header-short"),
    ("short-body", ["--frame", "len=4", "--send", "hello"], ("split", [5]), "body-short"),
    ("characters", ["--frame", "len=4", "--send", "你好"], ("glued", []), "length-in-characters"),
    ("split-crlf", ["--frame", "crlf", "--send", "hello"], ("split", [6]), "delimiter-cut"),
    ("answered-once", ["--frame", "line", "--send", "hello"], ("glued", []), "first-of-glued"),
    ("leftover", ["--frame", "line", "--send", "hello"], ("glued", []), "leftover-lost"),
    ("chunk-decoding", ["--frame", "line", "--charset", "gbk", "--send", "a你好b"], ("split", [2]), "chunk-decoding"),
    ("native-endian", ["--frame", "len=4", "--send", "hello"], ("glued", []), "native-endian"),
    ("shared-buffer", ["--frame", "line", "--send", "hello"], ("half-abandoned", []), "shared-buffer"),
]
#: Enough for a receiver of this machine, and what a silent one is waited for.
SOON = "--timeout=500ms"
#: A pause that a receiver of a busy machine does not sleep through.
APART = "--gap=80ms"


class Checks(Case):
    def receiver(self, bug, *arguments):
        """The port of a receiver with this bug."""
        _, (_, port) = self.server_peer("torn_receiver", bug, *arguments)
        return port

    def server(self, serve):
        """The port of a server that calls `serve` with each connection, in a thread of its own."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)

        def one(connection):
            with connection:
                try:
                    serve(connection)
                except OSError:
                    pass

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(connection,), daemon=True).start()

        def close():
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

        self.addCleanup(close)
        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1]

    def begin(self, port, *arguments):
        """A run of check."""
        return self.sockeye("check", f"127.0.0.1:{port}", "--json", *arguments, stdin=None)

    def check(self, port, *arguments):
        """A run of check that has ended: its exit code, and its events."""
        run = self.begin(port, *arguments)
        return run.finish(60), run.events()


class Bugs(Checks):
    def test_each_is_found_with_its_smallest_cut(self):
        runs = [self.begin(self.receiver(bug), *arguments, SOON, APART) for bug, arguments, _, _ in BUGS]
        for (bug, _, (name, offsets), advice), run in zip(BUGS, runs, strict=True):
            with self.subTest(bug=bug):
                code, summary = run.finish(60), run.summary()
                self.assertEqual((code, summary["verdict"]), (121, "fail"))
                smallest = summary["smallest"]
                self.assertEqual((smallest["cut"]["name"], smallest["cut"]["offsets"]), (name, offsets))
                self.assertEqual(summary["advice"][0], advice)
                self.assertNotEqual(smallest["expected_b64"], smallest["got_b64"])

    def test_none_is_found_where_it_is_corrected(self):
        runs = [self.begin(self.receiver(bug, "--fixed"), *arguments) for bug, arguments, _, _ in BUGS]
        for (bug, _, _, _), run in zip(BUGS, runs, strict=True):
            with self.subTest(bug=bug):
                code, events = run.finish(60), run.events()
                self.assertEqual((code, events[-1]["verdict"]), (0, "pass"), events[-1])
                self.assertTrue(all(event["result"] == "pass" for event in events if event["type"] == "check"))

    @in_english
    def test_people_are_shown_the_cut_and_what_to_look_for(self):
        run = self.sockeye("check", f"127.0.0.1:{self.receiver('split-crlf')}", *BUGS[4][1], SOON)
        self.assertEqual(run.finish(), 121)
        said = run.stdout.drained().decode()
        self.assertIn("FAIL: ", said)
        self.assertIn("68 65 6c 6c 6f 0d ", said)
        self.assertIn("======== cut, 20ms ========\n  00000006  0a ", said)
        self.assertIn("sockeye explain delimiter-cut", said)
        self.assertNotIn("error", run.stderr.drained().decode())


class Events(Checks):
    def test_a_cut_is_the_bytes_of_its_messages(self):
        code, events = self.check(self.receiver("one-recv", "--fixed"), "--frame", "line", "--send", "one", "--send", "two")
        self.assertEqual(code, 0)
        cuts = [event for event in events if event["type"] == "check"]
        self.assertEqual([event["number"] for event in cuts], list(range(1, len(cuts) + 1)))
        self.assertEqual({event["planned"] for event in cuts}, {len(cuts)})
        stream = b"one\ntwo\n" * 4
        for event in cuts:
            sent = base64.b64decode(event["sent_b64"])
            self.assertTrue(stream.startswith(sent) or stream[4:].startswith(sent), event)
            cut = event["cut"]
            pieces = [end - begin for begin, end in zip([0, *cut["offsets"]], [*cut["offsets"], len(sent)])]
            self.assertEqual(event["writes"][-len(pieces) :], pieces)
        splits = [event["cut"]["offsets"] for event in cuts if event["cut"]["name"] == "split"]
        self.assertEqual(splits, [[1], [2], [3]] * 2)
        self.assertEqual(
            {event["cut"]["name"] for event in cuts},
            {"whole", "glued", "split", "straddled", "half-late", "tail-late", "bytes", "chain", "half-abandoned"},
        )

    def test_the_order_is_the_same_every_time(self):
        def cuts(bug, arguments):
            _, events = self.check(self.receiver(bug), *arguments, SOON, APART)
            return [(event["number"], event["cut"], event["result"]) for event in events if event["type"] == "check"]

        for bug, arguments, _, _ in BUGS[:2]:
            self.assertEqual(cuts(bug, arguments), cuts(bug, arguments))

    def test_at_most_so_many_places_are_cut(self):
        _, events = self.check(self.receiver("one-recv", "--fixed"), "--frame=line", "--send", "x" * 99, "--cuts", "4")
        splits = [event["cut"]["offsets"] for event in events if event.get("cut", {}).get("name") == "split"]
        self.assertEqual(splits, [[1], [25], [50], [75]])

    def test_it_is_proved_that_pieces_arrive_apart(self):
        _, events = self.check(self.receiver("one-recv", "--fixed"), "--frame", "line", "--send", "x")
        (told,) = [event for event in events if event.get("kind") == "apart"]
        self.assertEqual((told["pieces"], told["gap_us"]), (8, 20000))

    def test_quiet_is_quiet_and_still_sums_up(self):
        code, events = self.check(self.receiver("one-recv"), "--frame", "line", "--send", "hello", "--quiet")
        self.assertEqual((code, [event["type"] for event in events]), (121, ["failed", "summary"]))
        self.assertEqual(events[-1]["smallest"]["cut"]["name"], "glued")

    def test_junit_is_xml_whatever_the_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "报告.xml"
            file.write_text("what was there before, which is longer than nothing" * 1000)
            everything = bytes(range(256)).hex()
            code, events = self.check(
                self.receiver("short-header"), "--frame", "len=4", "--send-hex", everything, "--junit", file, SOON
            )
            suite = xml.etree.ElementTree.parse(file).getroot()
            cuts = [event for event in events if event["type"] == "check"]
            failed = [event for event in cuts if event["result"] == "fail"]
            self.assertEqual(code, 121)
            self.assertEqual((suite.tag, int(suite.get("tests"))), ("testsuite", len(cuts)))
            self.assertEqual(int(suite.get("failures")), len(failed))
            self.assertEqual(len(suite.findall("testcase")), len(cuts))
            self.assertEqual(len(suite.findall("testcase/failure")), len(failed))
            self.assertEqual(self.check(self.receiver("one-recv"), "--send=x", "--junit", folder)[0], 23)


class Receivers(Checks):
    def test_sockeye_itself_passes(self):
        runs = {}
        for spec in ("line", "crlf", "len=2,le", "len=4", "varint", "netstring", "slip", "cobs"):
            _, (_, port) = self.listen("--reply", "echo", "--frame", spec)
            runs[spec] = self.begin(port, "--frame", spec, "--send", "hello", "--send", "你好，世界")
        for spec, run in runs.items():
            with self.subTest(spec=spec):
                code, events = run.finish(60), run.events()
                self.assertEqual((code, events[-1]["verdict"]), (0, "pass"), events[-1])

    def test_a_bare_echo_passes_without_framing(self):
        _, (_, port) = self.listen("--reply", "echo")
        self.assertEqual(self.check(port, "--send", "hello")[0], 0)

    def test_one_that_serves_one_after_the_other_is_not_asked_for_more(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, connection.makefile("rb") as lines:
                    for line in lines:
                        connection.sendall(b"<" + line)

        threading.Thread(target=serve, daemon=True).start()
        code, events = self.check(listener.getsockname()[1], "--frame", "line", "--send", "hi", "--send", "yo")
        self.assertEqual((code, events[-1]["verdict"]), (0, "pass"))
        self.assertIn("one-at-a-time", [event.get("kind") for event in events])

    def test_one_that_remembers_is_told_what_comes_before(self):
        def serve(connection):
            known = False
            for line in connection.makefile("rb"):
                known |= line == b"login\n"
                connection.sendall(b"ok " + line if known else b"who are you?\n")

        code, events = self.check(self.server(serve), "--frame", "line", "--send", "login", "--send", "ask")
        self.assertEqual((code, events[-1]["verdict"]), (0, "pass"), events[-1])
        self.assertIn("remembers", [event.get("kind") for event in events])
        second = [event for event in events if event.get("cut", {}).get("message") == 2]
        self.assertTrue(second and all(event["cut"]["connection"] == "same" for event in second))

    def test_one_that_hangs_up_after_an_answer_is_tried_with_single_messages(self):
        def serve(connection):
            connection.sendall(b"<" + connection.makefile("rb").readline())

        code, events = self.check(self.server(serve), "--frame", "line", "--send", "hello", "--send", "hi")
        self.assertEqual((code, events[-1]["verdict"]), (0, "pass"), events[-1])
        names = {event["cut"]["name"] for event in events if event["type"] == "check"}
        self.assertEqual(names, {"whole", "split", "tail-late", "bytes"})

    def test_one_that_reads_one_message_a_connection_fails_whole(self):
        def serve(connection):
            connection.sendall(b"<" + connection.makefile("rb").readline())
            connection.recv(1)
            while connection.recv(4096):
                pass

        code, events = self.check(self.server(serve), "--frame", "line", "--send", "hello", "--send", "hi", SOON)
        smallest = events[-1]["smallest"]["cut"]
        self.assertEqual((code, smallest["name"], smallest["connection"]), (121, "whole", "same"))
        self.assertEqual(events[-1]["advice"], ["one-message"])

    def test_answers_that_change_need_to_be_said(self):
        counted = iter(range(1_000_000))

        def serve(connection):
            for _ in connection.makefile("rb"):
                connection.sendall(b"%d ok\n" % next(counted))

        port = self.server(serve)
        code, events = self.check(port, "--frame", "line", "--send", "hello")
        self.assertEqual((code, "verdict" in events[-1]), (1, False))
        self.assertIn("--expect", [event["hint"] for event in events if event["type"] == "failed"][0])
        code, events = self.check(port, "--frame", "line", "--send", "hello", "--expect", "ok")
        self.assertEqual((code, events[-1]["verdict"]), (0, "pass"), events[-1])
        code, events = self.check(port, "--frame", "line", "--send", "hello", "--expect", "fine")
        self.assertEqual((code, events[-1]["smallest"]["cut"]["name"]), (121, "whole"))
        self.assertEqual(base64.b64decode(events[-1]["smallest"]["expected_b64"]), b"fine")

    def test_expectations_find_an_answer_too_many(self):
        counted = iter(range(1_000_000))

        def serve(connection):
            while connection.recv(4096):
                connection.sendall(b"%06d ok\n" % next(counted))

        for spec in ("line", "raw"):
            eol = ["--eol", "lf"] if spec == "raw" else []
            with self.subTest(spec=spec):
                code, events = self.check(
                    self.server(serve), "--frame", spec, *eol, "--send", "hello", "--expect", "ok", SOON
                )
                self.assertEqual((code, events[-1]["verdict"]), (121, "fail"))

    def test_silence_is_no_verdict(self):
        def serve(connection):
            while connection.recv(4096):
                pass

        code, events = self.check(self.server(serve), "--frame", "line", "--send", "hello", SOON)
        self.assertEqual((code, events[-1]["verdict"], events[-1]["tried"]), (28, "no-answer", 0))

    def test_a_silent_one_may_read_the_length_the_other_way_round(self):
        def serve(connection):
            data = connection.makefile("rb")
            while header := data.read(4):
                (size,) = struct.unpack("<I", header)
                connection.sendall(b"<" + data.read(size) + b">")

        code, events = self.check(self.server(serve), "--frame", "len=4", "--send", "hello", SOON)
        self.assertEqual((code, events[-1]["verdict"], events[-1]["advice"]), (28, "no-answer", ["native-endian"]))

    def test_one_that_hangs_up_or_resets_at_a_cut_has_failed(self):
        def closes(connection):
            while data := connection.recv(4096):
                if not data.endswith(b"\n"):
                    return
                connection.sendall(data)

        def resets(connection):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            closes(connection)

        for serve in (closes, resets):
            with self.subTest(serve=serve.__name__):
                code, events = self.check(self.server(serve), "--frame", "line", "--send", "hello", SOON)
                smallest = events[-1]["smallest"]
                self.assertEqual((code, smallest["cut"]["offsets"], smallest["hung_up"]), (121, [1], True))

    def test_one_that_never_stops_answering_is_told_of(self):
        def serve(connection):
            while connection.recv(4096):
                while True:
                    connection.sendall(b"x" * 65536)

        code, events = self.check(self.server(serve), "--frame", "line", "--send", "hello", SOON)
        self.assertEqual((code, "verdict" in events[-1]), (1, False))

    def test_one_that_answers_a_cut_for_ever_has_failed(self):
        def serve(connection):
            while data := connection.recv(4096):
                while not data.endswith(b"\n"):
                    connection.sendall(b"x" * 65536)
                connection.sendall(data)

        code, events = self.check(self.server(serve), "--frame", "line", "--send", "hello", SOON)
        self.assertEqual((code, events[-1]["smallest"]["cut"]["offsets"]), (121, [1]))
        self.assertLess(len(base64.b64decode(events[-1]["smallest"]["got_b64"])), 1 << 20)

    def test_one_that_dies_is_not_tried_any_more(self):
        program = (
            "import socket\n"
            "s = socket.create_server(('127.0.0.1', 0)); print('port', s.getsockname()[1], flush=True)\n"
            "while True:\n"
            "    c, _ = s.accept()\n"
            "    while d := c.recv(4096):\n"
            "        assert d.endswith(b'\\n')\n"
            "        c.sendall(d)\n"
        )
        peer = Process([sys.executable, "-c", program])
        self.addCleanup(peer.discard)
        port = int(peer.stdout.wait(lambda data: data if data.endswith(b"\n") else None).split()[1])
        code, events = self.check(port, "--frame", "line", "--send", "hello", SOON)
        self.assertEqual((code, events[-1]["verdict"]), (121, "fail"))
        self.assertEqual(events[-1]["smallest"]["cut"]["offsets"], [1])
        self.assertGreater(events[-1]["skipped"], 0)


class Devices(Checks):
    def device(self, manner, *arguments):
        """What check finds of a device that dials: its exit code and its summary."""
        said = ["--frame", "len=4", "--send", "set", "--send", "go", SOON]
        run = self.sockeye("check", "--listen", "127.0.0.1:0", "--json", *said, stdin=None)
        _, port = run.address()
        self.peer("torn_device", "127.0.0.1", port, manner, *arguments)
        return run.finish(60), run.summary()

    def test_one_that_stays_and_one_that_dials_again(self):
        for manner in ("stay", "redial"):
            with self.subTest(manner=manner):
                code, summary = self.device(manner, "--fixed")
                self.assertEqual((code, summary["verdict"]), (0, "pass"), summary)
                code, summary = self.device(manner)
                self.assertEqual((code, summary["verdict"]), (121, "fail"))
                smallest = summary["smallest"]["cut"]
                self.assertEqual((smallest["name"], smallest["offsets"]), ("split", [1]))
                self.assertEqual(summary["advice"], ["header-short"])


class Refused(Checks):
    def code(self, *arguments):
        return subprocess.run([binary(), "check", *arguments], capture_output=True, timeout=30).returncode

    def test_what_cannot_be_tried(self):
        for arguments in (
            ["udp://127.0.0.1:9", "--send", "x"],
            ["127.0.0.1:9"],
            ["--send", "x"],
            ["127.0.0.1:9", "--listen", "8", "--send", "x"],
            ["127.0.0.1:0", "--send", "x"],
            ["-", "--send", "x"],
            ["9", "--send", ""],
            ["9", "--send", "{time}"],
            ["9", "--send", "x", "--expect", "a", "--expect", "b"],
            ["9", "--send", "x", "--cuts", "0"],
            ["9", "--send", "x", "--cuts", "some"],
            ["9", "--send", "x", "--gap", "0"],
            ["9", "--send", "x", "--every", "1s"],
            ["9", *["--send=x"] * 65],
        ):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.code(*arguments), 2)

    def test_what_cannot_be_reached(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            self.assertEqual(self.code(f"127.0.0.1:{bound.getsockname()[1]}", "--send", "x"), 7)
            bound.listen()
            self.assertEqual(self.code("--listen", f"127.0.0.1:{bound.getsockname()[1]}", "--send", "x"), 45)
        self.assertEqual(self.code("no-such-host.invalid:1", "--send", "x"), 6)

    def test_a_job_file_holds_it(self):
        port = self.receiver("one-recv", "--fixed")
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "jobs.toml")
            line = [f"127.0.0.1:{port}", "--frame", "line", "--send", "hi", "--save", f"{file}:torn"]
            self.assertEqual(self.code(*line), 0)
            ran = subprocess.run([binary(), "run", file], capture_output=True, timeout=60)
            self.assertEqual(ran.returncode, 0, ran.stderr)


if __name__ == "__main__":
    unittest.main()
