"""Completion in real shells, and the pages that `man` reads: what is offered comes from the tables."""

import fcntl
import os
import re
import shutil
import struct
import subprocess
import tempfile
import termios
import unittest
from pathlib import Path

from harness import PATIENCE, Case, Inbox, binary, in_english, read_exactly


def shell_or_skip(name):
    """The path of this shell; without it the test is skipped aloud, and fails where CI is set."""
    found = shutil.which(name)
    if not found:
        if os.environ.get("CI"):
            raise AssertionError(f"{name} is missing, and CI wants it")
        raise unittest.SkipTest(f"{name} is not installed")
    return found


class Shell:
    """An interactive shell on a pseudo-terminal, with sockeye's completion loaded."""

    MARK = "ready-for-keys"

    def __init__(self, command, setup, folder):
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        environment = dict(os.environ, TERM="dumb", LC_ALL="C.UTF-8", HOME=folder, INPUTRC="/dev/null")
        environment["PATH"] = f"{folder}:{environment['PATH']}"
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment, start_new_session=True
        )
        os.close(slave)
        self._output = Inbox(self._master)
        # Typed with a gap in it, so that the echo of the line is not taken for its result.
        self.type(f"{setup}\necho {self.MARK[:5]}''{self.MARK[5:]}\n")
        self._seen = self._output.wait(lambda data: (at := data.find(self.MARK.encode())) >= 0 and at + len(self.MARK))

    def type(self, keys):
        os.write(self._master, keys.encode())

    def completed(self, typed):
        """What is on the command line once `typed` and a tab are; it is printed, not run."""
        # A key that belongs to the word settles whether a space stands before it: zsh takes its own back before others.
        self.type(f"{typed}\t@")
        # What the line is now is made the argument of a printf: Ctrl-A goes to its beginning.
        self.type("\x01printf '<%s>' '\x05|'\n")
        found = self._output.wait(lambda data: re.search(rb"<([^<>]*)@\|>", data), self._seen)
        self._seen += found.end()
        return found.group(1).decode()

    def discard(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self._output.drained()
        os.close(self._master)


class Completed(Case):
    """What a tab makes of a line."""

    LINES = (
        ("sockeye connect 1 --frame modbus-t", "sockeye connect 1 --frame modbus-tcp "),
        ("sockeye connect 1 --frame=modbus-t", "sockeye connect 1 --frame=modbus-tcp "),
        ("sockeye connect 1 --frame fi", "sockeye connect 1 --frame fixed="),
        ("sockeye connect 1 --frame le", "sockeye connect 1 --frame len="),
        ("sockeye connect 1 --frame len=4,of", "sockeye connect 1 --frame len=4,offset="),
        ("sockeye listen 1 --checksum crc16-mo", "sockeye listen 1 --checksum crc16-modbus "),
        ("sockeye listen 1 --reply dayt", "sockeye listen 1 --reply daytime "),
        ("sockeye listen 1 --reply te", "sockeye listen 1 --reply text:"),
        ("sockeye listen 1 --charset gb1", "sockeye listen 1 --charset gb18030 "),
        ("sockeye connect 1 --fault lat", "sockeye connect 1 --fault latency="),
        ("sockeye connect 1 --fault latency=1ms,ji", "sockeye connect 1 --fault latency=1ms,jitter="),
        ("sockeye connect 1 --up sli", "sockeye connect 1 --up slice="),
        ("sockeye get 1 --dialect ht", "sockeye get 1 --dialect http "),
        ("sockeye serve --dialect name,so", "sockeye serve --dialect name,sockeye "),
        ("sockeye connect 1 --eol crl", "sockeye connect 1 --eol crlf "),
        ("sockeye help checks", "sockeye help checksums "),
        ("sockeye lis", "sockeye listen "),
    )

    def folder(self):
        """A home with sockeye on its path and its completion scripts."""
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        folder = Path(made.name)
        (folder / "sockeye").symlink_to(binary())
        for shell, name in (("bash", "sockeye.bash"), ("zsh", "_sockeye"), ("fish", "sockeye.fish")):
            script = subprocess.run([binary(), "completions", shell], capture_output=True, check=True).stdout
            (folder / name).write_bytes(script)
        return made.name

    def shell(self, command, setup):
        shell = Shell(command, setup, self.folder())
        self.addCleanup(shell.discard)
        return shell

    def test_bash(self):
        command = [shell_or_skip("bash"), "--norc", "--noprofile", "-i"]
        shell = self.shell(command, "PS1='> '; bind 'set enable-bracketed-paste off'; . ./sockeye.bash")
        for typed, expected in self.LINES:
            with self.subTest(typed=typed):
                self.assertEqual(shell.completed(typed), expected)

    def test_zsh(self):
        command = [shell_or_skip("zsh"), "-f", "-i"]
        setup = "PS1='> '; unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste; bindkey -e; "
        setup += "fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; setopt no_auto_menu no_list_beep"
        shell = self.shell(command, setup)
        for typed, expected in self.LINES:
            with self.subTest(typed=typed):
                self.assertEqual(shell.completed(typed), expected)

    def test_fish(self):
        fish = shell_or_skip("fish")
        folder = self.folder()
        environment = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", HOME=folder)
        for typed, expected in self.LINES:
            with self.subTest(typed=typed):
                script = 'source sockeye.fish; complete -C "$argv[1]"'
                command = [fish, "--no-config", "-c", script, typed]
                said = subprocess.run(command, capture_output=True, cwd=folder, env=environment, timeout=PATIENCE)
                offered = [line.split("\t")[0] for line in said.stdout.decode().splitlines()]
                last = expected.rstrip(" ").split(" ")[-1]
                self.assertTrue(any(word.startswith(last) for word in offered), offered)

    def test_files_of_rules_are_offered(self):
        command = [shell_or_skip("bash"), "--norc", "--noprofile", "-i"]
        shell = self.shell(command, "PS1='> '; touch device.toml; . ./sockeye.bash")
        typed = "sockeye listen 1 --reply rules:dev"
        self.assertEqual(shell.completed(typed), "sockeye listen 1 --reply rules:device.toml ")


class Pages(Case):
    """`sockeye help` and the man pages."""

    TOPICS = (
        "framing", "checksums", "charsets", "replies", "rules", "templates", "faults", "addresses", "units", "console", "exit-codes",
    )
    COMMANDS = ("connect", "listen", "serve", "get", "relay", "check", "probe", "bench", "guess", "sum", "run", "explain", "limits", "schema", "completions", "man", "help")

    def printed(self, *arguments):
        process = self.sockeye(*arguments, stdin=subprocess.DEVNULL)
        self.succeeds(process)
        return process.stdout.drained().decode()

    def test_help_is_the_overview(self):
        self.assertEqual(self.printed("help"), self.printed("--help"))

    def test_help_of_a_command_is_its_help(self):
        for command in self.COMMANDS:
            with self.subTest(command=command):
                self.assertEqual(self.printed("help", command), self.printed(command, "--help"))

    def test_every_topic_has_a_page_and_is_listed(self):
        listed = self.printed("help", "help")
        for topic in self.TOPICS:
            with self.subTest(topic=topic):
                self.assertGreater(len(self.printed("help", topic)), 200)
                self.assertIn(f"\n  {topic} ", listed)
                self.assertIn(topic, self.printed("--help"))

    def test_an_unknown_topic_suggests_one(self):
        process = self.sockeye("help", "checksum", stdin=subprocess.DEVNULL)
        self.ends(process, 2)
        self.assertIn("checksums", process.stderr.drained().decode())

    def wire(self, *options, length):
        """The bytes that `connect` sends with these options."""
        server, address = self.stand()
        self.connect(address, *options, "--wait", "100ms")
        return read_exactly(self.accept(server), length)

    @in_english
    def test_crc_ccitt_is_kermit_and_said_so(self):
        page = self.printed("help", "checksums")
        for name, value in (("crc16-ccitt", "2189"), ("crc16-ccitt-false", "29b1"), ("crc16-xmodem", "31c3")):
            with self.subTest(name=name):
                wire = self.wire("--checksum", name, "--send", "123456789", length=11)
                self.assertEqual(wire[9:].hex(), value)
                self.assertIn(value, page)
        self.assertRegex(page, r"crc16-kermit .*also crc16-ccitt,")
        self.assertIn("KERMIT", self.printed("connect", "--help"))
        for option in (",be", ",le", ",skip=N"):
            self.assertIn(option, page)

    def test_what_send_holds_with_an_offset_is_as_the_page_says(self):
        page = self.printed("help", "framing")
        for option in ("modbus-tcp --send-hex '00 01 00 00 00 00 01 03 00 00 00 01'", "len=2,offset=2,strip=4 --send hello"):
            self.assertIn(option, page)
        asked = ("--frame", "modbus-tcp", "--send-hex", "00 01 00 00 00 00 01 03 00 00 00 01")
        self.assertEqual(self.wire(*asked, length=12).hex(), "000100000006010300000001")
        asked = ("--frame", "len=2,offset=2,strip=4", "--send", "hello")
        self.assertEqual(self.wire(*asked, length=9), b"\0\0\0\5hello")

    def test_the_rules_of_the_page_work(self):
        page = self.printed("help", "rules")
        for key in ("greeting", "all", "then", "delay", "reply_hex", "$1", "*"):
            self.assertIn(key, page)
        lines = page[page.index("  greeting = ") :].splitlines()
        rules = self.file("device.toml", "\n".join(line[2:] for line in lines))
        _, address = self.listen("--reply", f"rules:{rules}")
        sock = self.dial(address)
        self.assertEqual(read_exactly(sock, 9), b"220 ready")
        sock.sendall(b"\x01\x03\xaa\xbb\x00\x01")
        self.assertEqual(read_exactly(sock, 5), b"\x01\x03\x02\x00\x2a")
        sock.sendall(b"SET a=12")
        self.assertRegex(sock.recv(100), rb"^OK a is \d+ 12$")
        sock.sendall(b"\x7eanything\x7e")
        self.assertEqual(sock.recv(100), b"")

    @in_english
    def test_bare_numbers_are_seconds(self):
        self.assertIn("a bare number is seconds", self.printed("help", "units"))
        self.assertRegex(self.printed("--help"), r"a bare number of a duration is\s+seconds")

    @in_english
    def test_man_pages_have_examples_and_exit_codes_under_headings_of_their_own(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.printed("man", "--out", folder.name)
        self.assertEqual(len(os.listdir(folder.name)), len(self.COMMANDS) + 1)
        for command in ("connect", "listen", "serve", "get"):
            with self.subTest(command=command):
                page = Path(folder.name, f"sockeye-{command}.1").read_text()
                headings = re.findall(r"^\.SH \"?([^\"\n]*)", page, re.MULTILINE)
                for heading in ("NAME", "SYNOPSIS", "EXAMPLES", "EXIT STATUS"):
                    self.assertEqual(headings.count(heading), 1, headings)
                self.assertNotIn("EXTRA", headings)
                synopsis = page.split(".SH SYNOPSIS")[1].split(".SH ")[0]
                self.assertIn("ADDR" if command != "serve" else "DIR", synopsis)
                self.assertIn("\\-\\-frame" if command in ("connect", "listen") else "\\-\\-json", synopsis)
        page = Path(folder.name, "sockeye-connect.1").read_text()
        self.assertRegex(page.split(".SH SYNOPSIS")[1].split(".SH ")[0], r"\\-\\-frame\\fR[ =]?\\fISPEC|\\-\\-frame.*SPEC")
        self.assertRegex(page, r"(?s)\.SH \"?EXIT STATUS\"?.*\n *28 ")

    @in_english
    def test_man_shows_them(self):
        man = shell_or_skip("man")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.printed("man", "--out", folder.name)
        for name in os.listdir(folder.name):
            with self.subTest(page=name):
                shown = subprocess.run(
                    [man, "--warnings", "-E", "UTF-8", "-l", f"{folder.name}/{name}"],
                    capture_output=True, env=dict(os.environ, MANWIDTH="80", LC_ALL="C.UTF-8", PAGER="cat"), check=True,
                )
                self.assertEqual(shown.stderr.decode(), "")
                self.assertIn("SYNOPSIS", shown.stdout.decode())
