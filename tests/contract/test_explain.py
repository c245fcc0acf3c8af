"""`explain`: its entries have one form in every language, and what they tell people to paste works as it stands."""

import os
import pty
import re
import signal
import socket
import subprocess
import tempfile
import unicodedata
import unittest
from pathlib import Path

from harness import PATIENCE, ROOT, Case, Inbox, binary

FOLDER = ROOT / "crates" / "sockeye-text" / "explain"
LANGUAGES = ("en", "zh")
#: Columns of a line; a Chinese character takes two.
WIDEST = 76
#: The ports that commands may name.
PORT = re.compile(r"(?<!\d)(8888|8889|8890)(?!\d)")
#: What whoever listens or connects says first, in any language.
ADDRESS = re.compile(rb"(?:tcp|udp|http|zabbix)://(?:\[[^\]]*\]|[^\s:\"]+):(\d+)")


class Command:
    """A line that is pasted, and pieces of what it then shows."""

    def __init__(self, line):
        self.line = line
        self.shows = []

    @property
    def stays(self):
        """Whether it goes on in the background."""
        return self.line.endswith("&")

    @property
    def listens(self):
        """Whether it is sockeye as a server."""
        return re.search(r"sockeye (listen|serve|relay|probe .*--(metrics|zabbix-agent))\b", self.line) is not None


class Entry:
    """One entry as its file has it."""

    HEAD = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*) \| (\S.*)")

    def __init__(self, text):
        self.lines = text.rstrip("\n").split("\n")
        self.key, self.title = self.HEAD.fullmatch(self.lines[0]).groups()
        head, _, *body = self.lines[1:]
        self.words = [word.strip() for word in head.removeprefix("words:").split(",")]
        blocks = [block.split("\n") for block in "\n".join(body).split("\n\n")]
        self.see = re.split(", ?", blocks.pop()[0].removeprefix("see: "))
        self.paragraphs = [block for block in blocks if block[0][:2] not in ("$ ", "> ")]
        self.blocks = [block for block in blocks if block[0][:2] in ("$ ", "> ")]
        self.commands = []
        for line in sum(self.blocks, []):
            if line.startswith("$ "):
                self.commands.append(Command(line[2:]))
            else:
                self.commands[-1].shows.append(line.removeprefix("> "))


def entries(language):
    """The entries of a language, in order."""
    text = (FOLDER / f"{language}.md").read_text(encoding="utf-8")
    return [Entry(part) for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]]


def width(line):
    """Columns of a line on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


class Form(unittest.TestCase):
    def test_every_language_has_the_same_keys_in_the_same_order(self):
        keys = [[entry.key for entry in entries(language)] for language in LANGUAGES]
        for of_language in keys:
            self.assertEqual(of_language, keys[0])
            self.assertEqual(len(of_language), len(set(of_language)))

    def test_every_language_pastes_the_same(self):
        for other in LANGUAGES[1:]:
            for entry, translated in zip(entries(LANGUAGES[0]), entries(other), strict=True):
                with self.subTest(entry=entry.key, language=other):
                    self.assertEqual(
                        [command.line for command in entry.commands],
                        [command.line for command in translated.commands],
                    )

    def test_every_entry_has_its_parts(self):
        for language in LANGUAGES:
            known = {entry.key for entry in entries(language)}
            for entry in entries(language):
                with self.subTest(entry=entry.key, language=language):
                    self.assertTrue(entry.lines[1].startswith("words: ") and all(entry.words))
                    self.assertEqual(entry.lines[2], "")
                    self.assertTrue(entry.lines[-1].startswith("see: "))
                    self.assertEqual(set(entry.see) - known, set())
                    self.assertNotIn(entry.key, entry.see)
                    self.assertGreaterEqual(len(entry.paragraphs), 1)
                    self.assertLessEqual(len(entry.paragraphs), 2)
                    self.assertTrue(all(map(str.strip, sum(entry.paragraphs, []))))
                    self.assertLessEqual(len(entry.blocks), 1)

    def test_no_line_is_wider_than_a_terminal(self):
        for language in LANGUAGES:
            for entry in entries(language):
                for line in entry.lines:
                    with self.subTest(entry=entry.key, language=language):
                        self.assertLessEqual(width(line), WIDEST, line)
                        self.assertEqual(line, line.rstrip())

    def test_a_word_leads_to_one_entry(self):
        for language in LANGUAGES:
            leads = {entry.key: entry.key for entry in entries(language)}
            for entry in entries(language):
                for word in map(str.lower, entry.words):
                    with self.subTest(word=word, language=language):
                        self.assertEqual(leads.setdefault(word, entry.key), entry.key)

    def test_every_exit_code_has_an_entry(self):
        codes = subprocess.run([binary(), "help", "exit-codes"], capture_output=True, text=True, check=True).stdout
        for language in LANGUAGES:
            known = {word for entry in entries(language) if entry.key.startswith("exit-") for word in entry.words}
            self.assertEqual(set(re.findall(r"^ +(\d+)  ", codes, re.MULTILINE)) - known, set())

    def test_a_chinese_entry_is_chinese(self):
        for entry in entries("zh"):
            for part in ([entry.title], *entry.paragraphs):
                with self.subTest(entry=entry.key):
                    self.assertRegex("".join(part), "[\u4e00-\u9fff]")


class Pasted:
    """A command line as a person at a terminal pastes it, with a pseudo-terminal of its own."""

    def __init__(self, line, folder, environment):
        self.line = line
        self._master, slave = pty.openpty()
        background = line.endswith("&")
        script = f"exec {line.removesuffix('&')}" if background else line
        self.process = subprocess.Popen(
            ["sh", "-c", script],
            stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.output = Inbox(self._master)

    def said(self):
        """All it has shown so far."""
        return self.output.bytes().decode("utf-8", "replace")

    def finish(self):
        """Wait for its end, and for the last of what it shows."""
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"`{self.line}` does not end; it says:\n{self.said()}") from None
        self.output.drained()

    def port(self):
        """The first port it names, as soon as it does."""
        found = self.output.wait(ADDRESS.search)
        if found is None:
            raise EOFError(f"`{self.line}` ended: {self.said()}")
        return found.group(1).decode()

    def wait_for(self, piece):
        """Whether it shows `piece`, now or before its end."""
        return bool(self.output.wait(lambda data: piece.encode("utf-8") in data))

    def discard(self):
        """End it and what it started, whatever state they are in: they have a session of their own."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.output.drained()
        os.close(self._master)


class Ports:
    """Which true port stands for each port of the text."""

    def __init__(self):
        self.known = {}
        self._kept = {}

    def fill(self, text, unknown=None):
        """`text` with the true ports; `unknown` for those that nobody has yet."""
        return PORT.sub(lambda match: self.known.get(match.group(), unknown or match.group()), text)

    def unknown_in(self, line):
        """The ports of a line that nobody has yet."""
        return sorted({name for name in PORT.findall(line) if name not in self.known})

    def keep(self, name):
        """A port that nobody listens on: it is bound, so that the system gives it to nobody else."""
        family = socket.AF_INET6 if has_ipv6() else socket.AF_INET
        kept = socket.socket(family)
        # With this the command may bind it too, as it may a port that is free.
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            kept.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        kept.bind(("", 0))
        self._kept[name] = kept
        self.known[name] = str(kept.getsockname()[1])

    def release(self):
        """Leave those that were kept: from now on what the commands did to them holds them."""
        for kept in self._kept.values():
            kept.close()
        self._kept.clear()


def has_ipv6():
    """Whether this machine has ::1."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


class Pastes(Case):
    """Every command of every entry, in order, from an empty folder."""

    def setUp(self):
        self.tools = tempfile.TemporaryDirectory()
        self.addCleanup(self.tools.cleanup)
        os.symlink(binary(), Path(self.tools.name) / "sockeye")

    def paste(self, entry, language):
        """Run one entry, and hold it to what it says is shown."""
        environment = dict(os.environ, NO_COLOR="1", LC_ALL="C.UTF-8", SOCKEYE_LANG=language)
        environment["PATH"] = self.tools.name + os.pathsep + os.environ["PATH"]
        ports, running, ran = Ports(), [], []
        with tempfile.TemporaryDirectory() as folder:
            try:
                for command in entry.commands:
                    pasted = self.run_one(command, ports, folder, environment, running)
                    ran.append((command, pasted))
                for command, pasted in ran:
                    for piece in command.shows:
                        self.shows(pasted, ports.fill(piece))
            finally:
                ports.release()
                for pasted in reversed(running):
                    pasted.discard()

    def run_one(self, command, ports, folder, environment, running):
        """Paste one line; one that stays is waited for until it says where it is, any other until it ends."""
        unknown = ports.unknown_in(command.line)
        if "sockeye connect" in command.line:
            for name in unknown:
                ports.keep(name)
        else:
            ports.release()
        pasted = Pasted(ports.fill(command.line, "0"), folder, environment)
        running.append(pasted)
        if not command.stays:
            pasted.finish()
        else:
            port = pasted.port()
            if command.listens:
                ports.known.update(dict.fromkeys(unknown, port))
        return pasted

    def shows(self, pasted, piece):
        """`pasted` shows `piece`."""
        try:
            shown = pasted.wait_for(piece)
        except TimeoutError:
            shown = False
        if not shown:
            self.fail(f"`{pasted.line}` does not show\n  {piece}\nbut:\n{pasted.said()}")

    def test_what_english_entries_say_works(self):
        self.paste_all("en")

    def test_what_chinese_entries_say_works(self):
        self.paste_all("zh")

    def paste_all(self, language):
        for entry in entries(language):
            with self.subTest(entry=entry.key, language=language):
                if "::1" in " ".join(command.line for command in entry.commands) and not has_ipv6():
                    self.skipTest("this machine has no ::1")
                self.paste(entry, language)


if __name__ == "__main__":
    unittest.main()
