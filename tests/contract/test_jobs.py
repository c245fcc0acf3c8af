"""Job files: several command lines in one process, with one stream of events, one stop, and logs of their own."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import tomllib
import unittest
from pathlib import Path

from harness import Case, binary, in_english, read_exactly


class Jobs(Case):
    def setUp(self):
        super().setUp()
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)

    def write(self, text):
        file = self.folder / "jobs.toml"
        file.write_text(text.replace("FOLDER", str(self.folder)), encoding="utf-8")
        return str(file)

    def run_jobs(self, text, *arguments, **options):
        return self.sockeye("run", self.write(text), *arguments, **options)

    def say(self, *arguments):
        """What a command that ends by itself says, and its exit code."""
        done = subprocess.run([binary(), *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


THREE = """
[job.device]
command = "listen"
addr = "unix:FOLDER/device"
frame = "line"
reply = "text:heard {text}"
log = "FOLDER/device.log"

[job.master]
command = "connect"
after = "device"
addr = "unix:FOLDER/device"
frame = "line"
send = "one"
count = 1

[job.watcher]
command = "connect"
after = "device"
addr = "unix:FOLDER/device"
frame = "line"
send = ["two", { send-hex = "33" }, "vier"]
count = 3
"""


class Together(Jobs):
    @in_english
    def test_a_listener_and_two_clients_run_log_and_print_json_and_stop_as_one(self):
        run = self.run_jobs(THREE, "--json")
        done = {run.event("summary")["job"] for _ in range(2)}
        self.assertEqual(done, {"master", "watcher"})
        self.assertEqual((run.stop(signal.SIGINT), run.stderr.drained()), (0, b""))
        events = run.events()
        jobs = {event["job"] for event in events}
        self.assertEqual(jobs, {"device", "master", "watcher"})
        listening = next(n for n, event in enumerate(events) if event["type"] == "listening")
        begun = [n for n, event in enumerate(events) if event["type"] == "opened" and event["job"] != "device"]
        self.assertTrue(all(n > listening for n in begun))
        heard = [event["text"] for event in events if event["type"] == "recv" and event["job"] == "watcher"]
        self.assertEqual(heard, ["heard two", "heard 3", "heard vier"])
        summaries = {event["job"]: event for event in events if event["type"] == "summary"}
        self.assertEqual(summaries["device"]["messages_in"], 4)
        self.assertEqual(events[-1]["job"], "device")
        log = (self.folder / "device.log").read_text(encoding="utf-8")
        line = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} device #\d unix:\S+ ← 3 one$"
        self.assertTrue(re.search(line, log, re.M), log)
        self.assertIn("device 2 conversations; in ", log)

    @in_english
    def test_people_are_told_which_job_a_line_is_of(self):
        run = self.run_jobs(THREE)
        run.stderr.wait(lambda data: b"listening" in data)
        run.stdout.wait(lambda data: b"master #1 closed" in data and b"watcher #1 closed" in data)
        self.assertEqual(run.stop(signal.SIGTERM), 0)
        self.assertIn("device: listening on unix:", run.stderr.drained().decode())
        self.assertRegex(run.stdout.drained().decode(), r"\d\d:\d\d:\d\d\.\d{3} watcher #1 ← 10 heard vier\n")

    def test_the_worst_exit_code_is_that_of_all(self):
        job = '[job.{0}]\ncommand = "connect"\naddr = "unix:FOLDER/nobody"\nsend = "x"\n'
        silent = socket.socket(socket.AF_UNIX)
        self.addCleanup(silent.close)
        silent.bind(str(self.folder / "silent"))
        silent.listen()
        text = job.format("a") + job.format("b").replace("nobody", "silent") + 'wait = "50ms"\n'
        run = self.run_jobs(text, "--json")
        code = run.finish()
        codes = {event["job"]: event["exit"] for event in run.events() if event["type"] == "failed"}
        self.assertEqual((code, codes), (28, {"a": 7, "b": 28}))

    @in_english
    def test_a_job_whose_listener_fails_is_not_begun_and_says_so(self):
        text = (
            '[job.server]\ncommand = "listen"\naddr = "unix:FOLDER/no/such/folder"\n'
            '[job.client]\ncommand = "connect"\nafter = "server"\naddr = "unix:FOLDER/x"\nsend = "x"\n'
        )
        run = self.run_jobs(text, "--json")
        code = run.finish()
        said = {event["job"]: event for event in run.events() if event["type"] == "failed"}
        self.assertIn("not begun: it comes after server", said["client"]["message"])
        self.assertEqual(code, max(said["server"]["exit"], said["client"]["exit"]))

    def test_one_job_of_a_file_reads_its_pipe_as_its_command_line_would(self):
        server, address = self.listen("--reply", "echo")
        text = f'[job.talk]\ncommand = "connect"\naddr = "{address[0]}:{address[1]}"\n[job.other]\ncommand = "serve"\n'
        client = self.run_jobs(text, "talk")
        client.write(b"from a pipe")
        client.end_input()
        self.assertEqual((client.finish(), client.stdout.drained()), (0, b"from a pipe"))
        server.stop()

    @in_english
    def test_on_a_terminal_one_job_has_the_keyboard(self):
        server, address = self.listen()
        text = f'[job.talk]\ncommand = "connect"\naddr = "{address[0]}:{address[1]}"\n'
        terminal = self.terminal("run", self.write(text))
        terminal.read_until(b"talk #1 opened")
        terminal.enter("你好")
        self.assertEqual(server.event("recv")["text"], "你好")
        terminal.enter("/quit")
        self.assertEqual(terminal.finish(), 0)


class Logs(Jobs):
    @in_english
    def test_the_log_has_all_of_it_whatever_the_screen_shows(self):
        file = self.folder / "x.log"
        server, address = self.listen("--reply", "echo", "--quiet", "--log", str(file))
        with self.dial(address) as sock:
            for message in ("你好\n".encode(), b"\xff\x00\x01", b"y" * 6000):
                sock.sendall(message)
                read_exactly(sock, len(message))
        server.stop()
        log = file.read_text(encoding="utf-8")
        self.assertIn(" ← 7 你好\\n\n", log)
        self.assertIn(" ← 3 \\xff\\0\\x01\n    00000000  ff 00 01 ", log)
        self.assertEqual(log.count("y" * 6000), 2)
        self.assertEqual(len(re.findall(r"#1 tcp://127\.0\.0\.1:\d+ opened: ", log)), 1)
        with_date = re.compile(r"\d{4}-\d\d-\d\d |[0-9a-f]{8}  |  ")
        self.assertEqual([line for line in log.splitlines() if not with_date.match(line)], [])

    def test_it_is_appended_to_and_other_formats_are_lines_of_json_or_hex(self):
        file = self.folder / "x.log"
        file.write_text("before\n")
        for form, found in (("json", '"type":"recv","conn":1,"dir":"in","len":2,"text":"hi"'), ("hex", "|hi|")):
            server, address = self.listen("--log", str(file), "--log-format", form)
            with self.dial(address) as sock:
                sock.sendall(b"hi")
                server.event("recv")
            server.stop()
            log = file.read_text()
            self.assertTrue(log.startswith("before\n"))
            self.assertIn(found, log)

    def test_above_its_size_it_begins_anew_and_keeps_one_older(self):
        file = self.folder / "x.log"
        server, address = self.listen("--frame", "line", "--log", str(file), "--log-format", "json", "--log-max", "4KiB")
        with self.dial(address) as sock:
            for n in range(100):
                sock.sendall(b"message %d\n" % n)
        server.event("closed")
        server.stop()
        newer, older = file.read_text(), (self.folder / "x.log.1").read_text()
        self.assertLessEqual(max(len(newer), len(older)), 4096)
        lines = [json.loads(line) for line in (older + newer).splitlines()]
        self.assertEqual(lines[-1]["type"], "summary")
        numbers = [int(line["text"].split()[1]) for line in lines if line["type"] == "recv"]
        self.assertEqual(numbers, list(range(numbers[0], 100)))
        self.assertEqual(sorted(os.listdir(self.folder)), ["x.log", "x.log.1"])

    @in_english
    def test_a_log_that_nobody_reads_holds_up_nobody(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        server, address = self.listen("--reply", "echo", "--log", str(pipe))
        with self.dial(address) as sock:
            for n in range(500):
                message = b"%d " % n + b"z" * 500
                sock.sendall(message)
                self.assertEqual(read_exactly(sock, len(message)), message)
        server.event("closed")
        # Who stops it waits for that log a moment, and is told.
        self.assertEqual(server.stop(), 23)
        self.assertIn("the log", server.stderr.drained().decode())

    def test_a_log_that_cannot_be_written_is_told_before_anything_begins(self):
        code, output, errors = self.say("listen", "127.0.0.1:0", "--log", str(self.folder / "no" / "x.log"))
        self.assertEqual((code, output), (23, ""))
        self.assertIn("no/x.log", errors)
        code, _, errors = self.say("listen", "127.0.0.1:0", "--log-max", "1MB")
        self.assertEqual(code, 2)
        self.assertIn("--log FILE", errors)


class Plans(Jobs):
    def test_a_plan_is_printed_and_runs_as_it_stands(self):
        code, plan, errors = self.say(
            "listen", "127.0.0.1:0", "--reply", "text:谢谢 {text}", "--frame", "len=4,le", "--idle-timeout", "5s", "--print-plan"
        )
        self.assertEqual((code, errors), (0, ""))
        job = tomllib.loads(plan)["job"]["listen"]
        self.assertEqual(job, {
            "command": "listen", "addr": "127.0.0.1:0", "reply": "text:谢谢 {text}", "frame": "len=4,le", "idle-timeout": "5s",
        })
        server = self.run_jobs(plan, "--json")
        port = int(server.event("listening")["addr"].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(b"\x02\0\0\0hi")
            self.assertEqual(read_exactly(sock, 13), b"\x09\0\0\0" + "谢谢 hi".encode()[:9])
        server.stop()

    def test_save_keeps_what_the_file_holds_and_names_what_has_no_name(self):
        file = self.folder / "jobs.toml"
        file.write_text("# my devices\n[quick]\nhello = 'hi'  # greeting\n")
        for words in ([f"{file}:dev"], [str(file)], [str(file)], [f"{file}:dev"]):
            code, plan, _ = self.say("connect", "127.0.0.1:1", "--send", "a", "--save", *words, "--print-plan")
            self.assertEqual(code, 0)
            self.assertIn('addr = "127.0.0.1:1"', plan)
        text = file.read_text()
        self.assertTrue(text.startswith("# my devices\n[quick]\nhello = 'hi'  # greeting\n"), text)
        self.assertEqual(list(tomllib.loads(text)["job"]), ["dev", "connect", "connect-2"])
        self.assertEqual(self.say("run", str(file), "dev")[0], 7)

    def test_save_says_so_and_runs(self):
        server, address = self.listen("--reply", "echo")
        file = self.folder / "jobs.toml"
        code, output, errors = self.say("connect", f"{address[0]}:{address[1]}", "--send", "kept", "--count", "1", "--save", f"{file}:x")
        self.assertEqual((code, output), (0, "kept"))
        self.assertIn(f"sockeye run {file} x", errors)
        self.assertEqual(self.say("run", str(file), "x")[:2], (0, "kept"))
        server.stop()

    @in_english
    def test_a_file_that_is_no_job_file_is_left_as_it_is(self):
        file = self.folder / "jobs.toml"
        file.write_text("job = 3\n")
        code, _, errors = self.say("connect", "1", "--send", "a", "--save", str(file))
        self.assertEqual((code, file.read_text()), (2, "job = 3\n"))
        self.assertIn("is no job file", errors)
        code, _, errors = self.say("connect", "1", "--send", "a", "--save", str(self.folder / "no" / "jobs.toml"))
        self.assertEqual(code, 23)

    @in_english
    def test_a_mistake_has_file_line_and_caret(self):
        file = self.write('[job.a]\ncommand = "listen"\naddr = "127.0.0.1:0"\nframe = "lin"\n')
        code, output, errors = self.say("run", file)
        self.assertEqual((code, output), (2, ""))
        self.assertTrue(errors.startswith(f"error: {file}:4:9: "), errors)
        self.assertIn('4 | frame = "lin"\n  |         ^^^^^\n', errors)


if __name__ == "__main__":
    unittest.main()
