"""Reads the pages of docs/en and docs/zh, and does what one of them says, terminal by terminal, as its reader would.

What a page is made of:

- `**Terminal 1**` or `**终端 1**` says where everything goes that follows, until the next such label;
- a `python` or `toml` block is a file, kept under the name in its first line; a `sh` block is typed into a shell;
- an `input` block is typed into whatever runs in that terminal, line by line;
- a `text` block is what that terminal shows next: each line is part of one line there, in this order, `…` is anything.

A terminal is free again once its command has ended; a page that speaks of `Ctrl-C` before its next command ends it so.
"""

import os
import re
import shlex
import sys
from pathlib import Path

from harness import PATIENCE, PEERS, ROOT, Screen, Terminal, binary

LABEL = re.compile(r"\*\*(?:Terminal|终端) (\d)\*\*")
FENCE = re.compile(r"```(\w*)$")
#: The ports that pages speak of; they are others when a page is tried.
PORT = re.compile(r"\b(888[89])\b")
#: What makes a command one that stays: sockeye as a server, or a program that binds.
SERVES = re.compile(r"\bsockeye (?:listen|serve)\b")
BINDS = re.compile(r"\.bind\(|create_server\(")
#: What makes a client one that stays.
COMES_BACK = "--reconnect"
COLUMNS = 200


class Block:
    """A fenced block of a page: its kind, its text, its terminal, and whether Ctrl-C comes before it."""

    def __init__(self, kind, text, terminal, interrupted):
        self.kind = kind
        self.text = text
        self.terminal = terminal
        self.interrupted = interrupted


def blocks(page):
    """The blocks of a page, in order."""
    found, terminal, interrupted, inside = [], 1, False, None
    for line in page.read_text(encoding="utf-8").splitlines():
        fence = FENCE.match(line)
        if inside is not None:
            if line == "```":
                found.append(Block(inside, "".join(f"{line}\n" for line in lines), terminal, interrupted))
                inside, interrupted = None, False
            else:
                lines.append(line)
        elif fence:
            inside, lines = fence.group(1), []
        else:
            for label in LABEL.finditer(line):
                terminal = int(label.group(1))
            interrupted = interrupted or "Ctrl-C" in line
    if inside is not None:
        raise AssertionError(f"{page}: a block is not closed")
    return found


def texts(page, kind):
    """The texts of the blocks of one kind."""
    return [block.text for block in blocks(page) if block.kind == kind]


def file_name(text):
    """The name in the first line of a file."""
    return re.match(r"# (\w+\.(?:py|toml))\n", text).group(1)


class Reader:
    """Somebody who does what a page says, from an empty folder."""

    def __init__(self, case, folder, language):
        self._case = case
        self._folder = Path(folder) / "work"
        self._folder.mkdir()
        self._tools = Path(folder) / "bin"
        self._tools.mkdir()
        (self._tools / "sockeye").symlink_to(binary())
        # Found as python3 by the commands; the programs find their ports through it.
        runner = shlex.join([sys.executable, "-B", str(PEERS / "on_free_port.py")])
        (self._tools / "python3").write_text(f'#!/bin/sh\nexec {runner} "$@"\n')
        (self._tools / "python3").chmod(0o755)
        self._language = language
        self._runs = {}
        self._holders = {}

    def follow(self, page):
        """Do all of it."""
        todo = blocks(page)
        for place, block in enumerate(todo):
            if block.kind in ("python", "toml"):
                (self._folder / file_name(block.text)).write_text(block.text, encoding="utf-8")
            elif block.kind == "sh":
                self._free(block.terminal, block.interrupted)
                self._start(block, _stays(block, todo[place + 1 :]))
            elif block.kind == "input":
                self._run(block).type(self._here(block.text))
            elif block.kind == "text":
                self._run(block).shows(self._here(block.text))
            else:
                raise AssertionError(f"{page}: nobody knows what to do with a block of {block.kind or 'no kind'}")
        for run in self._runs.values():
            run.leave()

    def _run(self, block):
        return self._runs[block.terminal]

    def _free(self, terminal, interrupted):
        former = self._runs.pop(terminal, None)
        if former and interrupted:
            former.interrupt()
        elif former:
            former.ends()

    def _start(self, block, stays):
        server = self._serves(block.text)
        free = self._free_ports(block.text) if server else []
        run = Run(self._case, block.text, self._shell(block.text, server), server)
        self._runs[block.terminal] = run
        if server:
            for written in free:
                port = run.port(written)
                if port:
                    self._holders[written] = (port, run)
        elif not stays:
            run.ends()

    def _shell(self, command, server):
        ports = {written: self._port(written, server) for written in ("8888", "8889")}
        for written in self._written(command):
            self._case.assertTrue(server or ports[written], f"`{command}`: nobody has listened on {written} so far")
        env = dict(
            PATH=f"{self._tools}:{os.environ['PATH']}",
            SOCKEYE_LANG=self._language,
            LESSON_PORTS=",".join(f"{written}={port}" for written, port in ports.items()),
        )
        command = PORT.sub(lambda found: str(ports[found.group(1)]), command)
        return self._case.terminal(
            "-c", command, instead=["/bin/sh"], columns=COLUMNS, env=env, folder=self._folder
        )

    def _port(self, written, server):
        """What a port of the page is here: for a server any free one, unless another server has it still."""
        port, holder = self._holders.get(written, (0, None))
        return 0 if server and not (holder and holder.running()) else port

    def _free_ports(self, command):
        return [written for written in self._written(command) if self._port(written, True) == 0]

    def _written(self, command):
        """The ports that a command, or a program it runs, has written into it."""
        return sorted(set(PORT.findall(command + self._programs(command))))

    def _serves(self, command):
        return bool(SERVES.search(command) or BINDS.search(self._programs(command)))

    def _programs(self, command):
        """The programs of the page that a command runs."""
        names = re.findall(r"\bpython3 (\w+\.py)", command)
        return "".join((self._folder / name).read_text(encoding="utf-8") for name in names)

    def _here(self, text):
        return PORT.sub(lambda found: str(self._holders.get(found.group(1), (found.group(), None))[0]), text)


def _stays(command, following):
    """Whether a client stays: something is typed into it, Ctrl-C ends it, or it connects again for ever."""
    for block in following:
        if block.terminal == command.terminal and block.kind in ("sh", "input"):
            return block.kind == "input" or block.interrupted
    return COMES_BACK in command.text


class Run:
    """A command in a terminal."""

    def __init__(self, case, command, terminal, server):
        self._case = case
        self._command = command.strip()
        self._terminal = terminal
        self._server = server
        self._promised = []
        self._seen = 0

    def running(self):
        """Whether it has not ended yet."""
        return self._terminal.process.poll() is None

    def port(self, written):
        """The port a server has got for the one that is written, once it listens; nothing if it ended."""
        said = re.compile(rf"^{written} is (\d+)|://(?:127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)".encode(), re.MULTILINE)
        found = self._terminal.output.wait(said.search)
        return found and int(found.group(1) or found.group(2))

    def type(self, text):
        """Type these lines, once whoever runs there takes them."""
        if "sockeye" in self._command:
            self._terminal.wait_for_prompt()
        for line in text.splitlines():
            self._terminal.enter(line)

    def shows(self, text):
        """Wait until all these lines are there, each after the one before."""
        for line in filter(None, text.splitlines()):
            self._promised.append(line)
            pattern = re.compile(".*".join(re.escape(part) for part in line.split("…")))

            def look(data):
                shown = Screen(COLUMNS).feed(data).lines()
                return next((at + 1 for at in range(self._seen, len(shown)) if pattern.search(shown[at])), None)

            try:
                seen = self._terminal.output.wait(look)
            except TimeoutError:
                seen = None
            if not seen:
                self._case.fail(f"`{self._command}` does not show `{line}`, but:\n{self._screen()}")
            self._seen = seen

    def ends(self):
        """It ends by itself, and well; a server of a few lines may fall over, where the page says so."""
        try:
            code = self._terminal.finish()
        except TimeoutError:
            self._case.fail(f"`{self._command}` did not end within {PATIENCE} s:\n{self._screen()}")
        if not self._server:
            self._case.assertEqual(code, 0, f"`{self._command}` shows:\n{self._screen()}")
        self._look_for_surprises()

    def interrupt(self):
        """Press Ctrl-C, which ends it."""
        self._case.assertTrue(self.running(), f"`{self._command}` had ended before Ctrl-C:\n{self._screen()}")
        self._look_for_surprises()
        self._terminal.type("\x03")
        self._terminal.finish()

    def leave(self):
        """The page is over: who serves or connects again may stay, everybody else has to end."""
        if (self._server or COMES_BACK in self._command) and self.running():
            self._look_for_surprises()
        else:
            self.ends()

    def _look_for_surprises(self):
        shown = self._screen()
        if "Traceback" in shown and not any(re.search("[Ee]rror", line) for line in self._promised):
            self._case.fail(f"`{self._command}` falls over, and the page does not say so:\n{shown}")

    def _screen(self):
        return "\n".join(Screen(COLUMNS).feed(self._terminal.output.bytes()).lines())
